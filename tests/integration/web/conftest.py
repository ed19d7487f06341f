"""The cast and the site before them."""

from tests.world import site_world, world

__all__ = ["site_world", "world"]
