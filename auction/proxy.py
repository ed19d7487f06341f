"""Who leads after a bid, and at what price: the resolve rules of the proxy auction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auction.commands import Channel, PlaceBid
from auction.facts import Board
from auction.state import ReservePolicy, Standing, State, Terms


def outranks(rank: int | None, other: int | None) -> bool:
    """Whether a first-refusal rank wins a tie against ``other``; 1 is best, None has none (L26)."""
    return rank is not None and (other is None or rank < other)


def minimum_next(terms: Terms, now: Standing, rank: int | None = None) -> int:
    """The least acceptable amount: the start, then a step above the price.

    Who outranks the leader by first refusal may bid exactly the price (L26).
    """
    if now.price is None:
        return terms.start
    if outranks(rank, now.rank):
        return now.price
    return now.price + terms.step(now.price)


def resolve(terms: Terms, now: Standing, bid: PlaceBid) -> Standing:
    """The standing after ``bid``, which has passed the checks: the price never falls here."""
    if bid.bidder == now.leader:
        after = _raise_own(now, bid)
    elif now.price is None or now.maximum is None:
        opening = bid.amount if bid.channel is Channel.FLOOR else terms.start
        after = _lead(now, bid, opening)
    elif _beats(now, bid):
        after = _lead(now, bid, _price_to_lead(terms, now.maximum, bid, now.rank))
    else:
        after = replace(now, price=_price_to_keep(terms, now.maximum, bid, now.rank))
    return _with_reserve(terms, after, now.price or 0)


def refold(terms: Terms, bids: Iterable[PlaceBid]) -> Standing:
    """The standing that these accepted bids, in their order, lead to."""
    standing = Standing()
    for bid in bids:
        standing = resolve(terms, standing, bid)
    return standing


def board_after(state: State, after: Standing) -> Board:
    """What everybody sees once ``after`` holds; an unchanged board keeps its number."""
    view = state.view if after.shows_as(state.standing) else state.view + 1
    return Board(after.leader, after.price, minimum_next(state.terms, after), view)


def _beats(now: Standing, bid: PlaceBid) -> bool:
    """A greater maximum leads; among equals the better rank, else the earlier."""
    leading = now.maximum or 0
    return bid.amount > leading or (bid.amount == leading and outranks(bid.rank, now.rank))


def _lead(now: Standing, bid: PlaceBid, price: int) -> Standing:
    return Standing(bid.bidder, bid.amount, bid.rank, price, now.reserve_met)


def _raise_own(now: Standing, bid: PlaceBid) -> Standing:
    """The leader's new maximum is silent; only his call in the hall moves his own price.

    A call below his maximum leaves the maximum standing: no bid is ever withdrawn (L10).
    """
    maximum = max(bid.amount, now.maximum or 0)
    price = bid.amount if bid.channel is Channel.FLOOR else now.price
    return replace(now, maximum=maximum, price=price)


def _price_to_lead(terms: Terms, beaten: int, bid: PlaceBid, beaten_rank: int | None) -> int:
    """One step above the beaten maximum, at most the own; a better rank need only match it."""
    if bid.channel is Channel.FLOOR:
        return bid.amount
    if outranks(bid.rank, beaten_rank):
        return beaten
    return min(bid.amount, beaten + terms.step(beaten))


def _price_to_keep(terms: Terms, maximum: int, bid: PlaceBid, rank: int | None) -> int:
    """One step above the losing bid, at most the own maximum; a better rank need only match it."""
    if outranks(rank, bid.rank):
        return bid.amount
    return min(maximum, bid.amount + terms.step(bid.amount))


def _with_reserve(terms: Terms, after: Standing, floor: int) -> Standing:
    """The price never falls below ``floor``, the price before, nor below a met reserve."""
    price, met = max(after.price or 0, floor), after.reserve_met
    if terms.reserve is not None and (after.maximum or 0) >= terms.reserve:
        met = True
        price = max(price, terms.reserve) if terms.reserve_policy is ReservePolicy.JUMP else price
    return Standing(after.leader, after.maximum, after.rank, price, met)
