"""Names the market ships for IPC sections and for the subclasses its six clusters use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["zh", "en"]
CLUSTERS = (
    "bearings",
    "biomedicine",
    "textile_machinery",
    "refrigeration_parts",
    "automotive_parts",
    "intelligent_robots",
)


@dataclass(frozen=True, slots=True)
class IpcName:
    """A short name in own words; the official titles come with ``marketplace import ipc``."""

    code: str
    zh: str
    en: str
    clusters: tuple[str, ...] = ()

    def text(self, language: Language) -> str:
        """The name in one of the two languages."""
        return self.zh if language == "zh" else self.en


@cache
def ipc_names() -> Mapping[str, IpcName]:
    """All shipped names by code: the eight sections and the clusters' subclasses."""
    source = resources.files("rules").joinpath("data", "ipc_names.json")
    data = json.loads(source.read_text(encoding="utf-8"))
    entries = {**data["sections"], **data["subclasses"]}
    return {
        code: IpcName(code, entry["zh"], entry["en"], tuple(entry.get("clusters", ())))
        for code, entry in entries.items()
    }


def name_of(symbol: str, language: Language = "zh") -> str | None:
    """The shipped name nearest above a symbol ("F16C 19/06" → 轴承与轴), or None."""
    names = ipc_names()
    found = names.get(symbol[:4]) or names.get(symbol[:1])
    return found.text(language) if found else None


def subclasses_of(cluster: str) -> tuple[IpcName, ...]:
    """The subclasses a cluster uses, in the order of their codes."""
    return tuple(name for name in ipc_names().values() if cluster in name.clusters)


def clusters_of(symbol: str) -> tuple[str, ...]:
    """The clusters that use the subclass of a symbol; empty when it is not listed."""
    found = ipc_names().get(symbol[:4])
    return found.clusters if found else ()
