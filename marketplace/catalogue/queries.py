"""One search: the engine finds ids, the database gives the rows and authorises them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.catalogue import engine
from marketplace.catalogue.sources import split
from marketplace.exchange.demands import queries as demands
from marketplace.exchange.demands.queries import DemandCard
from marketplace.kernel.errors import Invalid
from marketplace.kernel.settings import Settings
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import ListingCard
from search.errors import SearchRefused
from search.model import Page, Query, Suggestion

SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A record of the result in its place; ``full`` says that it has every word asked for."""

    full: bool
    listing: ListingCard | None = None
    demand: DemandCard | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results with the engine's own page (facets, total, hints)."""

    page: Page
    found: tuple[Found, ...]


def search(db: Session, settings: Settings, query: Query) -> Results:
    """Run a search; raises Invalid with the engine's code when it refuses the query."""
    try:
        page = engine.reader(settings).search(query)
    except SearchRefused as error:
        raise Invalid(f"search.{error.code}", **error.facts) from error
    return Results(page, _rows(db, page))


def _rows(db: Session, page: Page) -> tuple[Found, ...]:
    listed, wanted = _cards(db, page)
    found = []
    for hit in page.hits:
        prefix, number = split(hit.id)
        listing = listed.get(number) if prefix == "listing" else None
        demand = wanted.get(number) if prefix == "demand" else None
        if listing or demand:  # withdrawn a moment ago: the index is about to learn it
            found.append(Found(hit.full_match, listing, demand))
    return tuple(found)


def _cards(db: Session, page: Page) -> tuple[Mapping[int, ListingCard], Mapping[int, DemandCard]]:
    ids = [split(hit.id) for hit in page.hits]
    return (
        listings.cards(db, [number for prefix, number in ids if prefix == "listing"]),
        demands.cards(db, [number for prefix, number in ids if prefix == "demand"]),
    )


def suggestions(settings: Settings, prefix: str) -> tuple[Suggestion, ...]:
    """Words of public records that begin so, in characters, pinyin or initials."""
    return engine.reader(settings).suggest(prefix, SUGGESTIONS)


def similar(settings: Settings, identity: str, most: int) -> list[int]:
    """Numbers of listings like this one."""
    ids = engine.reader(settings).like(identity, most)
    return [split(one)[1] for one in ids if one.startswith("listing:")]
