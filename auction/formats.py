"""The auction formats that have rules here: one ``decide`` and one ``apply`` for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from auction import english
from auction.commands import Command, PlaceBid
from auction.errors import UnknownFormat
from auction.events import Event
from auction.state import State


class Decide(Protocol):
    """Pure: what a command leads to at an instant."""

    def __call__(
        self, state: State, command: Command, at_ms: int, *, history: Sequence[PlaceBid] = ()
    ) -> tuple[Event, ...]: ...


class Apply(Protocol):
    """Pure: the state after an event."""

    def __call__(self, state: State, event: Event) -> State: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one format."""

    decide: Decide
    apply: Apply


FORMATS: Mapping[str, Rules] = {"english": Rules(english.decide, english.apply)}


def rules_of(name: str) -> Rules:
    """The rules of the format ``name``; raises UnknownFormat."""
    try:
        return FORMATS[name]
    except KeyError:
        raise UnknownFormat(name) from None
