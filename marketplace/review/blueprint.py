"""The pages of the review desk."""

from marketplace.review.views import bp

__all__ = ["bp"]
