"""Where higher rooms say who signed a paper, so that the public check page can show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.papers.queries import PaperLine


@dataclass(frozen=True, slots=True)
class Attestation:
    """One side's signature, without names; ``at`` is None while it is awaited.

    ``sha256`` is that of the file this side signed.
    """

    role: str
    at: datetime | None
    sha256: str


Teller = Callable[[Session, PaperLine], Sequence[Attestation]]
TELLERS: dict[str, Teller] = {}


def register(kind: str, teller: Teller) -> None:
    """Say who can tell the signatures of this kind of paper; called once at start."""
    TELLERS[kind] = teller


def of(db: Session, paper: PaperLine) -> Sequence[Attestation]:
    """The signatures under a paper; none where nobody signs that kind here."""
    teller = TELLERS.get(paper.kind)
    return teller(db, paper) if teller else ()
