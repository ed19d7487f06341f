"""The sums of an auction, at the edges the rule book names (yuan here, fen inside)."""

from __future__ import annotations

from datetime import date

import pytest

from rules.auction_sums import (
    Claim,
    Forfeit,
    Tier,
    commission_cap_minor,
    commission_findings,
    commission_minor,
    default_claim,
    deposit_findings,
    earnest_part_minor,
    forfeited_deposit,
    is_sold,
    reserve_findings,
    retain_bid_log_until,
    retain_until,
    second_round_date_findings,
    second_round_findings,
    start_price_findings,
)
from rules.auction_terms import LICENSED_DEFAULTS as LIMITS


def codes(findings) -> list[tuple[str, str]]:
    return [(one.code, one.severity.value) for one in findings]


def fen(yuan: float) -> int:
    return round(yuan * 100)


@pytest.mark.law("L23")
@pytest.mark.parametrize(
    ("deposit", "blocked"),
    [(49_999, True), (49_999.99, True), (50_000, False), (200_000, False), (200_001, True)],
)
def test_the_deposit_is_five_to_twenty_percent_of_the_start(deposit: float, blocked: bool) -> None:
    found = deposit_findings(fen(1_000_000), fen(deposit), limits=LIMITS)
    assert bool(found) is blocked
    if found:
        assert found[0].blocks
        assert found[0].facts == {"least_minor": fen(50_000), "most_minor": fen(200_000)}


@pytest.mark.law("L8")
def test_a_start_below_seventy_percent_of_the_valuation_warns() -> None:
    assert start_price_findings(fen(630_000), fen(900_000), limits=LIMITS) == ()
    found = start_price_findings(fen(629_999), fen(900_000), limits=LIMITS)
    assert codes(found) == [("start_below_valuation", "warn")]
    assert found[0].facts["least_minor"] == fen(630_000)
    assert start_price_findings(fen(1), None, limits=LIMITS) == ()
    assert codes(start_price_findings(0, None, limits=LIMITS)) == [("start_not_positive", "block")]


@pytest.mark.law("L8")
def test_whether_there_is_a_reserve_is_said_before() -> None:
    facts = {"start_minor": 100, "state_seller": False, "valued_or_reasoned": False}
    assert reserve_findings(declared=True, reserve_minor=200, **facts) == ()
    assert reserve_findings(declared=False, reserve_minor=None, **facts) == ()
    for declared, reserve in ((None, 200), (None, None), (False, 200), (True, None)):
        found = reserve_findings(declared=declared, reserve_minor=reserve, **facts)
        assert codes(found) == [("reserve_not_declared", "block")]
    low = reserve_findings(declared=True, reserve_minor=99, **facts)
    assert codes(low) == [("reserve_below_start", "warn")]
    state = facts | {"state_seller": True}
    found = reserve_findings(declared=False, reserve_minor=None, **state)
    assert codes(found) == [("valuation_or_reason_missing", "block")]
    valued = state | {"valued_or_reasoned": True}
    assert reserve_findings(declared=False, reserve_minor=None, **valued) == ()


@pytest.mark.law("L8")
def test_a_top_bid_at_the_reserve_sells() -> None:
    assert not is_sold(fen(999_999.99), fen(1_000_000))
    assert is_sold(fen(1_000_000), fen(1_000_000))
    assert is_sold(1, None)
    assert not is_sold(None, None)


@pytest.mark.law("L29")
def test_the_second_start_is_cut_by_a_fifth_at_most() -> None:
    assert second_round_findings(fen(1_000_000), fen(800_000), limits=LIMITS) == ()
    found = second_round_findings(fen(1_000_000), fen(799_999.99), limits=LIMITS)
    assert codes(found) == [("second_start_cut_too_deep", "warn")]
    again = second_round_findings(fen(1_000_000), fen(1), limits=LIMITS, after_default=True)
    assert again == ()


@pytest.mark.law("L29")
def test_the_second_round_is_announced_and_held_in_time() -> None:
    ended = date(2026, 12, 1)
    check = second_round_date_findings
    assert (
        check(ended, date(2026, 12, 31), second_published=date(2026, 12, 16), limits=LIMITS) == ()
    )
    late = check(ended, date(2027, 1, 5), second_published=date(2026, 12, 16), limits=LIMITS)
    assert codes(late) == [("second_round_late", "warn")]
    short = check(ended, date(2026, 12, 31), second_published=date(2026, 12, 17), limits=LIMITS)
    assert codes(short) == [("second_notice_short", "warn")]


@pytest.mark.law("L20")
def test_rates_fall_as_the_price_rises() -> None:
    falling = [Tier(0, 500), Tier(fen(1_000_000), 300)]
    assert commission_findings(falling, LIMITS, agreed=True) == ()
    rising = [Tier(0, 300), Tier(fen(1_000_000), 400)]
    assert codes(commission_findings(rising, LIMITS, agreed=True)) == [("tiers_rise", "block")]
    gap = commission_findings([Tier(100, 300)], LIMITS, agreed=True)
    assert codes(gap) == [("tiers_begin_above_zero", "block")]
    assert ("tiers_begin_above_zero", "block") in codes(
        commission_findings([], LIMITS, agreed=True)
    )
    negative = commission_findings([Tier(0, -1)], LIMITS, agreed=True)
    assert codes(negative) == [("negative_rate", "block")]


@pytest.mark.law("L20")
def test_more_than_five_percent_needs_an_agreement_and_a_warning() -> None:
    eight = [Tier(0, 800)]
    assert codes(commission_findings(eight, LIMITS, agreed=True)) == [
        ("commission_above_cap", "warn")
    ]
    assert codes(commission_findings(eight, LIMITS, agreed=False)) == [
        ("commission_above_cap", "block")
    ]
    assert commission_findings([Tier(0, 500)], LIMITS, agreed=False) == ()
    assert commission_cap_minor(fen(2_000_000), LIMITS) == fen(100_000)


@pytest.mark.law("L20")
def test_each_part_of_the_price_pays_its_own_rate() -> None:
    tiers = [Tier(fen(1_000_000), 300), Tier(0, 500)]  # in any order
    assert commission_minor(fen(1_500_000), tiers) == fen(50_000 + 15_000)
    assert commission_minor(fen(1_000_000), tiers) == fen(50_000)
    assert commission_minor(fen(400_000), tiers) == fen(20_000)
    assert commission_minor(0, tiers) == 0
    assert commission_minor(19, [Tier(0, 500)]) == 0  # rounded down to the fen
    assert commission_minor(100, []) == 0


@pytest.mark.law("L19")
def test_a_defaulting_buyer_owes_both_commissions_and_the_shortfall() -> None:
    commissions = fen(50_000 + 50_000)
    claim = default_claim(
        fen(1_000_000), fen(800_000), commissions_minor=commissions, deposit_minor=fen(150_000)
    )
    assert claim == Claim(commissions, fen(200_000), fen(150_000), fen(150_000))
    better = default_claim(
        fen(1_000_000), fen(1_100_000), commissions_minor=commissions, deposit_minor=fen(150_000)
    )
    assert better == Claim(commissions, 0, fen(100_000), 0)


@pytest.mark.law("L28")
def test_a_forfeited_deposit_pays_costs_then_shortfall_then_rest() -> None:
    use = forfeited_deposit(fen(100_000), costs_minor=fen(20_000), shortfall_minor=fen(60_000))
    assert use == Forfeit(fen(20_000), fen(60_000), fen(20_000))
    short = forfeited_deposit(fen(50_000), costs_minor=fen(20_000), shortfall_minor=fen(60_000))
    assert short == Forfeit(fen(20_000), fen(30_000), 0)
    none = forfeited_deposit(fen(10_000), costs_minor=fen(20_000), shortfall_minor=1)
    assert none == Forfeit(fen(10_000), 0, 0)


@pytest.mark.law("L24")
def test_only_a_fifth_of_the_price_is_earnest_money() -> None:
    assert earnest_part_minor(fen(200_000), fen(400_000)) == fen(80_000)
    assert earnest_part_minor(fen(50_000), fen(400_000)) == fen(50_000)


@pytest.mark.law("L18")
def test_records_are_kept_for_the_longer_of_both_terms() -> None:
    assert retain_until(date(2026, 12, 1), date(2027, 6, 30)) == date(2031, 12, 1)
    assert retain_until(date(2026, 12, 1), date(2029, 6, 30)) == date(2032, 6, 30)
    assert retain_until(date(2026, 12, 1)) == date(2031, 12, 1)
    assert retain_bid_log_until(date(2026, 12, 10)) == date(2036, 12, 10)
