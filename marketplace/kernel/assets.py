"""Where templates, static files and migrations lie: in the checkout, or inside the wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """The folder that holds ``templates``, ``static`` and ``migrations``."""
    packed = PACKAGE / "_assets"
    return packed if packed.is_dir() else PACKAGE.parent


def migrations() -> Path:
    """The migrations' folder."""
    return folder() / "migrations"
