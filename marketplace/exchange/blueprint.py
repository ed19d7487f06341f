"""The function «exchange»: one blueprint, one nested blueprint per room."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.exchange.demands import desk
from marketplace.exchange.demands.forms import MODE_NAMES
from marketplace.exchange.demands.states import State
from marketplace.exchange.demands.views import bp as demands
from marketplace.web.access import PUBLIC, access

STATE_NAMES = {
    State.DRAFT: _l("Draft"),
    State.SUBMITTED: _l("In review"),
    State.RETURNED: _l("Returned"),
    State.PUBLISHED: _l("Published"),
    State.CLOSED: _l("Closed"),
    State.SUSPENDED: _l("Suspended"),
    State.EXPIRED: _l("Expired"),
}
bp = Blueprint("exchange", __name__, url_prefix="/exchange")
bp.register_blueprint(demands)
desk.install()


@bp.app_template_filter("demand_mode")
def demand_mode(key: str) -> str:
    """A way to work together in the reader's language; imported words stand as they are."""
    return str(MODE_NAMES.get(key, key))


@bp.app_template_filter("demand_state")
def demand_state(key: str) -> str:
    """A demand's state in the reader's language."""
    return str(STATE_NAMES[State(key)])


@bp.get("/")
@access(PUBLIC)
def index() -> Response:
    """Demands are what exchange begins with."""
    return redirect(url_for("exchange.demands.index"), 302)
