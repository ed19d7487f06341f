"""The pages under /showcase: one nested blueprint per room that has pages."""

from __future__ import annotations

import importlib
import importlib.util

from flask import Blueprint

ROOMS = ("listings", "organisations", "deals", "statistics")

bp = Blueprint("showcase", __name__, url_prefix="/showcase")

for _room in ROOMS:
    _name = f"marketplace.showcase.{_room}"
    if importlib.util.find_spec(_name) and importlib.util.find_spec(f"{_name}.views"):
        bp.register_blueprint(importlib.import_module(f"{_name}.views").bp)
