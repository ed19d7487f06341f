"""One command from question to answer, the same in memory and inside a database transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auction import chain
from auction.commands import BIDDERS, Command
from auction.events import Accepted, Event, Reason, Refused
from auction.formats import rules_of
from auction.log import Entry, Salt, seal
from auction.state import State


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command.

    ``events`` is the answer, also when replayed; ``fresh`` is what has to be written for it, and
    ``entries`` is where it stands in the log (the first one's number and hash make the receipt).
    ``before`` and ``state`` are the lot before and after this very execution.
    """

    events: tuple[Event, ...]
    fresh: tuple[Entry, ...]
    before: State
    state: State
    replayed: bool = False
    stored: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The log entries of the answer, written now or when the key first came."""
        return self.fresh or self.stored

    @property
    def names(self) -> tuple[str, ...]:
        """The event names in order, or the one refusal reason, or ``none``."""
        return tuple(event.name for event in self.events) or ("none",)

    @property
    def refusal(self) -> Reason | None:
        """Why the command was refused, or None."""
        first = self.events[0] if self.events else None
        return first.reason if isinstance(first, Refused) else None

    @property
    def outbid(self) -> str | None:
        """Who led until this bid and no longer does: the one to be told. Never the leader."""
        if not self.fresh or not isinstance(self.events[0], Accepted):
            return None
        return self.before.leader if self.before.leader != self.state.leader else None

    @property
    def is_abnormal(self) -> bool:
        """Whether the operator should look: the amount is a multiple of all expectation."""
        first = self.events[0] if self.events else None
        asked = isinstance(first, Refused) and first.reason is Reason.NOT_CONFIRMED
        stands = isinstance(first, Accepted) and self.before.terms.is_abnormal(first.bid.amount)
        return asked or stands


def execute(
    state: State,
    command: Command,
    now_ms: int,
    *,
    stored: Sequence[Entry] = (),
    history: Sequence[Event] = (),
    salt: Salt = chain.new_salt,
) -> Outcome:
    """Answer ``command``; ``now_ms`` was read after the lock.

    ``stored`` is the answer already given to its key, which precedes every other test: a retry
    after the end still gets its "accepted", and the key with another payload is refused.
    """
    bid = command if isinstance(command, BIDDERS) else None
    if bid and stored and stored[0].payload_hash == chain.digest(bid.payload()):
        events = tuple(entry.event() for entry in stored)
        return Outcome(events, (), state, state, replayed=True, stored=tuple(stored))
    at_ms = bid.received_ms(now_ms) if bid else now_ms
    if bid and stored:
        events, bid = (Refused.of(bid, Reason.KEY_REUSED),), replace(bid, key=None)
    else:
        events = rules_of(state.terms.format).decide(state, command, at_ms, history=history)
    sealed = seal(state, events, at_ms, cause=bid, salt=salt)
    return Outcome(events, sealed.entries, state, sealed.state, replayed=bool(stored))
