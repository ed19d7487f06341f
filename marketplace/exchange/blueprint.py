"""The function «exchange»: one blueprint, one nested blueprint per room."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from marketplace.exchange.demands import desk
from marketplace.exchange.demands.views import bp as demands
from marketplace.web.access import PUBLIC, access

bp = Blueprint("exchange", __name__, url_prefix="/exchange")
bp.register_blueprint(demands)
desk.install()


@bp.get("/")
@access(PUBLIC)
def index() -> Response:
    """Demands are what exchange begins with."""
    return redirect(url_for("exchange.demands.index"), 302)
