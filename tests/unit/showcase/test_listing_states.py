"""The life of a listing: every move of the table, and every move it does not have."""

from __future__ import annotations

import itertools

import pytest

from marketplace.kernel.errors import Conflict
from marketplace.showcase.listings.states import MOVES, Action, State, advance, allows

LEGAL = {
    ("draft", "submit"): "submitted",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "approve"): "published",
    ("submitted", "return"): "returned",
    ("submitted", "withdraw"): "withdrawn",
    ("returned", "submit"): "submitted",
    ("returned", "withdraw"): "withdrawn",
    ("published", "submit"): "published",
    ("published", "approve"): "published",
    ("published", "return"): "published",
    ("published", "renew"): "published",
    ("published", "reserve"): "reserved",
    ("published", "suspend"): "suspended",
    ("published", "withdraw"): "withdrawn",
    ("published", "expire"): "expired",
    ("reserved", "sell"): "sold",
    ("reserved", "release"): "published",
    ("sold", "put_back"): "published",
    ("suspended", "restore"): "published",
    ("suspended", "submit"): "suspended",
    ("suspended", "approve"): "published",
    ("suspended", "return"): "suspended",
    ("suspended", "withdraw"): "withdrawn",
    ("expired", "renew"): "published",
    ("expired", "withdraw"): "withdrawn",
}
EVERY = list(itertools.product([str(one) for one in State], [str(one) for one in Action]))


@pytest.mark.parametrize(("state", "action"), EVERY)
def test_a_move_leads_where_the_table_says_or_nowhere(state, action):
    after = LEGAL.get((state, action))
    assert allows(state, Action(action)) is (after is not None)
    if after is None:
        with pytest.raises(Conflict) as refused:
            advance(state, Action(action))
        assert refused.value.facts == {"state": state, "action": action}
    else:
        assert advance(state, Action(action)) == after


def test_the_end_is_the_end():
    assert {move for move in MOVES if move[0] == State.SOLD} == {(State.SOLD, Action.PUT_BACK)}
    assert not [move for move in MOVES if move[0] == State.WITHDRAWN]
