"""Every move of an organisation's verification, legal and illegal."""

from __future__ import annotations

import itertools

import pytest

from marketplace.identity.organisations.states import MOVES, Move, State, advance
from marketplace.kernel.errors import Conflict

ILLEGAL = sorted(set(itertools.product(State, Move)) - MOVES.keys())


@pytest.mark.parametrize(("state", "move"), ILLEGAL)
def test_what_the_table_does_not_name_is_refused(state, move):
    with pytest.raises(Conflict) as refused:
        advance(state, move)
    assert refused.value.facts == {"state": state, "move": move.value}


@pytest.mark.parametrize(("state", "move"), sorted(MOVES))
def test_what_the_table_names_is_done(state, move):
    assert advance(state.value, move) is MOVES[state, move]


def test_only_a_decision_makes_an_unverified_organisation_verified():
    into = {move for (state, move), after in MOVES.items() if after is State.VERIFIED != state}
    assert into == {Move.VERIFY, Move.REINSTATE}


def test_every_state_can_be_left():
    assert {state for state, _move in MOVES} == set(State)
