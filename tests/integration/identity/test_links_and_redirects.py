"""Where links and redirects may lead: this site and nowhere else (T15)."""

from __future__ import annotations

import pytest

from tests.integration.identity.acting import csrf, link_of, mails, person, post, sign_in
from tests.unit.identity.test_redirects import FOREIGN


@pytest.mark.threat("T15")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil"])
def test_a_forged_host_header_is_refused_and_never_reaches_a_link(client, ctx, host):
    person(ctx, "Alice")
    token = csrf(client, "/identity/recover")
    answer = client.post(
        "/identity/recover",
        data={"email": "alice@demo.example", "csrf_token": token},
        headers={"Host": host},
    )
    assert answer.status_code == 400
    assert mails(ctx) == []


@pytest.mark.threat("T15")
def test_links_begin_with_the_configured_address(client, ctx):
    person(ctx, "Alice")
    here = {"base_url": "http://127.0.0.1", "headers": {"X-Forwarded-Host": "evil.example"}}
    token = csrf(client, "/identity/recover", base_url="http://127.0.0.1")
    values = {"email": "alice@demo.example", "csrf_token": token}
    client.post("/identity/recover", data=values, **here)
    assert link_of(mails(ctx, "reset")[0], "reset_link").startswith("/identity/recover/")


@pytest.mark.threat("T15")
def test_no_foreign_target_survives_a_sign_in(app, ctx):
    person(ctx, "Alice")
    led_away = []
    for target in FOREIGN:
        client = app.test_client()
        values = {"email": "alice@demo.example", "password": "a quiet river at dawn"}
        asked = client.get("/identity/sign-in", query_string={"next": target})
        token = csrf(client)
        answer = client.post(
            "/identity/sign-in",
            query_string={"next": target},
            data={**values, "next": target, "csrf_token": token},
        )
        if answer.location != "/identity/start" or "evil" in asked.get_data(as_text=True):
            led_away.append((target, answer.location))
    assert led_away == []


def test_an_own_path_survives_a_sign_in(client, ctx):
    person(ctx, "Alice")
    answer = client.get("/identity/account?tab=1")
    assert answer.status_code == 303
    target = "/identity/account?tab=1"
    signed = post(
        client,
        "/identity/sign-in",
        {
            "email": "alice@demo.example",
            "password": "a quiet river at dawn",
            "next": target,
        },
    )
    assert signed.location == target


@pytest.mark.threat("T15")
def test_switching_the_organisation_leads_back_to_own_pages_only(client, ctx):
    from tests.integration.identity.acting import organisation

    alice = person(ctx, "Alice")
    number = organisation(ctx, alice, "Bearings")
    sign_in(client, "Alice")
    for target in FOREIGN:
        answer = post(
            client,
            "/identity/act-for",
            {"organisation_id": number, "next": target},
            form="/identity/account",
        )
        assert answer.location == f"/identity/organisations/{number}", target


@pytest.mark.parametrize("body", ["[1]", "{}", '{"email": ["x"]}', "null"])
def test_sign_in_pages_take_forms_only(client, body):
    client.get("/identity/sign-in")
    answer = client.post("/identity/sign-in", data=body, content_type="application/json")
    assert answer.status_code in (400, 415)


FORM = "/showcase/listings/1/edit/content"


def test_a_form_sent_after_the_session_was_lost_leads_to_the_sign_in_and_back(client):
    referer = {"Referer": f"http://localhost{FORM}?lang=en"}
    answer = client.post(
        FORM, data={"title": "x", "csrf_token": "of a lost session"}, headers=referer
    )
    assert (answer.status_code, answer.location) == (303, f"/identity/sign-in?next={FORM}")


@pytest.mark.parametrize("asked", [{"HX-Request": "true"}, {"Accept": "application/json"}])
def test_a_script_is_told_that_nobody_is_signed_in_and_does_not_take_the_sign_in_for_an_answer(
    client, asked
):
    answer = client.post(f"{FORM}/autosave", data={"title": "x"}, headers=asked)
    assert answer.status_code == 401


def test_the_sign_in_itself_still_wants_its_token(client):
    form = {"email": "alice@demo.example", "password": "x"}
    assert client.post("/identity/sign-in", data=form).status_code == 400
