"""Run an import: batch by batch, each all or nothing, going on where it stopped (F25)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import select

from marketplace.imports.kinds import KINDS, Kind, Target
from marketplace.imports.models import ImportRun
from marketplace.imports.records import Problem, Record, RowRefused
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Invalid
from marketplace.kernel.sheets import reading
from marketplace.kernel.sheets.cleaning import Unclean
from marketplace.kernel.sheets.reading import Row

BATCH = 500
LONGEST_SOURCE = 120
Progress = Callable[["Totals"], None]


@dataclass(slots=True)
class Totals:
    """What became of the rows read so far."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refused row: its line in the file and every problem in it."""

    line: int
    key: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RunImport:
    """Bring a file in. ``dry_run`` changes nothing and reports the same."""

    kind: str
    path: Path
    target: Target
    dry_run: bool = False


@dataclass(slots=True)
class Report:
    """The end of a run: totals, refused rows, and what was cleaned or left out on the way."""

    totals: Totals = field(default_factory=Totals)
    rejected: list[Rejection] = field(default_factory=list)
    resumed_from: int = 0
    seen: set[str] = field(default_factory=set)


class _NothingKept(Exception):
    """Leaves a transaction of a dry run without a trace."""


def run(ctx: Context, command: RunImport, progress: Progress | None = None) -> Report:
    """Import the whole file; raises Invalid for an unknown kind, format or a broken file.

    The same file again changes nothing. After an interruption the same command goes on behind
    the last finished batch.
    """
    kind = KINDS.get(command.kind)
    if kind is None:
        raise Invalid("import.unknown_kind", kind=command.kind, known=", ".join(KINDS))
    if not 0 < len(command.target.source.strip()) <= LONGEST_SOURCE:
        raise Invalid("import.source_needed", longest=LONGEST_SOURCE)
    content = reading.content_of(command.path)
    rows = reading.rows(content, reading.format_of(command.path))
    first = list(islice(rows, 1))  # a file that is none fails before anything is begun
    kind.expect_columns(first)
    rows = chain(first, rows)
    report, run_id = _begin(ctx, command, reading.fingerprint(content))
    read_rows(kind, islice(rows, report.resumed_from), report.seen)
    for batch in _batches(rows):
        _store(ctx, kind, batch, command, report, run_id)
        if progress:
            progress(report.totals)
    if run_id is not None:
        with ctx.transaction() as tx:
            row = tx.db.get_one(ImportRun, run_id)
            row.finished_at = tx.now
            tx.audit("import.finished", "import", run_id, totals=asdict(report.totals))
    return report


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _begin(ctx: Context, command: RunImport, sha256: str) -> tuple[Report, int | None]:
    """A new run, or the unfinished one of the same file; none for a dry run."""
    if command.dry_run:
        return Report(), None
    same = {
        "kind": command.kind,
        "source": command.target.source,
        "sha256": sha256,
        "publish": command.target.publish,
    }
    with ctx.transaction() as tx:
        row = tx.db.scalar(select(ImportRun).filter_by(**same).with_for_update())
        if row is None:
            row = ImportRun(**same, file_name=command.path.name, started_at=tx.now)
            tx.db.add(row)
        if row.finished_at is not None or row.done_rows is None:
            row.done_rows, row.totals, row.rejected = 0, asdict(Totals()), []
            row.finished_at, row.started_at = None, tx.now
        row.started_by = tx.actor_or_none.user_id if tx.actor_or_none else None
        row.changed_at = tx.now
        tx.db.flush()
        tx.audit("import.started", "import", row.id, file=row.file_name, source=row.source)
        rejected = [_rejection(one) for one in row.rejected]
        return Report(Totals(**row.totals), rejected, row.done_rows), row.id


def _rejection(stored: dict[str, object]) -> Rejection:
    problems = [Problem(**one) for one in stored["problems"]]  # type: ignore[attr-defined]
    return Rejection(stored["line"], stored["key"], tuple(problems))  # type: ignore[arg-type]


def _store(
    ctx: Context,
    kind: Kind,
    batch: Sequence[Row],
    command: RunImport,
    report: Report,
    run_id: int | None,
) -> None:
    records, refused = read_rows(kind, batch, report.seen)
    try:
        with ctx.transaction() as tx:
            done = kind.put(tx, [record for _line, record in records], command.target)
            for key, (code, facts) in done.rejected.items():
                line = next(line for line, record in records if record.key == key)
                refused.append(Rejection(line, key, (Problem("key", code, facts),)))
            totals = report.totals
            totals.read += len(batch)
            totals.created += done.created
            totals.updated += done.updated
            totals.rejected += len(refused)
            totals.unchanged += len(batch) - done.created - done.updated - len(refused)
            report.rejected.extend(sorted(refused, key=lambda one: one.line))
            if run_id is None:
                raise _NothingKept
            _checkpoint(tx, run_id, report)
    except _NothingKept:
        pass


def read_rows(
    kind: Kind, rows: Iterable[Row], seen: set[str]
) -> tuple[list[tuple[int, Record]], list[Rejection]]:
    """The clean records with their lines, and the rows that are refused with every problem.

    A key that was ``seen`` in an earlier row is refused: which of the two rows counts would
    change with every import of the same file.
    """
    records: list[tuple[int, Record]] = []
    refused: list[Rejection] = []
    for row in rows:
        try:
            if row.broken:
                raise RowRefused([Problem("row", row.broken)])
            record = kind.read(row.values)
            if record.key in seen:
                raise RowRefused([Problem("key", "listing.key_twice", {"key": record.key})])
            seen.add(record.key)
            records.append((row.line, record))
        except RowRefused as error:
            refused.append(Rejection(row.line, "", error.problems))
        except Unclean as error:
            problem = Problem(str(error.facts.get("column", "row")), error.reason)
            refused.append(Rejection(row.line, "", (problem,)))
    return records, refused


def _checkpoint(tx: Tx, run_id: int, report: Report) -> None:
    row = tx.db.get_one(ImportRun, run_id)
    row.done_rows, row.changed_at = report.totals.read, tx.now
    row.totals = asdict(report.totals)
    row.rejected = [
        {
            "line": one.line,
            "key": one.key,
            "problems": [
                {"field": p.field, "reason": p.reason, "facts": dict(p.facts)} for p in one.problems
            ],
        }
        for one in report.rejected[:10_000]
    ]
