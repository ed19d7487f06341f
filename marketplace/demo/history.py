"""The past of the demo market, played in the right order by moved clocks and real actors."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from marketplace import wiring
from marketplace.catalogue import indexing
from marketplace.exchange.demands.commands import expire_due as expire_demands
from marketplace.identity.actors import actor_of
from marketplace.identity.commands import sweep_due
from marketplace.kernel import relay
from marketplace.kernel.clock import SHANGHAI, Clock
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Unavailable
from marketplace.kernel.outbox import OutboxRow
from marketplace.showcase.listings.lifecycle import expire_due, remind_expiring
from marketplace.trade.auctions.commands import close_due
from marketplace.trade.offers.reactions import expire_due as expire_offers
from marketplace.trade.orders import sweeps as order_sweeps
from marketplace.trade.publicity.commands import clear_due
from marketplace.treasury.deposits.reactions import alarm_due

Sweep = Callable[[Context], object]
NIGHTLY: tuple[Sweep, ...] = (
    sweep_due,
    remind_expiring,
    expire_due,
    expire_demands,
    close_due,
    alarm_due,
    clear_due,
    expire_offers,
    order_sweeps.remind,
    order_sweeps.accept_silence,
    order_sweeps.let_go,
)
"""What the worker would have done at every hour; a night of the demo is enough of it."""
SPREAD_MINUTES = 540


@dataclass(frozen=True, slots=True)
class Step:
    """Something that somebody does at ``at``, which the clock of that moment is told."""

    at: datetime
    do: Callable[[datetime], None]


@dataclass
class Stage:
    """Where the history is played: the market, the moment of loading, and who is who by now.

    ``ids`` maps (table, key) of the content to the number the market gave; ``houses`` maps the
    key of a person to the organisation acted for.
    """

    ctx: Context
    now: datetime
    password: str
    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    houses: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The date of the loading moment in China."""
        return self.now.astimezone(SHANGHAI).date()

    def minutes(self, offset: float) -> datetime:
        """The instant so many minutes after the loading moment (negative: before)."""
        return self.now + timedelta(minutes=offset)

    def days_ago(self, days: float, key: str = "") -> datetime:
        """So many days ago; ``key`` moves it earlier by up to nine hours, always the same."""
        earlier = zlib.crc32(key.encode()) % SPREAD_MINUTES if key else 0
        return self.now - timedelta(days=days, minutes=earlier)

    def at(self, instant: datetime) -> Context:
        """The market at an instant, nobody acting."""
        return replace(self.ctx, clock=_standing_still(instant))

    def acting(self, person: str, instant: datetime) -> Context:
        """The market at an instant with this person acting for the house he belongs to by then."""
        ctx = self.at(instant)
        with ctx.reading() as db:
            actor = actor_of(
                db, self.ids["person", person], organisation_id=self.houses.get(person)
            )
        if actor is None:
            raise LookupError(person)
        return ctx.acting(actor)


def _standing_still(instant: datetime) -> Clock:
    return lambda: instant


def play(stage: Stage, steps: Iterable[Step]) -> int:
    """Play the steps by their instants, each followed by the deliveries it leaves; how many.

    Raises what a step raises, and Unavailable when a delivery failed.
    """
    handlers = quiet_handlers()
    ordered = sorted(steps, key=lambda step: step.at)
    for step in ordered:
        step.do(step.at)
        _deliver(stage.at(step.at), handlers)
    _refuse_failures(stage.ctx)
    return len(ordered)


def nights(stage: Stage, days: int) -> list[Step]:
    """The sweeps of every second night since ``days`` ago, and those of the loading moment."""

    def sweep(instant: datetime) -> None:
        for one in NIGHTLY:
            one(stage.at(instant))

    return [Step(stage.days_ago(ago), sweep) for ago in range(days, -1, -2)]


def _deliver(ctx: Context, handlers: relay.Handlers) -> None:
    """Deliver all that is due by now, but for the search index, which is made anew at the end."""
    while relay.deliver_one(ctx, handlers, apart_from=indexing.CONSUMERS):
        pass


def _refuse_failures(ctx: Context) -> None:
    """The relay notes a failed delivery and tries again later; the demo has no later."""
    owed = OutboxRow.done_at.is_(None) & OutboxRow.consumer.not_in(indexing.CONSUMERS)
    with ctx.reading() as db:
        row = db.scalar(select(OutboxRow).where(owed).limit(1))
    if row is not None:
        raise Unavailable("demo.delivery_failed", consumer=row.consumer, error=row.error)


def quiet_handlers() -> Mapping[str, relay.Handler]:
    """Every consumer, but mails of the past are written to nobody."""
    return {**wiring.handlers(), "notify.mail_wanted": _not_written}


def _not_written(_ctx: Context, _row_id: int, _payload: dict[str, Any]) -> None:
    """A mail of the past: whoever reads the demo was not there."""
