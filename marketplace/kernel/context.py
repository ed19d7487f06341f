"""``Context`` begins transactions; ``Tx`` is one. The first parameter tells which you hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, Table, insert
from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.actor import Actor
from marketplace.kernel.clock import Clock
from marketplace.kernel.db import busy_is_unavailable, plainly
from marketplace.kernel.errors import SignInNeeded
from marketplace.kernel.events import Event
from marketplace.kernel.groups import group_of
from marketplace.kernel.outbox import OutboxRow
from marketplace.kernel.settings import Settings

Answer = TypeVar("Answer")
OUTBOX = insert(cast("Table", OutboxRow.__table__))
"""Without the mapper, which has nothing to keep of an inserted row."""
Subscriptions = Mapping[str, Sequence[str]]
_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)


class Tx:
    """One write transaction: a session, one instant, and what it will leave behind."""

    def __init__(self, db: Session, ctx: Context) -> None:
        self.db = db
        self.ctx = ctx
        self.actor_or_none = ctx.actor
        self.settings = ctx.settings
        self.events: list[Event] = []
        self.audits: list[audit.Note] = []

    @cached_property
    def now(self) -> datetime:
        """The instant of this transaction, read on first use: lock the aggregate first."""
        return self.ctx.clock()

    @property
    def actor(self) -> Actor:
        """Who acts; raises SignInNeeded when nobody does."""
        if self.actor_or_none is None:
            raise SignInNeeded
        return self.actor_or_none

    def emit(self, event: Event) -> None:
        """Record a fact; it becomes outbox rows when the transaction commits."""
        self.events.append(event)

    def audit(
        self, action: str, thing: str, thing_id: object, *, why: str = "", **facts: object
    ) -> None:
        """Record who did what to which thing and why; one audit entry at commit."""
        self.audits.append(audit.Note(action, thing, str(thing_id), why, facts))


@dataclass(frozen=True, slots=True)
class Context:
    """Who acts, with which clock, settings and database. Built once per request or job."""

    engine: Engine
    clock: Clock
    settings: Settings
    subscriptions: Subscriptions
    actor: Actor | None = None

    def acting(self, actor: Actor | None) -> Context:
        """The same context with another actor."""
        return replace(self, actor=actor)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Commit on leaving, roll back on any exception; events and audit are rows of it."""
        engine = self.engine.execution_options(write=True)
        with (
            _not_inside_another(),
            busy_is_unavailable(),
            Session(engine, expire_on_commit=False) as db,
            self._whole(db) as tx,
        ):
            yield tx

    def together(
        self, step: Callable[[Tx], Answer], *, root: tuple[str, int] | None = None
    ) -> Answer:
        """Run ``step`` as a command, sharing the commit with others of this process.

        To the step and to its caller this is ``transaction``: all of it or nothing is there, and
        the answer is told after the commit. ``root`` names the one row that the step locks: where
        rows are locked, those who wait for the same row share; without a root, or with more rows
        than one, a command commits by itself there. SQLite has one lock, which all share. The
        step may run in another thread. Raises what the step raises, and Unavailable when too many
        wait.
        """
        if self.engine.dialect.name == "sqlite":
            root = None
        elif root is None:
            with self.transaction() as tx:
                return step(tx)
        with _not_inside_another():
            group = group_of(self.engine, root)
            return group.run(lambda connection: self._within(connection, step))

    def _within(self, connection: Connection, step: Callable[[Tx], Answer]) -> Answer:
        """In a session and a savepoint of its own: a refused neighbour leaves no trace in it."""
        with (
            Session(
                connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as db,
            self._whole(db) as tx,
        ):
            return step(tx)

    @contextmanager
    def _whole(self, db: Session) -> Iterator[Tx]:
        with db.begin():
            tx = Tx(db, self)
            yield tx
            db.flush()
            self._leave_behind(tx)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read-only session; never committed."""
        with busy_is_unavailable(), Session(self.engine) as db:
            yield db

    def _leave_behind(self, tx: Tx) -> None:
        if tx.audits:
            audit.write(tx.db, tx.audits, actor=tx.actor_or_none, at=tx.now)
        rows = [
            {
                "event": event.name,
                "consumer": consumer,
                "payload": event.payload(),
                "occurred_at": tx.now,
                "due_at": tx.now,
                "attempts": 0,
            }
            for event in tx.events
            for consumer in self.subscriptions.get(event.name, ())
        ]
        if rows:
            plainly(tx.db, OUTBOX, rows)


@contextmanager
def _not_inside_another() -> Iterator[None]:
    if _inside.get():
        raise RuntimeError("a command inside a command: pass the Tx to a step instead")
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)
