"""Registering, confirming, signing in and out, recovering: what a person does first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.identity.people.models import Consent, User
from tests.integration.identity.acting import (
    PASSWORD,
    csrf,
    link_of,
    mails,
    person,
    post,
    sign_in,
)

ALICE = {"name": "Alice", "email": "Alice@Demo.example", "password": PASSWORD, "terms": "y"}


def test_alice_registers_confirms_by_mail_and_signs_in(client, ctx):
    answer = post(client, "/identity/register", ALICE)
    assert answer.status_code == 303
    assert answer.location.endswith("/identity/check-mailbox")
    early = sign_in(client, "Alice")
    assert early.status_code == 422
    path = link_of(mails(ctx, "welcome")[0], "confirm_link")
    assert client.get(path).status_code == 200
    with ctx.reading() as db:
        assert db.scalar(select(User.confirmed_at)) is None, "opening a link changes nothing"
    assert post(client, path).status_code == 303
    with ctx.reading() as db:
        user = db.scalars(select(User)).one()
        purposes = set(db.scalars(select(Consent.purpose)))
    assert (user.email, user.name) == ("alice@demo.example", "Alice")
    assert user.confirmed_at is not None
    assert purposes == {"terms", "privacy"}
    assert sign_in(client, "Alice").status_code == 303
    assert client.get("/identity/account").status_code == 200


def test_registration_says_what_is_missing_and_keeps_what_was_typed(client):
    answer = post(client, "/identity/register", {**ALICE, "password": "short", "terms": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Alice"' in page
    assert "alice@demo.example" in page.lower()
    assert 'id="password-error"' in page
    assert 'id="terms-error"' in page


@pytest.mark.parametrize("password", ["passwordpassword", "aliceexample", "qwertyuiop12", "1" * 12])
def test_easy_passwords_are_refused(client, ctx, password):
    answer = post(client, "/identity/register", {**ALICE, "password": password})
    assert answer.status_code == 422
    assert mails(ctx) == []


def test_unconfirmed_people_are_told_so_only_with_the_right_password(client, ctx):
    post(client, "/identity/register", ALICE)
    right = sign_in(client, "Alice").get_data(as_text=True)
    wrong = sign_in(client, "Alice", password="not the password").get_data(as_text=True)
    assert "confirm" in right.lower() or "确认" in right
    assert "requires confirmation" not in wrong


@pytest.mark.threat("T14")
def test_the_session_is_renewed_at_sign_in(client, ctx):
    person(ctx, "Alice")
    token_before = csrf(client)
    with client.session_transaction() as held:
        held["planted"] = "by somebody else"
        before = dict(held)
    assert sign_in(client, "Alice").status_code == 303
    with client.session_transaction() as held:
        assert "planted" not in held
        assert held["sid"]
        assert held.get("csrf_token") != before["csrf_token"]
    assert csrf(client, "/identity/account") != token_before


@pytest.mark.threat("T14")
def test_a_signed_out_cookie_is_dead_wherever_it_was_copied_to(client, app, ctx):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    stolen = client.get_cookie("session").value
    assert post(client, "/identity/sign-out", form="/identity/account").status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/identity/account").status_code == 303
    assert client.get("/identity/account").status_code == 303


@pytest.mark.threat("T14")
def test_old_sessions_die_with_a_reset_and_the_link_works_once(client, app, ctx):
    person(ctx, "Alice")
    elsewhere = app.test_client()
    sign_in(elsewhere, "Alice")
    assert elsewhere.get("/identity/account").status_code == 200
    post(client, "/identity/recover", {"email": "alice@demo.example"})
    path = link_of(mails(ctx, "reset")[0], "reset_link")
    fresh = {"password": "another quiet evening", "password_confirm": "another quiet evening"}
    assert post(client, path, fresh).status_code == 303
    assert elsewhere.get("/identity/account").status_code == 303
    assert sign_in(client, "Alice").status_code == 422
    assert sign_in(client, "Alice", password=fresh["password"]).status_code == 303
    again = client.get(path)
    assert again.status_code == 302, "the link is void after its use"
    assert mails(ctx, "changed")


def test_changing_the_password_keeps_this_device_and_ends_the_others(client, app, ctx):
    person(ctx, "Alice")
    elsewhere = app.test_client()
    for browser in (client, elsewhere):
        sign_in(browser, "Alice")
    fresh = "another quiet evening"
    answer = post(
        client,
        "/identity/password",
        {"password": PASSWORD, "new_password": fresh, "new_password_confirm": fresh},
    )
    assert answer.status_code == 303
    assert client.get("/identity/account").status_code == 200
    assert elsewhere.get("/identity/account").status_code == 303


def test_sessions_end_when_idle_and_after_twelve_hours(client, ctx, clock):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    clock.forward(minutes=29)
    assert client.get("/identity/account").status_code == 200
    clock.forward(minutes=31)
    assert client.get("/identity/account").status_code == 303
    sign_in(client, "Alice")
    for _ in range(25):
        clock.forward(minutes=28)
        assert client.get("/identity/account").status_code == 200
    clock.forward(minutes=25)
    assert client.get("/identity/account").status_code == 303, "12 hours are the longest"


def test_a_session_belongs_to_its_browser(client, app, ctx):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    other = app.test_client()
    other.set_cookie("session", client.get_cookie("session").value)
    answer = other.get("/identity/account", headers={"User-Agent": "another browser"})
    assert answer.status_code == 303


def test_signing_out_everywhere_ends_every_session(client, app, ctx):
    person(ctx, "Alice")
    elsewhere = app.test_client()
    for browser in (client, elsewhere):
        sign_in(browser, "Alice")
    post(client, "/identity/security/sign-out-everywhere", form="/identity/security")
    assert elsewhere.get("/identity/account").status_code == 303
    assert client.get("/identity/account").status_code == 303
