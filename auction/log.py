"""The log of a lot: sealing events into entries, reading them back, folding them to the state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from auction import chain, english
from auction.commands import BidderCommand, PlaceBid
from auction.errors import ChainBroken
from auction.events import READERS, Event, Extended, ReserveMet, Scheduled
from auction.formats import rules_of
from auction.state import GENESIS, State, Terms

Salt = Callable[[], str]


class Entry(NamedTuple):
    """One line of a log. ``public`` and ``secret`` are canonical JSON texts; ``kind`` is inward.

    ``at_ms`` is the instant the event counts from: that of a bid's arrival, else of the decision.
    """

    seq: int
    at_ms: int
    kind: str
    bidder: str | None
    key: str | None
    payload_hash: str | None
    public: str
    secret: str | None
    salt: str | None
    hash: str

    def event(self) -> Event:
        """The event that was sealed here, without the client's key."""
        secret = {} if self.secret is None else json.loads(self.secret)
        event: Event = READERS[self.kind](json.loads(self.public), secret)
        return event


CONSEQUENCES = frozenset({Extended.kind, ReserveMet.kind})
"""Kinds that only ever follow the bid that caused them, in the same transaction."""


def schedule(lot: int, terms: Terms, at_ms: int, *, salt: Salt = chain.new_salt) -> Sealed:
    """The first entry of a lot and the state after it; raises UnknownFormat."""
    rules_of(terms.format)
    blank = State(lot, terms, ends_ms=terms.ends_ms, hard_end_ms=terms.hard_end_ms)
    return seal(blank, (Scheduled(lot, terms),), at_ms, salt=salt)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Entries ready to be written, and the state once they are."""

    entries: tuple[Entry, ...]
    state: State


def seal(
    state: State,
    events: Sequence[Event],
    at_ms: int,
    *,
    cause: BidderCommand | None = None,
    salt: Salt = chain.new_salt,
) -> Sealed:
    """Chain ``events`` onto the log; the key of ``cause`` stands on the first entry only."""
    apply = rules_of(state.terms.format).apply
    entries = []
    for event in events:
        entry = _entry(state, event, at_ms, cause, salt)
        entries.append(entry)
        state = apply(state, event).recorded(entry.seq, entry.hash, at_ms)
        cause = None
    return Sealed(tuple(entries), state)


def _entry(
    state: State, event: Event, at_ms: int, cause: BidderCommand | None, salt: Salt
) -> Entry:
    seq = state.seq + 1
    public, hidden = event.public(), event.secret()
    public |= {"seq": seq, "at_ms": at_ms}
    secret = used = None
    if hidden is not None:
        secret, used = chain.canonical(hidden), salt()
        public["commitment"] = chain.commit(used, secret)
    text = chain.canonical(public)
    return Entry(
        seq=seq,
        at_ms=at_ms,
        kind=event.kind,
        bidder=cause.bidder if cause else None,
        key=cause.key if cause else None,
        payload_hash=chain.digest(cause.payload()) if cause and cause.key else None,
        public=text,
        secret=secret,
        salt=used,
        hash=chain.link(state.head, text),
    )


def fold(entries: Iterable[Entry]) -> State:
    """The state that a whole log leads to; raises ChainBroken if it does not begin with terms."""
    log = iter(entries)
    first = next(log, None)
    opening = first.event() if first else None
    if first is None or not isinstance(opening, Scheduled):
        raise ChainBroken(1, "the log does not begin with the terms")
    terms = opening.terms
    state = State(opening.lot, terms, ends_ms=terms.ends_ms, hard_end_ms=terms.hard_end_ms)
    state = state.recorded(first.seq, first.hash, first.at_ms)
    apply = rules_of(terms.format).apply
    for entry in log:
        state = apply(state, entry.event()).recorded(entry.seq, entry.hash, entry.at_ms)
    return state


def standing_bids(entries: Iterable[Entry]) -> tuple[PlaceBid, ...]:
    """The bids of an English lot that stand, in order."""
    return english.standing_bids(entry.event() for entry in entries)


def verify(entries: Iterable[Entry]) -> None:
    """Prove numbering, chain and commitments of a log; raises ChainBroken at the first fault."""
    head = GENESIS
    for seq, entry in enumerate(entries, start=1):
        for holds, fault in _proofs(entry, seq, head):
            if not holds:
                raise ChainBroken(seq, fault)
        head = entry.hash


def _proofs(entry: Entry, seq: int, head: str) -> Iterable[tuple[bool, str]]:
    """Lazily, so that each proof may rely on those before it."""
    yield entry.seq == seq, f"its number is {entry.seq}"
    yield entry.hash == chain.link(head, entry.public), "its hash does not follow"
    public = json.loads(entry.public)
    yield chain.canonical(public) == entry.public, "its text is not canonical"
    yield (public["seq"], public["at_ms"]) == (seq, entry.at_ms), "its columns differ from its text"
    committed = None if entry.secret is None else chain.commit(entry.salt or "", entry.secret)
    yield public.get("commitment") == committed, "its secret is not the one committed to"


def answer_of(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first entry and the consequences that follow it directly: one whole answer."""
    rest = entries[1:]
    length = next((n for n, e in enumerate(rest) if e.kind not in CONSEQUENCES), len(rest))
    return tuple(entries[: length + 1])
