"""The pages of papers."""

from marketplace.papers.views import bp

__all__ = ["bp"]
