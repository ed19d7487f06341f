"""The English auction with proxy maximum, secret reserve and soft close: decide and apply.

``decide`` is pure: the same state, command and instant give the same events. The order of the
checks is the order of ``CHECKS``; the first that fails is the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from auction.commands import (
    Cancel,
    Channel,
    Close,
    Command,
    ExtendForOutage,
    PlaceBid,
    VoidBidder,
)
from auction.events import (
    Accepted,
    Board,
    Cancelled,
    Closed,
    Event,
    Extended,
    OutageExtended,
    Reason,
    Refused,
    ReserveMet,
    Voided,
)
from auction.proxy import minimum_next, refold, resolve
from auction.state import Result, Standing, State, Status, is_amount


def decide(
    state: State, command: Command, at_ms: int, *, history: Sequence[PlaceBid] = ()
) -> tuple[Event, ...]:
    """What ``command`` leads to at ``at_ms``; nothing for a closing before its time or after it.

    ``history`` is the accepted bids that still stand, in order; only a void reads it.
    """
    match command:
        case PlaceBid():
            return _bid(state, command, at_ms)
        case VoidBidder():
            return (_void(state, command, at_ms, history),)
        case ExtendForOutage():
            return (_outage(state, command),)
        case Cancel():
            return (_cancel(state, command),)
        case Close():
            return _close(state, command, at_ms)


def _bid(state: State, bid: PlaceBid, at_ms: int) -> tuple[Event, ...]:
    for check in CHECKS:
        reason = check(state, bid, at_ms)
        if reason is not None:
            return (Refused.of(bid, reason),)
    before, after = state.standing, resolve(state.terms, state.standing, bid)
    moved = not after.shows_as(before)
    ends_ms = _end_after_change(state, at_ms) if moved else state.ends_ms
    events: list[Event] = [Accepted(bid, _board(state, after) if moved else None)]
    if ends_ms > state.ends_ms:
        events.append(Extended(ends_ms))
    if after.reserve_met and not before.reserve_met:
        events.append(ReserveMet())
    return tuple(events)


# -- the checks, in their order -----------------------------------------------------------------


def _open(state: State, _bid: PlaceBid, at_ms: int) -> Reason | None:
    """Half open: the first instant counts, the end does not (L25)."""
    phase = state.phase(at_ms)
    if phase == "open":
        return None
    return Reason.ENDED if phase in {"ended", "closed"} else Reason.NOT_OPEN


def _eligible(_state: State, bid: PlaceBid, _at_ms: int) -> Reason | None:
    """Verified, deposit held, neither seller nor staff nor related (L5): the site knows."""
    return Reason.NOT_ELIGIBLE if bid.ineligible is not None else None


def _money(_state: State, bid: PlaceBid, _at_ms: int) -> Reason | None:
    return None if is_amount(bid.amount) else Reason.BAD_AMOUNT


def _fresh(state: State, bid: PlaceBid, _at_ms: int) -> Reason | None:
    """A clerk who calls a price must have seen the last change."""
    in_hall = bid.channel is Channel.FLOOR and bid.seen_view is not None
    return Reason.STALE_VIEW if in_hall and bid.seen_view != state.view else None


def _high_enough(state: State, bid: PlaceBid, _at_ms: int) -> Reason | None:
    now = state.standing
    if bid.bidder == now.leader and bid.channel is Channel.ONLINE:
        return None if bid.amount > (now.maximum or 0) else Reason.NOT_ABOVE_OWN_MAX
    least = minimum_next(state.terms, now, bid.rank)
    return None if bid.amount >= least else Reason.BELOW_MINIMUM


def _meant(state: State, bid: PlaceBid, _at_ms: int) -> Reason | None:
    """A slip of the zero key is asked about before it binds."""
    abnormal = state.terms.is_abnormal(bid.amount)
    return Reason.NOT_CONFIRMED if abnormal and not bid.confirmed else None


Check = Callable[[State, PlaceBid, int], Reason | None]
CHECKS: tuple[Check, ...] = (_open, _eligible, _money, _fresh, _high_enough, _meant)


# -- the end --------------------------------------------------------------------------------------


def _end_after_change(state: State, at_ms: int) -> int:
    """Soft close: a visible change in the window runs the lot on to ``extend_ms`` after it (L25).

    Rounded up to the granularity, capped by the hard end, never earlier than it was.
    """
    terms = state.terms
    if at_ms < state.ends_ms - terms.window_ms:
        return state.ends_ms
    return max(state.ends_ms, _rounded_and_capped(state, at_ms + terms.extend_ms))


def _rounded_and_capped(state: State, end_ms: int) -> int:
    grain = state.terms.end_granularity_ms
    rounded = -(-end_ms // grain) * grain
    return rounded if state.hard_end_ms is None else min(rounded, state.hard_end_ms)


# -- what the operator and the clock may do ------------------------------------------------------


def _void(state: State, command: VoidBidder, at_ms: int, history: Sequence[PlaceBid]) -> Event:
    has_bid = any(bid.bidder == command.bidder for bid in history)
    if state.phase(at_ms) != "open" or not has_bid:
        return Refused.of(command, Reason.CANNOT_RETRACT)
    after = refold(state.terms, (bid for bid in history if bid.bidder != command.bidder))
    return Voided(
        bidder=command.bidder,
        reason=command.reason,
        board=_board(state, after),
        rank=after.rank,
        reserve_met=after.reserve_met,
        leader_max=after.maximum,
    )


def _outage(state: State, command: ExtendForOutage) -> Event:
    """An hour is given beyond the outage, so the same outage never touches the last hour twice."""
    lasted = command.down_to_ms - command.down_from_ms
    touched = command.down_from_ms < state.ends_ms < command.down_to_ms + command.extra_ms
    if state.status is not Status.SCHEDULED or lasted <= command.threshold_ms or not touched:
        return Refused.of(command, Reason.OUTAGE_NOT_COUNTED)
    more = lasted + command.extra_ms
    hard_end_ms = None if state.hard_end_ms is None else state.hard_end_ms + more
    return OutageExtended(
        down_from_ms=command.down_from_ms,
        down_to_ms=command.down_to_ms,
        ends_ms=_rounded_and_capped(replace(state, hard_end_ms=hard_end_ms), state.ends_ms + more),
        hard_end_ms=hard_end_ms,
    )


def _cancel(state: State, command: Cancel) -> Event:
    if state.status is not Status.SCHEDULED:
        return Refused.of(command, Reason.ENDED)
    return Cancelled(command.reason)


def _close(state: State, command: Close, at_ms: int) -> tuple[Event, ...]:
    """Sold iff somebody leads and the reserve, if any, is reached: equal is reached (L8)."""
    if state.status is not Status.SCHEDULED or at_ms < state.ends_ms + command.drain_ms:
        return ()
    leader, price, reserve = state.leader, state.price, state.terms.reserve
    if leader is None or price is None:
        return (Closed(Result.NO_BIDS, None, None),)
    if reserve is not None and not state.reserve_met:
        return (Closed(Result.RESERVE_NOT_MET, leader, price),)
    return (Closed(Result.SOLD, leader, max(price, reserve or 0)),)


# -- the state after an event --------------------------------------------------------------------


def apply(state: State, event: Event) -> State:
    """The state after ``event``; it decides nothing, so an old log folds as it was written."""
    match event:
        case Accepted():
            return _accepted(state, event)
        case Extended(ends_ms=ends_ms):
            return replace(state, ends_ms=ends_ms)
        case ReserveMet():
            return replace(state, standing=replace(state.standing, reserve_met=True))
        case Voided():
            return _voided(state, event)
        case OutageExtended(ends_ms=ends_ms, hard_end_ms=hard_end_ms):
            return replace(state, ends_ms=ends_ms, hard_end_ms=hard_end_ms)
        case Cancelled():
            return replace(state, status=Status.CANCELLED)
        case Closed():
            return _closed(state, event)
        case _:
            return state


def _accepted(state: State, event: Accepted) -> State:
    now, bid, board = state.standing, event.bid, event.board
    leader, price = (board.leader, board.price) if board else (now.leader, now.price)
    maximum, rank = now.maximum, now.rank
    if leader == bid.bidder:
        own = (maximum or 0) if now.leader == leader else 0
        maximum, rank = max(bid.amount, own), bid.rank
    after = Standing(leader, maximum, rank, price, now.reserve_met)
    return replace(state, standing=after, view=board.view if board else state.view)


def _voided(state: State, event: Voided) -> State:
    board = event.board
    after = Standing(board.leader, event.leader_max, event.rank, board.price, event.reserve_met)
    return replace(state, standing=after, view=board.view)


def _closed(state: State, event: Closed) -> State:
    standing = replace(state.standing, price=event.price)
    return replace(state, standing=standing, status=Status.CLOSED, outcome=event.outcome)


def _board(state: State, after: Standing) -> Board:
    """What everybody sees once ``after`` holds; an unchanged board keeps its number."""
    view = state.view if after.shows_as(state.standing) else state.view + 1
    return Board(after.leader, after.price, minimum_next(state.terms, after), view)
