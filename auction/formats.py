"""The auction formats that have rules here: one ``decide`` and one ``apply`` for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from auction import dutch, english, sealed
from auction.clerk import Undo
from auction.commands import Close, Command, Reveal, VoidBidder
from auction.errors import UnknownFormat
from auction.events import Event
from auction.state import State


class Decide(Protocol):
    """Pure: what a command leads to at an instant."""

    def __call__(
        self, state: State, command: Command, at_ms: int, *, history: Sequence[Event] = ()
    ) -> tuple[Event, ...]: ...


class Apply(Protocol):
    """Pure: the state after an event."""

    def __call__(self, state: State, event: Event) -> State: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one format; ``history`` names the commands that need to read the log."""

    decide: Decide
    apply: Apply
    history: tuple[type[Command], ...]


FORMATS: Mapping[str, Rules] = {
    "english": Rules(english.decide, english.apply, (VoidBidder, Undo)),
    "sealed": Rules(sealed.decide, sealed.apply, (VoidBidder, Reveal, Close)),
    "dutch": Rules(dutch.decide, dutch.apply, (VoidBidder, Reveal, Close)),
}


def rules_of(name: str) -> Rules:
    """The rules of the format ``name``; raises UnknownFormat."""
    try:
        return FORMATS[name]
    except KeyError:
        raise UnknownFormat(name) from None


def reads_history(name: str, command: Command) -> bool:
    """Whether the rules of the format ``name`` need the log to answer ``command``."""
    return isinstance(command, rules_of(name).history)
