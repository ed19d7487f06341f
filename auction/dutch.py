"""The Dutch auction (降价): the price falls by the clock, the first to take it leads.

With a second phase others then seal bids above the taken price, and the taker may once go above
the best of them. The order in which takes get the lock decides, not their age: nobody who was
told that the lot is his can be told otherwise later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auction import envelopes, operating, progress, sealing
from auction.commands import (
    Cancel,
    Close,
    Command,
    Commit,
    ExtendForOutage,
    Reveal,
    Take,
    Top,
    VoidBidder,
)
from auction.events import Board, Closed, Event, Opened, Reason, Refused, Taken, Topped
from auction.state import Result, Stage, Standing, State, Status
from auction.terms import Descent, Terms, is_amount


def decide(
    state: State, command: Command, at_ms: int, *, history: Sequence[Event] = ()
) -> tuple[Event, ...]:
    """What ``command`` leads to at ``at_ms``; ``history`` is the whole log."""
    match command:
        case Take():
            return (_take(state, command, at_ms),)
        case Commit():
            return (sealing.commit(state, command, at_ms, stage=Stage.SEALING),)
        case Reveal():
            return (sealing.reveal(state, command, at_ms, history),)
        case Top():
            return (_top(state, command, at_ms),)
        case Close():
            return _close(state, command, at_ms, history)
        case _:
            return _operate(state, command, at_ms, history)


def _operate(
    state: State, command: Command, at_ms: int, history: Sequence[Event]
) -> tuple[Event, ...]:
    match command:
        case VoidBidder():
            return (sealing.void(state, command, at_ms, history),)
        case ExtendForOutage() if state.progress.stage is Stage.BIDDING:
            # The price fell while nobody could take: the lot is cancelled and run again.
            return (Refused.of(command, Reason.OUTAGE_NOT_COUNTED),)
        case ExtendForOutage():
            return (operating.outage(state, command),)
        case Cancel():
            return (operating.cancel(state, command),)
        case _:
            return operating.other_format(command)


def _take(state: State, command: Take, at_ms: int) -> Event:
    reason = operating.out_of_stage(state, Stage.BIDDING, at_ms) or operating.not_eligible(command)
    price = state.terms.falling_price(at_ms)
    if reason is None and command.limit is not None:
        reason = _limited(command.limit, price)
    if reason is not None:
        return Refused.of(command, reason)
    sealing_ms = _terms(state.terms).sealing_ms
    stage = Stage.TAKEN if sealing_ms is None else Stage.SEALING
    ends_ms = at_ms + (sealing_ms or 1)
    board = _board(state, command.bidder, price)
    return Taken(command.bidder, command.facts(), board, ends_ms, stage.value)


def _board(state: State, leader: str, price: int) -> Board:
    return Board(leader, price, sealing.least_above(state, price), state.view + 1)


def _limited(limit: object, price: int) -> Reason | None:
    if not is_amount(limit):
        return Reason.BAD_AMOUNT
    return Reason.ABOVE_LIMIT if isinstance(limit, int) and price > limit else None


def _top(state: State, command: Top, at_ms: int) -> Event:
    reason = operating.out_of_stage(state, Stage.TOPPING, at_ms) or operating.not_eligible(command)
    if reason is None and command.bidder != state.progress.taker:
        reason = Reason.NOT_THE_TAKER
    if reason is None and not is_amount(command.amount):
        reason = Reason.BAD_AMOUNT
    if reason is None and command.amount < sealing.least_above(state):
        reason = Reason.BELOW_MINIMUM
    if reason is not None:
        return Refused.of(command, reason)
    board = _board(state, command.bidder, command.amount)
    return Topped(command.bidder, command.facts(), board)


def _close(state: State, command: Close, at_ms: int, history: Sequence[Event]) -> tuple[Event, ...]:
    """Each stage ends in the next; without anybody above the taker, in the sale to him."""
    if state.status is not Status.SCHEDULED or at_ms < state.ends_ms + command.drain_ms:
        return ()
    stage = state.progress.stage
    if stage is Stage.BIDDING:
        return (Closed(Result.NO_BIDS, None, None),)
    if stage is Stage.SEALING and sealing.anybody_stands(history):
        return (sealing.begin_reveal(at_ms, _terms(state.terms).reveal_ms),)
    sale = Closed(Result.SOLD, state.leader, state.price)
    if stage is not Stage.REVEALING:
        return (sale,)
    opened = _open_all(state, at_ms, history)
    return (opened, sale) if opened.stage == Stage.TAKEN.value else (opened,)


def _open_all(state: State, at_ms: int, history: Sequence[Event]) -> Opened:
    """The minutes: the best bid above the taken price leads, and the taker may answer it."""
    lines = envelopes.minutes(envelopes.collect(history), sealing.least_above(state))
    best = envelopes.ranked(lines)
    if not best:
        now = state.standing
        board = Board(now.leader, now.price, sealing.least_above(state), state.view)
        return Opened(lines, board, now.maximum, False, state.ends_ms, Stage.TAKEN.value)  # noqa: FBT003
    amount, leader = best[0]
    board = _board(state, leader, amount)
    until = at_ms + _terms(state.terms).topping_ms
    return Opened(lines, board, amount, False, until, Stage.TOPPING.value)  # noqa: FBT003


def _terms(terms: Terms) -> Descent:
    """The terms every Dutch lot has: ``Terms`` refuses one without."""
    assert terms.dutch is not None  # noqa: S101
    return terms.dutch


def apply(state: State, event: Event) -> State:
    """The state after ``event``."""
    match event:
        case Taken(board=board, ends_ms=ends_ms):
            return replace(_led(state, event, board), ends_ms=ends_ms)
        case Topped(board=board):
            return _led(state, event, board)
        case _:
            return operating.apply(sealing.apply(state, event), event)


def _led(state: State, event: Event, board: Board) -> State:
    moved = progress.after(state.progress, event)
    standing = Standing(board.leader, board.price, None, board.price)
    return replace(state, standing=standing, progress=moved, view=board.view)
