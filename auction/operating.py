"""What the operator and the clock do to a lot of any format."""

from __future__ import annotations

from dataclasses import replace

from auction.commands import BidderCommand, Cancel, Command, ExtendForOutage
from auction.events import Cancelled, Closed, Event, OutageExtended, Reason, Refused
from auction.state import Stage, State, Status


def not_open(state: State, at_ms: int) -> Reason | None:
    """Why a lot takes nothing at ``at_ms``: half open, the end does not count (L25)."""
    phase = state.phase(at_ms)
    if phase == "open":
        return None
    return Reason.ENDED if phase in {"ended", "closed"} else Reason.NOT_OPEN


def out_of_stage(state: State, needed: Stage, at_ms: int) -> Reason | None:
    """Why what belongs to the stage ``needed`` comes too early or too late."""
    if state.status is Status.SCHEDULED and state.progress.stage is not needed:
        order = list(Stage)
        early = order.index(state.progress.stage) < order.index(needed)
        return Reason.NOT_OPEN if early else Reason.ENDED
    return not_open(state, at_ms)


def not_eligible(command: BidderCommand) -> Reason | None:
    """Verified, deposit held, neither seller nor staff nor related (L5): the site knows."""
    barred = getattr(command, "ineligible", None) is not None
    return Reason.NOT_ELIGIBLE if barred else None


def other_format(command: Command) -> tuple[Event, ...]:
    """The answer to a command that the lot's format does not know."""
    return (Refused.of(command, Reason.OTHER_FORMAT),)


def cancel(state: State, command: Cancel) -> Event:
    """Take the lot off, unless it is over."""
    if state.status is not Status.SCHEDULED:
        return Refused.of(command, Reason.ENDED)
    return Cancelled(command.reason)


def outage(state: State, command: ExtendForOutage) -> Event:
    """An hour is given beyond the outage, so the same outage never touches the last hour twice."""
    lasted = command.down_to_ms - command.down_from_ms
    touched = command.down_from_ms < state.ends_ms < command.down_to_ms + command.extra_ms
    if state.status is not Status.SCHEDULED or lasted <= command.threshold_ms or not touched:
        return Refused.of(command, Reason.OUTAGE_NOT_COUNTED)
    more = lasted + command.extra_ms
    hard_end_ms = None if state.hard_end_ms is None else state.hard_end_ms + more
    moved = replace(state, hard_end_ms=hard_end_ms)
    return OutageExtended(
        down_from_ms=command.down_from_ms,
        down_to_ms=command.down_to_ms,
        ends_ms=rounded_and_capped(moved, state.ends_ms + more),
        hard_end_ms=hard_end_ms,
    )


def rounded_and_capped(state: State, end_ms: int) -> int:
    """The end rounded up to the granularity, but no later than the hard end."""
    grain = state.terms.end_granularity_ms
    rounded = -(-end_ms // grain) * grain
    return rounded if state.hard_end_ms is None else min(rounded, state.hard_end_ms)


def apply(state: State, event: Event) -> State:
    """The state after an event of the operator or the clock; others leave it as it is."""
    match event:
        case OutageExtended(ends_ms=ends_ms, hard_end_ms=hard_end_ms):
            return replace(state, ends_ms=ends_ms, hard_end_ms=hard_end_ms)
        case Cancelled():
            return replace(state, status=Status.CANCELLED)
        case Closed():
            standing = replace(state.standing, price=event.price)
            return replace(state, standing=standing, status=Status.CLOSED, outcome=event.outcome)
        case _:
            return state
