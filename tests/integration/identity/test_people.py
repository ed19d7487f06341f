"""The own account: offices, data taken along, leaving; and what a page may never change."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event, select

from marketplace.identity import commands, queries
from marketplace.identity.actors import Door
from marketplace.identity.people import closing
from marketplace.identity.people.commands import set_identity_number
from marketplace.identity.people.models import User, UserRole
from marketplace.kernel.actor import MemberRole, StaffRole
from marketplace.kernel.audit import AuditEntry, broken_links
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.tables import metadata
from tests.integration.identity.acting import (
    CODES,
    PASSWORD,
    acting,
    column_names,
    csrf,
    join,
    organisation,
    person,
    post,
    sign_in,
)

ADMINISTRATOR, REVIEWER = StaffRole.ADMINISTRATOR, StaffRole.REVIEWER


def _roles(ctx, user: int) -> frozenset[StaffRole]:
    return acting(ctx, user).actor.staff_roles


@pytest.mark.threat("T12")
def test_only_administrators_give_offices_and_never_to_themselves(ctx):
    adam, rui = person(ctx, "Adam", ADMINISTRATOR), person(ctx, "Rui", REVIEWER)
    bob = person(ctx, "Bob")
    for who in (rui, bob):
        with pytest.raises(Forbidden):
            commands.grant_role(acting(ctx, who), user_id=bob, role=REVIEWER, why="please")
    with pytest.raises(Forbidden):
        commands.grant_role(acting(ctx, adam), user_id=adam, role=REVIEWER, why="myself")
    with pytest.raises(Invalid):
        commands.grant_role(acting(ctx, adam), user_id=bob, role=REVIEWER, why=" ")
    commands.grant_role(acting(ctx, adam), user_id=bob, role=REVIEWER, why="new colleague")
    assert _roles(ctx, bob) == {REVIEWER}
    with ctx.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "role.granted")).one()
        assert list(broken_links(db)) == []
    assert (entry.user_id, entry.thing_id, entry.why) == (adam, str(bob), "new colleague")
    commands.revoke_role(acting(ctx, adam), user_id=bob, role=REVIEWER, why="left")
    assert _roles(ctx, bob) == frozenset()


def test_a_new_office_asks_for_a_new_sign_in(client, ctx):
    adam, bob = person(ctx, "Adam", ADMINISTRATOR), person(ctx, "Bob")
    sign_in(client, "Bob")
    commands.grant_role(acting(ctx, adam), user_id=bob, role=REVIEWER, why="new colleague")
    assert client.get("/identity/account").status_code == 303


def test_the_market_keeps_an_administrator(ctx):
    adam, eve = person(ctx, "Adam", ADMINISTRATOR), person(ctx, "Eve", ADMINISTRATOR)
    commands.revoke_role(acting(ctx, eve), user_id=adam, role=ADMINISTRATOR, why="holiday")
    stale = acting(ctx, eve).acting(acting(ctx, adam).actor)
    with pytest.raises(Forbidden):
        commands.revoke_role(stale, user_id=eve, role=ADMINISTRATOR, why="revenge")
    with ctx.reading() as db:
        assert queries.staff_ids(db, ADMINISTRATOR) == [eve]


def test_a_request_knows_its_actor_by_one_statement(client, ctx):
    alice = person(ctx, "Alice", REVIEWER)
    number = organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    sign_in(client, "Alice")
    statements = []
    event.listen(ctx.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert client.get("/identity/check-mailbox").status_code == 200
    assert len([one for one in statements if "identity_" in one]) == 1
    statements.clear()
    assert client.get("/identity/organisations").status_code == 200
    assert not [one for one in statements if "identity_user.password" in one]
    assert acting(ctx, alice, number).actor.has(REVIEWER)


def test_reading_a_sign_in_page_asks_the_database_nothing(client, ctx):
    statements = []
    event.listen(ctx.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    client.get("/identity/sign-in")
    assert statements == []


@pytest.mark.law("L76")
def test_everything_kept_about_a_person_can_be_taken_along(client, ctx):
    alice = person(ctx, "Alice")
    organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    set_identity_number(acting(ctx, alice), "330624199003071236")
    sign_in(client, "Alice")
    answer = client.get("/identity/account/export.json")
    data = json.loads(answer.data)
    assert data["account"]["identity_number"] == "330624199003071236"
    assert data["organisations"][0]["organisation"] == "Bearings Ltd"
    assert {"user.signed_in", "user.identity_number_set"} <= {
        entry["action"] for entry in data["actions"]
    }
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.law("L76")
def test_a_closed_account_leaves_a_bare_number(client, ctx):
    alice, bob = person(ctx, "Alice"), person(ctx, "Bob")
    number = organisation(ctx, bob, "Bearings Ltd", code=CODES[0])
    join(ctx, number, alice, MemberRole.MEMBER)
    set_identity_number(acting(ctx, alice), "330624199003071236")
    token = commands.create_token(
        acting(ctx, alice, number), commands.CreateToken("x", frozenset({"read"}))
    )
    sign_in(client, "Alice")
    closed = post(client, "/identity/account/close", {"understood": "y"})
    assert closed.status_code == 303
    with ctx.reading() as db:
        row = db.execute(select(*User.__table__.columns).where(User.id == alice)).mappings().one()
        assert queries.members_of(db, number) == [bob]
        assert queries.person_names(db, [alice]) == {alice: ""}
        assert queries.authenticate(db, token.token, now=ctx.clock(), door=Door("api")) is None
    kept = {key for key, value in row.items() if value not in (None, "", False)}
    assert kept <= {"id", "email", "fs_uniquifier", "locale", "created_at", "closed_at",
                    "confirmed_at", "login_count", "current_login_at", "last_login_at"}  # fmt: skip
    assert "alice" not in str(dict(row)).lower()
    assert sign_in(client, "Alice").status_code == 422
    person(ctx, "Alice")  # the address is free again


def test_who_is_needed_cannot_leave(ctx):
    alice = person(ctx, "Alice")
    organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    with pytest.raises(Conflict) as refused:
        closing.close_account(acting(ctx, alice))
    assert refused.value.code == "identity.last_owner"
    rui = person(ctx, "Rui", REVIEWER)
    with pytest.raises(Conflict) as refused:
        closing.close_account(acting(ctx, rui))
    assert refused.value.code == "identity.still_in_office"


def test_other_rooms_can_keep_a_person_here(ctx, monkeypatch):
    bob = person(ctx, "Bob")
    monkeypatch.setattr(closing, "HINDRANCES", [lambda _db, user: "trade.bids" if user else None])
    with pytest.raises(Conflict) as refused:
        closing.close_account(acting(ctx, bob))
    assert refused.value.code == "trade.bids"


TABLES = [name for name in metadata.tables if name.startswith("identity_")]
EXTRA = {"roles": "administrator", "role_id": "1", "is_admin": "1", "approved_by": "1",
         "staff_roles": "administrator", "actor": "1", "org": "1"}  # fmt: skip


def _poison() -> dict[str, str]:
    return {**dict.fromkeys(column_names(TABLES), "1"), **EXTRA}


@pytest.mark.threat("T12")
def test_no_form_takes_a_field_that_it_does_not_show(app, ctx):
    mallory = person(ctx, "Mallory")
    number = organisation(ctx, mallory, "Honest Ltd")
    poison = _poison()
    own = {
        "/identity/account": {"name": "Mallory", "locale": "en"},
        f"/identity/organisations/{number}/edit": {"name": "Honest Ltd", "kind": "enterprise"},
        "/identity/organisations/new": {"name": "Another Ltd", "kind": "enterprise"},
        "/identity/tokens": {"name": "x", "scopes": "read", "days": "1"},
        f"/identity/organisations/{number}/members": {"email": "x@demo.example", "role": "member"},
    }
    client = app.test_client()
    sign_in(client, "Mallory")
    allowed = {"name", "locale", "scopes", "days", "email", "role", "kind", "label", "number"}
    before = _state(ctx, mallory, number)
    for path, values in own.items():
        spoiled = {key: value for key, value in poison.items() if key not in allowed}
        # Texts that such a form really shows are nobody's right to refuse.
        for shown in ("region", "address", "about", "about_en", "website", "founded_year",
                      "clusters", "contact_name", "name_en"):  # fmt: skip
            spoiled.pop(shown, None)
        post(client, path, {**spoiled, **values})
    after = _state(ctx, mallory, number)
    assert {**after["user"], "locale": "zh_Hans_CN"} == before["user"]
    assert after["organisation"] == before["organisation"]
    assert after["offices"] == before["offices"] == []
    with ctx.reading() as db:
        newest = (
            db.execute(
                select(*metadata.tables["identity_organisation"].columns).order_by(
                    metadata.tables["identity_organisation"].c.id.desc()
                )
            )
            .mappings()
            .first()
        )
    assert newest["name"] == "Another Ltd"
    assert (newest["state"], newest["verified_at"], newest["credit_code"]) == ("none", None, None)


def _state(ctx, user: int, organisation_id: int) -> dict:
    moving = {"current_login_at", "last_login_at", "login_count"}
    with ctx.reading() as db:
        users = metadata.tables["identity_user"]
        houses = metadata.tables["identity_organisation"]
        person_row = db.execute(select(users).where(users.c.id == user)).mappings().one()
        house = db.execute(select(houses).where(houses.c.id == organisation_id)).mappings().one()
        offices = list(db.scalars(select(UserRole.role_id)))
    return {
        "user": {key: value for key, value in person_row.items() if key not in moving},
        "organisation": dict(house),
        "offices": offices,
    }


@pytest.mark.threat("T12")
def test_registering_with_every_column_makes_a_plain_unconfirmed_person(client, ctx):
    person(ctx, "Adam", ADMINISTRATOR)
    values = {"name": "Mallory", "email": "m@demo.example", "password": PASSWORD, "terms": "y"}
    spoiled = {key: value for key, value in _poison().items() if key not in values}
    assert post(client, "/identity/register", {**spoiled, **values}).status_code == 303
    with ctx.reading() as db:
        row = db.scalars(select(User).where(User.email == "m@demo.example")).one()
        offices = db.scalars(select(UserRole.user_id)).all()
    assert (row.confirmed_at, row.closed_at, row.tf_totp_secret) == (None, None, None)
    assert row.fs_uniquifier != "1"
    assert row.id not in offices


@pytest.mark.threat("T21")
def test_no_page_of_identity_changes_anything_without_its_token(app, ctx):
    person(ctx, "Alice")
    client = app.test_client()
    sign_in(client, "Alice")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(("identity.", "security.")) or "POST" not in rule.methods:
            continue
        values = dict.fromkeys(rule.arguments, 1)
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
        tried += 1
        assert client.post(path).status_code == 400, rule.endpoint
        token = csrf(client, "/identity/account")
        crossed = client.post(
            path, data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert crossed.status_code == 403, rule.endpoint
    assert tried >= 25


def test_the_account_page_saves_and_refuses(client, ctx):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    page = "/identity/account"
    assert post(client, page, {"name": "Alice Lin", "locale": "en"}).status_code == 303
    with ctx.reading() as db:
        assert queries.user_id_by_email(db, "alice@demo.example")
        (name,) = queries.person_names(db, [1]).values()
    assert name == "Alice Lin"
    wrong = post(client, f"{page}/identity-number", {"number": "330624199003071235"}, form=page)
    assert wrong.status_code == 422
    assert "330624199003071235" in wrong.get_data(as_text=True), "what was typed is kept"
    right = post(client, f"{page}/identity-number", {"number": "330624199003071236"}, form=page)
    assert right.status_code == 303
    shown = client.get(page).get_data(as_text=True)
    assert "330*************36" in shown
    assert "330624199003071236" not in shown
    declared = post(
        client,
        f"{page}/relatives",
        {"label": "sister", "relative_number": "330624200002290029"},
        form=page,
    )
    assert declared.status_code == 303
    assert "sister" in client.get(page).get_data(as_text=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages(client, ctx, language):
    alice = person(ctx, "Alice")
    number = organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    open_to_all = ("sign-in", "register", "recover", "confirm", "check-mailbox", "confirm/token")
    for path in open_to_all:
        assert client.get(f"/identity/{path}?lang={language}").status_code == 200, path
    sign_in(client, "Alice")
    for path in ("account", "security", "tokens", "organisations", "organisations/new",
                 f"organisations/{number}", f"organisations/{number}/edit",
                 f"organisations/{number}/verification", f"organisations/{number}/bank",
                 f"organisations/{number}/members", "account/close", "invitations/x", "password",
                 "verify", "second-factor", "second-factor/recovery-codes"):  # fmt: skip
        answer = client.get(f"/identity/{path}?lang={language}")
        assert answer.status_code == 200, path
