"""What the stories of online payments do again and again."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

from sqlalchemy import select

from marketplace import invariants
from marketplace.kernel.errors import MarketError
from marketplace.treasury.escrow import steps as escrow
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import clearing
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.payments.online import hearing, paying
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.refunds import Back, give_back
from tests.fake_stripe import FakeStripe, signed

ORDER, PRICE, SMALL = 7, 300_000_00, 40_000_00
HOOK = "/treasury/payments/stripe/webhook"
KEY = "sk_test_canary0123456789"


def call(world, amount: int = PRICE, *, stage: int = 1) -> str:
    bob = world.bob
    wanted = escrow.Call(
        ORDER, "XD-7", stage, bob.organisation_id, bob.actor.organisation_name, amount, None
    )
    with world.ctx.transaction() as tx:
        return escrow.call(tx, wanted)


def rows(world, model) -> list:
    with world.ctx.reading() as db:
        return list(db.scalars(select(model)))


def stands(world, account) -> int:
    with world.ctx.reading() as db:
        return ledger.balance_of(db, account)


def sound(world, fake: FakeStripe | None = None) -> None:
    assert list(invariants._money(world.ctx)) == []
    if fake is not None:
        assert stands(world, clearing("stripe")) == fake.total()


def session_of(world) -> str:
    return str(rows(world, Attempt)[-1].session_id)


def tell(world, event: dict, **how) -> None:
    body = json.dumps(event).encode()
    hearing.hear(world.ctx, body, signed(body, **how))


def tell_all(world, fake) -> None:
    for event in list(fake.events):
        tell(world, event)


def paid(world, fake, amount: int = PRICE, *, method: str = "card") -> str:
    """Bob paid his call on the provider's page, and its word has come; the intent's code."""
    reference = call(world, amount)
    paying.pay(world.bob.ctx, reference)
    fake.pay(session_of(world), method=method)
    tell_all(world, fake)
    return reference


def refund(world, amount: int, *, key: str = "order:7:refund") -> None:
    back = Back(
        key=key, kind="refund", account=escrow_account(ORDER),
        organisation_id=world.bob.organisation_id, amount_minor=amount, thing="order",
        thing_id=ORDER, due_at=world.clock() + timedelta(hours=24), why="解除",
    )  # fmt: skip
    with world.ctx.transaction() as tx:
        give_back(tx, back)


def at_once(count: int, work) -> list[str]:
    gate, found = threading.Barrier(count), []

    def one() -> str:
        for _try in range(60):
            try:
                work()
            except MarketError as refused:
                if refused.code not in ("database_busy", "payments.provider_silent"):
                    return refused.code
            else:
                return "done"
        return "busy for ever"

    def run() -> None:
        gate.wait()
        found.append(one())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
