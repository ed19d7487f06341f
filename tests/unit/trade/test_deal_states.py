"""Orders, stages, offers, publicities: every move that is not in a table fails."""

from __future__ import annotations

import itertools

import pytest

from marketplace.kernel.errors import Conflict
from marketplace.trade.offers import states as offers
from marketplace.trade.orders import states as orders
from marketplace.trade.publicity import states as publicity

TABLES = [
    (orders.State, orders.Action, orders.MOVES, orders.advance),
    (orders.StageState, orders.StageAction, orders.STAGE_MOVES, orders.advance_stage),
    (offers.State, offers.Action, offers.MOVES, offers.advance),
    (publicity.State, publicity.Action, publicity.MOVES, publicity.advance),
    (publicity.Answer, publicity.Answer, publicity.ANSWERS, publicity.answered),
]
MOVES = [
    pytest.param(state, action, table, advance, id=f"{state}-{action}-{number}")
    for number, (states, actions, table, advance) in enumerate(TABLES)
    for state, action in itertools.product(states, actions)
]


@pytest.mark.parametrize(("state", "action", "table", "advance"), MOVES)
def test_the_tables_are_the_only_way(state, action, table, advance):
    if (state, action) in table:
        assert advance(str(state), action) is table[state, action]
        return
    with pytest.raises(Conflict):
        advance(str(state), action)


def test_nothing_leaves_an_end():
    assert not {state for state, _action in orders.MOVES} & orders.FINAL
    assert not {state for state, _action in orders.STAGE_MOVES} & orders.STAGE_FINAL
    assert {state for state, _action in offers.MOVES} == {offers.State.OPEN}


@pytest.mark.law("L21")
def test_money_is_released_by_acceptance_or_by_a_decision_only():
    ways = {s for (s, a) in orders.STAGE_MOVES if a is orders.StageAction.RELEASE}
    assert ways == orders.IN_ESCROW
