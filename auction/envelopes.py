"""Sealed bids: how a seal is made, which still stand, and what their opening minutes say.

``seal = SHA-256(tag ‖ lot ‖ bidder ‖ amount ‖ nonce)`` in hexadecimal. Each of the five fields is
written as a netstring, its length in bytes, a colon, the bytes and a comma, so that no two sets of
fields have one spelling: ``12:sealed-bid/1,1:7,12:竞买人 17…``. The tag is ``sealed-bid/1``; lot
and amount are decimal digits without leading zeros, the amount in minor units; the bidder is the
paddle shown to everybody, in UTF-8; the nonce is 64 lower-case hexadecimal digits (256 random
bits), without which an amount cannot be found by trying.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from auction.envelope_events import Line
from auction.events import Committed, Event, Revealed, Voided

TAG = "sealed-bid/1"
_HEX = re.compile("[0-9a-f]{64}")


def is_hex(value: object) -> bool:
    """Whether ``value`` is 64 lower-case hexadecimal digits, as seals and nonces are."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def seal(lot: int, bidder: str, amount: int, nonce: str) -> str:
    """The seal of a bid; the bidder's browser computes the same."""
    fields = (TAG, str(lot), bidder, str(amount), nonce)
    spelled = b"".join(_netstring(field.encode()) for field in fields)
    return hashlib.sha256(spelled).hexdigest()


def _netstring(raw: bytes) -> bytes:
    return b"%d:%s," % (len(raw), raw)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A seal as handed in; the opening is there once it was revealed."""

    bidder: str
    seal: str
    fate: str = "stands"
    amount: int | None = None
    nonce: str | None = None


def collect(events: Iterable[Event]) -> list[Envelope]:
    """All envelopes of a log in the order of their coming, each with its fate."""
    found: list[Envelope] = []
    for event in events:
        match event:
            case Committed(bidder=bidder, seal=digest):
                found = [_marked(one, bidder, "replaced") for one in found]
                found.append(Envelope(bidder, digest))
            case Voided(bidder=bidder):
                found = [_marked(one, bidder, "voided") for one in found]
            case Revealed(bidder=bidder, facts=facts):
                found = [_opened(one, bidder, facts["amount"], facts["nonce"]) for one in found]
            case _:
                pass
    return found


def _marked(one: Envelope, bidder: str, fate: str) -> Envelope:
    return replace(one, fate=fate) if (one.bidder, one.fate) == (bidder, "stands") else one


def _opened(one: Envelope, bidder: str, amount: int, nonce: str) -> Envelope:
    mine = (one.bidder, one.fate) == (bidder, "stands")
    return replace(one, amount=amount, nonce=nonce) if mine else one


def standing_of(envelopes: Iterable[Envelope], bidder: str) -> Envelope | None:
    """The one envelope of a bidder that stands, or None."""
    mine = (one for one in envelopes if (one.bidder, one.fate) == (bidder, "stands"))
    return next(mine, None)


def minutes(envelopes: Iterable[Envelope], least: int) -> tuple[Line, ...]:
    """The opening minutes: bids of at least ``least`` count."""
    return tuple(
        Line(one.bidder, one.seal, _verdict(one, least), one.amount, one.nonce) for one in envelopes
    )


def _verdict(one: Envelope, least: int) -> str:
    if one.fate != "stands":
        return one.fate
    if one.amount is None:
        return "unrevealed"
    return "counts" if one.amount >= least else "too_low"


def ranked(lines: Iterable[Line]) -> list[tuple[int, str]]:
    """Amount and bidder of the lines that count, best first; among equals the earlier seal."""
    counting = [(line.amount or 0, line.bidder) for line in lines if line.verdict == "counts"]
    return sorted(counting, key=lambda pair: -pair[0])
