"""What everybody sees never tells a maximum, nor anything from which one follows."""

from __future__ import annotations

import json

import pytest

from auction.commands import VoidBidder
from tests.unit.auction.lots import HOUR, MINUTE, bid, floor, lot


def stream(book):
    """The public texts without what is meant to differ: the commitments."""
    return [
        {name: value for name, value in json.loads(entry.public).items() if name != "commitment"}
        for entry in book.entries
    ]


def played(maximum, **changes):
    """A lot in which A's maximum, always above the price, is the only difference."""
    book = lot(**changes)
    bid(book, "C", 15_000, key="c")
    bid(book, "A", maximum)
    bid(book, "B", 20_000, key="b")
    floor(book, "P7", 23_000)
    bid(book, "A", 61_000)
    bid(book, "D", 1_000)
    bid(book, "B", 30_000, HOUR - 1)
    return book


@pytest.mark.parametrize("changes", [{}, {"reserve": 100_000}, {"reserve": 10_000}], ids=str)
def test_the_stream_is_the_same_for_every_hidden_maximum(changes):
    """61,000 is a silent raise for the one A and a refusal for the other: nobody can tell."""
    assert stream(played(40_000, **changes)) == stream(played(99_000, **changes))


def test_a_question_about_an_abnormal_price_looks_like_any_other_refusal():
    asked, low = lot(abnormal_multiple=20), lot(abnormal_multiple=20)
    assert bid(asked, "A", 900_000).names == ("not_confirmed",)
    assert bid(low, "A", 1).names == ("below_minimum",)
    assert stream(asked) == stream(low)


@pytest.mark.law("L8")
def test_of_the_reserve_the_stream_tells_only_whether_there_is_one():
    told = [stream(lot(reserve=reserve)) for reserve in (54_321, 65_432, None)]
    assert told[0] == told[1] != told[2]
    assert told[0][0]["terms"]["reserve"] is True


@pytest.mark.threat("T10")
def test_no_secret_number_code_or_key_stands_in_the_stream():
    book = lot(reserve=777_777)
    bid(book, "A", 43_211, key="key-of-a")
    bid(book, "B", 15_017, key="key-of-b")
    bid(book, "X", 50_019, ineligible="staff-code")
    bid(book, "A", 41_013)
    book.execute(VoidBidder("nobody", "hearsay"), MINUTE)
    public = "".join(entry.public for entry in book.entries)
    for secret in ("777777", "43211", "15017", "50019", "41013", "key-of", "staff", "hearsay"):
        assert secret not in public
    assert '"price":16017' in public


def test_equal_secrets_have_different_commitments():
    book = lot()
    bid(book, "B", 1)
    bid(book, "B", 1)
    first, second = (json.loads(entry.public)["commitment"] for entry in book.entries[1:])
    assert first != second
