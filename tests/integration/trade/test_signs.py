"""Signs that bidders act together: the market flags, a person decides, the decision is public."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.identity.commands import Entry
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.trade.auctions.commands.judging import DecideSign, decide_sign
from marketplace.trade.auctions.models import Signup
from marketplace.trade.auctions.signs import signs
from tests.builders import _identity_number as identity_number
from tests.integration.trade.hall_world import Hall
from tests.integration.trade.world import Browser, Person

BASE = "/trade/auctions"
OFFICE, HOME = "198.51.100.7", "203.0.113.20"


@pytest.fixture
def browse(app, world):
    return lambda person=None: Browser(app, world, person)


@pytest.fixture
def lot(world) -> int:
    lot = world.open()
    world.admit(lot, world.bob, world.carol, world.dora)
    return lot


def at(person: Person, address: str) -> Person:
    """The person at an address of the network."""
    actor = replace(person.actor, address=address)
    return Person(actor, person.ctx.acting(actor))


def paddle(world, lot: int, person: Person) -> str:
    with world.ctx.reading() as db:
        return db.scalar(
            select(Signup.paddle).where(
                Signup.auction_id == lot, Signup.organisation_id == person.organisation_id
            )
        )


def found(world, lot: int):
    with world.ctx.reading() as db:
        return signs(db, world.ctx.settings.secrets, auction_id=lot, lot_id=world.room(lot).lot_id)


def share_an_address(world, lot: int) -> None:
    world.bid(at(world.bob, OFFICE), lot, 900_000)
    world.bid(at(world.carol, OFFICE), lot, 950_000)
    world.bid(at(world.dora, HOME), lot, 1_000_000)


@pytest.mark.law("L11")
@pytest.mark.threat("T11")
def test_two_paddles_from_one_address_are_flagged_and_nobody_is_voided(world, lot):
    share_an_address(world, lot)
    (sign,) = found(world, lot)
    both = {paddle(world, lot, world.bob), paddle(world, lot, world.carol)}
    assert (sign.kind, set(sign.paddles), sign.decision) == ("address", both, None)
    assert world.room(lot).leader == paddle(world, lot, world.dora)
    with world.ctx.reading() as db:
        states = set(db.scalars(select(Signup.state).where(Signup.auction_id == lot)))
    assert states == {"admitted"}


@pytest.mark.threat("T11")
def test_bidders_at_addresses_of_their_own_are_not_flagged(world, lot):
    world.bid(at(world.bob, OFFICE), lot, 900_000)
    world.bid(at(world.carol, HOME), lot, 950_000)
    world.bid(at(world.bob, OFFICE), lot, 1_000_000)
    world.bid(world.dora, lot, 1_050_000)  # no address known: shares none
    assert found(world, lot) == []


@pytest.mark.law("L11")
@pytest.mark.threat("T11")
def test_deposits_from_one_bank_account_are_flagged(world):
    lot = world.open()
    for person in (world.bob, world.carol, world.dora):
        world.sign_up(person, lot)
    from marketplace.treasury.deposits.models import Deposit

    with world.ctx.reading() as db:
        rows = db.scalars(select(Deposit).where(Deposit.auction_id == lot)).all()
    accounts = {
        world.bob.organisation_id: "6222 0000 1111 2222",
        world.carol.organisation_id: "6222000011112222",
    }
    people = {one.organisation_id: one for one in (world.bob, world.carol, world.dora)}
    for row in rows:
        person = people[row.organisation_id]
        world.transfer(
            person, row.reference, row.amount_minor, account=accounts.get(row.organisation_id)
        )
    world.deliver()
    (sign,) = found(world, lot)
    both = {paddle(world, lot, world.bob), paddle(world, lot, world.carol)}
    assert (sign.kind, set(sign.paddles)) == ("account", both)


@pytest.mark.threat("T11")
def test_the_clerk_of_a_hall_bids_for_many_paddles_and_makes_no_sign(world):
    hall = Hall(world)
    second = Entry("郑小满", identity_number(733), "13905750733")
    first, other = hall.check_in(), hall.check_in(second)
    hall.open()
    assert hall.call(first.paddle, 800_000, by=at(hall.cleo, OFFICE)).done
    assert hall.call(other.paddle, 900_000, by=at(hall.cleo, OFFICE)).done
    assert found(world, hall.lot) == []


@pytest.mark.law("L11")
def test_the_auctioneer_decides_and_the_decision_is_public(world, browse, lot):
    share_an_address(world, lot)
    hugo = browse(world.hugo)
    page = hugo.text(f"{BASE}/{lot}/manage")
    key = re.search(r'name="sign" value="([^"]+)"', page)[1].replace("&#43;", "+")
    assert OFFICE not in page
    reason = "两家单位同在科创大楼办公，共用出口地址，经查无关联。"
    for form in ({"outcome": "cleared"}, {"reason": reason}, {"outcome": "x", "reason": reason}):
        assert hugo.post(f"{BASE}/{lot}/signs", sign=key, **form).status_code == 422
    done = hugo.post(f"{BASE}/{lot}/signs", sign=key, outcome="cleared", reason=reason)
    assert done.status_code == 303
    assert found(world, lot)[0].decision.outcome == "cleared"
    assert reason in browse().text(f"{BASE}/{lot}/notice")
    assert 'name="sign"' not in hugo.text(f"{BASE}/{lot}/manage")


def test_a_decision_is_made_once_for_signs_that_exist_and_by_auctioneers_only(world, lot):
    share_an_address(world, lot)
    (sign,) = found(world, lot)
    good = DecideSign(lot, sign.key, "acted", "移送调查")
    for person in (world.rui, world.alice, world.bob):
        with pytest.raises(Forbidden):
            decide_sign(person.ctx, good)
    with pytest.raises(Invalid):
        decide_sign(world.hugo.ctx, replace(good, reason=" "))
    with pytest.raises(Conflict):
        decide_sign(world.hugo.ctx, replace(good, sign="address:998+999"))
    decide_sign(world.hugo.ctx, good)
    with pytest.raises(Conflict):
        decide_sign(world.hugo.ctx, good)


def test_a_third_paddle_at_the_address_is_a_new_sign(world, lot):
    share_an_address(world, lot)
    (sign,) = found(world, lot)
    decide_sign(world.hugo.ctx, DecideSign(lot, sign.key, "cleared", "同楼办公"))
    world.bid(at(world.dora, OFFICE), lot, 1_200_000)
    (now,) = found(world, lot)
    assert len(now.paddles) == 3
    assert now.decision is None


@pytest.mark.threat("T10")
def test_nobody_but_the_auctioneer_learns_of_a_sign(world, browse, lot):
    share_an_address(world, lot)
    for person in (None, world.bob, world.alice, world.mallory):
        browser = browse(person)
        assert browser.get(f"{BASE}/{lot}/manage").status_code in (303, 403)
        for tail in ("", "/notice", "/proof", "/export.json"):
            text = browser.get(f"{BASE}/{lot}{tail}").get_data(as_text=True)
            assert OFFICE not in text
            assert "address:" not in text
