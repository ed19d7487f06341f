"""The demo's auctions obey the rules of their mode, and their bids end as announced."""

from __future__ import annotations

from collections import Counter

import pytest

from auction.vectors import replay
from marketplace.demo.content import rows
from marketplace.trade.auctions.findings import CONSIGNMENT

AUCTIONS = rows("auction")
DAY = 24 * 60
EPOCH = 1_000_000  # minutes: keeps the instants of the past above zero


def _ms(minutes):
    return int((EPOCH + minutes) * 60_000)


def _replayed(row):
    """What the engine says after each bid and after a closing attempt at the loading moment."""
    window = row.get("soft_close_seconds", 300) * 1000
    reserve = row.get("reserve_yuan")
    terms = {
        "start": row["start_yuan"] * 100,
        "ladder": [[low * 100, step * 100] for low, step in row["ladder"]],
        "opens_ms": _ms(row["opens_at"]),
        "ends_ms": _ms(row["ends_at"]),
        "reserve": None if reserve is None else reserve * 100,
        "window_ms": window,
        "extend_ms": window,
        "hard_end_ms": None,
    }
    bids = [
        {"command": {"kind": "bid", "bidder": bid["person"], "max": bid["max_yuan"] * 100,
                     "key": f"bid-{at}"}, "at_ms": _ms(bid["at"])}
        for at, bid in enumerate(row["bids"])
    ]  # fmt: skip
    steps = [*bids, {"command": {"kind": "close"}, "at_ms": _ms(0)}]
    able = [one["person"] for one in row["signups"] if one["deposit"] != "pending"]
    return list(replay({"terms": terms, "eligible": able, "steps": steps}))


def test_every_state_of_an_auction_occurs():
    states = Counter(row["state"] for row in AUCTIONS)
    assert states == {"upcoming": 3, "live": 2, "extended": 1, "sold": 3, "unsold": 2}
    assert Counter(row["mode"] for row in AUCTIONS)["licensed_auction"] == 1


@pytest.mark.parametrize("row", AUCTIONS, ids=lambda one: one["key"])
def test_the_bids_lead_to_what_the_content_promises(row):
    *bids, closing = _replayed(row)
    for step in bids:
        assert step["outcome"][0] == "Accepted", step
    expected = row["expect"]
    if "leader" in expected:
        assert closing["leader"] == expected["leader"]
        assert closing["price"] == expected["price_yuan"] * 100
        assert closing["ends_ms"] == _ms(expected["ends_at"])
    result = expected["result"]
    ended = result in ("sold", "no_bids", "reserve_not_met")
    assert closing["outcome"] == ([f"Closed:{result}"] if ended else ["none"])
    assert (row["state"] in ("sold", "unsold")) == ended


def test_the_extended_auction_was_extended_and_still_runs():
    (row,) = (one for one in AUCTIONS if one["state"] == "extended")
    outcomes = [name for step in _replayed(row) for name in step["outcome"]]
    assert outcomes.count("Extended") >= 3
    assert row["ends_at"] < 0 < row["expect"]["ends_at"]


@pytest.mark.law("L23")
@pytest.mark.parametrize("row", AUCTIONS, ids=lambda one: one["key"])
def test_the_deposit_is_a_fifth_at_most(row):
    assert row["start_yuan"] * 5 <= row["deposit_yuan"] * 100 <= row["start_yuan"] * 20


@pytest.mark.law("L12")
@pytest.mark.parametrize("row", AUCTIONS, ids=lambda one: one["key"])
def test_the_notice_came_early_enough_and_after_the_listing(row, listings):
    days = 8 if row["mode"] == "licensed_auction" else 4
    assert row["opens_at"] - row["notice_at"] >= days * DAY
    assert row["ends_at"] - row["opens_at"] >= DAY
    assert row["notice_at"] <= row["display_from"] <= row["opens_at"] - 2 * DAY
    assert row["notice_at"] >= -listings[row["listing"]]["published_days_ago"] * DAY


@pytest.mark.law("L5")
@pytest.mark.parametrize("row", AUCTIONS, ids=lambda one: one["key"])
def test_nobody_bids_on_the_goods_of_his_own_house(row, listings, people):
    listing = listings[row["listing"]]
    barred = {owner["party"] for owner in listing["owners"]} | {"market"}
    barred.add(row.get("licence", {}).get("company", ""))
    houses = [people[one["person"]]["organisation"] for one in row["signups"]]
    assert not barred & set(houses)
    assert len(set(houses)) == len(houses)
    assert {bid["person"] for bid in row["bids"]} <= {one["person"] for one in row["signups"]}


@pytest.mark.law("L6")
def test_the_licensed_auction_has_a_company_a_medium_and_a_full_contract(organisations):
    (row,) = (one for one in AUCTIONS if one["mode"] == "licensed_auction")
    assert "auction" in organisations[row["licence"]["company"]]["services"]
    assert row["licence"]["licence_number"] == organisations[row["licence"]["company"]]["licence"]
    assert all(row["consignment"][item] for item in CONSIGNMENT)
    assert row["medium"]["proof"].startswith("https://")


@pytest.mark.law("L8")
def test_a_start_price_is_not_below_seventy_percent_of_the_valuation():
    for row in AUCTIONS:
        if "valuation_yuan" in row:
            assert row["start_yuan"] * 10 >= row["valuation_yuan"] * 7, row["key"]


def test_sold_listings_are_those_of_sold_auctions_and_stand_on_the_deals_board(listings):
    sold = {row["listing"]: row for row in AUCTIONS if row["state"] == "sold"}
    assert {key for key, row in listings.items() if row.get("state") == "sold"} == set(sold)
    deals = {row["listing"]: row for row in rows("deal") if "listing" in row}
    assert set(deals) == set(sold)
    for key, row in sold.items():
        assert deals[key]["price_yuan"] == row["expect"]["price_yuan"]
        assert deals[key]["days_ago"] * DAY <= -row["expect"]["ends_at"]
