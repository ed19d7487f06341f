"""No superlatives, no contact data, and 拍卖 only where a licensed company holds the sale."""

from __future__ import annotations

import re

import pytest

from marketplace.demo.content import rows
from rules import banned_words

SUPERLATIVES = re.compile(
    r"最先进|第一|首创|首家|唯一|顶级|顶尖|极致|领先|最佳|最高级|国家级|世界级|国际先进|填补|革命性|颠覆|完美|卓越"
    r"|\b(?:best|leading|world[- ]class|revolutionary|cutting[- ]edge|state[- ]of[- ]the[- ]art"
    r"|unique|perfect|unrivalled|first[- ]class|outstanding|superior)\b",
    re.IGNORECASE,
)
CONTACT = re.compile(r"1[3-9]\d{9}|\b[\w.]+@[\w.]+")
RESERVED = ("拍卖", "落槌")


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@pytest.mark.parametrize(
    "table", ["organisation", "listing", "auction", "demand", "deal", "notice"]
)
def test_no_text_praises_itself(table):
    for row in rows(table):
        for text in _texts(dict(row)):
            assert not SUPERLATIVES.search(text), (row["key"], text)


@pytest.mark.law("L68")
def test_no_listing_uses_a_word_the_reviewers_would_find():
    for row in rows("listing"):
        status = row.get("patent", {}).get("status", "")
        standing = "in_force" if status in ("granted", "grace") else "none"
        for name in ("title", "summary", "problem", "solution", "advantage", "economics"):
            for text in row[name].values():
                assert banned_words.find(text, standing=standing) == (), (row["key"], text)


@pytest.mark.law("L75")
def test_no_listing_or_demand_gives_contact_data():
    for row in (*rows("listing"), *rows("demand")):
        for text in _texts(dict(row)):
            assert not CONTACT.search(text), (row["key"], text)


@pytest.mark.law("L3")
def test_listed_bidding_is_nowhere_called_an_auction_in_chinese(listings):
    for row in rows("auction"):
        if row["mode"] == "licensed_auction":
            continue
        for text in (*_texts(dict(row)), *_texts(dict(listings[row["listing"]]))):
            assert not any(word in text for word in RESERVED), (row["key"], text)
