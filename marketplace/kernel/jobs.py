"""Periodic jobs: idempotent sweeps, each run by one process at a time under a lease."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.context import Context
from marketplace.kernel.db import Base
from marketplace.kernel.relay import attempt


class JobRow(Base):
    """When a job last ran, and until when somebody holds it."""

    __tablename__ = "kernel_job"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_run_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    error: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Job:
    """A sweep: safe to run at any time, any number of times, by anybody."""

    name: str
    every: timedelta
    run: Callable[[Context], object]
    lease: timedelta = timedelta(minutes=5)


def run_due(ctx: Context, jobs: tuple[Job, ...]) -> list[str]:
    """Run every job whose interval has passed and that nobody else holds; their names."""
    return [job.name for job in _due(ctx, jobs) if _run_one(ctx, job)]


def _due(ctx: Context, jobs: tuple[Job, ...]) -> list[Job]:
    now = ctx.clock()
    with ctx.reading() as db:
        rows = {row.name: row for row in db.scalars(select(JobRow))}
    return [job for job in jobs if _is_due(rows.get(job.name), job, now)]


def _is_due(row: JobRow | None, job: Job, now: datetime) -> bool:
    if row is None or row.last_run_at is None:
        return True
    if row.leased_until is not None and row.leased_until > now:
        return False
    # A clock stepped back must not silence the market's sweeps for hours.
    return not now - job.every < row.last_run_at <= now


def _run_one(ctx: Context, job: Job) -> bool:
    if not _take(ctx, job):
        return False
    _, failure = attempt(lambda: job.run(ctx), doing="job", name=job.name)
    with ctx.transaction() as tx:
        row = tx.db.get_one(JobRow, job.name)
        row.leased_until, row.error = None, repr(failure)[:500] if failure else None
    return True


def _take(ctx: Context, job: Job) -> bool:
    with ctx.transaction() as tx:
        row = tx.db.scalar(select(JobRow).where(JobRow.name == job.name).with_for_update())
        if row is None:
            row = JobRow(name=job.name)
            tx.db.add(row)
        elif not _is_due(row, job, tx.now):
            return False
        row.last_run_at, row.leased_until = tx.now, tx.now + job.lease
        return True
