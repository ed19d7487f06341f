"""The hall: fair warnings, hammer and pass, pauses, and the compensation of a clerk's slip.

The clerk acts on what he saw: each command that ends a lot or takes something back carries the
number of the board on his screen, and is refused when the board has moved since.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auction.clerk import ClerkCommand, Hammer, Pass, Pause, Resume, Undo, Warn
from auction.commands import Channel, PlaceBid
from auction.events import Closed, Event, Paused, Reason, Refused, Resumed, Undone, Warned
from auction.operating import not_open
from auction.proxy import board_after, refold
from auction.state import Result, State

WARNINGS = 2
"""Fair warnings before the hammer: one call and two more, as auctioneers do (L15)."""


def decide(
    state: State, command: ClerkCommand, at_ms: int, standing: Sequence[PlaceBid]
) -> tuple[Event, ...]:
    """What the clerk's ``command`` leads to; ``standing`` is only needed to undo."""
    for check in CHECKS:
        reason = check(state, command, at_ms)
        if reason is not None:
            return (Refused.of(command, reason),)
    match command:
        case Warn():
            return (Warned(state.warnings + 1, state.view),)
        case Hammer():
            return (Closed(Result.SOLD, state.leader, _hammer_price(state)),)
        case Pass():
            result = Result.RESERVE_NOT_MET if state.leader else Result.NO_BIDS
            return (Closed(result, state.leader, state.price),)
        case Undo():
            return (_undo(state, command, standing),)
        case Pause():
            return (Paused(command.reason),)
        case Resume():
            return (Resumed(),)


def _hammer_price(state: State) -> int:
    return max(state.price or 0, state.terms.reserve or 0)


def _undo(state: State, command: Undo, standing: Sequence[PlaceBid]) -> Event:
    """Only the last bid that stands, and only if it was called in the hall."""
    if not standing or standing[-1].channel is not Channel.FLOOR:
        return Refused.of(command, Reason.CANNOT_RETRACT)
    after = refold(state.terms, standing[:-1])
    return Undone(
        bidder=standing[-1].bidder,
        reason=command.reason,
        board=board_after(state, after),
        rank=after.rank,
        reserve_met=after.reserve_met,
        leader_max=after.maximum,
    )


# -- the checks, in their order -----------------------------------------------------------------


def _in_hall(state: State, _command: ClerkCommand, _at_ms: int) -> Reason | None:
    return None if state.terms.in_hall else Reason.NOT_IN_HALL


def _open(state: State, _command: ClerkCommand, at_ms: int) -> Reason | None:
    return not_open(state, at_ms)


def _running(state: State, command: ClerkCommand, _at_ms: int) -> Reason | None:
    """In a pause a slip may be undone and the lot resumed, nothing else."""
    if isinstance(command, Resume):
        return None if state.progress.paused else Reason.NOT_PAUSED
    stops = state.progress.paused and not isinstance(command, Undo)
    return Reason.PAUSED if stops else None


def _fresh(state: State, command: ClerkCommand, _at_ms: int) -> Reason | None:
    seen = getattr(command, "seen_view", state.view)
    return None if seen == state.view else Reason.STALE_VIEW


def _warned(state: State, command: ClerkCommand, _at_ms: int) -> Reason | None:
    if isinstance(command, Warn):
        return Reason.ALREADY_WARNED if state.warnings >= WARNINGS else None
    ends = isinstance(command, Hammer | Pass)
    return Reason.NOT_WARNED if ends and state.warnings < WARNINGS else None


def _lawful(state: State, command: ClerkCommand, _at_ms: int) -> Reason | None:
    """Below the reserve nothing is sold (L8); a valid highest bid is not passed over (L15)."""
    below = state.terms.reserve is not None and not state.reserve_met
    if isinstance(command, Hammer):
        if state.leader is None:
            return Reason.NO_LEADER
        return Reason.BELOW_RESERVE if below else None
    passed_over = isinstance(command, Pass) and state.leader is not None and not below
    return Reason.MUST_SELL if passed_over else None


Check = Callable[[State, ClerkCommand, int], Reason | None]
CHECKS: tuple[Check, ...] = (_in_hall, _open, _running, _fresh, _warned, _lawful)
