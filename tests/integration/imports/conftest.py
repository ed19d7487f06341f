"""The cast in its market, before the whole site."""

from tests.world import site_world, world

__all__ = ["site_world", "world"]
