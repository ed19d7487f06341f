"""The provider's events: signed, for this account and mode, each once, in any order."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import replace

import pytest

from marketplace.kernel.errors import MarketError
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.payments.models import Receipt
from marketplace.treasury.payments.online import hearing, paying
from marketplace.treasury.payments.online.models import ProviderEvent
from tests.fake_stripe import SECRET, signed
from tests.integration.treasury.online.acting import (
    HOOK,
    ORDER,
    PRICE,
    at_once,
    call,
    rows,
    session_of,
    sound,
    stands,
    tell,
)

# -- the webhook -------------------------------------------------------------------------------------


def post(app, body: bytes, header: str | None, **more: str) -> int:
    headers = {"Content-Type": "application/json", **more}
    if header is not None:
        headers["Stripe-Signature"] = header
    return app.test_client().post(HOOK, data=body, headers=headers).status_code


def waiting(world, fake) -> bytes:
    """A payment was made and nobody has told the market; the body of the telling."""
    paying.pay(world.bob.ctx, call(world))
    fake.pay(session_of(world))
    return json.dumps(fake.events[0]).encode()


def unchanged(world) -> bool:
    return rows(world, ProviderEvent) == [] and rows(world, Receipt) == []


@pytest.mark.threat("T7")
@pytest.mark.fault("F17")
def test_a_call_that_the_provider_did_not_sign_for_us_is_refused_and_changes_nothing(
    app, world, fake
):
    body = waiting(world, fake)
    now, good = int(time.time()), signed(body)
    forged = [
        None, "", "v1=abc", "t=now,v1=abc", f"t={now},v1={'0' * 64}", good.replace("v1=", "v0="),
        signed(body, secret="whsec_other"), signed(body, at=now - 301), signed(body + b" "),
        f"t={now},v1=é", f"t={now},v1=签名", "t=" + "9" * 400 + ",v1=a",
    ]  # fmt: skip
    for header in forged:
        raw = header.encode("utf-8").decode("latin-1") if header else header
        assert post(app, body, raw) == 400, header
    for key, value in (("livemode", True), ("account", "acct_other"), ("livemode", "false")):
        other = json.dumps({**json.loads(body), key: value}).encode()
        assert post(app, other, signed(other)) == 400, key
    for junk in (b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"id": 1, "type": 2}'):
        header = f"t={now},v1=" + "0" * 64 if b"\xff" in junk else signed(junk)
        assert post(app, junk, header) == 400, junk
    assert post(app, b"x" * (300 * 1024), good) == 413
    assert unchanged(world)


@pytest.mark.fault("F17")
def test_both_secrets_hold_while_one_replaces_the_other_and_other_sites_may_call(app, world, fake):
    waiting(world, fake)
    for event, secret in zip(fake.events, (SECRET, "whsec_second"), strict=False):
        body = json.dumps(event).encode()
        header = signed(body, secret=secret)
        assert post(app, body, header, **{"Sec-Fetch-Site": "cross-site"}) == 204
    assert len(rows(world, ProviderEvent)) == 2
    assert stands(world, escrow_account(ORDER)) == PRICE
    sound(world, fake)


def test_kinds_and_things_that_nobody_knows_are_stored_and_answered(app, world, fake):
    fake._tell("customer.created", {"id": "cus_1", "metadata": None})
    fake._tell("payment_intent.succeeded", {"id": "pi_unknown", "metadata": {"attempt": "x:1"}})
    for event in fake.events:
        body = json.dumps(event).encode()
        assert post(app, body, signed(body)) == 204
    assert len(rows(world, ProviderEvent)) == 2
    sound(world, fake)


def test_a_connected_account_is_believed_only_under_its_own_name(world, fake):
    body = waiting(world, fake)
    ctx = replace(world.ctx, settings=replace(world.ctx.settings, stripe_account="acct_ours"))
    with pytest.raises(MarketError):
        hearing.hear(ctx, body, signed(body))
    ours = json.dumps({**json.loads(body), "account": "acct_ours"}).encode()
    hearing.hear(ctx, ours, signed(ours))
    assert stands(world, escrow_account(ORDER)) == PRICE


@pytest.mark.fault("F14")
def test_a_hundred_equal_calls_at_once_have_the_effect_of_one(world, fake):
    body = waiting(world, fake)
    assert at_once(100, lambda: hearing.hear(world.ctx, body, signed(body))) == ["done"] * 100
    assert len(rows(world, ProviderEvent)) == len(rows(world, Receipt)) == 1
    sound(world, fake)


@pytest.mark.fault("F14")
def test_thirty_different_events_of_one_payment_credit_it_once(world, fake):
    body = json.loads(waiting(world, fake))
    numbers = itertools.count()

    def work() -> None:
        tell(world, {**body, "id": f"evt_{next(numbers)}_x"})

    assert set(at_once(30, work)) == {"done"}
    assert len(rows(world, Receipt)) == 1
    sound(world, fake)
