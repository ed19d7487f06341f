"""The treasurer's overview of deposits under /treasury/deposits."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from marketplace.kernel.errors import NotFound
from marketplace.treasury.deposits import queries
from marketplace.web import messages
from marketplace.web.access import TREASURER, access
from marketplace.web.context import current_context

bp = Blueprint("deposits", __name__, url_prefix="/deposits")
messages.register(
    {
        "treasury.move_refused": _l("This deposit is already in another state."),
        "treasury.not_that_end": _l("This deposit cannot end in that way now."),
    }
)


@bp.get("")
@access(TREASURER)
def index() -> str:
    """The deposits of one tab, with what is done next."""
    tab, ctx = request.args.get("tab", "expected"), current_context()
    if tab not in queries.TABS:
        raise NotFound
    with ctx.reading() as db:
        values = {
            "page": queries.deposits(db, tab, cursor=request.args.get("after")),
            "counts": queries.counts(db),
            "overdue": queries.overdue(db, ctx.clock()),
        }
    return render_template("treasury/deposits/index.html", tab=tab, now=ctx.clock(), **values)
