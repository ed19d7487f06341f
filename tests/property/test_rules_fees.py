"""The fee clock's laws for every patent and every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.auction_sums import (
    Tier,
    commission_findings,
    commission_minor,
    default_claim,
    deposit_findings,
    forfeited_deposit,
)
from rules.auction_terms import LICENSED_DEFAULTS
from rules.fee_clock import FeeCase, due_date, fee_state
from rules.fee_plan import cost_plan, remaining_life, year_strip
from rules.fee_schedule import full_fee

REDUCTIONS = st.sampled_from([(), ("85",), ("70",), ("open",), ("85", "open")])
RANK = {"ok": 0, "due_soon": 1, "due_today": 2, "lapsed": 9, "expired": 10}


@st.composite
def cases(draw: st.DrawFn, *, paid: bool = True) -> FeeCase:
    kind = draw(st.sampled_from("IUD"))
    filed = draw(st.dates(date(1995, 1, 1), date(2035, 12, 31)))
    granted = filed + timedelta(days=draw(st.integers(30, 2500)))
    bare = FeeCase(kind, filed, granted)
    last = draw(st.integers(0, bare.last_year)) if paid else None
    return FeeCase(kind, filed, granted, last, draw(REDUCTIONS))


def days_of(case: FeeCase) -> st.SearchStrategy[date]:
    return st.dates(case.granted or case.filed, case.expires_on + timedelta(days=400))


@given(cases(), st.data())
def test_the_answer_is_whole_and_adds_up(case: FeeCase, data: st.DataObject) -> None:
    today = data.draw(days_of(case))
    state = fee_state(case, today)
    if state.total is None:
        assert state.state in {"paid_up", "expired"}
        assert (state.next_year, state.fee, state.surcharge, state.restoration) == (None,) * 4
        return
    assert state.total == state.fee + state.surcharge + state.restoration
    assert state.surcharge * 4 <= full_fee(case.kind, state.next_year)
    assert state.fee <= full_fee(case.kind, state.next_year)
    assert bool(state.restoration) is (state.state == "lapsed")
    assert state.next_year == case.paid_up_to(today) + 1
    assert state.due == due_date(case.filed, state.next_year)


@given(cases(), st.data())
def test_waiting_never_makes_it_cheaper(case: FeeCase, data: st.DataObject) -> None:
    assume(case.paid_up_to(case.granted) < case.last_year)
    first = data.draw(days_of(case))
    second = first + timedelta(days=data.draw(st.integers(1, 400)))
    before, after = fee_state(case, first), fee_state(case, second)
    assert rank(before.state) <= rank(after.state)
    if before.total is not None and after.total is not None:
        assert before.next_year == after.next_year
        assert before.total <= after.total
        assert before.fee == after.fee


def rank(state: str) -> int:
    return 2 + int(state.split()[1]) if state.startswith("grace") else RANK[state]


@given(cases(), st.data())
def test_a_reduction_never_touches_the_surcharge(case: FeeCase, data: st.DataObject) -> None:
    today = data.draw(days_of(case))
    full = FeeCase(case.kind, case.filed, case.granted, case.paid)
    with_reduction, without = fee_state(case, today), fee_state(full, today)
    assert with_reduction.surcharge == without.surcharge
    assert with_reduction.state == without.state
    if with_reduction.fee is not None:
        assert with_reduction.fee <= without.fee


@given(cases(paid=False), st.data())
def test_without_paid_nothing_is_ever_late(case: FeeCase, data: st.DataObject) -> None:
    state = fee_state(case, data.draw(days_of(case)))
    assert state.state in {"ok", "due_soon", "due_today", "paid_up", "expired"}


@given(cases(), st.data())
def test_the_strip_and_the_plan_agree_with_the_clock(case: FeeCase, data: st.DataObject) -> None:
    today = data.draw(days_of(case))
    state, strip = fee_state(case, today), year_strip(case, today)
    assert len(strip) == case.last_year
    assert sum(year.is_current for year in strip) == (1 if today < case.expires_on else 0)
    due = [year.year for year in strip if year.state == "due"]
    assert due == ([state.next_year] if state.in_force and state.next_year else [])
    plan = cost_plan(case, today)
    assert plan.total <= plan.buyer_total
    assert [fee.year for fee in plan.fees] == [
        year.year for year in strip if year.state in {"due", "future"} and due
    ]
    assert remaining_life(case, today).days == max(0, (case.expires_on - today).days)


PRICES = st.integers(0, 10**13)


@pytest.mark.law("L20")
@given(st.lists(st.tuples(PRICES, st.integers(0, 2000)), max_size=5), PRICES, PRICES)
def test_a_higher_price_never_pays_less_commission(rows: list, a: int, b: int) -> None:
    starts = {0: 500} | dict(rows)
    tiers = [Tier(start, rate) for start, rate in starts.items()]
    low, high = sorted((a, b))
    assert 0 <= commission_minor(low, tiers) <= commission_minor(high, tiers)
    highest = max(tier.basis_points for tier in tiers)
    assert commission_minor(high, tiers) * 10_000 <= high * highest
    falling = sorted(tiers, key=lambda tier: tier.from_minor)
    rates = [tier.basis_points for tier in falling]
    found = {one.code for one in commission_findings(tiers, LICENSED_DEFAULTS, agreed=True)}
    assert ("tiers_rise" in found) is (rates != sorted(rates, reverse=True))


@pytest.mark.law("L19")
@pytest.mark.law("L28")
@given(PRICES, PRICES, PRICES, PRICES)
def test_claims_and_forfeits_neither_create_nor_lose_money(
    first: int, second: int, commissions: int, deposit: int
) -> None:
    claim = default_claim(first, second, commissions_minor=commissions, deposit_minor=deposit)
    assert claim.open_minor + claim.covered_minor == commissions + max(0, first - second)
    assert claim.open_minor >= 0
    assert claim.covered_minor <= deposit
    use = forfeited_deposit(deposit, costs_minor=commissions, shortfall_minor=first)
    assert use.costs_minor + use.shortfall_minor + use.rest_minor == deposit
    assert min(use.costs_minor, use.shortfall_minor, use.rest_minor) >= 0


@pytest.mark.law("L23")
@given(st.integers(1, 10**13), st.integers(0, 10**13))
def test_the_named_range_of_the_deposit_is_exactly_the_accepted_one(start: int, paid: int) -> None:
    found = deposit_findings(start, paid, limits=LICENSED_DEFAULTS)
    if not found:
        return
    least, most = found[0].facts["least_minor"], found[0].facts["most_minor"]
    assert paid < least or paid > most
    if least <= most:
        assert deposit_findings(start, least, limits=LICENSED_DEFAULTS) == ()
        assert deposit_findings(start, most, limits=LICENSED_DEFAULTS) == ()
