"""Pages under /admin."""

from __future__ import annotations

from collections.abc import Iterator

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from marketplace.admin import commands, figures, queries
from marketplace.admin.words import OPTION_WORDS, STATE_WORDS, UNIT_WORDS
from marketplace.kernel.errors import Invalid
from marketplace.kernel.options import ChangeOption
from marketplace.web import messages
from marketplace.web.access import ADMINISTRATOR, access
from marketplace.web.context import current_context
from marketplace.web.limits import EXPORT, limited

bp = Blueprint("admin", __name__, url_prefix="/admin")
messages.register({"admin.not_a_number": _l("Please give a whole number.")})


@bp.app_template_filter("state_name")
def state_name(key: str) -> str:
    """A state of a listing, demand, auction or organisation in the reader's language."""
    return str(STATE_WORDS.get(key, key))


@bp.get("/")
@access(ADMINISTRATOR)
def dashboard() -> str:
    """What runs, what waits, what is stuck."""
    ctx = current_context()
    with ctx.reading() as db:
        page = figures.dashboard(db, ctx.settings, ctx.clock())
        sweeps, stuck = queries.sweeps(db), queries.stuck(db)
    return render_template("admin/dashboard.html", page=page, sweeps=sweeps, stuck=stuck)


@bp.post("/deliveries/<int:row_id>/retry")
@access(ADMINISTRATOR)
def retry(row_id: int) -> AnyResponse:
    """Try a stuck delivery again now."""
    commands.retry_delivery(current_context(), commands.RetryDelivery(row_id))
    return redirect(url_for("admin.dashboard"), 303)


@bp.get("/settings")
@access(ADMINISTRATOR)
def settings() -> str:
    """Every threshold with its value, bounds and rule."""
    return _settings_page("")


@bp.post("/settings/<key>")
@access(ADMINISTRATOR)
def change_setting(key: str) -> AnyResponse | tuple[str, int]:
    """Set one threshold, for a reason."""
    value, why = request.form.get("value", type=int), request.form.get("why", "")
    if value is None:
        return _settings_page(messages.text_of("admin.not_a_number")), 422
    try:
        commands.change_setting(current_context(), ChangeOption(key, value, why))
    except Invalid as error:
        return _settings_page(messages.text_of(error.code, error.facts)), 422
    return redirect(url_for("admin.settings"), 303)


def _settings_page(error: str) -> str:
    with current_context().reading() as db:
        lines = queries.option_lines(db)
    return render_template(
        "admin/settings.html", lines=lines, words=OPTION_WORDS, units=UNIT_WORDS, error=error
    )


@bp.get("/audit")
@access(ADMINISTRATOR)
def audit() -> str:
    """The audit log, newest first."""
    asked = _asked()
    with current_context().reading() as db:
        page = queries.audit_log(db, asked, request.args.get("after"))
    return render_template("admin/audit.html", page=page, asked=asked)


@bp.get("/audit.csv")
@access(ADMINISTRATOR)
@limited(EXPORT)
def audit_csv() -> Response:
    """The matching entries as a file."""
    asked, ctx = _asked(), current_context()

    def lines() -> Iterator[str]:
        with ctx.reading() as db:
            yield from queries.audit_csv(db, asked)

    headers = {"Content-Disposition": "attachment; filename=audit.csv"}
    return Response(stream_with_context(lines()), mimetype="text/csv", headers=headers)


def _asked() -> queries.AuditFilter:
    args = request.args
    return queries.AuditFilter(
        args.get("action", ""),
        args.get("thing", ""),
        args.get("thing_id", ""),
        args.get("user", type=int),
    )
