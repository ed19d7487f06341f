"""The pages of notify."""

from marketplace.notify.views import bp

__all__ = ["bp"]
