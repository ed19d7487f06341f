"""A process killed while it believes the provider's word has stored all of it or nothing (F3)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace import invariants
from marketplace.treasury.payments.models import PaymentIntent
from marketplace.treasury.payments.online import hearing
from marketplace.treasury.payments.online.models import Attempt, ProviderEvent
from marketplace.treasury.payments.online.stripe import Told, Truth
from tests.faults.test_money_kill import PRICE, called, counts, killed_at
from tests.integration.trade.world import TradeWorld


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file, by connections of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


def begun(world) -> int:
    """Bob is on the provider's page; his attempt's number."""
    called(world)
    with world.ctx.transaction() as tx:
        intent = tx.db.scalars(select(PaymentIntent)).one()
        row = Attempt(
            key=f"{intent.key}:1", intent_id=intent.id, number=1, state="begun", may_hold=False,
            amount_minor=PRICE, received_minor=0, started_by=world.bob.id, created_at=tx.now,
            expires_at=tx.now + timedelta(hours=1), checked_at=tx.now,
        )  # fmt: skip
        tx.db.add(row)
        tx.db.flush()
        return row.id


def events(world) -> int:
    with world.ctx.reading() as db:
        return len(list(db.scalars(select(ProviderEvent))))


@pytest.mark.fault("F3")
@pytest.mark.slow
def test_a_process_killed_at_any_statement_of_a_webhook_leaves_it_to_be_told_again(ctx, clock):
    world = TradeWorld(ctx, clock)
    number, attempt = 1, begun(world)
    event = Told("evt_1", "payment_intent.succeeded", clock(), is_live=False, account="", thing={})
    truth = Truth("paid", "pi_1", PRICE)

    def work(ctx) -> None:
        with ctx.transaction() as tx:
            hearing.act(tx, event, attempt, truth=truth)

    before = counts(world)
    world.ctx.engine.dispose()
    while killed_at(world, work, number):
        assert (counts(world), events(world)) == (before, 0), f"half of it at statement {number}"
        assert list(invariants._money(world.ctx)) == []
        world.ctx.engine.dispose()  # a fork must not inherit an open connection
        number += 1
    assert number > 8
    for _told_again in range(2):
        assert (counts(world), events(world)) == (
            (before[0] + 2, before[1] + 1, before[2]), 1,
        )  # fmt: skip
        assert list(invariants._money(world.ctx)) == []
        work(replace(world.ctx))
