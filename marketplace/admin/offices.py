"""Who holds which office of the market; giving and taking one away."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.admin.views import bp
from marketplace.identity.people import commands as people
from marketplace.identity.people import queries
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.errors import Invalid
from marketplace.web.access import ADMINISTRATOR, access
from marketplace.web.context import current_context
from marketplace.web.messages import text_of

OFFICE_NAMES = {
    StaffRole.REVIEWER: _l("Reviewer"),
    StaffRole.AUCTIONEER: _l("Auctioneer"),
    StaffRole.CLERK: _l("Clerk"),
    StaffRole.TREASURER: _l("Treasurer"),
    StaffRole.ADMINISTRATOR: _l("Administrator"),
}


@bp.get("/offices")
@access(ADMINISTRATOR)
def offices() -> str:
    """Everybody with an office; people found by name or mail address."""
    return _page("")


@bp.post("/offices")
@access(ADMINISTRATOR)
def change_office() -> Response | tuple[str, int]:
    """Give or take an office, for a reason."""
    user_id, role = request.form.get("user", type=int), request.form.get("role", "")
    why = request.form.get("why", "")
    try:
        if user_id is None or role not in set(StaffRole):
            raise Invalid
        change = people.revoke_role if request.form.get("revoke") else people.grant_role
        change(current_context(), user_id=user_id, role=StaffRole(role), why=why)
    except Invalid as error:
        return _page(text_of(error.code, error.facts)), 422
    return redirect(url_for("admin.offices"), 303)


def _page(error: str) -> str:
    asked = request.args.get("q", "").strip()
    with current_context().reading() as db:
        staff = queries.staff(db)
        found = queries.find_people(db, asked) if asked else []
    return render_template(
        "admin/offices.html", staff=staff, found=found, asked=asked, names=OFFICE_NAMES, error=error
    )
