"""The English auction with proxy maximum, secret reserve and soft close: decide and apply.

``decide`` is pure: the same state, command and instant give the same events. The order of the
checks is the order of ``CHECKS``; the first that fails is the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from auction import hall, operating, progress
from auction.clerk import Hammer, Pass, Pause, Resume, Undo, Warn
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
    Closed,
    Event,
    Extended,
    Reason,
    Refused,
    ReserveMet,
    Undone,
    Voided,
)
from auction.operating import not_eligible, not_open, rounded_and_capped
from auction.proxy import board_after, minimum_next, refold, resolve
from auction.state import Result, Standing, State, Status, is_amount


def decide(
    state: State, command: Command, at_ms: int, *, history: Sequence[Event] = ()
) -> tuple[Event, ...]:
    """What ``command`` leads to at ``at_ms``; nothing for a closing before its time or after it.

    ``history`` is the log so far; only what takes bids back reads it.
    """
    match command:
        case PlaceBid():
            return _bid(state, command, at_ms)
        case VoidBidder():
            return (_void(state, command, at_ms, standing_bids(history)),)
        case ExtendForOutage():
            return (operating.outage(state, command),)
        case Cancel():
            return (operating.cancel(state, command),)
        case Close():
            return _close(state, command, at_ms)
        case Warn() | Hammer() | Pass() | Undo() | Pause() | Resume():
            return hall.decide(state, command, at_ms, standing_bids(history))
        case _:
            return operating.other_format(command)


def standing_bids(history: Iterable[Event]) -> tuple[PlaceBid, ...]:
    """The accepted bids, in order, without what was voided or undone after them."""
    bids: list[PlaceBid] = []
    for event in history:
        match event:
            case Accepted(bid=bid):
                bids.append(bid)
            case Voided(bidder=voided):
                bids = [bid for bid in bids if bid.bidder != voided]
            case Undone():
                bids.pop()
            case _:
                pass
    return tuple(bids)


def _bid(state: State, bid: PlaceBid, at_ms: int) -> tuple[Event, ...]:
    for check in CHECKS:
        reason = check(state, bid, at_ms)
        if reason is not None:
            return (Refused.of(bid, reason),)
    before, after = state.standing, resolve(state.terms, state.standing, bid)
    moved = not after.shows_as(before)
    ends_ms = _end_after_change(state, at_ms) if moved else state.ends_ms
    events: list[Event] = [Accepted(bid, board_after(state, after) if moved else None)]
    if ends_ms > state.ends_ms:
        events.append(Extended(ends_ms))
    if after.reserve_met and not before.reserve_met:
        events.append(ReserveMet())
    return tuple(events)


# -- the checks, in their order -----------------------------------------------------------------


def _open(state: State, _bid: PlaceBid, at_ms: int) -> Reason | None:
    return not_open(state, at_ms)


def _running(state: State, _bid: PlaceBid, _at_ms: int) -> Reason | None:
    """A paused lot takes no bid, online or from the floor (L30)."""
    return Reason.PAUSED if state.progress.paused else None


def _eligible(_state: State, bid: PlaceBid, _at_ms: int) -> Reason | None:
    return not_eligible(bid)


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
CHECKS: tuple[Check, ...] = (_open, _running, _eligible, _money, _fresh, _high_enough, _meant)


# -- the end --------------------------------------------------------------------------------------


def _end_after_change(state: State, at_ms: int) -> int:
    """Soft close: a visible change in the window runs the lot on to ``extend_ms`` after it (L25).

    Rounded up to the granularity, capped by the hard end, never earlier than it was. In the hall
    the hammer ends a lot, not the clock.
    """
    terms = state.terms
    if terms.in_hall or at_ms < state.ends_ms - terms.window_ms:
        return state.ends_ms
    return max(state.ends_ms, rounded_and_capped(state, at_ms + terms.extend_ms))


# -- what the operator and the clock may do ------------------------------------------------------


def _void(state: State, command: VoidBidder, at_ms: int, history: Sequence[PlaceBid]) -> Event:
    has_bid = any(bid.bidder == command.bidder for bid in history)
    if state.phase(at_ms) != "open" or not has_bid:
        return Refused.of(command, Reason.CANNOT_RETRACT)
    after = refold(state.terms, (bid for bid in history if bid.bidder != command.bidder))
    return Voided(
        bidder=command.bidder,
        reason=command.reason,
        board=board_after(state, after),
        rank=after.rank,
        reserve_met=after.reserve_met,
        leader_max=after.maximum,
    )


def _close(state: State, command: Close, at_ms: int) -> tuple[Event, ...]:
    """Sold iff somebody leads and the reserve, if any, is reached: equal is reached (L8)."""
    due = at_ms >= state.ends_ms + command.drain_ms and not state.terms.in_hall
    if state.status is not Status.SCHEDULED or not due:
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
    if isinstance(event, Accepted):
        return _accepted(state, event)
    moved = replace(state, progress=progress.after(state.progress, event))
    match event:
        case Extended(ends_ms=ends_ms):
            return replace(moved, ends_ms=ends_ms)
        case ReserveMet():
            return replace(moved, standing=replace(state.standing, reserve_met=True))
        case Voided() | Undone():
            return _refolded(moved, event)
        case _:
            return operating.apply(moved, event)


def _accepted(state: State, event: Accepted) -> State:
    now, bid, board = state.standing, event.bid, event.board
    leader, price = (board.leader, board.price) if board else (now.leader, now.price)
    maximum, rank = now.maximum, now.rank
    if leader == bid.bidder:
        own = (maximum or 0) if now.leader == leader else 0
        maximum, rank = max(bid.amount, own), bid.rank
    after = Standing(leader, maximum, rank, price, now.reserve_met)
    return state.led_by(after, board.view if board else state.view)


def _refolded(state: State, event: Voided | Undone) -> State:
    board = event.board
    after = Standing(board.leader, event.leader_max, event.rank, board.price, event.reserve_met)
    return state.led_by(after, board.view)
