"""The demo content is complete, hangs together and speaks both languages."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from marketplace.demo.content import TABLES, rows
from marketplace.demo.drawings import MOTIFS
from marketplace.kernel.settings import DEFAULT_CLUSTERS
from rules.enumerations import (
    LICENCE_KINDS,
    OVERLAYS,
    PRICING,
    STATES,
    STRATEGIC_INDUSTRIES,
    TRANSFER_MODES,
)
from rules.enumerations.deals import SUBJECT_MATTERS
from rules.enumerations.fields import TECHNOLOGY_FIELDS
from rules.enumerations.maturity import step_of_trl

CLUSTERS = {key for key, _, _ in DEFAULT_CLUSTERS}
LISTING_TEXTS = (
    "title", "summary", "problem", "solution", "advantage", "economics", "defects", "keywords",
)  # fmt: skip
MINIMA = {"organisation": 18, "person": 14, "listing": 66, "auction": 11, "format_lot": 2, "hall_lot": 2,
          "session": 1, "demand": 24,
          "deal": 18, "bargain": 12, "notice": 6}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_enough_rows_and_each_key_once(table):
    keys = [row["key"] for row in rows(table)]
    assert len(keys) >= MINIMA[table]
    assert len(set(keys)) == len(keys)


def test_an_unknown_table_is_refused():
    with pytest.raises(KeyError):
        rows("bookings")


def test_every_cluster_has_patents_achievements_demands_and_deals():
    kinds = Counter((row["cluster"], row["kind"]) for row in rows("listing"))
    for cluster in CLUSTERS:
        assert kinds[cluster, "patent"] >= 6
        assert kinds[cluster, "achievement"] >= 4
    for table in ("demand", "deal"):
        assert {row["cluster"] for row in rows(table)} == CLUSTERS
    assert sum(count for (_, kind), count in kinds.items() if kind == "patent") >= 40


def _both(value, where):
    assert set(value) == {"zh", "en"}, where
    for text in value.values():
        assert text, where


def test_every_listing_speaks_both_languages():
    for row in rows("listing"):
        for name in LISTING_TEXTS:
            _both(row[name], f"{row['key']}.{name}")
        assert any("一" <= c <= "鿿" for c in row["title"]["zh"])
        assert row["title"]["en"].isascii() or "₂" in row["title"]["en"]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("organisation", ("name", "short", "address", "about")),
        ("person", ("name", "title")),
        ("demand", ("title", "text", "wanted", "keywords")),
        ("deal", ("title",)),
        ("notice", ("title", "text")),
        ("auction", ("display_place", "formalities", "remarks", "defects")),
    ],
)
def test_every_other_row_speaks_both_languages(table, names):
    for row in rows(table):
        for name in names:
            _both(row[name], f"{row['key']}.{name}")


def test_the_layout_meets_overlong_and_minimal_texts():
    lengths = [len(row["title"]["zh"]) for row in rows("listing")]
    assert sum(length >= 50 for length in lengths) >= 2
    assert max(lengths) <= 120
    assert min(len(row["solution"]["zh"]) for row in rows("listing")) < 20
    assert max(len(row["solution"]["zh"]) for row in rows("listing")) > 90


@pytest.mark.law("L44")
def test_every_advantage_and_every_wanted_result_holds_a_number():
    for row in rows("listing"):
        for text in row["advantage"].values():
            assert any(c.isdigit() for c in text), row["key"]
    for row in rows("demand"):
        assert any(c.isdigit() for c in row["wanted"]["zh"]), row["key"]


def test_the_values_of_listings_are_those_of_the_rule_book():
    for row in rows("listing"):
        where = row["key"]
        assert row["cluster"] in CLUSTERS, where
        assert row["pricing"] in PRICING, where
        assert row["field"] in TECHNOLOGY_FIELDS, where
        assert set(row["industries"]) <= set(STRATEGIC_INDUSTRIES), where
        assert set(row["modes"]) <= set(TRANSFER_MODES), where
        assert ("licence" in row["modes"]) == bool(row.get("licences")), where
        assert set(row.get("licences", ())) <= set(LICENCE_KINDS), where
        assert row["step"] == step_of_trl(row["trl"]).value, where
        assert {one["kind"] for one in row.get("overlays", ())} <= set(OVERLAYS), where
        if "patent" in row:
            assert row["patent"]["status"] in STATES, where


def test_prices_stand_where_the_pricing_asks_for_them(organisations):
    on_auction = {row["listing"] for row in rows("auction")}
    for row in rows("listing"):
        assert ("price_yuan" in row) == (row["pricing"] == "listed"), row["key"]
        assert (row["pricing"] == "auction") == (row["key"] in on_auction), row["key"]


@pytest.mark.law("L35")
def test_state_founded_sellers_name_a_base_price(organisations):
    for row in rows("listing"):
        flagged = "state_founded" in organisations[row["seller"]]["flags"]
        if flagged and row["pricing"] != "negotiated":
            assert row["base_price_yuan"] > 0, row["key"]
            _both(row["base_price_basis"], row["key"])


def test_everything_that_is_pointed_to_exists(organisations, people, listings):
    for row in people.values():
        assert row["organisation"] in organisations, row["key"]
    for row in listings.values():
        assert people[row["by"]]["organisation"] == row["seller"], row["key"]
        assert row["drawing"]["key"] in MOTIFS, row["key"]
        assert sum(owner["share"] for owner in row["owners"]) == 100, row["key"]
        assert {owner["party"] for owner in row["owners"]} <= set(organisations), row["key"]
        assert row["seller"] in {owner["party"] for owner in row["owners"]}, row["key"]
    for row in rows("demand"):
        assert people[row["by"]]["organisation"] == row["organisation"], row["key"]
    for row in rows("deal"):
        assert row["seller"] in organisations, row["key"]
        assert bool(row.get("buyer_hidden")) != (row.get("buyer") in organisations), row["key"]
        assert row["mode"] in TRANSFER_MODES, row["key"]
        assert row["subject"] in SUBJECT_MATTERS, row["key"]
        assert row["pricing"] in PRICING, row["key"]
        assert row.get("listing") is None or row["listing"] in listings, row["key"]


def test_the_cast_of_the_demo_accounts_is_there(people):
    parts = {"alice": "seller", "bob": "buyer", "carol": "second_buyer", "grace": "agency",
             "rui": "reviewer", "lin": "auctioneer", "tao": "treasurer",
             "adam": "administrator"}  # fmt: skip
    for key, part in parts.items():
        assert people[key]["part"] == part
        assert people[key]["email"] == f"{key}@demo.example"
    assert all(row["email"].endswith("@demo.example") for row in people.values())


def test_demands_have_ordered_budgets_and_a_deadline_to_come():
    for row in rows("demand"):
        assert row["deadline_in_days"] > 0, row["key"]
        assert row.get("budget_from_yuan", 1) <= row.get("budget_to_yuan", 1), row["key"]
        assert len(row["title"]["zh"]) <= 120, row["key"]


def test_deals_are_spread_over_fourteen_months():
    days = sorted(row["days_ago"] for row in rows("deal"))
    assert days[0] <= 30
    assert 365 < days[-1] <= 430
    assert max(b - a for a, b in pairwise(days)) <= 45


def test_a_drawing_is_not_used_twice_with_the_same_seed():
    used = [(row["drawing"]["key"], row["drawing"]["seed"]) for row in rows("listing")]
    assert len(set(used)) == len(used)
    assert len({key for key, _ in used}) >= 25
