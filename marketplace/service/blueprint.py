"""The function «service»: what exists of it stands at /service."""

from __future__ import annotations

from marketplace.service.root import bp
from marketplace.service.tools import views

__all__ = ["bp", "views"]
