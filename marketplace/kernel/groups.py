"""Group commit: commands of one process that wait for the same lock share one commit.

A commit costs a write to the disk, and who waits for a lock waits for that write too: on SQLite
for the one lock there is, elsewhere for that of a row. So the first in the queue of a lock carries
out the work of all who stand behind him, each in a savepoint of its own, commits once, and only
then everybody is told. There is no thread to start, to stop or to lose in a fork.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace.kernel.db import busy_is_unavailable
from marketplace.kernel.errors import Unavailable

Answer = TypeVar("Answer")

MOST_TOGETHER = 64
"""How many share one commit at most: it bounds how long the lock is held."""
MOST_WAITING = 256
"""How many may wait: whoever comes then is told to come again, which is safe."""


class _Job:
    """What one caller wants done, and what came of it; ``turn`` wakes the caller.

    As a context manager it keeps an error for the thread it belongs to.
    """

    __slots__ = ("answer", "error", "is_done", "turn", "work")

    def __init__(self, work: Callable[[Connection], object]) -> None:
        self.work = work
        self.answer: object = None
        self.error: BaseException | None = None
        self.is_done = False
        self.turn = threading.Event()

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> bool:
        self.error = error
        return isinstance(error, Exception)

    @property
    def found_the_database_failing(self) -> bool:
        """A broken constraint undoes one savepoint; another fault may have undone all of them."""
        return isinstance(self.error, DBAPIError) and not isinstance(self.error, IntegrityError)


class Group:
    """The queue for one lock of a database in one process."""

    def __init__(
        self, engine: Engine, *, together: int = MOST_TOGETHER, waiting: int = MOST_WAITING
    ) -> None:
        self._engine = engine.execution_options(write=True)
        self._together, self._waiting = together, waiting
        self._queue: deque[_Job] = deque()
        self._guard = threading.Lock()
        self._someone_writes = False

    def __len__(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    def run(self, work: Callable[[Connection], Answer]) -> Answer:
        """What ``work`` returns, once it is committed; what it raises, and then it left nothing.

        ``work`` makes its own savepoint on the connection. It may run in another caller's thread.
        Raises Unavailable when too many wait, when the database stays locked, and when the
        commit that would have carried this work failed: a retry is safe.
        """
        job = _Job(work)
        with self._guard:
            if len(self._queue) >= self._waiting:
                raise Unavailable("database_busy", retry_after_seconds=1)
            self._queue.append(job)
            waits, self._someone_writes = self._someone_writes, True
        if waits:
            job.turn.wait()  # until it is done, or until this caller is the first in the queue
        if not job.is_done:
            self._write()
        if job.error is not None:
            raise job.error
        return cast("Answer", job.answer)

    def _write(self) -> None:
        """Carry out one commit's worth from the head of the queue, then hand the queue on."""
        jobs: list[_Job] = []
        is_in = False
        try:
            with busy_is_unavailable(), self._engine.connect() as connection:
                transaction = connection.begin()
                is_sound = True
                while is_sound and (job := self._next(len(jobs))) is not None:
                    jobs.append(job)  # who comes while the lock is awaited or held comes along
                    is_sound = _carried_out(job, connection)
                if is_sound and _is_open(connection):
                    transaction.commit()
                    is_in = True
                else:
                    transaction.rollback()
        finally:
            self._hand_on(jobs or self._take(), is_in=is_in)

    def _next(self, taken: int) -> _Job | None:
        with self._guard:
            return self._queue.popleft() if self._queue and taken < self._together else None

    def _take(self) -> list[_Job]:
        with self._guard:
            return [self._queue.popleft() for _ in range(min(self._together, len(self._queue)))]

    def _hand_on(self, jobs: list[_Job], *, is_in: bool) -> None:
        """Wake the next to write, then those who are done: the disk is what all wait for."""
        with self._guard:
            following = self._queue[0] if self._queue else None
            self._someone_writes = following is not None
        if following is not None:
            following.turn.set()
        for job in jobs:
            if job.error is None and not is_in:
                job.error = Unavailable("database_busy", retry_after_seconds=1)
            job.is_done = True
            job.turn.set()


def _carried_out(job: _Job, connection: Connection) -> bool:
    with job:
        job.answer = job.work(connection)
    return not job.found_the_database_failing


def _is_open(connection: Connection) -> bool:
    """Some faults end the transaction by themselves; COMMIT would then be a lie."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status == TransactionStatus.INTRANS)


_groups: weakref.WeakKeyDictionary[Engine, dict[Hashable, Group]] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def group_of(engine: Engine, root: Hashable = None) -> Group:
    """The queue of this process for a database, or for one root where rows are locked."""
    group = _groups.get(engine, {}).get(root)
    if group is None:
        with _making:
            group = _groups.setdefault(engine, {}).setdefault(root, Group(engine))
    return group


def _forget() -> None:
    """A forked child has none of the threads that stand in its parent's queues."""
    global _groups, _making
    _groups, _making = weakref.WeakKeyDictionary(), threading.Lock()


os.register_at_fork(after_in_child=_forget)
