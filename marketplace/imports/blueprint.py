"""The pages of imports."""

from marketplace.imports.views import bp

__all__ = ["bp"]
