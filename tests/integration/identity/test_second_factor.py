"""The second factor: asked for, good once, required for some offices, replaceable when lost."""

from __future__ import annotations

import re
import threading

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from marketplace.identity import commands
from marketplace.identity.people.models import User
from marketplace.kernel.actor import StaffRole
from tests.integration.identity.acting import csrf, mails, person, post, sign_in

SETUP = "/identity/second-factor"
CODE = "/identity/second-factor/code"


def _switch_on(client) -> str:
    """Set the second factor up and return its key."""
    page = post(client, SETUP, {"setup": "authenticator"}).get_data(as_text=True)
    key = re.search(r'<code class="mono">([^<]+)', page).group(1).replace("-", "")
    action = re.search(r'action="(/identity/second-factor/[^"]+)"', page).group(1)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    answer = client.post(action, data={"code": _code(key), "csrf_token": token})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return key


def _code(key: str) -> str:
    return pyotp.TOTP(key).now()


@pytest.fixture
def later():
    """Move the time of codes forward, half a minute per step."""
    with time_machine.travel(0, tick=False) as traveller:
        traveller.move_to("2026-11-22T06:00:00Z")
        yield lambda seconds=30: traveller.shift(seconds)


def test_alice_switches_it_on_and_is_asked_from_then_on(client, app, ctx, later, clock):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    key = _switch_on(client)
    assert mails(ctx, "two_factor")[0]["facts"]["on"] is True
    later()
    browser = app.test_client()
    answer = sign_in(browser, "Alice")
    assert answer.location.startswith(CODE)
    assert browser.get("/identity/account").status_code == 303, "half signed in is not signed in"
    assert post(browser, CODE, {"code": "000000"}).status_code == 422
    assert post(browser, CODE, {"code": _code(key)}).status_code == 303
    assert browser.get("/identity/account").status_code == 200


def test_a_code_is_good_once(client, app, ctx, later):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    key = _switch_on(client)
    later()
    code = _code(key)
    statuses = []
    for _ in range(2):
        browser = app.test_client()
        sign_in(browser, "Alice")
        statuses.append(post(browser, CODE, {"code": code}).status_code)
    assert statuses == [303, 422]


def test_two_requests_at_once_cannot_share_a_code(client, app, ctx, later):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    key = _switch_on(client)
    later()
    code, statuses, ready = _code(key), [], threading.Barrier(4)
    browsers = [app.test_client() for _ in range(4)]
    tokens = []
    for browser in browsers:
        sign_in(browser, "Alice")
        tokens.append(csrf(browser, CODE))

    def try_it(browser, token):
        ready.wait(30)
        answer = browser.post(CODE, data={"code": code, "csrf_token": token})
        statuses.append(answer.status_code)

    pairs = zip(browsers, tokens, strict=True)
    threads = [threading.Thread(target=try_it, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(303) == 1, statuses


def test_codes_cannot_be_tried_one_after_the_other(client, app, ctx, later):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    _switch_on(client)
    browser = app.test_client()
    sign_in(browser, "Alice")
    statuses = [post(browser, CODE, {"code": f"{n:06}"}).status_code for n in range(6)]
    assert statuses[-1] == 429


@pytest.mark.parametrize("role", ["treasurer", "auctioneer", "administrator"])
def test_offices_with_power_must_set_it_up_before_they_are_signed_in(client, ctx, later, role):
    person(ctx, "Tao", StaffRole(role))
    answer = sign_in(client, "Tao")
    assert answer.location.endswith(SETUP)
    assert client.get("/identity/account").status_code == 303
    _switch_on(client)
    assert client.get("/identity/account").status_code == 200
    page = client.get(SETUP).get_data(as_text=True)
    assert 'value="disable"' not in page
    refused = post(client, SETUP, {"setup": "disable"})
    assert refused.status_code == 422
    with ctx.reading() as db:
        assert db.scalar(select(User.tf_totp_secret)) is not None


def test_reviewers_may_do_without(client, ctx):
    person(ctx, "Rui", StaffRole.REVIEWER)
    assert sign_in(client, "Rui").location == "/identity/start"


def test_the_secret_is_not_stored_in_the_clear(client, ctx, later):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    key = _switch_on(client)
    with ctx.reading() as db:
        stored = db.scalar(select(User.tf_totp_secret))
    assert key not in stored
    assert key.lower() not in stored.lower()


def test_a_printed_code_replaces_a_lost_phone_once(client, app, ctx, later):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    _switch_on(client)
    page = post(client, "/identity/second-factor/recovery-codes", {"generate_new_codes": "1"})
    codes = re.findall(
        r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", page.get_data(as_text=True)
    )
    assert len(codes) == 8
    statuses = []
    for _ in range(2):
        browser = app.test_client()
        sign_in(browser, "Alice")
        answer = post(browser, "/identity/second-factor/recover", {"code": codes[0]})
        statuses.append(answer.status_code)
    assert statuses == [303, 422]
    with ctx.reading() as db:
        assert codes[1] not in str(db.scalar(select(User.mf_recovery_codes)))


def test_help_goes_to_the_market_and_the_command_line_removes_the_factor(client, app, ctx, later):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    _switch_on(client)
    browser = app.test_client()
    sign_in(browser, "Alice")
    page = post(browser, "/identity/second-factor/help", {"help_setup": "help"}, form=CODE)
    assert page.status_code == 200
    (mail,) = mails(ctx, "two_factor_rescue")
    assert mail["to"] == ctx.settings.contact_email
    commands.reset_second_factor(ctx, email="alice@demo.example")
    assert sign_in(app.test_client(), "Alice").location == "/identity/start"


def test_switching_it_off_needs_a_fresh_password(client, ctx, later):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    _switch_on(client)
    later(11 * 60)
    answer = client.get(SETUP)
    assert answer.status_code == 302
    assert answer.location.startswith("/identity/verify?next=")
    proved = post(client, "/identity/verify", {"password": "a quiet river at dawn", "next": SETUP})
    assert proved.location == SETUP
    off = post(client, SETUP, {"setup": "disable"})
    assert off.status_code == 303
    assert mails(ctx, "two_factor")[-1]["facts"]["on"] is False
