"""Pages under /showcase/listings: showing, editing, acting, files."""

from __future__ import annotations

from marketplace.showcase.listings import desk, wording
from marketplace.showcase.listings.views import acting, editing, files, showing
from marketplace.showcase.listings.views.room import bp

desk.install()
wording.register()

__all__ = ["acting", "bp", "editing", "files", "showing"]
