"""What the market does when nobody tells it anything, or an answer is lost on the way."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
import structlog

from marketplace.app import create_app
from marketplace.kernel.errors import NotFound, Unavailable
from marketplace.treasury.ledger.chart import clearing
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.payments import providers
from marketplace.treasury.payments.models import Receipt
from marketplace.treasury.payments.online import carrying, hearing, paying, sweeps
from marketplace.treasury.payments.online.models import Attempt, ProviderEvent
from tests.fake_stripe import CUT, LOST, NEVER, SECRET, signed
from tests.integration.trade.world import Browser
from tests.integration.treasury.online.acting import (
    HOOK,
    KEY,
    ORDER,
    PRICE,
    SMALL,
    at_once,
    call,
    paid,
    refund,
    rows,
    session_of,
    sound,
    stands,
    tell_all,
)


@pytest.mark.fault("F16")
@pytest.mark.parametrize("days", [0, 3])
def test_a_payment_nobody_told_of_is_found_by_asking(world, fake, days):
    paying.pay(world.bob.ctx, call(world))
    fake.pay(session_of(world))
    assert sweeps.ask_provider(world.ctx) == 0  # its webhook has its time first
    world.clock.forward(days=days, minutes=4)
    assert sweeps.ask_provider(world.ctx) == 1
    assert stands(world, escrow_account(ORDER)) == PRICE
    tell_all(world, fake)  # and days later it is told after all
    assert len(rows(world, Receipt)) == 1
    sound(world, fake)


@pytest.mark.fault("F16")
def test_a_page_nobody_paid_on_is_found_expired(world, fake):
    paying.pay(world.bob.ctx, call(world))
    fake.time_out(session_of(world))
    world.clock.forward(minutes=61)
    assert sweeps.ask_provider(world.ctx) == 1
    assert rows(world, Attempt)[0].state == "expired"
    sound(world, fake)


@pytest.mark.fault("F18")
@pytest.mark.parametrize("how", [LOST, CUT, NEVER])
def test_a_page_whose_answer_is_lost_is_the_same_page_when_asked_again(world, fake, how):
    reference = call(world)
    fake.fail("POST sessions", how)
    with pytest.raises(Unavailable):
        paying.pay(world.bob.ctx, reference)
    assert [one.state for one in rows(world, Attempt)] == ["begun"]
    url = paying.pay(world.bob.ctx, reference)
    assert len(fake.sessions) == 1
    assert url.endswith(session_of(world))
    sound(world, fake)


@pytest.mark.fault("F5")
def test_a_process_killed_between_the_call_and_its_commit_has_made_one_page(
    world, fake, monkeypatch
):
    reference = call(world)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(paying, "_write", lambda *_a, **_k: (_ for _ in ()).throw(SystemExit))
        paying.pay(world.bob.ctx, reference)
    (session,) = fake.sessions.values()
    assert rows(world, Attempt)[0].session_id is None
    world.clock.forward(minutes=4)
    sweeps.ask_provider(world.ctx)
    assert rows(world, Attempt)[0].session_id == session["id"]
    fake.pay(session["id"])
    world.clock.forward(minutes=4)
    assert sweeps.ask_provider(world.ctx) == 1
    assert len(fake.sessions) == 1
    sound(world, fake)


@pytest.mark.threat("T6")
def test_a_webhook_may_come_before_the_answer_of_the_call_it_follows(world, fake):
    """Somebody pays so fast that the market hears of it while it still asks for the page."""

    def at_the_door(what: str, found: dict) -> None:
        if what == "POST sessions":
            fake.before_answer = None
            fake.pay(found["id"])
            for event in list(fake.events):
                body = json.dumps(event).encode()
                hearing.hear(world.ctx, body, signed(body))

    fake.before_answer = at_the_door
    paying.pay(world.bob.ctx, call(world))
    (attempt,) = rows(world, Attempt)
    assert (attempt.state, attempt.session_id) == ("paid", "cs_1")
    assert stands(world, escrow_account(ORDER)) == PRICE
    sound(world, fake)


def test_a_silent_provider_changes_nothing_and_its_calls_are_wanted_again(app, world, fake):
    paying.pay(world.bob.ctx, call(world))
    fake.pay(session_of(world))
    fake.fail("GET sessions", *[NEVER] * 3)
    body = json.dumps(fake.events[0]).encode()
    post = app.test_client().post
    assert post(HOOK, data=body, headers={"Stripe-Signature": signed(body)}).status_code == 503
    assert rows(world, ProviderEvent) == []
    world.clock.forward(minutes=4)
    assert sweeps.turn(world.ctx) == 0
    fake.faults.clear()
    assert post(HOOK, data=body, headers={"Stripe-Signature": signed(body)}).status_code == 204
    sound(world, fake)


@pytest.mark.fault("F4")
def test_several_workers_at_once_do_everything_once(world, fake):
    paid(world, fake, SMALL)
    refund(world, SMALL)
    at_once(6, lambda: (carrying.carry_out(world.ctx), sweeps.ask_provider(world.ctx)))
    carrying.carry_out(world.ctx)
    assert (len(fake.refunds), stands(world, clearing("stripe"))) == (1, 0)
    sound(world, fake)


@pytest.mark.fault("F18")
def test_a_provider_that_hangs_holds_the_worker_up_once_a_turn(world, fake):
    paid(world, fake, SMALL)
    refund(world, SMALL)
    paying.pay(world.bob.ctx, call(world, SMALL, stage=2))
    world.clock.forward(minutes=4)
    fake.calls.clear()
    fake.fail("GET refunds", CUT)
    assert sweeps.turn(world.ctx) == 0
    assert fake.calls.total() == 1
    assert sweeps.turn(world.ctx) == 1
    sound(world, fake)


@pytest.mark.fault("F16")
def test_what_was_refunded_at_the_providers_own_desk_sounds_the_alarm(world, fake):
    paid(world, fake, SMALL)
    world.clock.forward(hours=21)
    assert sweeps.compare(world.ctx) == 0
    (intent,) = fake.intents
    fake._refund({"payment_intent": intent, "amount": "1000"})
    tell_all(world, fake)
    world.clock.forward(hours=21)
    assert sweeps.compare(world.ctx) == -1000
    assert sweeps.compare(world.ctx) == 0  # each once a day
    world.deliver()
    assert "treasury.books_differ" in [kind for kind, _facts in world.inbox(world.tao)]
    sound(world)


def test_another_currency_is_not_booked_and_stays_to_be_seen(world, fake):
    paying.pay(world.bob.ctx, call(world))
    fake.sessions[session_of(world)]["currency"] = "usd"
    fake.pay(session_of(world))
    tell_all(world, fake)
    assert rows(world, Receipt) == []
    assert rows(world, Attempt)[0].trouble == "currency"
    sound(world)


# -- on and off --------------------------------------------------------------------------------------


def without(world, **changes):
    return replace(world.ctx, settings=replace(world.ctx.settings, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"stripe_secret_key": ""},
        {"stripe_webhook_secrets": ()},
        {"stripe_secret_key": "sk_live_canary0123456789"},  # a live key outside production
        {"mode": "production"},  # a test key in production
    ],
)
def test_without_settings_that_fit_there_is_no_button_and_no_route(world, clock, fake, changes):
    reference, off = call(world), without(world, **changes)
    site = create_app(off.settings, clock, off)
    bob = Browser(site, world, world.bob)
    page = bob.get("/treasury/mine")
    assert reference in page.get_data(as_text=True)
    assert "/treasury/payments/pay" not in page.get_data(as_text=True)
    assert fake.url not in page.headers["Content-Security-Policy"]
    assert bob.post("/treasury/payments/pay", reference=reference).status_code == 404
    assert bob.get("/treasury/payments/attempts/1").status_code == 404
    assert site.test_client().post(HOOK, data=b"{}").status_code == 404
    assert [one.name for one in providers.available(off.settings)] == ["bank"]
    with pytest.raises(NotFound):
        paying.pay(off.acting(world.bob.actor), reference)
    sweeping = (sweeps.ask_provider, sweeps.capture_due, sweeps.compare, carrying.carry_out)
    assert [sweep(off) for sweep in sweeping] == [0, 0, 0, 0]
    assert fake.calls.total() == 0


def test_a_form_may_lead_on_to_the_provider_and_nowhere_else(app, world, fake):
    policy = Browser(app, world, world.bob).get("/treasury/mine").headers["Content-Security-Policy"]
    assert f"form-action 'self' {fake.url};" in policy
    real = replace(world.ctx.settings, stripe_api_base="https://api.stripe.com")
    assert real.stripe_pages == "https://checkout.stripe.com"


def test_an_attempt_is_shown_to_its_own_organisation_only(app, world, fake):
    paying.pay(world.bob.ctx, call(world))
    path = "/treasury/payments/attempts/1"
    assert Browser(app, world, world.bob).get(path).status_code == 200
    assert Browser(app, world, world.carol).get(path).status_code == 404


def test_neither_key_nor_secret_stands_in_logs_pages_or_rows(app, world, fake, capfd, caplog):
    structlog.reset_defaults()
    reference = paid(world, fake)
    fake.fail("POST refunds", NEVER)
    refund(world, PRICE)
    world.instruct()
    with caplog.at_level(logging.DEBUG):
        sweeps.turn(world.ctx)
        sweeps.compare(world.ctx)
        bad = app.test_client().post(HOOK, data=b"{}", headers={"Stripe-Signature": "t=1,v1=x"})
    assert bad.status_code == 400
    page = Browser(app, world, world.bob).text("/treasury/mine")
    said = "".join((*capfd.readouterr(), caplog.text, page, repr(world.ctx), reference))
    said += "".join(str(vars(one)) for one in rows(world, Attempt))
    for secret in (KEY, SECRET, "whsec_second"):
        assert secret not in said
