"""What somebody asks of a lot; bidders are the opaque paddle names of this one lot."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from auction.clerk import ClerkCommand
from auction.terms import is_amount

AGE_LIMIT_MS = 2_000
"""A node may date a bid back to its arrival by at most this much."""


class Channel(enum.StrEnum):
    """How a bid reached the lot."""

    ONLINE = "online"
    """A maximum, bid up to as far as needed."""
    FLOOR = "floor"
    """The exact amount called in the hall."""


class _Sent:
    """What all commands of bidders share; ``age_ms`` is told by the node, never by the client."""

    __slots__ = ()
    act: ClassVar[str]
    age_ms: int

    def received_ms(self, now_ms: int) -> int:
        """The instant the command counts from, given the database's clock after the lock."""
        return now_ms - min(max(self.age_ms, 0), AGE_LIMIT_MS)

    def payload(self) -> dict[str, Any]:
        """What the client sent: a retry with the same key must send exactly this."""
        told = asdict(self)  # type: ignore[call-overload]
        sent = {name: _plain(value) for name, value in told.items() if name not in NOT_SENT}
        return {"act": self.act, **sent}

    def facts(self) -> dict[str, Any]:
        """The payload and what the site knew of the bidder, as plain JSON values."""
        return self.payload() | {"ineligible": getattr(self, "ineligible", None)}


NOT_SENT = frozenset({"key", "ineligible", "age_ms"})
"""Fields that the client's payload does not have: the key names it, the site adds the others."""


@dataclass(frozen=True, slots=True)
class PlaceBid(_Sent):
    """Bid ``amount`` (minor units): a maximum when online, the exact price on the floor.

    ``bidder`` is shown to everybody: a random paddle of this lot, never an account.
    ``key`` is the client's id of the intent; a confirmed second try is a new intent.
    ``seen_view`` is the view a hall clerk saw. ``rank`` is a holder's rank of first refusal (1
    before 2; L26). ``ineligible`` is the code of the rule that bars the bidder, None if none does.
    ``age_ms`` is how long ago the request arrived, by the node's monotonic clock.
    Whatever is not an amount may stand in ``amount``: it is refused, not an error.
    """

    act: ClassVar[str] = "bid"
    bidder: str
    amount: int
    key: str | None = None
    channel: Channel = Channel.ONLINE
    seen_view: int | None = None
    confirmed: bool = False
    rank: int | None = None
    ineligible: str | None = None
    age_ms: int = 0

    def payload(self) -> dict[str, Any]:
        """What the client sent: a retry with the same key must send exactly this."""
        return {
            "act": self.act,
            "bidder": self.bidder,
            "amount": self.amount if is_amount(self.amount) else _spelled(self.amount),
            "channel": self.channel.value,
            "seen_view": self.seen_view,
            "confirmed": self.confirmed,
        }

    def facts(self) -> dict[str, Any]:
        """The payload and what the site knew of the bidder, as plain JSON values."""
        return self.payload() | {"rank": self.rank, "ineligible": self.ineligible}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any], key: str | None = None) -> PlaceBid:
        """The bid that ``facts`` describe."""
        fields = {name: facts[name] for name in ("bidder", "amount", "seen_view", "confirmed")}
        rank, code = facts["rank"], facts["ineligible"]
        return cls(**fields, key=key, channel=Channel(facts["channel"]), rank=rank, ineligible=code)


@dataclass(frozen=True, slots=True)
class Commit(_Sent):
    """Hand in a sealed bid, whose hash is ``seal`` (see ``envelopes``); a later one replaces it."""

    act: ClassVar[str] = "commit"
    bidder: str
    seal: str
    key: str | None = None
    ineligible: str | None = None
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reveal(_Sent):
    """Open the own sealed bid. Nobody is barred from it: who became ineligible is voided."""

    act: ClassVar[str] = "reveal"
    bidder: str
    amount: int | None
    nonce: str
    key: str | None = None
    age_ms: int = 0

    def unread(self) -> Reveal:
        """The same without what it would open: one that comes too early is logged like this."""
        return replace(self, amount=None, nonce="")


@dataclass(frozen=True, slots=True)
class Take(_Sent):
    """Take a Dutch lot at the price of this instant, but not above ``limit``, the price seen."""

    act: ClassVar[str] = "take"
    bidder: str
    limit: int | None = None
    key: str | None = None
    ineligible: str | None = None
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class Top(_Sent):
    """The taker of a Dutch lot goes, once, above the best sealed bid."""

    act: ClassVar[str] = "top"
    bidder: str
    amount: int
    key: str | None = None
    ineligible: str | None = None
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class VoidBidder:
    """The operator voids a bidder for a stated reason, which is published (拍卖法 36; L10)."""

    act: ClassVar[str] = "void"
    bidder: str
    reason: str

    def facts(self) -> dict[str, Any]:
        """The command as plain JSON values."""
        return {"act": self.act, "bidder": self.bidder, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class ExtendForOutage:
    """Give back what an outage took: the outage and ``extra_ms`` more.

    It counts when it lasted longer than ``threshold_ms`` and touched the last ``extra_ms``.
    """

    act: ClassVar[str] = "extend"
    down_from_ms: int
    down_to_ms: int
    threshold_ms: int = 300_000
    extra_ms: int = 3_600_000

    def facts(self) -> dict[str, Any]:
        """The command as plain JSON values."""
        return {"act": self.act, "down_from_ms": self.down_from_ms, "down_to_ms": self.down_to_ms}


@dataclass(frozen=True, slots=True)
class Cancel:
    """The operator takes the lot off, for a stated reason, which is published."""

    act: ClassVar[str] = "cancel"
    reason: str

    def facts(self) -> dict[str, Any]:
        """The command as plain JSON values."""
        return {"act": self.act, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Close:
    """Close the lot if its time has come; harmless at any other time and any number of times.

    ``drain_ms`` is how long after the end bids that arrived before it may still be under way.
    """

    act: ClassVar[str] = "close"
    drain_ms: int = 0

    def facts(self) -> dict[str, Any]:
        """The command as plain JSON values."""
        return {"act": self.act}


BidderCommand = PlaceBid | Commit | Reveal | Take | Top
BIDDERS = (PlaceBid, Commit, Reveal, Take, Top)
"""They carry a key, and they count from their arrival."""

Command = BidderCommand | VoidBidder | ExtendForOutage | Cancel | Close | ClerkCommand


def _plain(value: object) -> object:
    """What was sent, if it is short text, an amount or nothing; else how it looked."""
    short = isinstance(value, str) and len(value) <= 128
    if short or value is None or is_amount(value):
        return value
    return f"{type(value).__name__}: {_spelled(value)}"


def _spelled(amount: object) -> str:
    """What stood in the place of an amount, short enough to log."""
    try:
        return repr(amount)[:64]
    except ValueError:  # Python refuses to print integers of thousands of digits
        return f"{type(amount).__name__} of great length"
