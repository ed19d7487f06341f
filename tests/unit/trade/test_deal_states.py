"""Orders, stages, offers, publicities, contracts: every move that is not in a table fails."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Mapping
from functools import partial

import pytest

import marketplace.showcase.listings
import marketplace.trade
import marketplace.treasury
from marketplace.kernel.errors import Conflict
from marketplace.trade.auctions import moves as auctions
from marketplace.trade.contracts import states as contracts
from marketplace.trade.offers import states as offers
from marketplace.trade.orders import states as orders
from marketplace.trade.publicity import states as publicity
from marketplace.trade.royalties import states as royalties
from marketplace.trade.sessions import states as sessions
from marketplace.treasury.payments import states as payments
from marketplace.treasury.payments.online import states as online
from marketplace.treasury.vouchers import states as vouchers

TABLES = [
    (orders.State, orders.Action, orders.MOVES, orders.advance),
    (orders.StageState, orders.StageAction, orders.STAGE_MOVES, orders.advance_stage),
    (offers.State, offers.Action, offers.MOVES, offers.advance),
    (publicity.State, publicity.Action, publicity.MOVES, publicity.advance),
    (contracts.State, contracts.Action, contracts.MOVES, contracts.advance),
    (publicity.Answer, publicity.Answer, publicity.ANSWERS, publicity.answered),
    (royalties.State, royalties.Action, royalties.MOVES, royalties.advance),
    (("sold", "fallen"), auctions.SALE_ENDS, auctions.SALE_MOVES, auctions.advance_sale),
    (
        sessions.STATES,
        sorted({action for _state, action in sessions.MOVES}),
        sessions.MOVES,
        sessions.advance,
    ),
    (
        vouchers.STATES,
        sorted({action for _state, action in vouchers.MOVES}),
        vouchers.MOVES,
        vouchers.advance,
    ),
    (
        online.ATTEMPT_STATES,
        sorted({action for _state, action in online.ATTEMPT}),
        online.ATTEMPT,
        partial(payments.advance, online.ATTEMPT),
    ),
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
    assert {state for state, _action in publicity.MOVES} == {publicity.State.RUNNING}
    assert {state for state, _action in publicity.ANSWERS} == {publicity.Answer.OPEN}
    assert not {state for state, _action in contracts.MOVES} & contracts.FINAL


ELSEWHERE = {
    "marketplace.trade.auctions.moves.MOVES": "tests/unit/trade/test_moves.py",
    "marketplace.trade.auctions.moves.SIGNUP_MOVES": "tests/unit/trade/test_moves.py",
    "marketplace.treasury.deposits.moves.MOVES": "tests/integration/treasury/test_deposits.py",
    "marketplace.treasury.payments.states.INTENT": "tests/integration/treasury/test_payments.py",
    "marketplace.treasury.payments.states.LINE": "tests/integration/treasury/test_payments.py",
    "marketplace.treasury.payments.states.INSTRUCTION":
        "tests/integration/treasury/test_payments.py",
    "marketplace.showcase.listings.states.MOVES": "tests/unit/showcase/test_listing_states.py",
}  # fmt: skip
"""Tables whose cells are tried by another file."""


def tables() -> dict[str, Mapping]:
    """Every table of moves in the rooms a deal passes: name → table."""
    found: dict[str, Mapping] = {}
    for room in (marketplace.trade, marketplace.treasury, marketplace.showcase.listings):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name.rpartition(".")[2] in ("states", "moves"):
                names = vars(importlib.import_module(module.name))
                found |= {
                    f"{module.name}.{name}": value
                    for name, value in names.items()
                    if isinstance(value, Mapping) and value and is_table(value)
                }
    return found


def is_table(value: Mapping) -> bool:
    return all(isinstance(key, tuple) and len(key) == 2 for key in value)


def test_no_table_of_moves_is_left_out():
    tried = [table for _states, _actions, table, _advance in TABLES]
    left = {name for name, table in tables().items() if not any(table is one for one in tried)}
    assert left == set(ELSEWHERE)


@pytest.mark.law("L21")
def test_money_is_released_by_acceptance_or_by_a_decision_only():
    ways = {s for (s, a) in orders.STAGE_MOVES if a is orders.StageAction.RELEASE}
    assert ways == orders.IN_ESCROW
