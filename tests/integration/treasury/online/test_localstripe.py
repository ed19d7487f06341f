"""The same against localstripe: holds, captures, refunds, and webhooks that it signs itself."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.request
import warnings
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe as library
from sqlalchemy import select

from marketplace.kernel.errors import Conflict
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.ledger.chart import clearing
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.payments.models import Instruction, PaymentIntent
from marketplace.treasury.payments.online import carrying, hearing, stripe, sweeps
from marketplace.treasury.payments.online.models import Attempt, ProviderEvent
from tests.fake_stripe import SECRET
from tests.integration.trade.world import DEPOSIT
from tests.integration.treasury.online.acting import (
    KEY,
    ORDER,
    SMALL,
    call,
    refund,
    rows,
    sound,
    stands,
)

CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "40", "cvc": "123"}


@pytest.fixture(scope="module")
def provider():
    """localstripe in a thread on loopback; its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from aiohttp import web
        from localstripe.server import app
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def begin():
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ready.set()
        return runner

    def serve() -> None:
        asyncio.set_event_loop(loop)
        held = loop.create_task(begin())
        loop.run_forever()
        loop.run_until_complete(held.result().cleanup())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def settings(settings, provider):
    return replace(settings, stripe_api_base=provider, stripe_webhook_secrets=(SECRET,))


@pytest.fixture
def client(provider):
    http = library.RequestsClient()
    yield library.StripeClient(KEY, base_addresses={"api": provider}, http_client=http)
    http.close()


def attempt(world, reference: str, *, may_hold: bool = False) -> Attempt:
    """An attempt as the market begins it; its page is what localstripe lacks."""
    with world.ctx.transaction() as tx:
        intent = tx.db.scalars(
            select(PaymentIntent).where(PaymentIntent.reference == reference)
        ).one()
        row = Attempt(
            key=f"{intent.key}:1", intent_id=intent.id, number=1, state="begun", may_hold=may_hold,
            amount_minor=intent.amount_minor, received_minor=0, started_by=world.bob.id,
            created_at=tx.now, expires_at=tx.now + timedelta(hours=1), checked_at=tx.now,
        )  # fmt: skip
        tx.db.add(row)
    return row


def pay(client, row: Attempt, *, held: bool = False):
    """The payer confirms with a card."""
    method = client.v1.payment_methods.create({"type": "card", "card": CARD})
    return client.v1.payment_intents.create(
        {
            "amount": row.amount_minor, "currency": "cny", "payment_method": method.id,
            "confirm": True, "capture_method": "manual" if held else "automatic",
            "metadata": {"attempt": row.key},
        }
    )  # fmt: skip


def knows(world, row: Attempt, object_id: str) -> None:
    """The market learns the number, as the first event tells it."""
    with world.ctx.transaction() as tx:
        tx.db.get_one(Attempt, row.id).object_id = object_id


def test_a_webhook_that_localstripe_signs_credits_the_payment(world, client, provider):
    row, heard = attempt(world, call(world, SMALL)), threading.Event()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if json.loads(body)["type"] == "payment_intent.succeeded":
                hearing.hear(world.ctx, body, self.headers["Stripe-Signature"])
                heard.set()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = {"url": f"http://127.0.0.1:{server.server_address[1]}/", "secret": SECRET}
    request = urllib.request.Request(
        f"{provider}/_config/webhooks/market", data=json.dumps(hook).encode(), method="POST"
    )
    urllib.request.urlopen(request).close()
    pay(client, row)
    assert heard.wait(10)
    server.shutdown()
    server.server_close()
    assert stands(world, escrow_account(ORDER)) == SMALL
    assert len(rows(world, ProviderEvent)) == 1
    sound(world)


def test_a_payment_is_found_by_asking_and_refunded(world, client):
    row = attempt(world, call(world, SMALL))
    knows(world, row, pay(client, row).id)
    world.clock.forward(minutes=4)
    assert sweeps.ask_provider(world.ctx) == 1
    assert stands(world, clearing("stripe")) == SMALL
    refund(world, SMALL)
    assert carrying.carry_out(world.ctx) == 1
    assert carrying.carry_out(world.ctx) == 0
    assert stands(world, clearing("stripe")) == 0
    with pytest.raises(Conflict):
        refund(world, 1, key="another")
    sound(world)


@pytest.mark.threat("T6")
def test_a_provider_that_accepts_too_much_is_asked_for_no_more_than_came(world, client):
    """localstripe pays out whatever it is asked: only the market's own rows hold it back."""
    row = attempt(world, call(world, SMALL))
    paid = pay(client, row)
    knows(world, row, paid.id)
    world.clock.forward(minutes=4)
    sweeps.ask_provider(world.ctx)
    for part in range(20):
        try:
            refund(world, SMALL // 4, key=f"part:{part}")
        except Conflict:
            assert part >= 4
    assert carrying.carry_out(world.ctx) == 4
    listed = client.v1.refunds.list({"payment_intent": paid.id})
    assert sum(one.amount for one in listed.data) == SMALL
    sound(world)
    # The control: twenty that ask nothing of the rows take five times what came.
    for part in range(20):
        stripe.refund(world.ctx.settings, paid.id, amount_minor=SMALL // 4, key=f"careless:{part}")
    listed = client.v1.refunds.list({"payment_intent": paid.id, "limit": 100})
    assert sum(one.amount for one in listed.data) > SMALL


@pytest.mark.parametrize("end", ["let go", "taken"])
def test_a_hold_is_let_go_or_taken(world, client, end):
    lot = world.open()
    row = attempt(world, world.sign_up(world.bob, lot), may_hold=True)
    knows(world, row, pay(client, row, held=True).id)
    world.clock.forward(minutes=4)
    assert sweeps.ask_provider(world.ctx) == 1
    world.deliver()
    assert rows(world, Deposit)[0].state == "held"
    if end == "taken":
        world.bid(world.bob, lot, 900_000)
    world.close(lot)
    if end == "taken":
        assert sweeps.capture_due(world.ctx) == 1
        assert stands(world, clearing("stripe")) == DEPOSIT
    else:
        world.instruct()
        assert carrying.carry_out(world.ctx) == 1
        assert rows(world, Instruction)[0].state == "done"
        assert stands(world, clearing(stripe.HOLD)) == 0
    assert rows(world, Attempt)[0].state == ("paid" if end == "taken" else "void")
    sound(world)
