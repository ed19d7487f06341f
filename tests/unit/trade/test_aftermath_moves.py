"""What follows a lot: the one table of moves is whole, and every other move is refused."""

from __future__ import annotations

import itertools

import pytest

from marketplace.kernel.errors import Conflict
from marketplace.trade.aftermath import moves
from marketplace.trade.auctions.moves import SALE_ENDS, advance_sale

STATES = {
    "default": moves.DEFAULT_STATES,
    "talk": moves.TALK_STATES,
    "annulment": moves.ANNULMENT_STATES,
}
ACTIONS = sorted({action for _thing, _state, action in moves.MOVES})
ALL = [
    (thing, state, action)
    for thing, states in STATES.items()
    for state, action in itertools.product(states, ACTIONS)
]


@pytest.mark.parametrize(("thing", "state", "action"), ALL)
def test_only_the_moves_of_the_table_are_made(thing, state, action):
    if (thing, state, action) in moves.MOVES:
        assert moves.advance(thing, state, action) in STATES[thing]
    else:
        with pytest.raises(Conflict):
            moves.advance(thing, state, action)


def test_every_state_is_reached_and_the_last_ones_are_left_by_nothing():
    for thing, states in STATES.items():
        begun = {states[0]}
        reached = {to for (of, _from, _by), to in moves.MOVES.items() if of == thing}
        assert begun | reached == set(states)
    left = {(thing, state) for thing, state, _action in moves.MOVES}
    assert not left & {
        ("default", "settled"), ("talk", "begun"), ("talk", "declined"), ("talk", "expired"),
        ("annulment", "done"), ("annulment", "dropped"),
    }  # fmt: skip


@pytest.mark.law("L31")
def test_a_sale_is_annulled_for_exactly_five_reasons():
    assert set(moves.REASONS) == {
        "described_falsely", "system_fault", "collusion", "unqualified_buyer", "unequal_terms",
    }  # fmt: skip


@pytest.mark.parametrize("state", ["sold", "fallen", "no_bids", "reserve_not_met", "announced"])
@pytest.mark.parametrize("end", [*SALE_ENDS, "close"])
def test_only_a_sale_that_stands_may_fall(state, end):
    if state == "sold" and end in SALE_ENDS:
        assert advance_sale(state, end) == "fallen"
    else:
        with pytest.raises(Conflict):
            advance_sale(state, end)
