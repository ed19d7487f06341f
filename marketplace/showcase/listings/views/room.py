"""The blueprint of the room and what its pages share."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.context import Context
from marketplace.web.i18n import pick

bp = Blueprint("listings", __name__, url_prefix="/listings")


def to_page(listing_id: int) -> Response:
    """303 to the listing's page."""
    return redirect(url_for("showcase.listings.show", listing_id=listing_id), 303)


def to_mine() -> Response:
    """303 to the seller's own list."""
    return redirect(url_for("showcase.listings.mine"), 303)


def clusters(ctx: Context) -> list[tuple[str, str]]:
    """The market's clusters as choices."""
    return [(one.key, pick(one.zh, one.en)) for one in ctx.settings.clusters]
