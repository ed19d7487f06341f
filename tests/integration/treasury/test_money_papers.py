"""Slips, receipts, payment advices, statements: what people take to the bank and to their files."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.identity.organisations.commands import set_bank_account
from marketplace.kernel import files
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.papers.models import Paper, PaperParty
from marketplace.treasury.escrow import steps as escrow
from marketplace.treasury.payments import lines, own_account, proofs, slips
from marketplace.treasury.payments.models import StatementLine
from rules.days import local_date
from tests.integration.trade.world import Browser, TradeWorld

ORDER, PRICE = 7, 300_000_00
NUMBER = "XD-2026-0007"


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    return TradeWorld(ctx, clock)


def called(world, amount: int = PRICE) -> str:
    bob = world.bob
    with world.ctx.transaction() as tx:
        return escrow.call(tx, escrow.Call(
            ORDER, NUMBER, 1, bob.organisation_id, bob.actor.organisation_name, amount, None))  # fmt: skip


def released(world, amount: int = PRICE) -> None:
    alice = world.alice
    set_bank_account(alice.ctx, alice.organisation_id, number="6222999900001111", consents=True)
    with world.ctx.transaction() as tx:
        escrow.release(tx, escrow.Release(
            ORDER, NUMBER, 1, alice.organisation_id, alice.actor.organisation_name, amount, 0))  # fmt: skip
    world.instruct()
    world.bank_pays()


def plain(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def papers(world, kind: str) -> list[Paper]:
    with world.ctx.reading() as db:
        return list(db.scalars(select(Paper).where(Paper.kind == kind).order_by(Paper.id)))


def text_of(world, row: Paper) -> str:
    return plain(files.get(world.ctx.settings, row.file_key))


def readers(world, row: Paper) -> set[int]:
    with world.ctx.reading() as db:
        query = select(PaperParty.organisation_id).where(PaperParty.paper_id == row.id)
        return set(db.scalars(query))


# -- the slip -------------------------------------------------------------------------------------


def test_the_slip_names_account_amount_in_words_and_the_code(world):
    reference = called(world)
    text = plain(slips.print_slip(world.bob.ctx, reference).content)
    settings = world.ctx.settings
    for words in (
        "缴款通知单", reference, "¥300,000.00", "人民币叁拾万元整", settings.bank_account,
        settings.bank_holder, settings.bank_name, "技术交易价款", world.bob.actor.organisation_name,
    ):  # fmt: skip
        assert words in text, words


def test_a_part_that_came_is_taken_off_the_slip(world):
    reference = called(world)
    world.transfer(world.bob, reference, 100_000_00)
    with world.ctx.reading() as db:
        line_id = db.scalars(select(StatementLine.id)).one()
    lines.match_line(world.tao.ctx, lines.MatchLine(line_id, reference))  # a person judges a part
    text = plain(slips.print_slip(world.bob.ctx, reference).content)
    assert "¥200,000.00" in text
    assert "已到账¥100,000.00" in text


def test_the_qr_code_says_account_amount_and_code_in_plain_lines():
    facts = {"holder": "户", "account": "33", "bank": "行", "missing_minor": 1205, "reference": "R"}
    assert slips.qr_text(facts).split("\n")[3:] == ["金额：CNY 12.05", "附言：R"]


@pytest.mark.threat("T8")
def test_nobody_else_gets_the_slip_and_a_paid_call_has_none(world):
    reference = called(world)
    for other in (world.alice, world.mallory):
        with pytest.raises(NotFound):
            slips.print_slip(other.ctx, reference)
    world.transfer(world.bob, reference, PRICE)
    with pytest.raises(NotFound):
        slips.print_slip(world.bob.ctx, reference)


# -- receipts and payment advices -----------------------------------------------------------------


def test_what_arrived_and_what_was_paid_out_is_sealed_for_its_party_alone(world):
    reference = called(world)
    world.transfer(world.bob, reference, PRICE)
    released(world)
    world.deliver()
    (receipt,) = papers(world, "payment_receipt")
    (advice,) = papers(world, "payment_advice")
    text = text_of(world, receipt)
    for words in ("收款凭证", reference, "人民币叁拾万元整", receipt.code, receipt.number):
        assert words in text, words
    assert "付款凭证" in text_of(world, advice)
    assert readers(world, receipt) == {world.bob.organisation_id}
    assert readers(world, advice) == {world.alice.organisation_id}


def test_a_delivery_twice_makes_one_receipt(world):
    world.transfer(world.bob, called(world), PRICE)
    world.deliver()
    (receipt,) = papers(world, "payment_receipt")
    proofs.prove_receipt(world.ctx, 99, {"receipt_id": receipt.thing_id})
    assert len(papers(world, "payment_receipt")) == 1


# -- the statement --------------------------------------------------------------------------------


def period(world) -> own_account.OrderStatement:
    today = local_date(world.clock())
    return own_account.OrderStatement(today - timedelta(days=30), today - timedelta(days=1))


def test_the_statement_adds_up_and_says_what_is_still_held(world):
    reference = called(world)
    world.transfer(world.bob, reference, PRICE)
    world.clock.forward(days=1)
    own_account.order_statement(world.bob.ctx, period(world))
    world.deliver()
    (row,) = papers(world, "account_statement")
    assert (row.facts["in_minor"], row.facts["out_minor"]) == (PRICE, 0)
    assert row.facts["held"] == [{"what": "订单监管资金", "minor": PRICE}]
    text = text_of(world, row)
    for words in ("对账单", reference, "¥300,000.00", world.bob.actor.credit_code, row.code):
        assert words in text, words


def test_the_same_facts_give_the_same_statement_new_facts_a_new_version(world):
    wanted = period(world)
    own_account.order_statement(world.bob.ctx, wanted)
    own_account.order_statement(world.bob.ctx, wanted)
    assert [one.version for one in papers(world, "account_statement")] == [1]
    world.transfer(world.bob, called(world), PRICE)
    world.clock.forward(days=1)
    later = own_account.OrderStatement(wanted.first, local_date(world.clock()) - timedelta(days=1))
    own_account.order_statement(world.bob.ctx, later)
    assert len(papers(world, "account_statement")) == 2


def test_a_period_that_runs_is_refused_and_so_is_a_mere_member(world):
    today = local_date(world.clock())
    for first, last in ((today, today), (today, today - timedelta(days=3)),
                        (today - timedelta(days=800), today - timedelta(days=1))):  # fmt: skip
        with pytest.raises(Invalid):
            own_account.order_statement(world.bob.ctx, own_account.OrderStatement(first, last))
    member = world.join("Ben", world.bob.organisation_id, role=MemberRole.MEMBER)
    with pytest.raises(Forbidden):
        own_account.order_statement(member.ctx, period(world))


def test_the_pages_offer_slip_statement_and_papers(world, app):
    reference = called(world)
    browser = Browser(app, world, world.bob)
    page = browser.text("/treasury/mine")
    assert f"/treasury/slips/{reference}.pdf" in page
    assert world.ctx.settings.bank_account in page
    slip = browser.get(f"/treasury/slips/{reference}.pdf")
    assert (slip.status_code, slip.mimetype) == (200, "application/pdf")
    wanted = period(world)
    dates = {"first": wanted.first.isoformat(), "last": wanted.last.isoformat()}
    assert browser.post("/treasury/mine/statement", **dates).status_code == 303
    csv = browser.get("/treasury/mine/statement.csv", **dates)
    assert (csv.status_code, csv.mimetype) == (200, "text/csv")
