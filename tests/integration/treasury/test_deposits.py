"""The deposit record: each state with each action, four hands, deadlines, and no way around."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from marketplace.identity.organisations.models import Membership
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, MarketError, NotFound
from marketplace.trade.auctions.models import Auction
from marketplace.treasury import moves, queries
from marketplace.treasury.commands import RecordReceipt, Settle, record_receipt, settle
from marketplace.treasury.models import Deposit, DepositMove
from marketplace.treasury.reactions import alarm_due
from tests.integration.trade.world import DEPOSIT, Browser, TradeWorld


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    return TradeWorld(ctx, clock)


@pytest.fixture
def lot(world) -> int:
    """Bob leads, Carol has paid too, Dora has not."""
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.sign_up(world.dora, lot)
    world.bid(world.bob, lot, 900_000)
    return lot


def deposit(world, person) -> Deposit:
    with world.ctx.reading() as db:
        return db.scalars(
            select(Deposit).where(Deposit.organisation_id == person.organisation_id)
        ).one()


def receipt(world, person, **changes) -> RecordReceipt:
    plain = {"amount_minor": DEPOSIT, "bank_reference": "B-1", "payer_name": "付款人"}
    return RecordReceipt(deposit(world, person).id, **(plain | changes))


@pytest.mark.threat("T4")
@pytest.mark.parametrize("action", ["hold", "lapse", "release", "apply", "forfeit"])
@pytest.mark.parametrize("state", moves.STATES)
def test_the_table_of_moves_is_the_only_way(state, action):
    allowed = {
        ("expected", "hold"), ("expected", "lapse"), ("lapsed", "hold"), ("held", "release"),
        ("held", "apply"), ("held", "forfeit"),
    }  # fmt: skip
    if (state, action) in allowed:
        assert moves.advance(state, action) in moves.STATES
    else:
        with pytest.raises(Conflict):
            moves.advance(state, action)


def test_final_states_have_no_move():
    assert not {state for state, _action in moves.MOVES} & moves.FINAL


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_minor": DEPOSIT - 1}, "treasury.amount_differs"),
        ({"amount_minor": DEPOSIT + 1}, "treasury.amount_differs"),
        ({"bank_reference": " "}, "treasury.reference_needed"),
        ({"payer_name": ""}, "treasury.reference_needed"),
    ],
)
def test_a_receipt_is_exact_and_named(world, lot, changes, code):
    with pytest.raises(Invalid) as refused:
        record_receipt(world.tao.ctx, receipt(world, world.dora, **changes))
    assert refused.value.code == code
    assert deposit(world, world.dora).state == "expected"


def test_a_bank_number_counts_once(world, lot):
    used = deposit(world, world.bob).bank_reference
    with pytest.raises(Conflict) as refused:
        record_receipt(world.tao.ctx, receipt(world, world.dora, bank_reference=used))
    assert refused.value.code == "treasury.reference_used"


def test_a_receipt_is_recorded_once(world, lot):
    with pytest.raises(Conflict):
        record_receipt(world.tao.ctx, receipt(world, world.bob, bank_reference="B-2"))


@pytest.mark.threat("T13")
def test_only_the_treasurer_records_and_never_for_his_own_organisation(world, lot):
    for person in (world.bob, world.hugo, world.rui, world.dora):
        with pytest.raises(Forbidden):
            record_receipt(person.ctx, receipt(world, world.dora))
    with world.ctx.transaction() as tx:
        tx.db.add(
            Membership(user_id=world.tao.id, organisation_id=world.dora.organisation_id,
                       role="member", joined_at=tx.now)
        )  # fmt: skip
    with pytest.raises(Forbidden):
        record_receipt(world.tao.ctx, receipt(world, world.dora))


@pytest.mark.threat("T13")
def test_the_database_refuses_a_bidder_who_records_his_own_deposit(world, lot):
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(Deposit).values(recorded_by=Deposit.applicant_id))


def test_the_history_of_moves_cannot_be_changed(world, lot):
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(DepositMove).values(why="anders"))


@pytest.mark.parametrize("action", ["release", "apply", "forfeit"])
def test_while_the_lot_runs_nothing_ends(world, lot, action):
    with pytest.raises(MarketError):
        settle(world.tao.ctx, Settle(deposit(world, world.carol).id, action, "B-9", "weil"))
    assert deposit(world, world.carol).state == "held"


@pytest.mark.law("L27")
@pytest.mark.law("L28")
@pytest.mark.parametrize(
    ("who", "action", "ends"),
    [
        ("bob", "apply", "applied"), ("bob", "forfeit", "forfeited"), ("bob", "release", None),
        ("carol", "release", "released"), ("carol", "apply", None), ("carol", "forfeit", None),
    ],
)  # fmt: skip
def test_the_losers_goes_back_and_the_winners_counts_or_is_forfeited(world, lot, who, action, ends):
    world.close(lot)
    person = getattr(world, who)
    work = Settle(deposit(world, person).id, action, "B-9", "悔约")
    if ends is None:
        with pytest.raises(Conflict):
            settle(world.tao.ctx, work)
        assert deposit(world, person).state == "held"
        return
    settle(world.tao.ctx, work)
    assert deposit(world, person).state == ends
    with pytest.raises(Conflict):
        settle(world.tao.ctx, work)  # exactly one end (I6)


def test_to_forfeit_needs_a_reason_and_every_end_a_bank_number(world, lot):
    world.close(lot)
    bob = deposit(world, world.bob).id
    for command in (Settle(bob, "forfeit", "B-9"), Settle(bob, "apply", " ")):
        with pytest.raises(Invalid):
            settle(world.tao.ctx, command)
    with pytest.raises(NotFound):
        settle(world.tao.ctx, Settle(9_999, "release", "B-9"))


@pytest.mark.law("L27")
def test_money_that_comes_after_the_end_is_owed_back_at_once(world, lot):
    world.close(lot)
    record_receipt(world.tao.ctx, receipt(world, world.dora))
    late = deposit(world, world.dora)
    assert late.state == "held"
    assert late.release_due_at == world.clock() + timedelta(hours=24)


@pytest.mark.law("L27")
def test_the_alarm_sounds_at_20_hours_once(world, lot):
    world.close(lot)
    world.clock.forward(hours=19, minutes=59)
    assert alarm_due(world.ctx) == 0
    world.clock.forward(minutes=1)
    assert alarm_due(world.ctx) == 1
    assert alarm_due(world.ctx) == 0
    world.deliver()
    assert "auction.deposit_due" in [kind for kind, _facts in world.inbox(world.tao)]


def test_every_move_is_in_the_history(world, lot):
    world.close(lot)
    settle(world.tao.ctx, Settle(deposit(world, world.carol).id, "release", "B-9"))
    with world.ctx.reading() as db:
        steps = [
            (row.before, row.after)
            for row in db.scalars(
                select(DepositMove)
                .where(DepositMove.deposit_id == deposit(world, world.carol).id)
                .order_by(DepositMove.id)
            )
        ]
    assert steps == [("expected", "held"), ("held", "released")]


def test_tao_records_on_his_page_and_sees_what_is_late(app, world, lot):
    tao = Browser(app, world, world.tao)
    dora = deposit(world, world.dora)
    assert dora.reference in tao.text("/treasury/deposits")
    wrong = tao.post(
        f"/treasury/deposits/{dora.id}/receipt",
        amount="1",
        bank_reference="Z-1",
        payer_name="绍兴冷拓",
    )
    assert wrong.status_code == 422
    assert "Z-1" in wrong.get_data(as_text=True)
    done = tao.post(
        f"/treasury/deposits/{dora.id}/receipt",
        amount="120,000.00",
        bank_reference="Z-1",
        payer_name="绍兴冷拓",
    )
    assert done.status_code == 303
    assert deposit(world, world.dora).state == "held"
    world.close(lot)
    world.clock.forward(hours=25)
    tao = Browser(app, world, world.tao)
    page = tao.text("/treasury/deposits", tab="owed", lang="en")
    assert "should have gone back already" in page
    with world.ctx.reading() as db:
        assert queries.overdue(db, world.clock()) == 2
    ended = tao.post(f"/treasury/deposits/{dora.id}/settlement", action="release", reference="R-1")
    assert ended.status_code == 303
    assert deposit(world, world.dora).state == "released"


def test_nobody_else_opens_the_treasurers_page(app, world):
    for person in (world.bob, world.hugo, world.rui):
        assert Browser(app, world, person).get("/treasury/deposits").status_code == 403
    assert Browser(app, world).get("/treasury/deposits").status_code == 303
    assert Browser(app, world, world.tao).get("/treasury/deposits", tab="x").status_code == 404


@pytest.mark.law("L28")
def test_who_defaulted_takes_no_part_in_the_next_sale_of_the_same_right(world, lot):
    world.close(lot)
    settle(world.tao.ctx, Settle(deposit(world, world.bob).id, "forfeit", "B-9", "悔约"))
    again = world.announce(listing_id=world.listing())
    with world.ctx.transaction() as tx:  # a new listing of the same patent
        number = tx.db.get_one(Auction, lot).subject_number
        tx.db.get_one(Auction, again).subject_number = number
    with pytest.raises(Forbidden, match="defaulted"):
        world.sign_up(world.bob, again)
    world.sign_up(world.carol, again)
