"""Facets, chips and counts of a result in words, as the page's macros take them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.catalogue.asking import Asked
from marketplace.exchange.demands.forms import MODE_NAMES
from marketplace.kernel.settings import Settings
from marketplace.showcase.classification import queries as classification
from marketplace.showcase.listings import labels
from marketplace.web.i18n import current_lang, pick
from rules.enumerations import LICENCE_KINDS, STEPS, TRANSFER_MODES, TRL
from search.model import Facet, Page

KIND_WORDS = {
    "patent": _l("Patents"),
    "achievement": _l("Achievements"),
    "demand": _l("Demands"),
}
TITLES = {
    "kind": _l("What"),
    "cluster": _l("Industry cluster"),
    "trl": _l("Readiness level"),
    "mode": _l("Way to work together"),
    "pricing": _l("Price"),
    "status": _l("Legal status"),
    "step": _l("Maturity"),
    "source": _l("Source"),
    "ipc": _l("Patent classification"),
}
OPEN = 6


class Words:
    """Names of facet values; the titles of IPC symbols are read once per page."""

    def __init__(self, db: Session, settings: Settings, page: Page) -> None:
        symbols = [
            one.value
            for facet in page.facets
            if facet.name.startswith("ipc")
            for one in facet.values
        ]
        self.ipc = classification.titles(db, symbols, current_lang()) if symbols else {}
        self.clusters = {one.key: pick(one.zh, one.en) for one in settings.clusters}

    def of(self, key: str, value: str) -> str:
        """A value's name in the language of the request."""
        names: Mapping[str, Callable[[str], str]] = {
            "kind": lambda one: str(KIND_WORDS.get(one, one)),
            "cluster": lambda one: self.clusters.get(one, one),
            "trl": _level,
            "mode": _mode,
            "pricing": labels.pricing,
            "status": labels.status,
            "step": _step,
            "ipc": self._symbol,
        }
        return names.get(key, str)(value)

    def _symbol(self, symbol: str) -> str:
        title = self.ipc.get(symbol, "")
        short = title if len(title) <= 24 else f"{title[:23]}…"
        return f"{symbol} {short}".strip()


def _level(value: str) -> str:
    term = TRL[value]
    return f"TRL {value} {pick(term.zh, term.en)}"


def _mode(value: str) -> str:
    if value.startswith("licence_"):
        kind = LICENCE_KINDS[value.removeprefix("licence_")]
        return pick(kind.zh, kind.en)
    if value in TRANSFER_MODES:
        return pick(TRANSFER_MODES[value].zh, TRANSFER_MODES[value].en)
    return str(MODE_NAMES.get(value, value))


def _step(value: str) -> str:
    return pick(STEPS[value].zh, STEPS[value].en) if value in STEPS else value


def groups(page: Page, asked: Asked, words: Words) -> list[dict[str, Any]]:
    """The filters beside the result; a group with nothing to choose is left out."""
    by_name = {facet.name: facet for facet in page.facets}
    made = [
        _group(name, by_name[name], words)
        for name in TITLES
        if name != "ipc" and name in by_name and by_name[name].values
    ]
    if "ipc" in by_name and by_name["ipc"].values:
        made.append(_tree(by_name, words))
    made.append(_prices(asked))
    return made


def _group(name: str, facet: Facet, words: Words) -> dict[str, Any]:
    values = sorted(facet.values, key=lambda one: one.value) if name == "trl" else facet.values
    options = [
        {
            "value": one.value,
            "label": words.of(name, one.value),
            "count": one.count,
            "selected": one.selected,
        }
        for one in values
    ]
    return {"name": name, "label": str(TITLES[name]), "options": options, "more": OPEN}


def _tree(by_name: Mapping[str, Facet], words: Words) -> dict[str, Any]:
    def level(facet: Facet) -> list[dict[str, Any]]:
        return [
            {
                "value": one.value,
                "label": words.of("ipc", one.value),
                "count": one.count,
                "selected": one.selected,
                "children": level(by_name[f"ipc/{one.value}"])
                if f"ipc/{one.value}" in by_name
                else [],
            }
            for one in facet.values
        ]

    return {
        "name": "ipc",
        "label": str(TITLES["ipc"]),
        "kind": "tree",
        "options": level(by_name["ipc"]),
        "more": 8,
    }


def _prices(asked: Asked) -> dict[str, Any]:
    return {
        "name": "price",
        "label": _("Price range"),
        "kind": "range",
        "unit": _("ten thousand yuan"),
        "low_name": "price_from",
        "high_name": "price_to",
        "low_value": asked.typed.get("price_from", ""),
        "high_value": asked.typed.get("price_to", ""),
    }


def chips(asked: Asked, words: Words, path: str) -> list[tuple[str, str]]:
    """The filters in force, each with the address of the search without it."""
    found = [
        (words.of(key, value), asked.without(key, value).address(path))
        for key, values in asked.filters.items()
        for value in values
    ]
    for name, text in (("price_from", _("from %(price)s")), ("price_to", _("up to %(price)s"))):
        if name in asked.typed:
            found.append(
                (text % {"price": asked.typed[name]}, asked.without(name, "").address(path))
            )
    return found


def total_words(page: Page) -> str:
    """``1,286`` or, beyond the bound, ``1,000+``."""
    return f"{page.total:,}" if page.total_exact else f"{page.total:,}+"
