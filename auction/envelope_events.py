"""What happens in sealed and Dutch lots.

Of a sealed bid only the seal is public until the opening minutes; a revealed amount waits in the
secret part of its entry, so that nobody learns it in time to keep his own bid closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from auction.facts import Board, Facts, Open


@dataclass(frozen=True, slots=True)
class _Answer:
    """A bidder's command that stands; ``facts`` is the command, opened after the closing."""

    name: ClassVar[str] = "Accepted"
    kind: ClassVar[str]
    bidder: str
    facts: Facts

    def public(self) -> dict[str, Any]:
        """Everything but the command."""
        told = {slot.name: getattr(self, slot.name) for slot in fields(self)}
        del told["facts"]
        board = told.pop("board", None)
        return {"kind": self.kind, **told, **(board.facts() if board else {})}

    def secret(self) -> dict[str, Any]:
        """The answer and the command."""
        return {"answer": "accepted", **self.facts}

    @classmethod
    def read(cls, public: Facts, secret: Facts) -> Any:
        """The event from its two parts."""
        facts = {name: value for name, value in secret.items() if name != "answer"}
        told: dict[str, Any] = {"board": Board.from_facts(public)} if "next" in public else {}
        names = {slot.name for slot in fields(cls)} - {"facts", "board"}
        return cls(facts=facts, **told, **{name: public[name] for name in names})


@dataclass(frozen=True, slots=True)
class Committed(_Answer):
    """A sealed bid was handed in; it replaces one that the bidder handed in before."""

    kind: ClassVar[str] = "committed"
    seal: str


@dataclass(frozen=True, slots=True)
class Revealed(_Answer):
    """A bidder opened his sealed bid; the amount stays secret until the minutes."""

    kind: ClassVar[str] = "revealed"


@dataclass(frozen=True, slots=True)
class Taken(_Answer):
    """A Dutch lot was taken; it closes at ``ends_ms`` unless somebody goes above."""

    name: ClassVar[str] = "Taken"
    kind: ClassVar[str] = "taken"
    board: Board
    ends_ms: int
    stage: str


@dataclass(frozen=True, slots=True)
class Topped(_Answer):
    """The taker went above the best sealed bid."""

    name: ClassVar[str] = "Topped"
    kind: ClassVar[str] = "topped"
    board: Board


@dataclass(frozen=True, slots=True)
class RevealBegan(Open):
    """The time to hand in is over; who handed in opens his bid before ``ends_ms``."""

    name: ClassVar[str] = "RevealBegan"
    kind: ClassVar[str] = "reveal_began"
    ends_ms: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the minutes: a seal, its opening if there was one, and what became of it."""

    bidder: str
    seal: str
    verdict: str
    """``counts``, ``too_low``, ``unrevealed``, ``replaced`` or ``voided``."""
    amount: int | None = None
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The opening minutes: all seals, all openings, and who leads by them; all of it public.

    ``maximum`` is the leader's own bid, ``ends_ms`` the end of what may still follow.
    """

    name: ClassVar[str] = "Opened"
    kind: ClassVar[str] = "opened"
    lines: tuple[Line, ...]
    board: Board
    maximum: int | None
    reserve_met: bool
    ends_ms: int
    stage: str

    def public(self) -> dict[str, Any]:
        """Everything."""
        told = {name: getattr(self, name) for name in PLAIN}
        lines = [asdict(line) for line in self.lines]
        return {"kind": self.kind, "lines": lines, **told, **self.board.facts()}

    def secret(self) -> None:
        """Nothing."""

    @classmethod
    def read(cls, public: Facts, _secret: Mapping[str, Any]) -> Opened:
        """The event from its public part."""
        lines = tuple(Line(**line) for line in public["lines"])
        told = {name: public[name] for name in PLAIN}
        return cls(lines=lines, board=Board.from_facts(public), **told)


PLAIN = ("maximum", "reserve_met", "ends_ms", "stage")
