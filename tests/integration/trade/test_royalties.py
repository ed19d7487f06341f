"""Entry fee and royalty: periods, declarations, the share paid through escrow, and the books."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.outbox import OutboxRow
from marketplace.papers.models import Paper
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.terms import PriceForm, Royalty, RoyaltyBase, royalty_due
from marketplace.trade.royalties import commands, queries, reactions
from marketplace.trade.royalties.models import RoyaltyStatement
from marketplace.trade.royalties.periods import periods, share_minor
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.payments.models import Instruction
from rules.days import add_months, local_date
from tests.integration.trade.contract_world import YUAN, DealWorld
from tests.integration.trade.test_orders import accept, books_are_right, deliver, pay
from tests.integration.trade.world import Browser

pytestmark = pytest.mark.law("L52")
ROYALTY = Royalty(
    RoyaltyBase.SALES, rates=((1, 500), (2, 400), (3, 300)), years=3, audit="每半年查阅一次销售台账"
)


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


@pytest.fixture
def order(world) -> int:
    """A licence whose entry fee is paid out: the royalty's periods have begun."""
    order_id = world.agreed(
        "licence", price_form=PriceForm.ENTRY_ROYALTY, royalty=ROYALTY, licence_kind="plain"
    )
    with world.ctx.transaction() as tx:
        orders.mark_signed(tx, order_id)
    pay(world, order_id)
    deliver(world, order_id)
    accept(world, order_id)
    world.deliver()
    return order_id


def lines(world, order) -> tuple[queries.StatementLine, ...]:
    with world.ctx.reading() as db:
        return queries.of_order(db, order).lines


def first_is_over(world, order) -> int:
    """The first period has passed; the number of its statement."""
    first = lines(world, order)[0]
    world.clock.now += timedelta(days=(first.until_on - local_date(world.clock())).days)
    return first.id


def order_of(world, statement) -> int:
    with world.ctx.reading() as db:
        return db.get_one(RoyaltyStatement, statement).order_id


def declare(world, statement, yuan, person=None) -> int:
    command = commands.Declare(order_of(world, statement), statement, yuan * YUAN, "销售台账附后")
    return commands.declare((person or world.bob).ctx, command)


def paid(world, order, number) -> None:
    with world.ctx.reading() as db:
        code = queries.of_order(db, order).references[number]
        due = {one.number: one.due_minor for one in queries.of_order(db, order).lines}[number]
    world.transfer(world.bob, code, due)
    world.deliver()


def test_three_years_of_half_years_follow_the_entry_fee(world, order):
    found = lines(world, order)
    start = local_date(world.clock())
    assert [one.rate for one in found] == [500, 500, 400, 400, 300, 300]
    assert found[0].from_on == start
    assert [one.until_on for one in found[:-1]] == [one.from_on for one in found[1:]]
    assert found[-1].until_on == add_months(start, 36)
    reactions.plan(world.ctx, 0, {"order_id": order})
    assert len(lines(world, order)) == 6, "planning twice changes nothing"


def test_a_declared_share_goes_through_escrow_to_the_seller_to_the_fen(world, order):
    statement = first_is_over(world, order)
    declare(world, statement, 1_234_567)
    line = lines(world, order)[0]
    assert (line.state, line.due_minor) == ("declared", 1_234_567_00 * 5 // 100)
    world.deliver()
    assert "royalty.declare" in {kind for kind, _facts in world.inbox(world.alice)}
    paid(world, order, 1)
    assert lines(world, order)[0].state == "paid"
    with world.ctx.reading() as db:
        assert ledger.balance_of(db, chart.escrow(order)) == 0
        last = db.scalars(select(Instruction).order_by(Instruction.id.desc())).first()
    assert (last.amount_minor, last.kind) == (line.due_minor, "payout")
    assert last.organisation_id == world.alice.organisation_id
    books_are_right(world)
    assert "royalty.pay" in {kind for kind, _facts in world.inbox(world.alice)}


def test_a_second_delivery_tells_nobody_twice(world, order):
    statement = first_is_over(world, order)
    declare(world, statement, 100_000)
    world.deliver()
    told = world.inbox(world.alice)
    with world.ctx.reading() as db:
        query = select(OutboxRow).where(OutboxRow.consumer == "royalties.tell_moved")
        row = db.scalars(query).one()
    reactions.tell_moved(world.ctx, row.id, row.payload)
    assert world.inbox(world.alice) == told


def test_a_called_share_has_its_payment_slip_and_its_receipt(world, order, app):
    statement = first_is_over(world, order)
    declare(world, statement, 100_000)
    with world.ctx.reading() as db:
        code = queries.of_order(db, order).references[1]
    bob = Browser(app, world, world.bob)
    for path in ("/treasury/mine", f"/trade/orders/{order}"):
        assert f"/treasury/slips/{code}.pdf" in bob.text(path)
    slip = bob.get(f"/treasury/slips/{code}.pdf")
    assert slip.status_code == 200
    text = PdfReader(BytesIO(slip.data)).pages[0].extract_text()
    assert "提成" in text
    assert code in text
    paid(world, order, 1)
    with world.ctx.reading() as db:
        made = db.scalars(select(Paper).where(Paper.kind == "payment_receipt")).all()
    assert [one.title for one in made if code in one.title]


def test_a_period_without_sales_is_declared_too_and_costs_nothing(world, order):
    statement = first_is_over(world, order)
    declare(world, statement, 0)
    assert lines(world, order)[0].state == "nil"


def test_nothing_is_declared_early_or_by_others(world, order):
    first = lines(world, order)[0]
    world.clock.now += timedelta(days=(first.until_on - local_date(world.clock())).days - 1)
    with pytest.raises(Conflict) as refused:
        declare(world, first.id, 1)
    assert refused.value.code == "royalties.too_early"
    world.clock.now += timedelta(days=1)
    with pytest.raises(Forbidden):
        declare(world, first.id, 1, world.alice)
    for stranger in (world.mallory, world.carol):
        with pytest.raises(NotFound):
            declare(world, first.id, 1, stranger)
    for figure in (-1, 10**13):
        with pytest.raises(Invalid):
            commands.declare(world.bob.ctx, commands.Declare(order, first.id, figure * YUAN))


def test_what_was_declared_too_low_is_corrected_upwards_by_a_statement_of_its_own(world, order):
    statement = first_is_over(world, order)
    declare(world, statement, 100_000)
    with pytest.raises(Invalid) as refused:
        declare(world, statement, 100_000)
    assert refused.value.code == "royalties.not_more"
    more = declare(world, statement, 130_000)
    declare(world, more, 150_000)
    sums = [one.base_minor for one in lines(world, order) if one.base_minor]
    assert sums == [100_000 * YUAN, 30_000 * YUAN, 20_000 * YUAN]
    for number in (1, 7, 8):
        paid(world, order, number)
    paid_minor = sum(one.due_minor for one in lines(world, order) if one.state == "paid")
    assert paid_minor == 150_000 * YUAN * 5 // 100
    books_are_right(world)


@pytest.mark.threat("T8")
def test_the_books_are_shown_to_who_may_see_the_order_and_to_nobody_else(world, order, app):
    statement = first_is_over(world, order)
    with pytest.raises(Conflict):
        commands.ask_books(world.alice.ctx, commands.AskBooks(order, statement, "核对"))
    declare(world, statement, 100_000)
    with pytest.raises(Conflict):
        commands.show_books(
            world.bob.ctx,
            commands.ShowBooks(order, statement, "台账.pdf", "application/pdf", "0", "k"),
        )
    commands.ask_books(world.alice.ctx, commands.AskBooks(order, statement, "与市场数据不符"))
    with pytest.raises(Conflict):
        commands.ask_books(world.alice.ctx, commands.AskBooks(order, statement, "再问"))
    world.deliver()
    assert "royalty.ask_books" in {kind for kind, _facts in world.inbox(world.bob)}
    bob = Browser(app, world, world.bob)
    address = f"/trade/orders/{order}/royalties/{statement}/books"
    answer = bob.post(address, file=(BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"), "b.pdf"))
    assert answer.status_code == 303
    for person in (world.alice, world.bob, world.rui):
        assert Browser(app, world, person).get(address).status_code == 200
    for person in (world.mallory, world.carol):
        assert Browser(app, world, person).get(address).status_code == 404
    assert "b.pdf" in bob.text(f"/trade/orders/{order}", lang="en")


def test_the_buyer_is_reminded_once_two_weeks_before_a_statement_is_due(world, order, app):
    due = lines(world, order)[0].due_on
    world.clock.now += timedelta(days=(due - local_date(world.clock())).days - 15)
    assert reactions.remind(world.ctx) == 0
    world.clock.now += timedelta(days=1)
    assert reactions.remind(world.ctx) == 1
    assert reactions.remind(world.ctx) == 0
    assert "royalty.due" in {kind for kind, _facts in world.inbox(world.bob)}
    assert "#royalties" in Browser(app, world, world.bob).text("/desk")
    assert "#royalties" not in Browser(app, world, world.alice).text("/desk")


def test_the_page_shows_each_side_what_it_may_do(world, order, app):
    statement = first_is_over(world, order)
    assert "/declare" in Browser(app, world, world.bob).text(f"/trade/orders/{order}")
    seller = Browser(app, world, world.alice)
    assert "/declare" not in seller.text(f"/trade/orders/{order}")
    answer = Browser(app, world, world.bob).post(
        f"/trade/orders/{order}/royalties/{statement}/declare", base="1,000,000.00"
    )
    assert answer.status_code == 303
    code = lines(world, order)[0]
    assert code.due_minor == 50_000 * YUAN
    with world.ctx.reading() as db:
        reference = queries.of_order(db, order).references[1]
    assert reference in Browser(app, world, world.bob).text(f"/trade/orders/{order}")
    assert f"{statement}/ask" in seller.text(f"/trade/orders/{order}")


@given(
    years=st.integers(1, 20),
    months=st.sampled_from([1, 3, 6, 12]),
    start=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_periods_cover_the_whole_time_once(years, months, start):
    royalty = Royalty(RoyaltyBase.SALES, rates=((1, 300),), years=years, statement_months=months)
    found = list(periods(royalty, start, days=30))
    assert len(found) == years * 12 // months
    assert all(one.from_on < one.until_on < one.due_on for one in found)
    assert found[0].from_on == start
    assert all(a.until_on == b.from_on for a, b in pairwise(found))


def test_the_rule_books_example_of_falling_rates():
    """L52: 5, 4 and 3 % of one million each year give 50,000, 40,000 and 30,000."""
    million = 1_000_000 * YUAN
    assert royalty_due(ROYALTY, [million] * 3) == [
        share_minor(million, rate) for rate in (500, 400, 300)
    ]
