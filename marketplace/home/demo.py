"""The demo market's accounts, so that a visitor can look at it from every side."""

from __future__ import annotations

import json

from flask import render_template
from flask_babel import lazy_gettext as _l

from marketplace.home.root import bp
from marketplace.kernel.errors import NotFound
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import base_context

ROLES = {
    "seller": _l("Seller"),
    "seller state": _l("Public institution selling"),
    "inventor": _l("Inventor"),
    "buyer": _l("Buyer"),
    "second buyer": _l("Second buyer"),
    "member": _l("Member"),
    "observer": _l("Observer"),
    "agency": _l("Agency"),
    "reviewer": _l("Reviewer"),
    "second reviewer": _l("Reviewer"),
    "auctioneer": _l("Auctioneer"),
    "clerk": _l("Clerk"),
    "treasurer": _l("Treasurer"),
    "second treasurer": _l("Treasurer"),
    "administrator": _l("Administrator"),
}


@bp.get("/demo")
@access(PUBLIC)
def demo() -> str:
    """One account per role with its password; no such page outside the demo."""
    settings = base_context().settings
    path = settings.home / "demo-accounts.json"
    if not settings.is_demo or not path.is_file():
        raise NotFound
    accounts = json.loads(path.read_text(encoding="utf-8"))
    for account in accounts:
        role = account["role"].removeprefix("other ")
        account["role"] = ROLES.get(role, role)
    return render_template("home/demo.html", accounts=accounts)
