"""The part that sealed lots and the second phase of Dutch ones share: handing in and opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auction import envelopes, progress
from auction.commands import Commit, Reveal, VoidBidder
from auction.events import (
    Board,
    Committed,
    Event,
    Opened,
    Reason,
    Refused,
    RevealBegan,
    Revealed,
    Voided,
)
from auction.operating import not_eligible, not_open, out_of_stage
from auction.state import Stage, Standing, State
from auction.terms import is_amount


def commit(state: State, command: Commit, at_ms: int, *, stage: Stage) -> Event:
    """Take a seal in the ``stage`` for it."""
    reason = out_of_stage(state, stage, at_ms) or not_eligible(command)
    if reason is None and command.bidder == state.progress.taker:
        reason = Reason.TAKER_HAS_TAKEN
    if reason is None and not envelopes.is_hex(command.seal):
        reason = Reason.BAD_COMMITMENT
    if reason is not None:
        return Refused.of(command, reason)
    return Committed(command.bidder, command.facts(), command.seal)


def reveal(state: State, command: Reveal, at_ms: int, history: Sequence[Event]) -> Event:
    """Let a bidder open his own seal in the window for it.

    What comes before the window is refused unread: nobody may learn the amount from the log.
    """
    if state.progress.stage is not Stage.REVEALING:
        command = command.unread()
    reason = out_of_stage(state, Stage.REVEALING, at_ms)
    if reason is None:
        own = envelopes.standing_of(envelopes.collect(history), command.bidder)
        reason = _misfit(state, command, own)
    if reason is not None:
        return Refused.of(command, reason)
    return Revealed(command.bidder, command.facts())


def _misfit(state: State, command: Reveal, own: envelopes.Envelope | None) -> Reason | None:
    """Why this does not open that envelope."""
    if own is None:
        return Reason.NO_COMMITMENT
    if own.amount is not None:
        return Reason.ALREADY_REVEALED
    if not is_amount(command.amount):
        return Reason.BAD_AMOUNT
    fits = envelopes.is_hex(command.nonce) and own.seal == envelopes.seal(
        state.lot, command.bidder, command.amount or 0, command.nonce
    )
    return None if fits else Reason.WRONG_OPENING


def void(state: State, command: VoidBidder, at_ms: int, history: Sequence[Event]) -> Event:
    """Drop a bidder's sealed bid, opened or not, until the minutes are written (L10)."""
    own = envelopes.standing_of(envelopes.collect(history), command.bidder)
    written = state.progress.stage in {Stage.TOPPING, Stage.TAKEN}
    if own is None or written or not_open(state, at_ms):
        return Refused.of(command, Reason.CANNOT_RETRACT)
    now = state.standing
    return Voided(
        bidder=command.bidder,
        reason=command.reason,
        board=Board(now.leader, now.price, least_above(state), state.view),
        rank=None,
        reserve_met=now.reserve_met,
        leader_max=now.maximum,
    )


def least_above(state: State, price: int | None = None) -> int:
    """The least amount above ``price``, or above the lot's price, or the start."""
    base = state.price if price is None else price
    if base is None:
        return state.terms.start
    return base + (state.terms.step(base) or 1)


def anybody_stands(history: Sequence[Event]) -> bool:
    """Whether there is a seal left to open."""
    return any(one.fate == "stands" for one in envelopes.collect(history))


def begin_reveal(at_ms: int, reveal_ms: int) -> RevealBegan:
    """The whole window counts from the instant it is announced, however late that is."""
    return RevealBegan(at_ms + reveal_ms)


def apply(state: State, event: Event) -> State:
    """The state after an event of a sealed bid; others leave it as it is."""
    moved = replace(state, progress=progress.after(state.progress, event))
    match event:
        case RevealBegan(ends_ms=ends_ms):
            return replace(moved, ends_ms=ends_ms)
        case Opened(board=board):
            after = Standing(board.leader, event.maximum, None, board.price, event.reserve_met)
            return replace(moved, standing=after, view=board.view, ends_ms=event.ends_ms)
        case _:
            return moved
