"""The blueprint that the modules of home add their routes to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("home", __name__)
