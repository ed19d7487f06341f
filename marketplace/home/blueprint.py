"""The front page, the desk, the market's own pages and health: addresses without a prefix."""

from __future__ import annotations

from marketplace.home import demo, desk, feeds, front, health, pages, sitemap, tabs
from marketplace.home.root import bp

__all__ = ["bp", "demo", "desk", "feeds", "front", "health", "pages", "sitemap", "tabs"]
