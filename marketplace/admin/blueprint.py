"""The administrators' pages and the side list they share."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from marketplace.admin import offices  # noqa: F401 - adds its routes to the blueprint
from marketplace.admin.views import bp


@bp.context_processor
def _nav() -> dict[str, object]:
    places = (
        ("admin.dashboard", _("Overview")),
        ("admin.settings", _("Settings")),
        ("admin.offices", _("Offices")),
        ("admin.audit", _("Audit log")),
    )
    items = [(words, url_for(end), None, request.endpoint == end) for end, words in places]
    return {"admin_nav": [(None, items)]}


__all__ = ["bp"]
