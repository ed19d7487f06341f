"""Deposits: each state with each action, money that follows, deadlines, and no way around."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from marketplace.identity.organisations.models import Membership
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.auctions.models import Auction
from marketplace.trade.orders import sweeps
from marketplace.treasury.deposits import checks, forfeits, moves, queries, steps
from marketplace.treasury.deposits.models import Deposit, DepositMove
from marketplace.treasury.deposits.reactions import alarm_due
from marketplace.treasury.ledger import checks as ledger_checks
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import clearing, deposit, escrow, forfeited, payable
from marketplace.treasury.payments import checks as payment_checks
from marketplace.treasury.payments import lines
from marketplace.treasury.payments.models import Instruction, PaymentIntent, StatementLine
from tests.integration.trade.world import DEPOSIT, Browser, TradeWorld

ORDER = 5_001


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


def of(world, person) -> Deposit:
    with world.ctx.reading() as db:
        return db.scalars(
            select(Deposit).where(Deposit.organisation_id == person.organisation_id)
        ).one()


def stands(world, account) -> int:
    with world.ctx.reading() as db:
        return ledger.balance_of(db, account)


def account_of(world, person):
    return deposit(of(world, person).id, organisation_id=person.organisation_id)


def instructions(world) -> list[Instruction]:
    with world.ctx.reading() as db:
        return list(db.scalars(select(Instruction).order_by(Instruction.id)))


def sound(world) -> None:
    with world.ctx.reading() as db:
        assert list(ledger_checks.broken_rows(db)) == []
        assert list(payment_checks.broken_rows(db)) == []
        assert list(checks.broken_rows(db, world.clock())) == []


@pytest.mark.threat("T4")
@pytest.mark.parametrize("action", ["hold", "lapse", "return", "release", "apply", "forfeit"])
@pytest.mark.parametrize("state", moves.STATES)
def test_the_table_of_moves_is_the_only_way(state, action):
    allowed = {
        ("expected", "hold"), ("expected", "lapse"), ("held", "return"),
        ("returning", "release"), ("held", "apply"), ("held", "forfeit"),
    }  # fmt: skip
    if (state, action) in allowed:
        assert moves.advance(state, action) in moves.STATES
    else:
        with pytest.raises(Conflict):
            moves.advance(state, action)


def test_final_states_have_no_move():
    assert not {state for state, _action in moves.MOVES} & moves.FINAL


def test_a_deposit_is_held_when_the_whole_of_it_is_there(world, lot):
    reference = of(world, world.dora).reference
    line = world.transfer(world.dora, reference, DEPOSIT - 50)
    assert of(world, world.dora).state == "expected"
    lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    assert of(world, world.dora).state == "expected"
    assert stands(world, account_of(world, world.dora)) == DEPOSIT - 50
    rest = world.transfer(world.dora, reference, 50)
    assert of(world, world.dora).state == "held"  # the rest is exact: it matches by itself
    assert stands(world, account_of(world, world.dora)) == DEPOSIT
    with pytest.raises(Conflict):
        lines.match_line(world.tao.ctx, lines.MatchLine(rest, reference))
    sound(world)


def test_what_is_too_much_goes_back_to_the_account_it_came_from(world, lot):
    reference = of(world, world.dora).reference
    line = world.transfer(world.dora, reference, DEPOSIT + 300)
    lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    assert of(world, world.dora).state == "held"
    (back,) = instructions(world)
    assert (back.kind, back.amount_minor, back.state) == ("return_unidentified", 300, "approved")
    assert back.payee_name == world.dora.actor.organisation_name
    sound(world)


def test_a_bank_number_counts_once(world, lot):
    first = lines.RecordLine(
        "in", world.clock().date(), DEPOSIT, "SAME-1", "某公司", "6222000011112222"
    )
    lines.record_line(world.tao.ctx, first)
    with pytest.raises(Conflict) as refused:
        lines.record_line(world.tao.ctx, first)
    assert refused.value.code == "treasury.reference_used"


@pytest.mark.law("L80")
def test_money_of_a_third_party_is_held_and_never_credited(world, lot):
    reference = of(world, world.dora).reference
    line = world.transfer(world.dora, reference, DEPOSIT, name="陈某某")
    assert of(world, world.dora).state == "expected"
    with pytest.raises(Conflict) as refused:
        lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    assert refused.value.code == "payments.other_payer"
    lines.return_line(world.tao.ctx, lines.DecideLine(line, "付款人不是竞买人"))
    (back,) = instructions(world)
    assert (back.payee_name, back.amount_minor, back.needs_two) == ("陈某某", DEPOSIT, True)
    sound(world)


@pytest.mark.threat("T13")
def test_only_the_treasurer_enters_money_and_never_his_own_organisations(world, lot):
    reference = of(world, world.dora).reference
    plain = lines.RecordLine(
        "in", world.clock().date(), DEPOSIT, "OWN-1",
        world.dora.actor.organisation_name, "6222000011112222", reference,
    )  # fmt: skip
    for person in (world.bob, world.hugo, world.rui, world.dora):
        with pytest.raises(Forbidden):
            lines.record_line(person.ctx, plain)
    with world.ctx.transaction() as tx:
        tx.db.add(
            Membership(user_id=world.tao.id, organisation_id=world.dora.organisation_id,
                       role="member", joined_at=tx.now)
        )  # fmt: skip
    line = lines.record_line(world.tao.ctx, plain)
    assert of(world, world.dora).state == "expected"  # it waits for a colleague
    with pytest.raises(Forbidden):
        lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    lines.match_line(world.tess.ctx, lines.MatchLine(line, reference))
    assert of(world, world.dora).state == "held"


@pytest.mark.threat("T13")
def test_the_database_refuses_a_bidder_who_records_his_own_deposit(world, lot):
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(Deposit).values(recorded_by=Deposit.applicant_id))


def test_the_history_of_moves_cannot_be_changed(world, lot):
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(DepositMove).values(why="anders"))


def end(world, lot: int, person, action: str) -> None:
    with world.tao.ctx.transaction() as tx:
        if action == "apply":
            steps.apply(tx, lot, organisation_id=person.organisation_id, order_id=ORDER)
        else:
            steps.forfeit(tx, lot, organisation_id=person.organisation_id, why="悔约")


@pytest.mark.law("L27")
@pytest.mark.law("L28")
@pytest.mark.parametrize("action", ["apply", "forfeit"])
def test_only_the_winners_counts_or_is_forfeited_and_only_once(world, lot, action):
    with pytest.raises(Conflict):
        end(world, lot, world.bob, action)  # the lot still runs
    world.close(lot)
    for loser in (world.carol, world.dora):
        with pytest.raises(Conflict):
            end(world, lot, loser, action)
    end(world, lot, world.bob, action)
    ends = {"apply": ("applied", escrow(ORDER)),
            "forfeit": ("forfeited", forfeited(of(world, world.bob).id))}  # fmt: skip
    state, target = ends[action]
    assert of(world, world.bob).state == state
    assert stands(world, target) == DEPOSIT
    assert stands(world, account_of(world, world.bob)) == 0
    for again in ("apply", "forfeit"):
        with pytest.raises(Conflict):
            end(world, lot, world.bob, again)  # exactly one end (I6)
    sound(world)


def test_the_winner_who_signs_last_has_the_deposit_counted_to_his_price(world, lot):
    """Bob applied for the lot himself, and it is his signature that seals the contract."""
    world.close(lot)
    with world.bob.ctx.transaction() as tx:
        steps.apply(tx, lot, organisation_id=world.bob.organisation_id, order_id=ORDER)
    assert of(world, world.bob).state == "applied"
    assert stands(world, escrow(ORDER)) == DEPOSIT
    with world.ctx.reading() as db:
        move = db.scalars(select(DepositMove).where(DepositMove.action == "apply")).one()
    assert move.user_id == world.bob.id, "the history names whose act it was"
    sound(world)


def test_to_forfeit_needs_a_reason(world, lot):
    world.close(lot)
    bob = world.bob.organisation_id
    with pytest.raises(Invalid), world.tao.ctx.transaction() as tx:
        steps.forfeit(tx, lot, organisation_id=bob, why=" ")
    with pytest.raises(NotFound), world.tao.ctx.transaction() as tx:
        steps.forfeit(tx, 9_999, organisation_id=bob, why="悔约")


@pytest.mark.law("L28")
def test_a_forfeited_deposit_pays_costs_then_shortfall_then_the_rest(world, lot):
    world.close(lot)
    end(world, lot, world.bob, "forfeit")
    use = forfeits.Use(
        auction_id=lot,
        organisation_id=world.bob.organisation_id,
        order_id=ORDER,
        costs_minor=20_000_00,
        shortfall_minor=60_000_00,
        costs_to=(world.mallory.organisation_id, "拍卖企业"),
        seller=(world.alice.organisation_id, world.alice.actor.organisation_name),
    )
    for _again in range(2):
        with world.tao.ctx.transaction() as tx:
            parts = forfeits.use_forfeited(tx, use)
    assert (parts.costs_minor, parts.shortfall_minor) == (20_000_00, 60_000_00)
    costs = payable(ORDER, organisation_id=world.mallory.organisation_id)
    seller = payable(ORDER, organisation_id=world.alice.organisation_id)
    assert stands(world, costs) == 20_000_00
    assert stands(world, seller) == DEPOSIT - 20_000_00
    sound(world)


@pytest.mark.law("L27")
def test_the_losers_is_instructed_at_the_close_and_released_when_the_bank_did_it(world, lot):
    world.close(lot)
    carol = of(world, world.carol)
    assert carol.state == "returning"
    assert carol.release_due_at == world.clock() + timedelta(hours=24)
    (back,) = instructions(world)
    assert (back.kind, back.amount_minor, back.due_at) == (
        "deposit_return", DEPOSIT, carol.release_due_at,
    )  # fmt: skip
    assert (back.needs_two, back.state, back.created_by) == (True, "proposed", None)
    sound(world)
    world.instruct()
    assert of(world, world.carol).state == "returning"  # the bank has the last word
    world.bank_pays()
    assert of(world, world.carol).state == "released"
    assert stands(world, clearing()) == DEPOSIT  # Bob's alone
    sound(world)


@pytest.mark.law("L27")
def test_money_that_comes_after_the_end_goes_straight_back(world, lot):
    world.close(lot)
    dora = of(world, world.dora)
    line = world.transfer(world.dora, dora.reference, DEPOSIT)
    assert of(world, world.dora).state == "lapsed"
    back = instructions(world)[-1]
    assert (back.thing, back.thing_id, back.amount_minor) == ("bank_line", line, DEPOSIT)
    assert back.due_at == world.clock() + timedelta(hours=24)
    sound(world)


@pytest.mark.law("L27")
def test_the_part_of_a_deposit_that_was_never_whole_goes_back_too(world, lot):
    reference = of(world, world.dora).reference
    line = world.transfer(world.dora, reference, 100_00)
    lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    world.close(lot)
    assert of(world, world.dora).state == "lapsed"
    part = [one for one in instructions(world) if one.amount_minor == 100_00]
    assert [one.kind for one in part] == ["deposit_return"]
    with world.ctx.reading() as db:
        intent = db.scalars(select(PaymentIntent).where(PaymentIntent.reference == reference)).one()
    assert (intent.state, intent.received_minor, intent.refunded_minor) == ("void", 100_00, 100_00)
    sound(world)


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
    world.instruct()
    world.bank_pays()
    with world.ctx.reading() as db:
        found = [
            (row.before, row.after)
            for row in db.scalars(
                select(DepositMove)
                .where(DepositMove.deposit_id == of(world, world.carol).id)
                .order_by(DepositMove.id)
            )
        ]
    assert found == [("expected", "held"), ("held", "returning"), ("returning", "released")]


def test_tao_enters_a_line_on_his_page_and_sees_what_is_late(app, world, lot):
    tao = Browser(app, world, world.tao)
    dora = of(world, world.dora)
    assert dora.reference in tao.text("/treasury/deposits")
    line = {
        "direction": "in", "booked_on": world.clock().date().isoformat(), "amount": "120,000.00",
        "bank_reference": "Z-1", "counter_name": world.dora.actor.organisation_name,
        "counter_account": "6222 0000 1111 2222", "remark": f"保证金 {dora.reference}",
    }  # fmt: skip
    wrong = tao.post("/treasury/statement/lines", **(line | {"counter_account": "12"}))
    assert wrong.status_code == 422
    assert "Z-1" in wrong.get_data(as_text=True)
    assert tao.post("/treasury/statement/lines", **line).status_code == 303
    assert of(world, world.dora).state == "held"
    world.close(lot)
    world.clock.forward(hours=25)
    tao = Browser(app, world, world.tao)
    page = tao.text("/treasury/deposits", tab="owed", lang="en")
    assert "should have gone back already" in page
    with world.ctx.reading() as db:
        assert queries.overdue(db, world.clock()) == 2


def test_nobody_else_opens_the_treasurers_page(app, world):
    for person in (world.bob, world.hugo, world.rui):
        assert Browser(app, world, person).get("/treasury/deposits").status_code == 403
    assert Browser(app, world).get("/treasury/deposits").status_code == 303
    assert Browser(app, world, world.tao).get("/treasury/deposits", tab="x").status_code == 404


def test_every_line_of_the_bank_is_kept_sealed(world, lot):
    with world.ctx.reading() as db:
        for line in db.scalars(select(StatementLine)):
            assert line.counter_sealed
            assert "62220000" not in line.counter_sealed
            assert len(line.counter_tail) == 4


@pytest.mark.law("L28")
def test_who_defaulted_takes_no_part_in_the_next_sale_of_the_same_right(world, lot):
    world.close(lot)
    world.clock.forward(days=30)  # nobody signed, and the grace is over
    assert sweeps.let_go(world.ctx) == 1
    world.deliver()
    again = world.announce(listing_id=world.listing())
    with world.ctx.transaction() as tx:  # a new listing of the same patent
        number = tx.db.get_one(Auction, lot).subject_number
        tx.db.get_one(Auction, again).subject_number = number
    with pytest.raises(Forbidden, match="defaulted"):
        world.sign_up(world.bob, again)
    world.sign_up(world.carol, again)
