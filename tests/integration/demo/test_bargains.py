"""The deal side of the demo: every stage of a deal is there, and the clock finds nothing late."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from marketplace import invariants
from marketplace.showcase.deals.index import K, deal_index
from marketplace.trade.contracts.models import Contract, ContractRegistration
from marketplace.trade.offers.models import Offer
from marketplace.trade.orders import sweeps
from marketplace.trade.orders.models import Order, OrderStage
from marketplace.trade.publicity.commands import clear_due
from marketplace.trade.publicity.models import Objection, Publicity
from marketplace.treasury.payments import reconciliation
from marketplace.treasury.payments.models import Instruction, StatementLine
from rules.days import local_date


def test_orders_stand_at_every_stage_of_a_deal(loaded):
    with loaded.ctx.reading() as db:
        orders = Counter(db.scalars(select(Order.state)))
        turns = set(db.scalars(select(Order.turn)))
        running = select(OrderStage.state).join(Order, Order.id == OrderStage.order_id)
        stages = set(db.scalars(running.where(Order.state == "contract_signed")))
    assert set(orders) == {
        "agreed", "publicity", "contract_signed", "completed", "disputed", "refunded",
    }  # fmt: skip
    assert orders["completed"] >= 4
    assert stages == {"due", "delivered", "accepted"}
    assert {"buyer", "seller", "both", "market"} <= turns


def test_offers_wait_for_either_side_and_others_have_ended(loaded):
    with loaded.ctx.reading() as db:
        offers = list(db.scalars(select(Offer)))
    assert {(one.state, one.turn) for one in offers} >= {
        ("open", "seller"), ("open", "buyer"), ("declined", "seller"),
    }  # fmt: skip
    assert max(one.round for one in offers) >= 2


def test_a_public_notice_runs_with_an_answered_objection_and_one_is_over(loaded):
    with loaded.ctx.reading() as db:
        assert set(db.scalars(select(Publicity.state))) == {"running", "cleared"}
        assert [one.state for one in db.scalars(select(Objection))] == ["rejected"]


def test_contracts_are_proposed_sealed_and_registered(loaded):
    with loaded.ctx.reading() as db:
        assert set(db.scalars(select(Contract.state))) == {"proposed", "sealed"}
        assert list(db.scalars(select(ContractRegistration.state))).count("registered") >= 2


def test_the_treasurer_finds_something_in_every_tab_and_his_books_agree(loaded):
    with loaded.ctx.reading() as db:
        lines = Counter(db.scalars(select(StatementLine.state)))
        states = set(db.scalars(select(Instruction.state)))
        books = reconciliation.report(db, loaded.clock())
    assert lines["open"] >= 2
    assert {"matched", "fee", "open"} <= set(lines)
    assert states == {"proposed", "approved", "sent", "done"}
    assert books.days
    assert books.difference_minor == 0
    assert list(invariants._money(loaded.ctx)) == []


def test_the_index_shows_at_least_two_clusters(loaded):
    with loaded.ctx.reading() as db:
        bands = dict(deal_index(db, local_date(loaded.clock())))["cluster"]
    assert len(bands) >= 2
    assert min(band.count for _cluster, band in bands) >= K


def test_the_worker_finds_nothing_late_when_the_demo_is_served(loaded):
    """What nobody signs is let go: a sold lot of the demo must not fall back on the first night."""
    for sweep in (sweeps.let_go, sweeps.accept_silence, clear_due):
        assert sweep(loaded.ctx) == 0
