"""The exported log convinces a stranger, and no byte of it can be changed unnoticed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auction import chain, log, verifier
from auction.commands import Cancel, ExtendForOutage, VoidBidder
from auction.errors import ChainBroken
from auction.export import export
from tests.unit.auction.lots import HOUR, MINUTE, bid, close, floor, lot


def a_lively_lot(**changes):
    """Every kind of entry, and every reason that a stranger can check."""
    book = lot(reserve=60_000, abnormal_multiple=20, **changes)
    bid(book, "A", 30_000, -1)
    bid(book, "A", 30_000, key="k")
    bid(book, "A", 45_000)
    bid(book, "A", 20_000)
    bid(book, "X", 50_000, ineligible="staff")
    bid(book, "B", "much")
    bid(book, "B", 10_999)
    floor(book, "P7", 20_000, seen_view=1)
    floor(book, "P7", 25_000, seen_view=1)
    bid(book, "B", 500_000)
    bid(book, "B", 70_000, HOUR - 3, confirmed=True)
    bid(book, "A", 99_000, key="k")
    book.execute(VoidBidder("B", "collusion"), HOUR)
    book.execute(VoidBidder("B", "collusion"), HOUR)
    bid(book, "H", 61_000, HOUR, rank=1)
    book.execute(ExtendForOutage(HOUR, HOUR + 6 * MINUTE), HOUR + 6 * MINUTE)
    bid(book, "C", 80_000, HOUR + 7 * MINUTE)
    close(book)
    bid(book, "C", 90_000, HOUR)
    return book


def verdict(tmp_path, text, *arguments):
    path = tmp_path / "export.jsonl"
    path.write_text(text, encoding="latin-1", newline="\n")
    try:
        return verifier.verify(str(path), *arguments)
    except SystemExit as fault:
        return fault.code


def test_the_verifier_stands_alone_in_an_empty_folder(tmp_path):
    book = a_lively_lot()
    shutil.copy(verifier.__file__, tmp_path / "verifier.py")
    (tmp_path / "export.json").write_text(export(7, book.entries))
    run = [sys.executable, "-I", "-S", "verifier.py", "export.json"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"sound: {len(book.entries)} entries, head {book.state.head}")
    assert "sold, leader C, price 63000" in done.stdout
    bad = (tmp_path / "export.json").read_text().replace('"C"', '"D"', 1)
    (tmp_path / "export.json").write_text(bad)
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "FAULT in line" in done.stderr


def test_the_verifier_is_short_and_takes_nothing_from_the_market():
    source = Path(verifier.__file__).read_text()
    imported = set(re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)
    assert source.count("\n") < 300


def test_each_kind_and_each_checkable_reason_is_in_the_lively_lot():
    """Keeps the tests of this file honest."""
    entries = a_lively_lot().entries
    assert {entry.kind for entry in entries} >= {"scheduled", "accepted", "refused", "extended"}
    assert {entry.kind for entry in entries} >= {"voided", "outage_extended", "closed"}
    answers = {json.loads(entry.secret).get("answer") for entry in entries if entry.secret}
    assert answers >= {"not_open", "ended", "bad_amount", "stale_view", "not_above_own_max"}
    assert answers >= {"below_minimum", "not_confirmed", "not_eligible", "key_reused", "accepted"}


@pytest.mark.parametrize("opened", [True, False], ids=["closed lot", "running lot"])
def test_any_flipped_byte_is_found_and_its_line_named(tmp_path, opened):
    book = a_lively_lot()
    entries = book.entries if opened else book.entries[:-3]
    text = export(7, entries)
    assert verdict(tmp_path, text).startswith("sound")
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for position in range(0, len(text), 7):
        flipped = chr(ord(text[position]) ^ (1 << (position % 7)))
        found = verdict(tmp_path, text[:position] + flipped + text[position + 1 :])
        line = sum(start <= position for start in starts)
        named = re.match(r"FAULT in line (\d+): ", found)
        assert named, (position, flipped)
        assert int(named[1]) == line or text[position] == "\n", (found, line)


@pytest.mark.parametrize("field", ["seq", "hash", "public", "opening"])
def test_a_changed_field_is_found_in_its_own_line(tmp_path, field):
    lines = export(7, a_lively_lot().entries).splitlines()
    for number in range(1, len(lines)):
        row = json.loads(lines[number])
        if field not in row:
            continue
        for changed in _changes(row, field):
            forged = [*lines[:number], chain.canonical(changed), *lines[number + 1 :]]
            found = verdict(tmp_path, "\n".join(forged) + "\n")
            assert found.startswith(f"FAULT in line {number + 1}: "), changed


def _changes(row, field):
    """The row with each single value inside ``field`` changed."""
    if not isinstance(row[field], dict):
        yield {**row, field: _other(row[field])}
        return
    for name, value in row[field].items():
        changed = _changes(row[field], name) if isinstance(value, dict) else [None]
        for inner in changed:
            new = inner if inner else {**row[field], name: _other(value)}
            yield {**row, field: new}


def _other(value):
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value[:-1] + ("0" if value[-1:] != "0" else "1")
        case list():
            return [*value, value]
        case _:
            return 1


def test_a_missing_a_doubled_and_a_swapped_entry_are_found(tmp_path):
    cover, *lines = export(7, a_lively_lot().entries).splitlines()
    for forged in (lines[:4] + lines[5:], lines[:4] + lines[3:], [*lines[:3], *lines[4:2:-1]]):
        assert "FAULT in line" in verdict(tmp_path, "\n".join([cover, *forged]) + "\n")


def test_a_rewritten_end_is_found_by_a_head_you_know(tmp_path):
    book = a_lively_lot()
    receipt = book.entries[9].hash
    assert verdict(tmp_path, export(7, book.entries), receipt).startswith("sound")
    other = export(7, a_lively_lot().entries)
    assert verdict(tmp_path, other) != verdict(tmp_path, other, receipt)
    assert "the head you know" in verdict(tmp_path, other, receipt)


def rewritten(book, seq, **facts):
    """The log with one event forged and everything after it sealed anew: the chain is sound."""
    forged, head = [], book.entries[seq - 2].hash
    for entry in book.entries[seq - 1 :]:
        public, secret = json.loads(entry.public), json.loads(entry.secret or "null")
        if entry.seq == seq:
            public |= {name: value for name, value in facts.items() if name in public}
            if secret:
                secret |= {name: value for name, value in facts.items() if name in secret}
        text = secret and chain.canonical(secret)
        if text:
            public["commitment"] = chain.commit(entry.salt, text)
        line = chain.canonical(public)
        head = chain.link(head, line)
        forged.append(entry._replace(at_ms=public["at_ms"], public=line, secret=text, hash=head))
    return [*book.entries[: seq - 1], *forged]


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("accepted", {"price": 26_000}),
        ("accepted", {"leader": "X"}),
        ("accepted", {"amount": 20_500}),
        ("accepted", {"next": 1}),
        ("accepted", {"view": 9}),
        ("accepted", {"answer": "below_minimum"}),
        ("refused", {"answer": "accepted"}),
        ("refused", {"answer": "stale_view"}),
        ("extended", {"ends_ms": HOUR + 6 * MINUTE}),
        ("voided", {"price": 9_000}),
        ("voided", {"leader_max": 1}),
        ("voided", {"bidder": "C"}),
        ("outage_extended", {"ends_ms": 1}),
        ("closed", {"price": 62_000}),
        ("closed", {"leader": "H"}),
        ("closed", {"outcome": "reserve_not_met"}),
        ("closed", {"at_ms": 1}),
    ],
    ids=str,
)
def test_a_market_that_lies_in_a_sound_chain_is_found_out(tmp_path, kind, facts):
    book = a_lively_lot()
    last = [entry for entry in book.entries if entry.kind == kind][-1]
    if kind == "refused":
        last = next(entry for entry in book.entries if "below_minimum" in (entry.secret or ""))
    forged = rewritten(book, last.seq, **facts)
    log.verify(forged)
    found = verdict(tmp_path, export(7, forged))
    assert found.startswith("FAULT in line"), found
    assert int(found.split()[3].rstrip(":")) >= last.seq + 1


def test_a_secret_kept_back_after_the_closing_is_found(tmp_path):
    text = export(7, a_lively_lot().entries)
    lines = text.splitlines()
    row = json.loads(lines[9])
    del row["opening"]
    kept = "\n".join([*lines[:9], chain.canonical(row), *lines[10:]]) + "\n"
    assert verdict(tmp_path, kept).startswith("FAULT in line 10: ")


def test_a_running_or_cancelled_lot_is_exported_without_secrets():
    book = lot()
    bid(book, "A", 43_210)
    assert "opening" not in export(7, book.entries)
    book.execute(Cancel("withdrawn"), MINUTE)
    text = export(7, book.entries)
    assert "opening" not in text
    assert "43210" not in text


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 4},
        {"at_ms": 1},
        {"public": '{"at_ms":60000, "kind":"bid","seq":3}'},
        {"secret": "{}"},
        {"secret": None},
        {"salt": "0" * 32},
        {"hash": "0" * 64},
    ],
    ids=str,
)
def test_the_inner_proof_names_the_entry_that_was_changed(change):
    book = lot()
    bid(book, "A", 20_000)
    bid(book, "B", 30_000)
    log.verify(book.entries)
    entries = [*book.entries]
    entries[2] = entries[2]._replace(**change)
    with pytest.raises(ChainBroken) as found:
        log.verify(entries)
    assert found.value.seq == 3


def test_a_log_without_terms_cannot_be_folded():
    for entries in ([], lot().entries[1:]):
        with pytest.raises(ChainBroken):
            log.fold(entries)
