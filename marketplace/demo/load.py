"""Fill an empty market with the demo: a year of history up to this moment, and what runs now."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from marketplace.catalogue import indexing
from marketplace.demo import accounts
from marketplace.demo.accounts import tell as tell_accounts
from marketplace.demo.bank import Bank
from marketplace.demo.bargains import Bargains
from marketplace.demo.board import Board
from marketplace.demo.cast import Cast
from marketplace.demo.halls import Halls
from marketplace.demo.history import Stage, Step, nights, play
from marketplace.demo.lots import Lots
from marketplace.demo.sheets import Studio
from marketplace.demo.shelf import Shelf, drawings
from marketplace.demo.visits import visits
from marketplace.identity.queries import user_count
from marketplace.kernel import relay
from marketplace.kernel.context import Context
from marketplace.kernel.errors import MarketError
from marketplace.notify.commands import MarkRead, mark_read
from marketplace.showcase.deals import queries as deals
from marketplace.showcase.listings.queries import counts

__all__ = ["DemoRefused", "is_empty", "load", "tell_accounts"]

HISTORY_DAYS = 200
READ_BEFORE_MINUTES = 20 * 60
"""Everybody read his inbox then: what is unread is younger than a day, so no digest is due."""
Tell = Callable[[str], None]


class DemoRefused(MarketError):
    """The demo was not loaded; the sentence says why and what to do."""

    code = "demo.refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(None, sentence=sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def is_empty(ctx: Context) -> bool:
    """True while the market has neither accounts nor listings."""
    with ctx.reading() as db:
        return user_count(db) == 0 and not counts(db)


def load(ctx: Context, tell: Tell | None = None) -> dict[str, int]:
    """Play the demo's history into an empty market; how many of each thing there are now.

    ``tell`` hears what is being done. Raises DemoRefused on a production instance (the accounts
    share a password), on a market that is not empty, and when anything fails half-way.
    """
    if ctx.settings.is_production:
        raise DemoRefused("This is a production instance: the demo's accounts share a password.")
    if not is_empty(ctx):
        raise DemoRefused(
            "This market is not empty, so the demo was not loaded. Use another MARKET_HOME, or "
            "remove the folder to begin anew."
        )
    totals, failure = relay.attempt(lambda: _load(ctx, tell), doing="demo", name="load")
    if totals is None:
        raise DemoRefused(
            f"The demo could not be loaded whole ({failure}). Remove the folder "
            f"{ctx.settings.home} and its database, then load it again."
        ) from failure
    return totals


def _load(ctx: Context, tell: Tell | None) -> dict[str, int]:
    say = tell or (lambda _text: None)
    started = time.monotonic()
    minute = ctx.clock().replace(second=0, microsecond=0)  # notices name whole minutes
    stage = Stage(ctx, minute, accounts.password_of(ctx.settings))
    say("Loading the demo market: drawing pictures, playing its history …")
    studio = Studio(drawings())
    try:
        play(stage, _history(stage, studio))
    finally:
        studio.close()
    say("Building the search index …")
    documents = indexing.rebuild(ctx)
    accounts.write(ctx.settings, stage.password)
    totals = _totals(stage) | {"documents": documents}
    counted = ", ".join(f"{count} {name}" for name, count in totals.items())
    say(f"The demo market is loaded in {time.monotonic() - started:.0f} s: {counted}.")
    return totals


def _history(stage: Stage, studio: Studio) -> Iterable[Step]:
    """Every step of the history, in no order."""
    cast = Cast(stage)
    shelf, lots, board = Shelf(stage, cast, studio), Lots(stage, cast), Board(stage, cast)
    bargains = Bargains(stage, cast)
    first: dict[str, datetime] = {}
    needed = (shelf, lots, board, bargains)
    for house, at in (pair for one in needed for pair in one.first_needed()):
        first[house] = min(at, first.get(house, at))
    return (
        *cast.steps(first),
        *shelf.steps(),
        *lots.steps(),
        *Halls(stage, lots).steps(),
        *board.steps(),
        *bargains.steps(),
        *Bank(stage, cast).steps(),
        *nights(stage, HISTORY_DAYS),
        *visits(stage),
        Step(stage.minutes(-READ_BEFORE_MINUTES), lambda at: _read_inboxes(stage, at)),
    )


def _read_inboxes(stage: Stage, at: datetime) -> None:
    for person in sorted(stage.houses):
        mark_read(stage.acting(person, at), MarkRead())


def _totals(stage: Stage) -> dict[str, int]:
    tables = {
        "organisation": "organisations",
        "person": "people",
        "listing": "listings",
        "demand": "demands",
        "auction": "auctions",
    }
    keys = [table for table, _key in stage.ids]
    with stage.ctx.reading() as db:
        agreed = sum(1 for _line in deals.all_lines(db))  # some came out of the bargains
    counted = {name: keys.count(table) for table, name in tables.items()}
    counted["auctions"] += keys.count("hall_lot")
    return counted | {"deals": agreed}
