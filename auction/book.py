"""A lot kept in memory: for rehearsals, replays of recorded auctions, vectors and proofs."""

from __future__ import annotations

from auction import chain
from auction.commands import BIDDERS, Command
from auction.events import Event
from auction.execution import Outcome, execute
from auction.formats import reads_history
from auction.log import Entry, Salt, schedule
from auction.state import Terms


class Book:
    """The log of one lot and the state it leads to."""

    def __init__(
        self, lot: int, terms: Terms, at_ms: int = 0, *, salt: Salt = chain.new_salt
    ) -> None:
        sealed = schedule(lot, terms, at_ms, salt=salt)
        self.entries: list[Entry] = list(sealed.entries)
        self.state = sealed.state
        self._salt = salt
        self._answers: dict[tuple[str, str], tuple[Entry, ...]] = {}

    def execute(self, command: Command, now_ms: int) -> Outcome:
        """Answer ``command`` at ``now_ms`` and keep the entries."""
        intent = _intent(command)
        outcome = execute(
            self.state,
            command,
            now_ms,
            stored=self._answers.get(intent, ()) if intent else (),
            history=self._history(command),
            salt=self._salt,
        )
        if intent and not outcome.replayed:
            self._answers[intent] = outcome.fresh
        self.entries += outcome.fresh
        self.state = outcome.state
        return outcome

    def _history(self, command: Command) -> tuple[Event, ...]:
        if not reads_history(self.state.terms.format, command):
            return ()
        return tuple(entry.event() for entry in self.entries)


def _intent(command: Command) -> tuple[str, str] | None:
    if isinstance(command, BIDDERS) and command.key is not None:
        return command.bidder, command.key
    return None
