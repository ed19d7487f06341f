"""The market's own pages: rules, fees, privacy, complaints, contact, open data, about."""

from __future__ import annotations

from flask import render_template

from marketplace.home.root import bp
from marketplace.kernel.options import options
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context


def _page(name: str) -> str:
    with current_context().reading() as db:
        thresholds = options(db)
    return render_template(f"home/{name}.html", thresholds=thresholds)


@bp.get("/rules")
@access(PUBLIC)
def rules() -> str:
    """The trading rules in force, with the thresholds as they are set (L70)."""
    return _page("rules")


@bp.get("/fees")
@access(PUBLIC)
def fees() -> str:
    """What the market takes, and what the patent office takes."""
    return _page("fees")


@bp.get("/privacy")
@access(PUBLIC)
def privacy() -> str:
    """Which personal data is kept, why, and for how long (L75-L77)."""
    return _page("privacy")


@bp.get("/complaints")
@access(PUBLIC)
def complaints() -> str:
    """How to complain, object, or report a listing (L72, L74)."""
    return _page("complaints")


@bp.get("/contact")
@access(PUBLIC)
def contact() -> str:
    """Where the market is reached."""
    return _page("contact")


@bp.get("/data")
@access(PUBLIC)
def data() -> str:
    """What may be downloaded, and in which form."""
    return _page("data")


@bp.get("/about")
@access(PUBLIC)
def about() -> str:
    """Five in one: what the market is."""
    return _page("about")
