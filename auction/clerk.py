"""What the clerk of a hall asks of a lot; ``seen_view`` is the number of the board he saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


class _Asked:
    """A command whose fields are all there is to log."""

    __slots__ = ()
    act: ClassVar[str]

    def facts(self) -> dict[str, Any]:
        """The command as plain JSON values."""
        return {"act": self.act, **asdict(self)}  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Warn(_Asked):
    """Give fair warning: twice at one price before the hammer or a pass."""

    act: ClassVar[str] = "warn"
    seen_view: int


@dataclass(frozen=True, slots=True)
class Hammer(_Asked):
    """Sell to the leader at the price that was warned of (拍卖法 51; L15)."""

    act: ClassVar[str] = "hammer"
    seen_view: int


@dataclass(frozen=True, slots=True)
class Pass(_Asked):
    """End the lot unsold: nobody bid, or nobody reached the reserve (拍卖法 50; L8)."""

    act: ClassVar[str] = "pass"
    seen_view: int


@dataclass(frozen=True, slots=True)
class Undo(_Asked):
    """Take back the last floor bid, which was keyed wrongly; the log keeps both.

    It is for slips of the clerk only: an online bid after it makes it binding (拍卖法 36; L10).
    """

    act: ClassVar[str] = "undo"
    seen_view: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pause(_Asked):
    """Take no bids for a while, for a stated reason, which is published (L30)."""

    act: ClassVar[str] = "pause"
    reason: str


@dataclass(frozen=True, slots=True)
class Resume(_Asked):
    """Take bids again; warnings given before the pause are void."""

    act: ClassVar[str] = "resume"


ClerkCommand = Warn | Hammer | Pass | Undo | Pause | Resume
CLERK = (Warn, Hammer, Pass, Undo, Pause, Resume)
