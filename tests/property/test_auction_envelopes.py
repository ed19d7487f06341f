"""Sealed and Dutch auctions under random play: the invariants after every step.

AUCTION_PROFILE=deep plays longer. The numbers are those of the specification's invariants.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from auction import envelopes, log, verifier
from auction.book import Book
from auction.commands import Close, Commit, ExtendForOutage, Reveal, Take, Top, VoidBidder
from auction.events import Closed
from auction.export import export
from auction.state import Stage, Terms
from tests.property.test_auction_english import DEEP, HOUR, PLAY

SHORT = settings(PLAY, max_examples=500 if DEEP else 60, stateful_step_count=40 if DEEP else 25)
BIDDERS = ["A", "B", "C", "D"]
AMOUNTS = st.sampled_from([9_999, 10_000, 20_000, 20_001, 30_000, 60_000, 95_001, 120_000])


def nonce(bidder: str, number: int) -> str:
    return hashlib.sha256(f"{bidder}{number}".encode()).hexdigest()


class Envelopes(RuleBasedStateMachine):
    """What sealed lots and the second phase of Dutch ones have in common."""

    def begin(self, terms: Terms) -> None:
        self.book = Book(7, terms)
        self.now = terms.opens_ms
        self.mine: dict[str, tuple[int, str]] = {}
        self.sent = 0

    @property
    def state(self):
        return self.book.state

    @property
    def stage(self):
        return self.state.progress.stage

    def execute(self, command):
        before = self.state
        outcome = self.book.execute(command, self.now)
        if outcome.refusal:  # 9
            assert self.state == replace(before, seq=self.state.seq, head=self.state.head)
        return outcome

    def in_time(self) -> bool:
        open_yet = self.state.terms.opens_ms <= self.now < self.state.ends_ms
        return open_yet and self.state.outcome is None

    # -- what may happen ---------------------------------------------------------------------------

    @rule(ms=st.sampled_from([0, 1, 60_000, 600_000]))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @precondition(lambda self: self.state.outcome is None)
    @rule(before=st.sampled_from([-1, 0, 1]))
    def time_comes_close_to_the_end(self, before: int) -> None:
        self.now = max(self.now, self.state.ends_ms - before)

    @rule(bidder=st.sampled_from(BIDDERS), amount=AMOUNTS, barred=st.booleans())
    def somebody_seals(self, bidder, amount, barred) -> None:
        self.sent += 1
        secret = nonce(bidder, self.sent)
        seal = envelopes.seal(7, bidder, amount, secret)
        outcome = self.execute(
            Commit(bidder, seal, key=f"k{self.sent}", ineligible="staff" if barred else None)
        )
        if outcome.refusal is None:
            assert self.in_time()  # 5
            assert not barred  # 10
            assert bidder != self.state.progress.taker
            self.mine[bidder] = (amount, secret)

    @rule(bidder=st.sampled_from(BIDDERS), wrong=st.booleans())
    def somebody_reveals(self, bidder, wrong) -> None:
        amount, secret = self.mine.get(bidder, (10_000, nonce("", 0)))
        outcome = self.execute(Reveal(bidder, amount + wrong, secret))
        if outcome.refusal is None:
            assert self.in_time()
            assert self.stage is Stage.REVEALING
            assert not wrong
            assert bidder in self.mine

    @precondition(lambda self: self.stage is Stage.REVEALING and self.mine)
    @rule(data=st.data())
    def somebody_reveals_what_he_sealed(self, data) -> None:
        self.somebody_reveals(data.draw(st.sampled_from(sorted(self.mine))), False)

    @rule(bidder=st.sampled_from(BIDDERS))
    def the_operator_voids(self, bidder) -> None:
        if self.execute(VoidBidder(bidder, "reason")).refusal is None:
            del self.mine[bidder]

    @rule(minutes=st.integers(1, 90))
    def the_market_was_away(self, minutes) -> None:
        ends = self.state.ends_ms
        outcome = self.execute(ExtendForOutage(self.now, self.now + minutes * 60_000))
        assert outcome.refusal or self.state.ends_ms > ends
        self.now += minutes * 60_000

    @rule()
    def somebody_tries_to_close(self) -> None:
        due = self.state.outcome is None and self.now >= self.state.ends_ms
        assert bool(self.execute(Close()).events) == due

    # -- what must hold always -----------------------------------------------------------------------

    @invariant()
    def the_row_is_the_fold_of_a_sound_log(self) -> None:  # 1
        log.verify(self.book.entries)
        assert log.fold(self.book.entries) == self.state

    @invariant()
    def no_sealed_amount_is_public_before_the_minutes(self) -> None:  # 12
        public = "".join(entry.public for entry in self.book.entries)
        if not any(entry.kind == "opened" for entry in self.book.entries):
            assert not any(secret in public for _, secret in self.mine.values())

    def opened(self):
        lines = [json.loads(e.public)["lines"] for e in self.book.entries if e.kind == "opened"]
        return lines[0] if lines else []

    @invariant()
    def the_minutes_hold_every_standing_seal_and_true_openings(self) -> None:
        for line in self.opened():
            if line["amount"] is not None:
                fields = (line["bidder"], line["amount"], line["nonce"])
                assert envelopes.seal(7, *fields) == line["seal"]
            if line["verdict"] in ("counts", "too_low"):
                assert self.mine[line["bidder"]] == (line["amount"], line["nonce"])
            stands = line["verdict"] not in ("replaced", "voided")
            assert stands == (
                line["bidder"] in self.mine
                and line["seal"] == envelopes.seal(7, line["bidder"], *self.mine[line["bidder"]])
            )

    def best(self):
        """The winner of the minutes by the rule itself: greatest amount, earliest seal."""
        lines = [line for line in self.opened() if line["verdict"] == "counts"]
        return max(lines, key=lambda line: line["amount"], default=None)

    def teardown(self) -> None:
        """Whatever was played: it closes once, and a stranger's program agrees with it."""
        if not hasattr(self, "book"):
            return
        for _ in range(5):
            self.now = max(self.now, self.state.ends_ms)
            self.execute(Close())
        events = [entry.event() for entry in self.book.entries]
        assert sum(isinstance(event, Closed) for event in events) == 1  # 13
        self.the_row_is_the_fold_of_a_sound_log()
        now = self.state
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.jsonl"
            path.write_text(export(7, self.book.entries))
            told = f"{now.outcome.value}, leader {now.leader}, price {now.price}"
            assert verifier.verify(str(path)).endswith(told)
        self.check_result()


class SealedAuction(Envelopes):
    """First and second price, with and without a reserve."""

    @initialize(
        pricing=st.sampled_from(["first", "second"]),
        reserve=st.none() | st.sampled_from([10_000, 20_001, 60_000, 200_000]),
    )
    def schedule(self, pricing, reserve) -> None:
        sealing = {"reveal_ms": 600_000, "pricing": pricing}
        self.begin(Terms(10_000, (), 1_000, HOUR, reserve=reserve, format="sealed", sealed=sealing))

    @invariant()
    def nothing_is_shown_before_the_minutes(self) -> None:
        assert self.opened() or (self.state.leader, self.state.view) == (None, 0)

    def check_result(self) -> None:
        now, best = self.state, self.best()
        if best is None:
            assert (now.outcome, now.leader, now.price) == ("no_bids", None, None)
            return
        amounts = sorted(x["amount"] for x in self.opened() if x["verdict"] == "counts")
        assert (now.leader, now.leader_max) == (best["bidder"], amounts[-1])
        assert now.terms.start <= now.price <= amounts[-1]  # 2
        met = now.terms.reserve is None or amounts[-1] >= now.terms.reserve
        assert (now.outcome == "sold") == met  # 4
        if now.terms.sealed.pricing == "first":
            assert now.price == amounts[-1]
        elif met:
            assert now.price == max([now.terms.start, now.terms.reserve or 0, *amounts[:-1]])


class DutchAuction(Envelopes):
    """The falling price, and the second phase where there is one."""

    @initialize(second=st.booleans(), step=st.sampled_from([1, 5_000, 70_000]))
    def schedule(self, second, step) -> None:
        spans = {"sealing_ms": 300_000, "reveal_ms": 300_000, "topping_ms": 60_000}
        fall = {"step": step, "interval_ms": 60_000, "floor": 10_000} | (spans if second else {})
        self.begin(Terms(95_000, (), 1_000, HOUR, format="dutch", dutch=fall))
        self.taken = None
        self.topped = None

    @rule(
        bidder=st.sampled_from(BIDDERS),
        limit=st.none() | AMOUNTS,
        age=st.sampled_from([0, 1, 2_000, 9_000]),
    )
    def somebody_takes(self, bidder, limit, age) -> None:
        command = Take(bidder, limit, age_ms=age)
        price = self.state.terms.falling_price(command.received_ms(self.now))
        if self.execute(command).refusal is None:
            assert self.taken is None
            assert limit is None or price <= limit
            assert 10_000 <= price <= 95_000
            self.taken = (bidder, price)
            assert (self.state.leader, self.state.price) == self.taken

    @rule(bidder=st.sampled_from(BIDDERS), above=st.integers(-1, 2))
    def somebody_tops(self, bidder, above) -> None:
        amount = (self.state.price or 10_000) + above
        if self.execute(Top(bidder, amount)).refusal is None:
            assert self.topped is None
            assert bidder == self.taken[0]
            assert above >= 1
            self.topped = (bidder, amount)

    @precondition(lambda self: self.stage is Stage.TOPPING and self.taken)
    @rule()
    def the_taker_tops(self) -> None:
        self.somebody_tops(self.taken[0], 1)

    @invariant()
    def the_price_never_falls_once_taken(self) -> None:  # 2
        assert (self.taken is None) == (self.state.price is None)
        assert self.taken is None or self.state.price >= self.taken[1]

    def check_result(self) -> None:
        now, best = self.state, self.best()
        expected = self.topped or (best and (best["bidder"], best["amount"])) or self.taken
        assert (now.leader, now.price) == (expected or (None, None))
        assert now.outcome == ("sold" if expected else "no_bids")


TestSealedAuction = pytest.mark.slow(SealedAuction.TestCase)
TestSealedAuction.settings = SHORT
TestDutchAuction = pytest.mark.slow(DutchAuction.TestCase)
TestDutchAuction.settings = SHORT
