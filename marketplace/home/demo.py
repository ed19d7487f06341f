"""The demo market's accounts, so that a visitor can look at it from every side."""

from __future__ import annotations

import json

from flask import render_template

from marketplace.home.root import bp
from marketplace.kernel.errors import NotFound
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import base_context


@bp.get("/demo")
@access(PUBLIC)
def demo() -> str:
    """One account per role with its password; no such page outside the demo."""
    settings = base_context().settings
    path = settings.home / "demo-accounts.json"
    if not settings.is_demo or not path.is_file():
        raise NotFound
    accounts = json.loads(path.read_text(encoding="utf-8"))
    return render_template("home/demo.html", accounts=accounts)
