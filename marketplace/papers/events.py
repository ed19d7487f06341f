"""Facts about papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PaperOrdered(Event):
    """A paper's facts are fixed; it waits to be rendered."""

    name: ClassVar[str] = "papers.paper_ordered"
    paper_id: int


@dataclass(frozen=True, slots=True)
class PaperIssued(Event):
    """The paper is rendered, hashed and stored."""

    name: ClassVar[str] = "papers.paper_issued"
    paper_id: int
    kind: str
    thing: str
    thing_id: int
