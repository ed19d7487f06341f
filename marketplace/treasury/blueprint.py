"""The pages of treasury."""

from marketplace.treasury.views import bp

__all__ = ["bp"]
