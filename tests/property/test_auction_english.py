"""The English auction under random play: the invariants of the specification, after every step.

AUCTION_PROFILE=deep plays longer. The numbers are those of the specification's invariants.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from auction import english, log, verifier
from auction.book import Book
from auction.commands import Channel, Close, ExtendForOutage, PlaceBid, VoidBidder
from auction.events import Accepted, Closed, Extended, ReserveMet
from auction.export import export
from auction.proxy import minimum_next, outranks
from auction.state import AMOUNT_LIMIT, Terms

DEEP = os.environ.get("AUCTION_PROFILE") == "deep"
PLAY = settings(
    max_examples=500 if DEEP else 100,
    stateful_step_count=40 if DEEP else 30,
    derandomize=not DEEP,  # the same play in every ordinary run: a red build is never chance
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
HOUR = 3_600_000
RANKS = {"H1": 1, "H2": 2}
BIDDERS = ["A", "B", "C", "P7", "P9", *RANKS]
NOT_MONEY = st.one_of(
    st.floats(), st.text(max_size=5), st.booleans(), st.none(), st.integers(max_value=0)
) | st.integers(min_value=AMOUNT_LIMIT + 1)


@st.composite
def any_terms(draw) -> Terms:
    hard_end = draw(st.none() | st.integers(HOUR, HOUR + 400_000))
    return Terms(
        start=10_000,
        ladder=draw(st.sampled_from([((0, 1_000), (30_000, 2_500)), ((0, 700),), ((0, 1),)])),
        opens_ms=1_000,
        ends_ms=HOUR,
        reserve=draw(st.none() | st.integers(5_000, 60_000)),
        reserve_policy=draw(st.sampled_from(["jump", "at_close"])),
        window_ms=draw(st.sampled_from([0, 60_000, 300_000, 2 * HOUR])),
        extend_ms=draw(st.sampled_from([0, 60_000, 300_000])),
        hard_end_ms=hard_end,
        end_granularity_ms=draw(st.sampled_from([1, 1_000, 60_000])),
        abnormal_multiple=draw(st.sampled_from([None, 4])),
    )


class EnglishAuction(RuleBasedStateMachine):
    """Anybody does anything at any time."""

    @initialize(terms=any_terms())
    def schedule(self, terms: Terms) -> None:
        self.book = Book(7, terms)
        self.now = terms.opens_ms
        self.intents: dict[tuple[str, str], tuple[PlaceBid, tuple[str, ...]]] = {}

    # -- what may happen ---------------------------------------------------------------------------

    @rule(ms=st.sampled_from([0, 1, 999, 60_000, 600_000]))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @precondition(lambda self: self.state.closed_ms is None)
    @rule(before=st.sampled_from([-1, 0, 1, 2, 1_000, 60_000, 299_999, 300_000]))
    def time_comes_close_to_the_end(self, before: int) -> None:
        self.now = max(self.now, self.state.ends_ms - before)

    @rule(
        bidder=st.sampled_from(BIDDERS),
        above=st.integers(-1_500, 30_000) | st.sampled_from([-1, 0, 1]),
        channel=st.sampled_from(Channel),
        age=st.sampled_from([0, 0, 0, 1, 2_000, 9_000]),
        confirmed=st.booleans(),
    )
    def somebody_bids_near_the_price(self, bidder, above, channel, age, confirmed) -> None:
        rank = RANKS.get(bidder)
        amount = max(1, minimum_next(self.state.terms, self.state.standing, rank) + above)
        more = {"channel": channel, "age_ms": age, "confirmed": confirmed, "rank": rank}
        self.bid(PlaceBid(bidder, amount, key=f"k{len(self.intents)}", **more))

    @precondition(lambda self: self.state.leader_max is not None)
    @rule(bidder=st.sampled_from(BIDDERS), above=st.integers(-2, 2_000))
    def somebody_bids_near_the_maximum(self, bidder, above) -> None:
        """The random play knows the secret that real bidders do not: ties and near ties."""
        amount = max(1, self.state.leader_max + above)
        key, rank = f"k{len(self.intents)}", RANKS.get(bidder)
        self.bid(PlaceBid(bidder, amount, key=key, rank=rank, confirmed=True))

    @rule(amount=NOT_MONEY)
    def somebody_bids_what_is_no_money(self, amount) -> None:  # 14
        outcome = self.bid(PlaceBid("A", amount))
        assert outcome.names[0] in {"bad_amount", "not_open", "ended"}

    @rule(seen=st.integers(0, 5))
    def a_clerk_calls_a_bid(self, seen: int) -> None:
        moved = seen != self.state.view
        amount = minimum_next(self.state.terms, self.state.standing)
        bid = PlaceBid("P7", amount, channel=Channel.FLOOR, seen_view=seen, confirmed=True)
        outcome = self.bid(bid)
        assert not moved or outcome.names[0] in {"stale_view", "not_open", "ended"}

    @rule(amount=st.integers(1, 90_000))
    def somebody_barred_bids(self, amount: int) -> None:  # 10
        assert self.bid(PlaceBid("seller", amount, ineligible="seller")).refusal

    @precondition(lambda self: self.intents)
    @rule(data=st.data(), other=st.booleans())
    def somebody_repeats_a_key(self, data, other: bool) -> None:  # 7
        bid, names = data.draw(st.sampled_from(list(self.intents.values())))
        length, state = len(self.book.entries), self.state
        again = self.execute(replace(bid, amount=bid.amount + 1) if other else bid)
        assert again.replayed
        assert again.names == (("key_reused",) if other else names)
        assert len(self.book.entries) == length + other
        assert replace(self.state, seq=0, head="") == replace(state, seq=0, head="")

    @rule(bidder=st.sampled_from(BIDDERS))
    def the_operator_voids(self, bidder: str) -> None:  # 11
        history = log.standing_bids(self.book.entries)
        ends = self.state.ends_ms
        outcome = self.execute(VoidBidder(bidder, "reason"))
        assert self.state.ends_ms == ends
        if outcome.refusal is None:
            without = Book(7, self.state.terms)
            for bid in (b for b in history if b.bidder != bidder):
                again = replace(bid, confirmed=True, seen_view=None)
                assert without.execute(again, self.state.terms.opens_ms).refusal is None
            assert self.state.standing == without.state.standing

    @rule(minutes=st.integers(1, 90))
    def the_market_was_away(self, minutes: int) -> None:
        before = self.state
        outcome = self.execute(ExtendForOutage(self.now, self.now + minutes * 60_000))
        assert outcome.refusal or self.state.ends_ms >= before.ends_ms + HOUR
        self.now += minutes * 60_000

    @rule(drain=st.sampled_from([0, 2_000]))
    def somebody_tries_to_close(self, drain: int) -> None:
        before = self.state
        outcome = self.execute(Close(drain_ms=drain))
        due = before.closed_ms is None and self.now >= before.ends_ms + drain
        assert bool(outcome.events) == due

    # -- what must hold at each answer ---------------------------------------------------------------

    @property
    def state(self):
        return self.book.state

    def execute(self, command):
        before = self.state
        outcome = self.book.execute(command, self.now)
        if outcome.refusal:  # 9
            fields = {"seq": self.state.seq, "head": self.state.head}
            assert self.state == replace(before, **fields)
        self.never_backwards(before, voids=isinstance(command, VoidBidder))
        return outcome

    def bid(self, bid: PlaceBid):
        before = self.state
        outcome = self.execute(bid)
        if bid.key:
            self.intents[bid.bidder, bid.key] = (bid, outcome.names)
        if outcome.refusal is None:
            self.check_accepted(before, bid, outcome)
        return outcome

    def check_accepted(self, before, bid, outcome) -> None:
        after, at = self.state, bid.received_ms(self.now)
        assert before.closed_ms is None
        assert before.terms.opens_ms <= at < before.ends_ms  # 5
        changed = (before.leader, before.price) != (after.leader, after.price)
        end = self.expected_end(before, at) if changed else before.ends_ms
        assert after.ends_ms == end  # 6
        names = [type(event) for event in outcome.events]
        assert (Extended in names) == (end > before.ends_ms)
        assert (ReserveMet in names) == (after.reserve_met and not before.reserve_met)
        if bid.bidder == before.leader and bid.channel is Channel.ONLINE and Extended in names:
            assert after.price == after.terms.reserve  # 10: only the reserve moves it

    def expected_end(self, before, at: int) -> int:
        terms = before.terms
        if at < before.ends_ms - terms.window_ms:
            return before.ends_ms
        end = at + terms.extend_ms
        while end % terms.end_granularity_ms:
            end += terms.end_granularity_ms - end % terms.end_granularity_ms
        return max(before.ends_ms, min(end, before.hard_end_ms or end))

    def never_backwards(self, before, *, voids: bool) -> None:  # 2
        after = self.state
        assert voids or (after.price or 0) >= (before.price or 0)
        assert after.ends_ms >= before.ends_ms
        assert after.hard_end_ms is None or after.ends_ms <= after.hard_end_ms

    # -- what must hold always -----------------------------------------------------------------------

    @invariant()
    def the_row_is_the_fold_of_a_sound_log(self) -> None:  # 1
        log.verify(self.book.entries)
        assert log.fold(self.book.entries) == self.state
        assert [entry.seq for entry in self.book.entries] == list(range(1, self.state.seq + 1))

    @invariant()
    def the_leader_has_the_greatest_maximum(self) -> None:  # 3, 4
        bids, now, terms = log.standing_bids(self.book.entries), self.state, self.state.terms
        best: dict[str, tuple[int, int, int]] = {}
        for order, bid in enumerate(bids):
            mine = (-bid.amount, bid.rank or 99, order)
            if bid.bidder not in best or mine[0] < best[bid.bidder][0]:
                best[bid.bidder] = mine
        assert now.leader == min(best, key=best.get, default=None)
        if now.leader is None:
            assert (now.price, now.leader_max) == (None, None)
            return
        top = -best.pop(now.leader)[0]
        second = max((-mine[0] for mine in best.values()), default=None)
        assert now.leader_max == top
        if now.closed_ms is None or terms.reserve_policy == "jump":
            assert terms.start <= now.price <= top  # 2
        assert second is None or second <= now.price
        floors = any(bid.channel is Channel.FLOOR for bid in bids)
        if second is not None and not floors and terms.reserve is None:
            assert now.price <= min(top, second + terms.step(second))

    @invariant()
    def the_reserve_is_met_exactly_when_the_maximum_reaches_it(self) -> None:  # 4
        now, reserve = self.state, self.state.terms.reserve
        assert now.reserve_met == (reserve is not None and (now.leader_max or 0) >= reserve)
        jumped = now.terms.reserve_policy == "jump" or now.closed_ms is not None
        assert not (now.reserve_met and jumped) or now.price >= reserve

    @invariant()
    def the_least_next_bid_is_the_least(self) -> None:  # 9
        if self.state.phase(self.now) != "open":
            return
        for rank in (None, 1, 2):
            least = minimum_next(self.state.terms, self.state.standing, rank)
            bid = PlaceBid("newcomer", least, rank=rank, confirmed=True)
            assert english.decide(self.state, bid, self.now)[0].name == "Accepted"
            if least > 1:
                (refused,) = english.decide(self.state, replace(bid, amount=least - 1), self.now)
                assert refused.name == "below_minimum"
            holds = outranks(rank, self.state.standing.rank)
            assert self.state.price is None or (least == self.state.price) == holds

    @invariant()
    def the_public_texts_know_no_secret_names(self) -> None:  # 12
        public = json.loads(self.book.entries[-1].public)
        assert not {"amount", "maximum", "leader_max", "answer", "key"} & set(public)

    def teardown(self) -> None:
        """Whatever was played: it closes once, and a stranger's program agrees with it."""
        if not hasattr(self, "book"):
            return
        self.now = max(self.now, self.state.ends_ms)
        self.execute(Close())
        self.execute(Close())
        self.bid(PlaceBid("A", 99_999, age_ms=2_000))
        events = [entry.event() for entry in self.book.entries]
        closed = [number for number, event in enumerate(events) if isinstance(event, Closed)]
        assert len(closed) == 1  # 5, 13
        assert not any(isinstance(event, Accepted) for event in events[closed[0] :])
        self.the_row_is_the_fold_of_a_sound_log()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.jsonl"
            path.write_text(export(7, self.book.entries))
            now = self.state
            assert verifier.verify(str(path)).endswith(
                f"{now.outcome.value}, leader {now.leader}, price {now.price}"
            )


TestEnglishAuction = pytest.mark.slow(EnglishAuction.TestCase)
TestEnglishAuction.settings = PLAY
