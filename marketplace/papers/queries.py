"""Reads of papers: SQL in, frozen values out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.kernel.ids import normal_code
from marketplace.papers.models import Paper, PaperParty


@dataclass(frozen=True, slots=True)
class PaperLine:
    """What anybody who holds the code may know: no fact of the deal itself."""

    id: int
    kind: str
    number: str
    title: str
    code: str
    thing: str
    thing_id: int
    version: int
    is_public: bool
    ordered_at: datetime
    issued_at: datetime | None
    sha256: str | None
    facts_sha256: str
    size: int | None


@dataclass(frozen=True, slots=True)
class PaperFile:
    """Where a paper's content lies and how to call it."""

    number: str
    file_key: str
    sha256: str


LINE = tuple(getattr(Paper, name) for name in PaperLine.__slots__)


def by_code(db: Session, typed: str) -> PaperLine | None:
    """The paper of a verification code, typed with or without dashes; None if there is none."""
    row = db.execute(select(*LINE).where(Paper.code == normal_code(typed))).first()
    return None if row is None else PaperLine(*row)


def of_thing(
    db: Session, actor: Actor | None, *, thing: str, thing_id: int
) -> tuple[PaperLine, ...]:
    """The papers of a thing that this reader may open, newest first."""
    query = (
        select(*LINE)
        .where(Paper.thing == thing, Paper.thing_id == thing_id, may_read(actor))
        .order_by(Paper.id.desc())
    )
    return tuple(PaperLine(*row) for row in db.execute(query))


def of_organisation(
    db: Session, organisation_id: int, *, kinds: Collection[str], limit: int
) -> tuple[PaperLine, ...]:
    """The newest papers of these kinds that an organisation is a party of."""
    query = (
        select(*LINE)
        .join(PaperParty, PaperParty.paper_id == Paper.id)
        .where(PaperParty.organisation_id == organisation_id, Paper.kind.in_(kinds))
        .order_by(Paper.id.desc())
        .limit(limit)
    )
    return tuple(PaperLine(*row) for row in db.execute(query))


def newest_version(db: Session, kind: str, *, thing: str, thing_id: int) -> tuple[int, str]:
    """(version, SHA-256 of the facts) of a thing's newest paper; (0, "") when there is none."""
    query = (
        select(Paper.version, Paper.facts_sha256)
        .where(Paper.kind == kind, Paper.thing == thing, Paper.thing_id == thing_id)
        .order_by(Paper.version.desc())
    )
    row = db.execute(query.limit(1)).first()
    return (0, "") if row is None else (row.version, row.facts_sha256)


def file_of(db: Session, actor: Actor | None, *, paper_id: int) -> PaperFile:
    """The file, if this reader may have it; else NotFound: its existence is private too."""
    query = select(Paper.number, Paper.file_key, Paper.sha256).where(
        Paper.id == paper_id, Paper.state == "issued", may_read(actor)
    )
    row = db.execute(query).first()
    if row is None or row.file_key is None or row.sha256 is None:
        raise NotFound
    return PaperFile(row.number, row.file_key, row.sha256)


@dataclass(frozen=True, slots=True)
class PaperState:
    """What the room that ordered a paper may know of it; hash and file only once it is made."""

    id: int
    number: str
    code: str
    sha256: str | None
    file_key: str | None


def of_number(db: Session, paper_id: int) -> PaperState:
    """For the room that ordered it and has asked its own policy; raises NotFound."""
    row = db.execute(
        select(*(getattr(Paper, name) for name in PaperState.__slots__)).where(Paper.id == paper_id)
    ).first()
    if row is None:
        raise NotFound
    return PaperState(*row)


def may_read(actor: Actor | None) -> ColumnElement[bool]:
    """Public papers, those of the reader's organisation, and all for the market's staff."""
    if actor is None:
        return Paper.is_public.is_(True)
    if actor.is_staff:
        return Paper.id.is_not(None)
    own = exists().where(
        PaperParty.paper_id == Paper.id, PaperParty.organisation_id == actor.organisation_id
    )
    return Paper.is_public.is_(True) | own
