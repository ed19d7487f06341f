"""The tables of moves are whole: what they hold works, everything else is refused."""

from __future__ import annotations

import itertools

import pytest

from auction.store import POSTGRESQL, SQLITE, schema
from marketplace.kernel.errors import Conflict
from marketplace.trade.auctions import moves
from marketplace.trade.auctions.lots import auction_log, auction_lot
from marketplace.trade.auctions.queries.feed import Frame, after

ACTIONS = ("announce", "correct", "withdraw", "pause", "resume", "extend", "close")
SIGNUP_ACTIONS = ("admit", "refuse", "void")


@pytest.mark.parametrize(("state", "action"), list(itertools.product(moves.STATES, ACTIONS)))
def test_every_move_of_an_auction(state, action):
    if (state, action) in moves.MOVES:
        assert moves.advance(state, action) in moves.STATES
    else:
        with pytest.raises(Conflict):
            moves.advance(state, action)


@pytest.mark.parametrize(
    ("state", "action"), list(itertools.product(moves.SIGNUP_STATES, SIGNUP_ACTIONS))
)
def test_every_move_of_a_signup(state, action):
    if (state, action) in moves.SIGNUP_MOVES:
        assert moves.advance_signup(state, action) in moves.SIGNUP_STATES
    else:
        with pytest.raises(Conflict):
            moves.advance_signup(state, action)


def test_closed_withdrawn_refused_and_voided_are_final():
    assert not {state for state, _action in moves.MOVES} & {"closed", "withdrawn"}
    assert not {state for state, _action in moves.SIGNUP_MOVES} & {"refused", "voided"}


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=lambda one: one.name)
def test_the_sites_tables_are_the_engines(dialect):
    made = "\n".join(schema.tables(dialect))
    for table, columns in ((auction_lot, schema.LOT_COLUMNS), (auction_log, schema.LOG_COLUMNS)):
        assert [column.name for column in table.columns] == [column.name for column in columns]
        for column, meant in zip(table.columns, columns, strict=True):
            assert column.nullable == meant.null, column.name
            assert f"{column.name} {dialect.types[meant.type]}" in made
    assert [one.name for one in auction_lot.primary_key] == ["id"]
    assert [one.name for one in auction_log.primary_key] == ["lot_id", "seq"]


def test_the_public_fold_knows_no_secret_field():
    frame = after(
        Frame(),
        1,
        event={
            "kind": "scheduled",
            "terms": {"start": 5, "opens_ms": 10, "ends_ms": 20, "reserve": True},
        },
    )
    frame = after(
        frame,
        2,
        event={"kind": "bid", "price": 5, "leader": "101", "next": 6, "view": 1, "bidder": "101"},
    )
    frame = after(frame, 3, event={"kind": "noted", "bidder": "102"})
    assert (frame.visible, frame.price_minor, frame.minimum_next_minor, frame.bids) == (
        False,
        5,
        6,
        1,
    )
    assert frame.status(9, "announced") == "upcoming"
    assert frame.status(10, "announced") == "live"
    assert frame.status(20, "announced") == "closing"
    assert frame.status(15, "paused") == "paused"
    closed = after(
        frame, 4, event={"kind": "closed", "outcome": "sold", "price": 5, "leader": "101"}
    )
    assert closed.status(15, "closed") == "sold"
    assert set(closed.facts(20, "closed")) == {
        "seq", "price_minor", "leader_alias", "minimum_next_minor", "ends_at_ms", "bids",
        "extended_count", "reserve_met", "outcome", "server_ms", "status", "format", "place",
        "stage", "warnings", "paused", "sealed_bids",
    }  # fmt: skip
