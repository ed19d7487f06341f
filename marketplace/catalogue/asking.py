"""What a visitor asked, read from the address; the address alone tells the whole search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from rules.amounts import parse_amount
from rules.refusals import AmountRefused
from search.model import SORTS, Query

FACETS = ("kind", "cluster", "trl", "mode", "pricing", "status", "step", "source")
"""Keys that a visitor may filter by; ``ipc`` comes besides, as a tree."""
FILTERS = (*FACETS, "ipc", "organisation", "industry")
FIGURES = ("price_from", "price_to")
PAGE = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as the address tells it. ``typed`` keeps price fields as typed."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    sort: str = "relevance"
    view: str = "list"
    translate: bool = True
    cursor: str | None = None

    @property
    def filter_count(self) -> int:
        """How many filters are in force."""
        return sum(len(values) for values in self.filters.values()) + len(self.typed)

    def pairs(self, *, cursor: str | None = None) -> list[tuple[str, str]]:
        """The address's parameters; paging starts anew unless a cursor is given."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(key, value) for key, values in self.filters.items() for value in values]
        pairs += list(self.typed.items())
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.view != "list":
            pairs.append(("view", self.view))
        if not self.translate:
            pairs.append(("plain", "1"))
        if cursor:
            pairs.append(("after", cursor))
        return pairs

    def address(self, path: str, *, cursor: str | None = None) -> str:
        """The address of this search."""
        query = urlencode(self.pairs(cursor=cursor))
        return f"{path}?{query}" if query else path

    def without(self, key: str, value: str) -> Asked:
        """The search with one filter taken away."""
        if key in FIGURES:
            return replace(self, typed={k: v for k, v in self.typed.items() if k != key})
        left = tuple(one for one in self.filters.get(key, ()) if one != value)
        filters = {k: v for k, v in self.filters.items() if k != key}
        return replace(self, filters={**filters, key: left} if left else filters)


def read(args: Mapping[str, list[str]]) -> Asked:
    """The parameters of an address; what is not known is ignored, never an error."""

    def one(name: str) -> str:
        return (args.get(name) or [""])[0].strip()

    filters = {
        key: tuple(dict.fromkeys(value for value in args[key] if value))[:20]
        for key in FILTERS
        if any(args.get(key, []))
    }
    return Asked(
        text=one("q"),
        filters=filters,
        typed={name: one(name) for name in FIGURES if one(name)},
        sort=one("sort") if one("sort") in SORTS else "relevance",
        view="table" if one("view") == "table" else "list",
        translate=not one("plain"),
        cursor=one("after") or None,
    )


def query_of(asked: Asked, *, lang: str, now_ms: int, page_size: int = PAGE) -> Query:
    """The engine's query; only public records are asked for."""
    filters = {key: frozenset(values) for key, values in asked.filters.items()}
    low, high = (_minor(asked.typed.get(name, "")) for name in FIGURES)
    return Query(
        text=asked.text,
        filters={**filters, "visibility": frozenset({"public"})},
        ranges={"price_minor": (low, high)} if low is not None or high is not None else {},
        sort=asked.sort,
        page_size=page_size,
        cursor=asked.cursor,
        facets=(*FACETS, *_tree(asked.filters.get("ipc", ()))),
        lang=lang,
        now_ms=now_ms,
        translate=asked.translate,
    )


def _tree(chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The sections, and below a chosen symbol its next level."""
    deeper = [f"ipc/{symbol}" for symbol in chosen if len(symbol) < 9]
    return ("ipc", *deeper[:3])


def _minor(typed: str) -> int | None:
    """Prices in lists are typed in ten thousand yuan, as they are shown there."""
    try:
        found = parse_amount(typed) if typed else None
    except AmountRefused:
        return None
    if found is None:
        return None
    return found if any(unit in typed for unit in "万亿元¥￥") else found * 10_000
