"""The bid path: hand-written SQL on a connection that is inside the caller's transaction.

Nothing here begins, commits or rolls back. On SQLite the caller must have begun with BEGIN
IMMEDIATE, which is the lock; on PostgreSQL the lot's row is locked FOR UPDATE. So a writer that
commits many bids at once can put each ``execute`` between savepoints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auction import log
from auction.commands import BIDDERS, Command
from auction.errors import ConcurrentWrite, NotInTransaction, RowDiffers, UnknownLot
from auction.events import Event
from auction.execution import Outcome, execute
from auction.formats import reads_history
from auction.log import Entry
from auction.state import State, Terms
from auction.store import statements
from auction.store.dialect import DIALECTS, Clock, Connection, Dialect
from auction.store.rows import (
    STATE_FIELDS,
    entry_row,
    read_entry,
    read_state,
    state_row,
    terms_text,
)


@dataclass(frozen=True, slots=True)
class Published:
    """What everybody may know of an entry: its number and canonical public text."""

    seq: int
    public: str


class Store:
    """The lots and logs of one database, named as SQLAlchemy names its dialect."""

    def __init__(self, name: str) -> None:
        self.dialect: Dialect = DIALECTS[name]
        self._sql: Mapping[str, str] = {
            text: self.dialect.sql(text)
            for name, text in vars(statements).items()
            if name.isupper()
        }

    def clock(self, conn: Connection) -> int:
        """The database's clock, in ms: the one to give to ``execute``."""
        return self.dialect.clock(conn)

    def create(self, conn: Connection, lot_id: int, terms: Terms, clock: Clock) -> State:
        """Write the row of a new lot and the first entry of its log."""
        sealed = log.schedule(lot_id, terms, clock(conn))
        row = (lot_id, terms.format, terms_text(terms), terms.opens_ms, *state_row(sealed.state))
        self._run(conn, statements.INSERT_LOT, row)
        self._append(conn, lot_id, sealed.entries)
        return sealed.state

    def read(self, conn: Connection, lot_id: int) -> State:
        """The state of a lot, from its row, without a lock; raises UnknownLot."""
        return self._state(conn, statements.READ_LOT, lot_id)

    def lock(self, conn: Connection, lot_id: int) -> State:
        """The state of a lot that nobody else can move before the caller's transaction ends.

        Raises UnknownLot, and NotInTransaction where the lock would not hold.
        """
        if self.dialect.name == "sqlite" and not self.dialect.in_transaction(conn):
            raise NotInTransaction("begin with BEGIN IMMEDIATE")
        state = self._state(conn, statements.LOCK_LOT, lot_id)
        if not self.dialect.in_transaction(conn):
            raise NotInTransaction("the connection commits by itself")
        return state

    def execute(
        self,
        conn: Connection,
        lot_id: int,
        command: Command,
        clock: Clock,
        *,
        locked: State | None = None,
    ) -> Outcome:
        """Lock, read the clock, look up the key, decide, append, update the row: one answer.

        The answer may be told once the caller has committed. ``locked`` is what ``lock`` gave to
        a caller who put no command to the lot since. Raises as ``lock`` does, and ConcurrentWrite
        if the lot moved all the same.
        """
        state = self.lock(conn, lot_id) if locked is None else locked
        outcome = execute(
            state,
            command,
            clock(conn),
            stored=self._stored(conn, lot_id, command),
            history=self._history(conn, state, command),
        )
        if outcome.fresh:
            self._append(conn, lot_id, outcome.fresh)
            self._save(conn, state.seq, outcome.state)
        return outcome

    def log(self, conn: Connection, lot_id: int, after_seq: int = 0) -> list[Entry]:
        """The entries after ``after_seq``, secrets included: for proofs, not for pages."""
        return [
            read_entry(row) for row in self._rows(conn, statements.READ_LOG, (lot_id, after_seq))
        ]

    def events_after(
        self, conn: Connection, lot_id: int, seq: int, limit: int = 500
    ) -> list[Published]:
        """What everybody may know of at most ``limit`` entries after ``seq``: the live feed."""
        rows = self._rows(conn, statements.READ_PUBLIC, (lot_id, seq, limit))
        return [Published(*row) for row in rows]

    def overdue(self, conn: Connection, now_ms: int) -> list[int]:
        """The lots whose end has come and that are not closed: a sweep closes each of them."""
        return [row[0] for row in self._rows(conn, statements.OVERDUE_LOTS, (now_ms,))]

    def check_row_equals_fold(self, conn: Connection, lot_id: int) -> State:
        """Prove chain and row of a lot; raises ChainBroken or RowDiffers, else the state."""
        entries = self.log(conn, lot_id)
        log.verify(entries)
        folded, row = log.fold(entries), self.read(conn, lot_id)
        if folded != row:
            names = ("terms", *STATE_FIELDS)
            values = zip(
                (folded.terms, *state_row(folded)), (row.terms, *state_row(row)), strict=True
            )
            differing = [name for name, (a, b) in zip(names, values, strict=True) if a != b]
            raise RowDiffers(lot_id, tuple(differing))
        return folded

    def _stored(self, conn: Connection, lot_id: int, command: Command) -> Sequence[Entry]:
        """The answer already given to this command's key."""
        if not isinstance(command, BIDDERS) or command.key is None:
            return ()
        intent = (lot_id, lot_id, command.bidder, command.key)
        rows = self._rows(conn, statements.READ_ANSWER, intent)
        return log.answer_of([read_entry(row) for row in rows]) if rows else ()

    def _history(self, conn: Connection, state: State, command: Command) -> Sequence[Event]:
        if not reads_history(state.terms.format, command):
            return ()
        return [entry.event() for entry in self.log(conn, state.lot)]

    def _append(self, conn: Connection, lot_id: int, entries: Sequence[Entry]) -> None:
        """The key (lot_id, seq) is the second line: a double number cannot be written."""
        for entry in entries:
            self._run(conn, statements.APPEND, entry_row(lot_id, entry))

    def _save(self, conn: Connection, seen_seq: int, state: State) -> None:
        cursor = self._run(conn, statements.UPDATE_LOT, (*state_row(state), state.lot, seen_seq))
        if cursor.rowcount != 1:
            raise ConcurrentWrite(f"lot {state.lot} moved past entry {seen_seq}")

    def _state(self, conn: Connection, sql: str, lot_id: int) -> State:
        row = self._run(conn, sql, (lot_id,)).fetchone()
        if row is None:
            raise UnknownLot(lot_id)
        return read_state(lot_id, row)

    def _rows(self, conn: Connection, sql: str, parameters: Sequence[Any]) -> list[Any]:
        rows: list[Any] = self._run(conn, sql, parameters).fetchall()
        return rows

    def _run(self, conn: Connection, statement: str, parameters: Sequence[Any]) -> Any:
        cursor = conn.cursor()
        cursor.execute(self._sql[statement], parameters)
        return cursor
