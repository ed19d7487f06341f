"""kill -9 before every statement of bid, void and close: nothing acknowledged is ever lost."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys

import pytest

from tests.shared_data import ROOT
from tests.unit.auction.databases import Database, at
from tests.unit.auction.killed_bidder import COMMANDS
from tests.unit.auction.lots import terms

LABELS = [label for label, _, _ in COMMANDS]
IN_LOG = {"a1": "accepted", "b1": "accepted", "void": "voided", "c1": "accepted", "close": "closed"}


@contextlib.contextmanager
def mortal_bidders(database: Database):
    """A function: what a process acknowledged that died at a statement, and its exit code."""
    script = [sys.executable, "-m", "tests.unit.auction.killed_bidder"]
    with subprocess.Popen(
        [*script, database.name, database.where, database.schema],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def run(fatal: int) -> tuple[list[str], int]:
            process.stdin.write(f"{fatal}\n")
            process.stdin.flush()
            acknowledged = []
            while (line := process.stdout.readline().strip()) in LABELS:
                acknowledged.append(line)
            return acknowledged, int(line)

        yield run
        process.stdin.close()


def fresh_lot(database: Database) -> None:
    with database.connection() as conn:
        conn.cursor().execute("DROP TABLE IF EXISTS auction_log")
        conn.cursor().execute("DROP TABLE IF EXISTS auction_lot")
        if database.name == "postgresql":
            conn.cursor().execute("DROP FUNCTION IF EXISTS auction_log_append_only()")
    with database.prepare().transaction() as conn:
        database.store.create(conn, 7, terms(reserve=60_000), at(0))


@pytest.mark.fault("F1")
@pytest.mark.fault("F3")
@pytest.mark.slow
def test_a_process_killed_at_any_statement_loses_nothing_it_acknowledged(database: Database):
    with mortal_bidders(database) as run:
        for fatal in itertools.count(1):
            fresh_lot(database)
            acknowledged, code = run(fatal)
            assert_nothing_is_lost(database, acknowledged)
            finish_by_retrying(database)
            if code == 0:
                break
            assert code == -9
    assert fatal > 25


def assert_nothing_is_lost(database: Database, acknowledged: list[str]) -> None:
    with database.connection() as conn:
        database.store.check_row_equals_fold(conn, 7)
        entries = database.store.log(conn, 7)
    decisions = [e.kind for e in entries if e.kind in IN_LOG.values()]
    done = [IN_LOG[label] for label in acknowledged]
    assert acknowledged == LABELS[: len(acknowledged)]
    assert decisions in (done, [IN_LOG[label] for label in LABELS[: len(done) + 1]])


def finish_by_retrying(database: Database) -> None:
    """Whoever got no answer asks again, and the lot ends as if nothing had happened."""
    for label, command, now in COMMANDS:
        with database.transaction() as conn:
            outcome = database.store.execute(conn, 7, command, at(now))
        assert outcome.names[0] in {"Accepted", "Retracted", "cannot_retract", "none"} or (
            label == "close" and outcome.names == ("Closed:reserve_not_met",)
        )
    with database.connection() as conn:
        state = database.store.check_row_equals_fold(conn, 7)
        bids = [e.key for e in database.store.log(conn, 7) if e.kind == "accepted"]
    assert (state.leader, state.price) == ("C", 21_000)
    assert bids == ["a1", "b1", "c1"]
