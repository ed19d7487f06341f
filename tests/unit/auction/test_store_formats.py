"""Halls, sealed and Dutch lots lie in the same two tables; what the row lacks is in the log."""

from __future__ import annotations

import pytest

from auction.clerk import Hammer, Pause, Resume, Undo, Warn
from auction.commands import Channel, Close, PlaceBid, Reveal, Take, Top, VoidBidder
from auction.events import Reason
from auction.state import Stage
from tests.unit.auction.databases import Database, at
from tests.unit.auction.lots import HOUR, MINUTE, terms
from tests.unit.auction.test_dutch import FALL, SECOND
from tests.unit.auction.test_dutch import commit as dutch_commit
from tests.unit.auction.test_sealed import NONCE, commit


def played(database: Database, lot_terms, steps):
    """The answers to these commands, each in a transaction of its own, and the final state."""
    answers = []
    with database.transaction() as conn:
        database.store.create(conn, 7, lot_terms, at(0))
    for command, now in steps:
        with database.transaction() as conn:
            answers.append(database.store.execute(conn, 7, command, at(now)).names)
            database.store.check_row_equals_fold(conn, 7)
    with database.connection() as conn:
        return answers, database.store.read(conn, 7)


class Told:
    """Takes a command as a book does, to hand it to the store instead."""

    def execute(self, command, now):
        return command, now


def test_a_hall_is_warned_paused_undone_and_hammered_in_the_store(database: Database):
    steps = [
        (PlaceBid("P7", 20_000, channel=Channel.FLOOR), MINUTE),
        (Warn(1), MINUTE),
        (Pause("no heartbeat"), MINUTE),
        (PlaceBid("A", 30_000), MINUTE),
        (Undo(1, "slip"), MINUTE),
        (Resume(), MINUTE),
        (PlaceBid("A", 30_000), MINUTE),
        (Warn(3), MINUTE),
        (Hammer(3), MINUTE),
        (Warn(3), MINUTE),
        (Close(), 9 * HOUR),
        (Hammer(3), 9 * HOUR),
        (Hammer(3), 9 * HOUR),
    ]
    answers, state = played(database, terms(mode="both"), steps)
    assert [name for (name,) in answers] == [
        "Accepted",
        "Warned",
        "Paused",
        "paused",
        "Undone",
        "Resumed",
        "Accepted",
        "Warned",
        "not_warned",
        "Warned",
        "none",
        "Closed:sold",
        "ended",
    ]
    assert (state.leader, state.price, state.outcome) == ("A", 10_000, "sold")


def test_sealed_bids_are_handed_in_opened_and_sold_in_the_store(database: Database):
    ends = HOUR + 10 * MINUTE
    sealed = terms(format="sealed", ladder=(), sealed={"reveal_ms": 10 * MINUTE})
    steps = [
        commit(Told(), "A", 30_000, key="a"),
        commit(Told(), "B", 40_000, key="b"),
        commit(Told(), "A", 30_000, key="a"),
        (Close(), HOUR),
        (VoidBidder("C", "x"), HOUR),
        (Reveal("A", 30_000, NONCE["A"], key="ra"), HOUR),
        (Reveal("A", 30_000, NONCE["A"], key="ra"), ends),
        (Close(), ends),
    ]
    answers, state = played(database, sealed, steps)
    assert answers == [
        ("Accepted",),
        ("Accepted",),
        ("Accepted",),
        ("RevealBegan",),
        ("cannot_retract",),
        ("Accepted",),
        ("Accepted",),
        ("Opened", "Closed:sold"),
    ]
    assert (state.leader, state.price, state.progress.stage) == ("A", 30_000, Stage.TAKEN)


def test_a_dutch_lot_goes_through_all_its_stages_in_the_store(database: Database):
    dutch = terms(format="dutch", start=100_000, ladder=(), opens_ms=MINUTE, dutch=FALL | SECOND)
    taken = MINUTE + 10_000
    sealing = taken + SECOND["sealing_ms"]
    revealing = sealing + SECOND["reveal_ms"]
    topping = revealing + SECOND["topping_ms"]
    steps = [
        (Take("A", 95_000, key="t"), taken),
        (Take("B"), taken),
        dutch_commit(Told(), "B", 99_000, key="b"),
        (Close(), sealing),
        (Reveal("B", 99_000, NONCE["B"]), revealing - 1),
        (Close(), revealing),
        (Take("A", 95_000, key="t"), revealing),
        (Top("A", 99_001, key="top"), revealing),
        (Close(), topping),
    ]
    answers, state = played(database, dutch, steps)
    assert [names[0] for names in answers] == [
        "Taken",
        "ended",
        "Accepted",
        "RevealBegan",
        "Accepted",
        "Opened",
        "Taken",
        "Topped",
        "Closed:sold",
    ]
    assert (state.leader, state.price, state.progress.taker) == ("A", 99_001, "A")


@pytest.mark.parametrize("opens", [0, MINUTE])
def test_a_lot_taken_in_its_first_millisecond_fits_the_rows_constraints(database: Database, opens):
    dutch = terms(format="dutch", start=100_000, ladder=(), opens_ms=opens, dutch=FALL)
    answers, state = played(database, dutch, [(Take("A"), opens), (Close(), opens + 1)])
    assert answers == [("Taken",), ("Closed:sold",)]
    assert state.price == 100_000


def test_a_web_lot_of_the_english_format_has_no_progress_to_keep(database: Database):
    with database.transaction() as conn:
        database.store.create(conn, 7, terms(), at(0))
        outcome = database.store.execute(conn, 7, Warn(0), at(MINUTE))
        assert outcome.refusal is Reason.NOT_IN_HALL
        cursor = conn.cursor()
        cursor.execute("SELECT progress FROM auction_lot")
        assert cursor.fetchone() == (None,)
