"""Who is barred from bidding on a seller's lot (L5)."""

from __future__ import annotations

import pytest

from marketplace.identity import commands, queries
from marketplace.identity.people.commands import set_identity_number
from marketplace.identity.people.consents import declare_relative
from marketplace.kernel.actor import MemberRole, StaffRole
from tests.integration.identity.acting import CODES, acting, join, organisation, person

ONE, TWO = "330624199003071236", "330624200002290029"


@pytest.fixture
def market(ctx):
    """Alice sells, Bob bids."""
    alice, bob = person(ctx, "Alice"), person(ctx, "Bob")
    seller = organisation(ctx, alice, "Seller Ltd", code=CODES[0])
    bidder = organisation(ctx, bob, "Bidder Ltd", code=CODES[1])
    return alice, bob, seller, bidder


def bar(ctx, user: int, bidder: int, seller: int) -> str | None:
    with ctx.reading() as db:
        return queries.is_barred_for(
            db,
            bidder_user_id=user,
            bidder_organisation_id=bidder,
            seller_organisation_id=seller,
        )


@pytest.mark.law("L5")
def test_a_stranger_may_bid(ctx, market):
    _alice, bob, seller, bidder = market
    assert bar(ctx, bob, bidder, seller) is None


@pytest.mark.law("L5")
def test_who_joins_the_seller_during_the_auction_is_barred_and_who_left_is_not(ctx, market):
    alice, bob, seller, bidder = market
    join(ctx, seller, bob, MemberRole.READ_ONLY)
    assert bar(ctx, bob, bidder, seller) == "colleague_of_seller"
    commands.remove_member(acting(ctx, alice, seller), organisation_id=seller, user_id=bob)
    assert bar(ctx, bob, bidder, seller) is None
    assert bar(ctx, alice, seller, seller) == "own_organisation"


@pytest.mark.law("L5")
@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_of_every_office_is_barred(ctx, market, role):
    _alice, bob, seller, bidder = market
    commands.grant(ctx, email="bob@demo.example", role=role)
    assert bar(ctx, bob, bidder, seller) == "staff"


@pytest.mark.law("L5")
@pytest.mark.parametrize("direction", ["both", "bidder controls", "seller controls"])
def test_companies_of_one_declared_controller_are_barred(ctx, market, direction):
    from sqlalchemy import update

    from marketplace.identity.organisations.models import Organisation

    _alice, bob, seller, bidder = market
    declared = {
        "both": {seller: CODES[2], bidder: CODES[2]},
        "bidder controls": {seller: CODES[1]},
        "seller controls": {bidder: CODES[0]},
    }[direction]
    with ctx.transaction() as tx:
        for number, code in declared.items():
            tx.db.execute(
                update(Organisation).where(Organisation.id == number).values(controller_code=code)
            )
    assert bar(ctx, bob, bidder, seller) == "same_controller"


@pytest.mark.law("L5")
def test_the_second_account_of_the_sellers_person_and_of_a_clerk_is_barred(ctx, market):
    alice, bob, seller, bidder = market
    set_identity_number(acting(ctx, alice), ONE)
    set_identity_number(acting(ctx, bob), ONE)
    assert bar(ctx, bob, bidder, seller) == "same_person"
    set_identity_number(acting(ctx, bob), TWO)
    assert bar(ctx, bob, bidder, seller) is None
    clerk = person(ctx, "Cleo", StaffRole.CLERK)
    set_identity_number(acting(ctx, clerk), TWO)
    assert bar(ctx, bob, bidder, seller) == "same_person"


@pytest.mark.law("L5")
@pytest.mark.parametrize("declarer", ["seller", "bidder", "staff"])
def test_declared_relatives_are_barred(ctx, market, declarer):
    alice, bob, seller, bidder = market
    if declarer == "staff":
        alice = person(ctx, "Cleo", StaffRole.CLERK)
    set_identity_number(acting(ctx, alice), ONE)
    set_identity_number(acting(ctx, bob), TWO)
    who, other = (bob, ONE) if declarer == "bidder" else (alice, TWO)
    declare_relative(acting(ctx, who), label="sister", typed=other)
    assert bar(ctx, bob, bidder, seller) == "relative"


@pytest.mark.law("L5")
def test_the_bar_costs_one_statement(ctx, market):
    from sqlalchemy import event

    _alice, bob, seller, bidder = market
    statements = []
    event.listen(ctx.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    bar(ctx, bob, bidder, seller)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


@pytest.mark.law("L5")
def test_identity_numbers_are_nowhere_in_the_clear(ctx, market):
    from sqlalchemy import select

    from marketplace.identity.people.models import Relative, User
    from marketplace.kernel.audit import AuditEntry

    alice, _bob, _seller, _bidder = market
    set_identity_number(acting(ctx, alice), ONE)
    declare_relative(acting(ctx, alice), label="sister", typed=TWO)
    with ctx.reading() as db:
        rows = [
            *db.execute(select(*User.__table__.columns)),
            *db.execute(select(*Relative.__table__.columns)),
            *db.execute(select(*AuditEntry.__table__.columns)),
        ]
    assert ONE not in str(rows)
    assert TWO not in str(rows)


def test_the_question_is_built_once_and_only_answered_at_every_bid(ctx, market, monkeypatch):
    from marketplace.identity.organisations import conflicts

    alice, bob, seller, bidder = market
    assert bar(ctx, bob, bidder, seller) is None
    monkeypatch.setattr(conflicts, "select", None)  # building another one would need it
    assert bar(ctx, bob, bidder, seller) is None
    assert bar(ctx, alice, bidder, seller) == "colleague_of_seller"
