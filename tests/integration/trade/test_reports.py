"""Reports for other programs: commission and sales to invoice, a seller's deals of a year."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from marketplace.kernel.errors import Invalid
from marketplace.trade.orders import reports
from marketplace.trade.orders.models import Order
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import queries as ledger
from rules.days import local_date
from tests.integration.trade.contract_world import PRICE, DealWorld
from tests.integration.trade.test_order_papers import completed
from tests.integration.trade.world import Browser


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


def today(world) -> date:
    return local_date(world.clock())


def test_the_commission_to_invoice_is_what_the_ledger_took(world):
    completed(world)
    day = today(world)
    with world.ctx.reading() as db:
        lines = reports.commission_lines(db, day, day)
        taken = ledger.balance_of(db, chart.commission())
        before = reports.commission_lines(db, day - timedelta(days=9), day - timedelta(days=1))
    assert sum(one.total_minor for one in lines) == taken > 0
    assert before == []
    codes = {one.credit_code for one in lines}
    assert codes == {world.alice.actor.credit_code, world.bob.actor.credit_code}


@pytest.mark.parametrize(
    ("total", "rate", "tax"), [(10_600, 600, 600), (1, 600, 0), (100, 0, 0), (9, 600, 1)]
)
def test_the_tax_inside_a_sum_is_rounded_half_up_to_the_fen(total, rate, tax):
    line = reports.InvoiceLine(date(2026, 1, 1), "XD", "甲", "9", "费", total, rate)
    assert line.tax_minor == tax


def test_a_seller_invoices_the_price_of_his_own_deals_alone(world):
    completed(world)
    day = today(world)
    with world.ctx.reading() as db:
        own = reports.sale_lines(db, world.alice.organisation_id, day, last=day)
        other = reports.sale_lines(db, world.bob.organisation_id, day, last=day)
    assert sum(one.total_minor for one in own) == PRICE
    assert {one.title for one in own} == {world.bob.actor.organisation_name}
    assert other == []


@pytest.mark.law("L40")
def test_a_deal_counts_in_the_year_of_its_contract_in_china(world):
    order_id = completed(world)
    with world.ctx.transaction() as tx:
        tx.db.get_one(Order, order_id).signed_at = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    seller = world.alice.organisation_id
    with world.ctx.reading() as db:
        (line,) = reports.year_lines(db, seller, 2026)
        assert reports.year_lines(db, seller, 2027) == []
    assert (line.signed_on, line.price_minor, line.paid_minor) == (date(2026, 12, 31), PRICE, PRICE)
    with world.ctx.transaction() as tx:
        tx.db.get_one(Order, order_id).signed_at = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    with world.ctx.reading() as db:
        assert reports.year_lines(db, seller, 2026) == []
        assert len(reports.year_lines(db, seller, 2027)) == 1


def test_a_period_that_is_none_or_too_long_is_refused():
    for first, last in ((date(2026, 2, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2027, 1, 1))):
        with pytest.raises(Invalid):
            reports.ask_period(first, last)


@pytest.mark.threat("T19")
def test_no_cell_of_a_workbook_or_csv_is_a_formula(world, app):
    order_id = completed(world)
    with world.ctx.transaction() as tx:
        order = tx.db.get_one(Order, order_id)
        order.title, order.buyer_name = "=HYPERLINK(1)", "＝cmd"
    browser, tao = Browser(app, world, world.alice), Browser(app, world, world.tao)
    day = today(world).isoformat()
    asked = {"first": day, "last": day}
    answers = [
        browser.get("/trade/orders/sales.xlsx", **asked),
        browser.get("/trade/orders/year.xlsx", year=day[:4]),
        tao.get("/trade/orders/commission.xlsx", **asked),
    ]
    for answer in answers:
        sheet = load_workbook(io.BytesIO(answer.get_data())).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert sheet.max_row > 1
        assert "f" not in {cell.data_type for cell in cells}
    text = browser.get("/trade/orders/sales.csv", **asked).get_data(as_text=True)
    assert "'=HYPERLINK" in text
    assert (
        Browser(app, world, world.bob).get("/trade/orders/commission.csv", **asked).status_code
        == 403
    )


@pytest.mark.law("L40")
def test_the_sellers_desk_asks_for_the_yearly_report_from_1_to_30_march(world, app):
    completed(world)
    year = today(world).year
    for day, asked in ((date(year + 1, 2, 28), False), (date(year + 1, 3, 1), True),
                       (date(year + 1, 3, 30), True), (date(year + 1, 3, 31), False)):  # fmt: skip
        world.clock.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        desk = Browser(app, world, world.alice).text("/desk")
        assert (f"year.xlsx?year={year}" in desk) is asked, day
        assert "year.xlsx" not in Browser(app, world, world.bob).text("/desk")
