"""A lot in the hall and online at once under random play: the hammer ends it, slips are undone."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from auction import log, verifier
from auction.book import Book
from auction.clerk import Hammer, Pass, Pause, Resume, Undo, Warn
from auction.commands import Channel, Close, PlaceBid, VoidBidder
from auction.export import export
from auction.proxy import minimum_next, refold
from auction.state import Terms
from tests.property.test_auction_english import DEEP, HOUR, PLAY

SHORT = settings(PLAY, max_examples=500 if DEEP else 60, stateful_step_count=40 if DEEP else 25)


class HallAuction(RuleBasedStateMachine):
    """Clerk, paddles and web bidders; the announced end lies in the middle of the play."""

    @initialize(
        reserve=st.none() | st.integers(9_000, 40_000),
        policy=st.sampled_from(["jump", "at_close"]),
    )
    def schedule(self, reserve, policy) -> None:
        ladder = ((0, 1_000), (30_000, 2_500))
        more = {"reserve": reserve, "reserve_policy": policy, "abnormal_multiple": None}
        self.book = Book(7, Terms(10_000, ladder, 0, HOUR, mode="both", **more))
        self.now = HOUR - 10
        self.warned_of: list[int] = []

    @property
    def state(self):
        return self.book.state

    def execute(self, command):
        before, self.now = self.state, self.now + 1
        outcome = self.book.execute(command, self.now)
        if outcome.refusal:  # 9
            assert self.state == replace(before, seq=self.state.seq, head=self.state.head)
        assert self.state.ends_ms == HOUR  # 6: nothing extends
        lowers = isinstance(command, VoidBidder | Undo)
        assert lowers or (self.state.price or 0) >= (before.price or 0)  # 2
        return outcome

    @rule(
        bidder=st.sampled_from(["A", "B", "P7", "P9"]),
        channel=st.sampled_from(Channel),
        above=st.integers(-1, 9_000),
    )
    def somebody_bids(self, bidder, channel, above) -> None:
        amount = minimum_next(self.state.terms, self.state.standing) + above
        seen = self.state.view if channel is Channel.FLOOR else None
        bid = PlaceBid(bidder, amount, channel=channel, seen_view=seen)
        paused, over = self.state.progress.paused, self.state.outcome
        outcome = self.execute(bid)
        assert not ((paused or over) and outcome.refusal is None)

    @rule(behind=st.sampled_from([0, 0, 0, 1]))
    def the_clerk_warns(self, behind) -> None:
        view = self.state.view
        if self.execute(Warn(view - behind)).refusal is None:
            self.warned_of.append(view)
            assert 1 <= self.state.warnings <= 2

    @rule(kind=st.sampled_from([Hammer, Pass]))
    def the_clerk_ends_it(self, kind) -> None:
        now = self.state
        if self.execute(kind(now.view)).refusal is None:
            assert self.warned_of[-2:] == [now.view] * 2
            assert not now.progress.paused
            met = now.leader is not None and (now.terms.reserve is None or now.reserve_met)
            assert (kind is Hammer) == met  # 4
            assert self.state.leader == now.leader

    @rule(kind=st.sampled_from([Pause("reason"), Resume()]))
    def the_clerk_pauses_or_resumes(self, kind) -> None:
        paused = self.state.progress.paused
        done = self.execute(kind).refusal is None
        assert self.state.progress.paused == (not paused if done else paused)
        if done:
            self.warned_of.clear()

    @rule()
    def the_clerk_undoes(self) -> None:
        bids, floor = log.standing_bids(self.book.entries), Channel.FLOOR
        undone = self.execute(Undo(self.state.view, "slip")).refusal is None
        possible = bool(bids) and bids[-1].channel is floor and self.state.outcome is None
        assert undone == possible
        assert log.standing_bids(self.book.entries) == (bids[:-1] if undone else bids)

    @rule(bidder=st.sampled_from(["A", "P7"]))
    def the_operator_voids(self, bidder) -> None:
        self.execute(VoidBidder(bidder, "reason"))

    @rule()
    def the_clock_cannot_close(self) -> None:
        assert self.execute(Close()).events == ()

    @invariant()
    def the_row_is_the_fold_and_the_standing_that_of_the_bids(self) -> None:  # 1, 11
        log.verify(self.book.entries)
        assert log.fold(self.book.entries) == self.state
        if self.state.outcome is None:
            bids = log.standing_bids(self.book.entries)
            assert self.state.standing == refold(self.state.terms, bids)

    def teardown(self) -> None:
        """The clerk ends it lawfully, and a stranger's program agrees."""
        if not hasattr(self, "book"):
            return
        self.execute(Resume())
        for command in (Warn, Warn, Hammer, Pass):
            self.execute(command(self.state.view))
        now = self.state
        assert now.outcome is not None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.jsonl"
            path.write_text(export(7, self.book.entries))
            told = f"{now.outcome.value}, leader {now.leader}, price {now.price}"
            assert verifier.verify(str(path)).endswith(told)


TestHallAuction = pytest.mark.slow(HallAuction.TestCase)
TestHallAuction.settings = SHORT
