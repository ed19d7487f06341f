"""Races on real clocks: many bidders around the end of a lot, closers beside them, and a control.

The tests and ``make bench-auction`` run the same race. The control has no lock and no log: read
line by line it looks right, and the same questions must find it out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, text

from auction.events import Accepted, Refused
from marketplace.kernel.clock import to_ms, utc_now
from marketplace.kernel.errors import MarketError
from marketplace.kernel.options import ChangeOption, change_option
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.commands import BidAnswer, PlaceBid
from marketplace.trade.auctions.lots import store, wire
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from marketplace.treasury.deposits import steps as deposits
from marketplace.treasury.payments import statements
from rules.days import local_date
from tests.integration.trade.world import DEPOSIT, START, STEP, Person, TradeWorld

NOTICE = timedelta(days=10)
"""A stage is set so long ago that its lots have been open for two days by now."""
FIRST_PADDLE = 101
HEAD = "交易日期,收入金额,支出金额,对方户名,对方账号,附言,交易流水号"


class Stage:
    """A market of the recent past whose lots end when a race wants it, by the real clock."""

    def __init__(self, ctx, clock, *, bidders: int, soft_close: int = 0) -> None:
        clock.now = utc_now() - NOTICE
        self.clock = clock
        self.world = TradeWorld(ctx, clock)
        self.real = replace(ctx, clock=utc_now)
        change_option(
            self.world.hugo.ctx, ChangeOption("soft_close_seconds", soft_close, "一次竞价演练")
        )
        self.people = [self._bidder(number) for number in range(bidders)]

    def _bidder(self, number: int) -> Person:
        name, code = f"竞买企业{number}有限公司", f"9133062400000{number:04d}A"
        actor = self.world.member(f"B{number}", name, code=code).actor
        return Person(actor, self.real.acting(actor))

    def lot(self, ends_at: datetime) -> int:
        """A running lot with everybody admitted and every deposit held."""
        self.clock.now = utc_now() - NOTICE
        lot = self.world.announce(listing_id=self.world.listing(), ends_at=ends_at)
        with self.world.ctx.transaction() as tx:
            auction = tx.db.get_one(Auction, lot)
            rows = [self._signup(auction, number, one) for number, one in enumerate(self.people)]
            tx.db.execute(insert(Signup), rows)
            codes = [deposits.expect(tx, self._expected(auction, one)) for one in self.people]
        self._pay(lot, codes)
        return lot

    def _pay(self, lot: int, codes: list[str]) -> None:
        """The bank's list of the day shows every transfer, and Tao takes it in."""
        day, yuan, lines = local_date(self.clock()), DEPOSIT // 100, [HEAD]
        for number, code in enumerate(codes):
            house = self.people[number].actor.organisation_name
            lines.append(f"{day},{yuan},,{house},62220000{number:08d},{code},B{lot}-{number}")
        sent = statements.SendStatement("bank.csv", "\n".join(lines).encode())
        tao = self.world.tao.ctx
        statements.take_statement(tao, statements.look_at(tao, sent))

    def _signup(self, auction: Auction, number: int, one: Person) -> dict[str, object]:
        return {
            "auction_id": auction.id,
            "organisation_id": one.organisation_id,
            "organisation_name": one.actor.organisation_name,
            "user_id": one.id,
            "paddle": str(FIRST_PADDLE + number),
            "state": "admitted",
            "accepted_version": 1,
            "accepted_at": self.clock(),
            "applied_at": self.clock(),
            "admitted_at": self.clock(),
            "hides_name": False,
        }

    def _expected(self, auction: Auction, one: Person) -> deposits.Expected:
        return deposits.Expected(
            auction.id,
            auction.number,
            auction.title,
            one.organisation_id,
            one.actor.organisation_name,
            one.id,
            auction.deposit_minor,
            needed_until=auction.ends_at,
        )


@dataclass
class Told:
    """What the people of a race were told: (bidder, key, amount, answer), and who closed."""

    bids: list[tuple[int, str, int, BidAnswer]] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    closings: list[bool] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


def together(count: int, work: Callable[[int], None], told: Told) -> None:
    """``work(n)`` in threads that start at once; an error in any of them is kept."""
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except BaseException as error:
            told.errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _set(stage: Stage, lead: float, seconds: float) -> tuple[int, float]:
    """A lot, and how long to sleep until ``lead`` before its end; a slow machine gets longer."""
    for patience in (1, 3, 9):
        ends_at = utc_now() + timedelta(seconds=seconds * patience)
        lot = stage.lot(ends_at)
        left = (ends_at - utc_now()).total_seconds() - lead
        if left > 0:
            return lot, left
    raise AssertionError(f"the stage is not set within {seconds * 9:.0f} s")


def race(stage: Stage, *, closers: int = 2, lead: float = 0.4) -> tuple[int, Told]:
    """Everybody bids from ``lead`` seconds before the end until he is told «ended»; the lot."""
    bidders = len(stage.people)
    lot, left = _set(stage, lead, seconds=1.0 + bidders / 50)
    told = Told()
    time.sleep(left)

    def bid(number: int) -> None:
        for round_number in range(1_000):
            # Two and two send the same amount; everybody's rise from round to round.
            amount = START + STEP * (round_number * bidders + number // 2 * 2)
            key = f"{number}-{round_number}"
            told.sent.add(key)
            command = PlaceBid(lot, amount, key, confirmed=True, entered=time.monotonic())
            answer = _patiently(stage.people[number], command)
            told.bids.append((number, key, amount, answer))
            if answer.reason == "ended":
                return

    def close(_number: int) -> None:
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            told.closings.append(commands.close_if_due(stage.real, lot))
            if _is_closed(stage, lot):
                return
            time.sleep(0.05)

    together(bidders + closers, lambda n: bid(n) if n < bidders else close(n), told)
    return lot, told


def _patiently(person: Person, command: PlaceBid) -> BidAnswer:
    """As a page does: whoever is told «try again» sends the same key again."""
    for _attempt in range(20):
        try:
            return commands.place_bid(person.ctx, command)
        except MarketError:
            time.sleep(0.1)
    return commands.place_bid(person.ctx, command)


def _is_closed(stage: Stage, lot: int) -> bool:
    with stage.real.reading() as db:
        return db.scalar(select(Auction.state).where(Auction.id == lot)) == "closed"


def violations(stage: Stage, lot: int, told: Told) -> list[str]:
    """What contradicts the answers that were given: nothing, if the lot was kept well."""
    with stage.real.reading() as db:
        lot_id = db.get_one(Auction, lot).lot_id
        log = store(db).log(wire(db), lot_id)
        state = store(db).check_row_equals_fold(wire(db), lot_id)
        results = list(db.scalars(select(Outcome).where(Outcome.auction_id == lot)))
    events = {entry.seq: entry.event() for entry in log}
    closed = [entry.seq for entry in log if entry.kind == "closed"]
    accepted = [(one.at_ms, events[one.seq].bid) for one in log if one.kind == "accepted"]
    best = max((bid for _at, bid in accepted), key=lambda bid: bid.amount, default=None)
    keyed = [((one.bidder, one.key), events[one.seq]) for one in log if one.key]
    after = [events[seq] for seq in events if closed and seq > closed[0]]
    checks = {
        f"somebody failed: {told.errors}": bool(told.errors),
        "nobody was accepted: it was no race": not accepted,
        "it was not closed exactly once": (len(closed), len(results), sum(told.closings))
        != (1, 1, 1),
        "something but a refusal came after the closing": not all(
            isinstance(event, Refused) for event in after
        ),
        "a bid was accepted that came at or after the end": any(
            at_ms >= state.ends_ms for at_ms, _bid in accepted
        ),
        # max() keeps the first of equals: the earliest in the log
        "the leader has not the greatest maximum, the earliest of equals": best is not None
        and (state.leader, state.leader_max) != (best.bidder, best.amount),
        "the result is not the log's": [one.price_minor for one in results] != [state.price],
        "an intent is in the log twice": len(keyed) != len(dict(keyed)),
        "the log knows a key that nobody sent": not {key for (_, key), _ in keyed} <= told.sent,
        "an answer is not in the log": not all(_is_in(dict(keyed), *one) for one in told.bids),
    }
    return [fault for fault, found in checks.items() if found]


def _is_in(logged, number: int, key: str, amount: int, answer: BidAnswer) -> bool:
    event = logged.get((str(FIRST_PADDLE + number), key))
    if isinstance(event, Accepted):
        return answer.accepted and event.bid.amount == amount
    if isinstance(event, Refused):
        return event.reason.value == answer.reason and event.facts["amount"] == amount
    return False


def naive_race(ctx, *, bidders: int, closers: int = 2, lead: float = 0.2) -> list[str]:
    """The control: check, then save, without a lock. What contradicts its answers."""
    with ctx.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS naive_lot"))
        connection.execute(
            text("CREATE TABLE naive_lot (leader INTEGER, maximum BIGINT, closed_at BIGINT)")
        )
        connection.execute(text("INSERT INTO naive_lot VALUES (NULL, 0, NULL)"))
    ends_ms, told = to_ms(utc_now()) + int(lead * 1000), Told()
    accepted: list[tuple[int, int]] = []
    closed: list[int] = []

    def read():
        with ctx.engine.connect() as connection:
            return connection.execute(text("SELECT maximum, closed_at FROM naive_lot")).one()

    def save(change: str, **values: int) -> None:
        with ctx.engine.execution_options(write=True).begin() as connection:
            connection.execute(text(f"UPDATE naive_lot SET {change}"), values)

    def bid(number: int) -> None:
        for round_number in range(1_000):
            amount = round_number * bidders + number // 2 * 2 + 1
            maximum, _closed = read()
            if to_ms(utc_now()) >= ends_ms:
                return
            if amount > maximum:
                save("leader = :leader, maximum = :maximum", leader=number, maximum=amount)
                accepted.append((amount, number))

    def close(_number: int) -> None:
        while to_ms(utc_now()) < ends_ms:
            time.sleep(0.001)
        maximum, closed_at = read()
        if closed_at is None:
            save("closed_at = :at", at=to_ms(utc_now()))
            closed.append(maximum)

    together(bidders + closers, lambda n: bid(n) if n < bidders else close(n), told)
    final, _at = read()
    amounts = [amount for amount, _number in accepted]
    checks = {
        "it was not closed exactly once": len(closed) != 1,
        "the result is not where the bids ended": closed != [final],
        "two were told that they lead with one amount": len(amounts) != len(set(amounts)),
        "the leader has not the greatest maximum": bool(amounts) and final != max(amounts),
    }
    return [fault for fault, found in checks.items() if found]
