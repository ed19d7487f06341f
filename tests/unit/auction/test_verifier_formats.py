"""A market that lies about a hall, sealed bids or a falling price is found out by a stranger."""

from __future__ import annotations

import json
import re

import pytest

from auction import log
from auction.clerk import Hammer, Pause, Resume, Undo, Warn
from auction.commands import Close, Reveal, Top
from auction.export import export
from tests.unit.auction.lots import HOUR, MINUTE, bid, checked, floor, lot
from tests.unit.auction.test_dutch import commit as dutch_commit
from tests.unit.auction.test_dutch import move_on, take, taken_lot
from tests.unit.auction.test_sealed import NONCE, commit, reveal, sealed_lot
from tests.unit.auction.test_verifier import rewritten, verdict


def a_hall():
    book = lot(mode="both", reserve=15_000)
    floor(book, "P7", 20_000)
    floor(book, "P8", 200_000)
    book.execute(Undo(2, "a zero too many"), MINUTE)
    book.execute(Pause("heartbeat"), MINUTE)
    bid(book, "A", 25_000)
    book.execute(Resume(), MINUTE)
    bid(book, "A", 25_000)
    for _ in range(2):
        book.execute(Warn(book.state.view), MINUTE)
    book.execute(Hammer(book.state.view), HOUR + MINUTE)
    return book


def sealed_bids():
    book = sealed_lot(pricing="second", reserve=15_000)
    commit(book, "A", 30_000)
    commit(book, "B", 40_000)
    commit(book, "A", 35_000)
    reveal(book, "A", 35_000, at=2 * MINUTE)
    book.execute(Close(), HOUR)
    reveal(book, "A", 35_000)
    reveal(book, "B", 40_001)
    reveal(book, "B", 40_000)
    book.execute(Close(), book.state.ends_ms)
    return book


def falling_price():
    book = taken_lot()
    take(book, "B", 2 * MINUTE)
    dutch_commit(book, "B", 99_000)
    dutch_commit(book, "C", 98_000)
    move_on(book)
    for bidder, amount in (("B", 99_000), ("C", 98_000)):
        book.execute(Reveal(bidder, amount, NONCE[bidder]), book.state.ends_ms - 1)
    move_on(book)
    book.execute(Top("A", 99_001), book.state.ends_ms - 1)
    move_on(book)
    return book


@pytest.mark.parametrize(
    ("play", "ending"),
    [
        (a_hall, "sold, leader A, price 21000"),
        (sealed_bids, "sold, leader B, price 35000"),
        (falling_price, "sold, leader A, price 99001"),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_an_honest_log_is_sound(play, ending):
    assert checked(play()) == ending


@pytest.mark.parametrize(
    ("play", "kind", "facts"),
    [
        (a_hall, "undone", {"bidder": "P7"}),
        (a_hall, "undone", {"price": 21_000}),
        (a_hall, "undone", {"leader_max": 1}),
        (a_hall, "warned", {"count": 1}),
        (a_hall, "warned", {"view": 1}),
        (a_hall, "paused", {"kind": "resumed"}),
        (a_hall, "resumed", {"kind": "paused"}),
        (a_hall, "refused", {"answer": "below_minimum"}),
        (a_hall, "closed", {"price": 20_000}),
        (a_hall, "closed", {"outcome": "reserve_not_met"}),
        (sealed_bids, "committed", {"seal": "0" * 64}),
        (sealed_bids, "committed", {"bidder": "B"}),
        (sealed_bids, "committed", {"at_ms": HOUR}),
        (sealed_bids, "committed", {"answer": "ended"}),
        (sealed_bids, "reveal_began", {"ends_ms": HOUR + 1}),
        (sealed_bids, "revealed", {"amount": 40_001}),
        (sealed_bids, "revealed", {"nonce": "0" * 64}),
        (sealed_bids, "revealed", {"answer": "wrong_opening"}),
        (sealed_bids, "refused", {"answer": "accepted"}),
        (sealed_bids, "opened", {"leader": "A"}),
        (sealed_bids, "opened", {"price": 40_000}),
        (sealed_bids, "opened", {"lines": []}),
        (sealed_bids, "opened", {"reserve_met": False}),
        (sealed_bids, "opened", {"maximum": 35_000}),
        (sealed_bids, "closed", {"outcome": "no_bids"}),
        (sealed_bids, "closed", {"at_ms": HOUR}),
        (falling_price, "taken", {"price": 90_000}),
        (falling_price, "taken", {"at_ms": MINUTE}),
        (falling_price, "taken", {"ends_ms": HOUR}),
        (falling_price, "taken", {"stage": "taken"}),
        (falling_price, "refused", {"answer": "not_open"}),
        (falling_price, "opened", {"leader": "C"}),
        (falling_price, "opened", {"stage": "taken"}),
        (falling_price, "opened", {"ends_ms": 1}),
        (falling_price, "topped", {"price": 99_002}),
        (falling_price, "topped", {"bidder": "B"}),
        (falling_price, "topped", {"amount": 98_999}),
        (falling_price, "closed", {"leader": "B"}),
    ],
    ids=lambda given: getattr(given, "__name__", str(given)),
)
def test_a_lie_in_a_sound_chain_is_found_in_its_line_or_after_it(tmp_path, play, kind, facts):
    book = play()
    last = [entry for entry in book.entries if entry.kind == kind][-1]
    forged = rewritten(book, last.seq, **facts)
    log.verify(forged)
    found = verdict(tmp_path, export(7, forged))
    assert found.startswith("FAULT in line"), found
    assert int(found.split()[3].rstrip(":")) >= last.seq + 1


@pytest.mark.parametrize("play", [a_hall, sealed_bids, falling_price])
def test_any_flipped_byte_is_found_in_its_line(tmp_path, play):
    text = export(7, play().entries)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for position in range(0, len(text), 23):
        flipped = chr(ord(text[position]) ^ (1 << (position % 7)))
        found = verdict(tmp_path, text[:position] + flipped + text[position + 1 :])
        line = sum(start <= position for start in starts)
        named = re.match(r"FAULT in line (\d+): ", found)
        assert named, (position, flipped)
        assert int(named[1]) == line or text[position] == "\n", (found, line)


@pytest.mark.parametrize("kind", ["committed", "revealed", "reveal_began", "opened"])
def test_a_dropped_entry_is_missed_even_if_the_chain_is_made_anew(tmp_path, kind):
    book = sealed_bids()
    entries = list(book.entries)
    gone = [entry for entry in entries if entry.kind == kind][-1]
    kept = [entry for entry in entries if entry is not gone]
    for number, entry in enumerate(kept[gone.seq - 1 :], gone.seq):
        public = json.loads(entry.public) | {"seq": number}
        kept[number - 1] = entry._replace(seq=number, public=json.dumps(public))
    forged = rewritten(type("Book", (), {"entries": kept}), gone.seq, kind_kept=True)
    log.verify(forged)
    assert verdict(tmp_path, export(7, forged)).startswith("FAULT in line")
