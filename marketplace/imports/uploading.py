"""A seller's own file: looked at first, then stored as drafts of the organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from marketplace.imports.commands import Rejection, read_rows
from marketplace.imports.kinds import KINDS, Owner, Target
from marketplace.imports.models import ImportUpload
from marketplace.imports.records import Problem
from marketplace.kernel import files
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.sheets import sandbox
from marketplace.kernel.sheets.reading import Row, format_of

SHOWN, MOST_SHOWN = 20, 200


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: its first rows as they stand, and every cell that cannot be taken."""

    upload_id: int
    kind: str
    name: str
    state: str
    header: tuple[str, ...]
    first: tuple[Row, ...]
    good: int
    rejected: tuple[Rejection, ...]
    notes: int
    done: Mapping[str, Any] = field(default_factory=dict)

    def problems_at(self, line: int) -> dict[str, Problem]:
        """The problems of one line by the header's own name of the column, or by the field."""
        return {
            self.column(p.field): p
            for one in self.rejected
            if one.line == line
            for p in one.problems
        }

    def column(self, field_name: str) -> str:
        """What the file calls a field; the field's own Chinese name when the file has none."""
        spellings = KINDS[self.kind].columns.get(field_name, ())
        here = [one for one in spellings if one in self.header]
        return (here or [one for one in spellings if not one.isascii()] or [field_name])[0]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    kind: str
    name: str
    content: bytes


def accept(ctx: Context, upload: Upload) -> int:
    """Keep the file and return its number; raises Forbidden, or Invalid for a file that is none."""
    actor = _drafter(ctx)
    if upload.kind not in KINDS:
        raise Invalid("import.unknown_kind", kind=upload.kind, known=", ".join(KINDS))
    kind = format_of(Path(upload.name))
    if upload.name.lower().endswith(".gz"):
        raise Invalid("import.unknown_format", name=upload.name)
    rows = sandbox.rows_of(upload.content, kind)
    if not rows:
        raise Invalid("import.no_rows")
    KINDS[upload.kind].expect_columns(rows)
    stored = files.put(ctx.settings, upload.content, area="imports")
    with ctx.transaction() as tx:
        row = ImportUpload(
            organisation_id=actor.organisation_id,
            user_id=actor.user_id,
            kind=upload.kind,
            name=Path(upload.name).name[:120],
            file_key=stored.key,
            sha256=stored.sha256,
            state="looked_at",
            totals={},
            created_at=tx.now,
        )
        tx.db.add(row)
        tx.db.flush()
        return row.id


def preview(ctx: Context, upload_id: int) -> Preview:
    """Read the kept file again and say what it would do; changes nothing."""
    row = _own(ctx, upload_id)
    rows = sandbox.rows_of(files.get(ctx.settings, row.file_key), format_of(Path(row.name)))
    records, rejected = read_rows(KINDS[row.kind], rows, set())
    rejected += [_kept(one) for one in row.totals.get("refused", ())]
    bad = {one.line for one in rejected}
    return Preview(
        upload_id=row.id,
        kind=row.kind,
        name=row.name,
        state=row.state,
        header=tuple(rows[0].values) if rows else (),
        first=tuple(row for n, row in enumerate(rows) if n < SHOWN or row.line in bad)[:MOST_SHOWN],
        good=len(records),
        rejected=tuple(rejected),
        notes=sum(len(record.notes) for _line, record in records),
        done=row.totals,
    )


def confirm(ctx: Context, upload_id: int) -> dict[str, int]:
    """Store the good rows as drafts of the organisation; a second confirm is a Conflict."""
    actor = _drafter(ctx)
    row = _own(ctx, upload_id)
    rows = sandbox.rows_of(files.get(ctx.settings, row.file_key), format_of(Path(row.name)))
    records, rejected = read_rows(KINDS[row.kind], rows, set())
    owner = Owner(actor.organisation_id, actor.organisation_name)
    target = Target(f"organisation-{actor.organisation_id}", publish=False, owner=owner)
    with ctx.transaction() as tx:
        kept = tx.db.scalar(
            select(ImportUpload).where(ImportUpload.id == upload_id).with_for_update()
        )
        if kept is None or kept.state != "looked_at":
            raise Conflict("import.done_already")
        done = KINDS[row.kind].put(tx, [record for _line, record in records], target)
        totals = {
            "read": len(rows),
            "created": done.created,
            "updated": done.updated,
            "unchanged": done.unchanged,
            "rejected": len(rejected) + len(done.rejected),
        }
        refused = [
            (line, record.key, *done.rejected[record.key])
            for line, record in records
            if record.key in done.rejected
        ]
        kept.state, kept.totals = "stored", {**totals, "refused": refused}
        tx.audit("import.uploaded", "import", upload_id, kind=row.kind, totals=totals)
        return totals


def _kept(refused: Sequence[Any]) -> Rejection:
    line, key, code, facts = refused
    return Rejection(line, key, (Problem("key", code, facts),))


def _drafter(ctx: Context) -> Actor:
    actor = ctx.actor
    if actor is None or not actor.may_draft:
        raise Forbidden
    return actor


def _own(ctx: Context, upload_id: int) -> ImportUpload:
    actor = _drafter(ctx)
    with ctx.reading() as db:
        row = db.get(ImportUpload, upload_id)
        if row is None or row.organisation_id != actor.organisation_id:
            raise NotFound
        db.expunge(row)
        return row
