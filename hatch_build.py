"""A wheel or source archive without its built parts would start and then look broken: refuse it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = (
    "static/vendor/market.css",
    "static/vendor/market.js",
    "marketplace/translations/zh_Hans_CN/LC_MESSAGES/messages.mo",
    "marketplace/translations/zh_Hans_CN/LC_MESSAGES/flask_security.mo",
)


class CustomBuildHook(BuildHookInterface[Any]):
    """Looks for what ``make setup`` makes; an editable install needs none of it."""

    def initialize(self, version: str, _build_data: dict[str, Any]) -> None:
        """Raise when a built part is missing."""
        missing = [name for name in BUILT if not (Path(self.root) / name).is_file()]
        if version != "editable" and missing:
            raise FileNotFoundError(f"run `make setup` first: {', '.join(missing)}")
