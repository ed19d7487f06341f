"""The pages of the catalogue."""

from marketplace.catalogue.views import bp

__all__ = ["bp"]
