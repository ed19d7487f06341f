"""Sealed bids (密封报价): seals until the end, openings in a window, minutes, and the price.

Nothing of an amount is public before the minutes. An unrevealed bid is void; what that means for
the deposit was announced. Among equals the earliest seal that stands wins.
"""

from __future__ import annotations

from collections.abc import Sequence

from auction import envelopes, operating, sealing
from auction.commands import Cancel, Close, Command, Commit, ExtendForOutage, Reveal, VoidBidder
from auction.events import Board, Closed, Event, Opened
from auction.state import Result, Stage, State, Status
from auction.terms import Pricing, Sealing, Terms


def decide(
    state: State, command: Command, at_ms: int, *, history: Sequence[Event] = ()
) -> tuple[Event, ...]:
    """What ``command`` leads to at ``at_ms``; ``history`` is the whole log."""
    match command:
        case Commit():
            return (sealing.commit(state, command, at_ms, stage=Stage.BIDDING),)
        case Reveal():
            return (sealing.reveal(state, command, at_ms, history),)
        case VoidBidder():
            return (sealing.void(state, command, at_ms, history),)
        case ExtendForOutage():
            return (operating.outage(state, command),)
        case Cancel():
            return (operating.cancel(state, command),)
        case Close():
            return _close(state, command, at_ms, history)
        case _:
            return operating.other_format(command)


def _close(state: State, command: Close, at_ms: int, history: Sequence[Event]) -> tuple[Event, ...]:
    """The end of handing in begins the window to open; the end of the window, the minutes."""
    if state.status is not Status.SCHEDULED or at_ms < state.ends_ms + command.drain_ms:
        return ()
    if state.progress.stage is Stage.REVEALING:
        return _open_all(state, history)
    if not sealing.anybody_stands(history):
        return (Closed(Result.NO_BIDS, None, None),)
    return (sealing.begin_reveal(at_ms, _terms(state.terms).reveal_ms),)


def _terms(terms: Terms) -> Sealing:
    """The terms every sealed lot has: ``Terms`` refuses one without."""
    assert terms.sealed is not None  # noqa: S101
    return terms.sealed


def _open_all(state: State, history: Sequence[Event]) -> tuple[Event, ...]:
    """Minutes and result in one: sold iff the best bid reaches the reserve, if there is one."""
    terms = state.terms
    lines = envelopes.minutes(envelopes.collect(history), terms.start)
    best = envelopes.ranked(lines)
    amount, leader = best[0] if best else (None, None)
    met = terms.reserve is not None and (amount or 0) >= terms.reserve
    price = None if leader is None else price_of(terms, [found for found, _ in best], met=met)
    least = sealing.least_above(state, price)
    board = Board(leader, price, least, state.view + (leader is not None))
    opened = Opened(lines, board, amount, met, state.ends_ms, Stage.TAKEN.value)
    if leader is None:
        return (opened, Closed(Result.NO_BIDS, None, None))
    sold = terms.reserve is None or met
    return (opened, Closed(Result.SOLD if sold else Result.RESERVE_NOT_MET, leader, price))


def price_of(terms: Terms, amounts: Sequence[int], *, met: bool) -> int:
    """The winner's own bid, or the next best, which is at least the start and a met reserve."""
    if _terms(terms).pricing is Pricing.FIRST:
        return amounts[0]
    second = amounts[1] if len(amounts) > 1 else terms.start
    return max(second, terms.reserve or 0) if met else second


def apply(state: State, event: Event) -> State:
    """The state after ``event``."""
    return operating.apply(sealing.apply(state, event), event)
