"""The blueprint that the rooms of service add their routes to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("service", __name__, url_prefix="/service")
