"""The papers of an order: its confirmation when agreed, its settlement when the money has left."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.identity.organisations.commands import set_bank_account
from marketplace.kernel import files
from marketplace.papers.models import Paper, PaperParty
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.reactions import confirm_deal
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import queries as ledger
from tests.integration.trade.contract_world import PRICE, DealWorld
from tests.integration.trade.test_orders import accept, attach, certify, deliver, pay
from tests.integration.trade.world import Browser


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


def papers(world, kind: str) -> list[Paper]:
    with world.ctx.reading() as db:
        return list(db.scalars(select(Paper).where(Paper.kind == kind)))


def text_of(world, row: Paper) -> str:
    pages = PdfReader(io.BytesIO(files.get(world.ctx.settings, row.file_key))).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def completed(world) -> int:
    """Both stages are paid, delivered, accepted and paid out; the bank has done it all."""
    for person in (world.alice, world.bob):
        set_bank_account(
            person.ctx, person.organisation_id, number="6222999900001111", consents=True
        )
    order_id = world.order(world.sealed()).id
    for last in (False, True):
        pay(world, order_id)
        deliver(world, order_id)
        accept(world, order_id)
        if last:
            attach(world, order_id, "certificate")
            certify(world, order_id)
        world.deliver()
        world.instruct()
        world.bank_pays()
    world.deliver()
    return order_id


def test_a_deal_by_agreement_gets_its_confirmation_with_prices_parties_and_stages(world):
    order_id = world.agreed()
    world.deliver()
    (row,) = papers(world, "order_confirmation")
    text = text_of(world, row)
    with world.ctx.reading() as db:
        number = db.get_one(Order, order_id).number
    for words in (
        "成交确认书", number, "¥920,000.00", "人民币玖拾贰万元整", "挂牌价成交", "资料交接",
        world.bob.actor.credit_code, world.alice.actor.credit_code, row.code, row.number,
    ):  # fmt: skip
        assert words in text, words
    with world.ctx.reading() as db:
        readers = set(db.scalars(select(PaperParty.organisation_id)))
    assert readers == {world.alice.organisation_id, world.bob.organisation_id}


def test_a_deal_that_owes_a_public_notice_is_confirmed_only_after_it(world):
    order_id = world.agreed()
    confirm_deal(world.ctx, 1, {"order_id": order_id, "needs_publicity": True})
    assert papers(world, "order_confirmation") == []
    confirm_deal(world.ctx, 2, {"order_id": order_id, "action": "publish", "state": "publicity"})
    assert papers(world, "order_confirmation") == []
    confirm_deal(world.ctx, 3, {"order_id": order_id, "action": "clear", "state": "agreed"})
    assert len(papers(world, "order_confirmation")) == 1


def test_the_settlement_comes_with_the_last_payment_and_every_fen_stands_in_it(world):
    order_id = completed(world)
    (row,) = papers(world, "settlement")
    facts = row.facts
    with world.ctx.reading() as db:
        market = ledger.balance_of(db, chart.commission())
    assert facts["in_minor"] == PRICE + facts["buyer_commission_minor"]
    assert facts["to_seller_minor"] == PRICE - facts["seller_commission_minor"]
    assert facts["taken_minor"] == market
    assert facts["in_minor"] == facts["to_seller_minor"] + facts["taken_minor"]
    assert all(one["at"] for one in facts["left"])
    text = text_of(world, row)
    for words in ("结算单", facts["order_number"], "第2期", "收入合计", row.code):
        assert words in text, words
    assert facts["order_number"].endswith(f"{order_id:04d}")


def test_no_settlement_while_a_stage_is_open(world):
    set_bank_account(
        world.alice.ctx, world.alice.organisation_id, number="6222999900001111", consents=True
    )
    order_id = world.order(world.sealed()).id
    pay(world, order_id)
    deliver(world, order_id)
    accept(world, order_id)
    world.deliver()
    world.instruct()
    world.bank_pays()
    world.deliver()
    assert papers(world, "settlement") == []


def test_the_orders_page_shows_its_papers_to_both_sides(world, app):
    order_id = world.agreed()
    world.deliver()
    (row,) = papers(world, "order_confirmation")
    for person in (world.alice, world.bob):
        page = Browser(app, world, person).text(f"/trade/orders/{order_id}")
        assert f"/papers/{row.id}/file" in page
