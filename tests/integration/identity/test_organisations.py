"""An organisation from its first entry to its verification, and again in time."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.identity import commands, queries
from marketplace.identity.organisations.models import Alias, Organisation, Verification
from marketplace.kernel import files
from marketplace.kernel.actor import MemberRole, StaffRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.integration.identity.acting import (
    CODES,
    PDF,
    acting,
    join,
    mails,
    organisation,
    person,
    post,
    sign_in,
)

LICENCE = commands.Paper("licence", "licence.pdf", "application/pdf", PDF)


def _submission(number: int, code: str = CODES[0], **more):
    values = {"name": "Bearings Ltd", "kind": "enterprise", "papers": (LICENCE,), **more}
    return commands.SubmitVerification(number, credit_code=code, **values)


@pytest.fixture
def cast(ctx):
    """Alice with her new organisation, and Rui who reviews."""
    alice, rui = person(ctx, "Alice"), person(ctx, "Rui", StaffRole.REVIEWER)
    number = commands.found_organisation(
        acting(ctx, alice), commands.Profile(name="Bearings Ltd", kind="enterprise")
    )
    return acting(ctx, alice, number), acting(ctx, rui), number


def _verified(ctx, number: int) -> bool:
    with ctx.reading() as db:
        return queries.organisation_cards(db, [number])[number].verified


def test_alice_enters_her_organisation_and_rui_verifies_it(cast, ctx, clock):
    alice, rui, number = cast
    waiting = commands.submit_verification(alice, _submission(number))
    with ctx.reading() as db:
        (line,) = queries.pending_verifications(db)
        assert (line.id, line.purpose, line.claims["credit_code"]) == (waiting, "first", CODES[0])
        assert queries.organisation_by_code(db, CODES[0]) is None, "claimed is not held"
        with pytest.raises(NotFound):
            queries.organisation_page(db, number)
    assert files.get(ctx.settings, line.documents[0]["key"]) == PDF
    commands.decide(rui, verification_id=waiting, approve=True)
    with ctx.reading() as db:
        page = queries.organisation_page(db, number)
    assert (page.verified, page.credit_code) == (True, CODES[0])
    assert [mail["to"] for mail in mails(ctx, "verified")] == ["alice@demo.example"]
    assert acting(ctx, alice.actor.user_id, number).actor.may_sell


def test_papers_are_returned_with_a_reason_and_kept_for_the_next_time(cast, ctx):
    alice, rui, number = cast
    first = commands.submit_verification(alice, _submission(number))
    with pytest.raises(Invalid):
        commands.decide(rui, verification_id=first, approve=False, reason=" ")
    commands.decide(rui, verification_id=first, approve=False, reason="The seal is missing.")
    assert mails(ctx, "returned")[0]["facts"]["reason"] == "The seal is missing."
    second = commands.submit_verification(alice, _submission(number, papers=()))
    with ctx.reading() as db:
        assert queries.verification_detail(db, second).documents[0]["name"] == "licence.pdf"
        states = [line.state for line in queries.submissions_of(db, number)]
    assert states == ["submitted", "returned"], "nothing is replaced"
    commands.decide(rui, verification_id=second, approve=True)
    with pytest.raises(Conflict):
        commands.decide(rui, verification_id=second, approve=True)


@pytest.mark.threat("T13")
def test_nobody_decides_on_an_organisation_he_belongs_or_belonged_to(cast, ctx):
    alice, rui, number = cast
    waiting = commands.submit_verification(alice, _submission(number))
    join(ctx, number, rui.actor.user_id, MemberRole.READ_ONLY)
    with pytest.raises(Forbidden):
        commands.decide(rui, verification_id=waiting, approve=True)
    commands.leave(acting(ctx, rui.actor.user_id, number), number)
    with pytest.raises(Forbidden):
        commands.decide(rui, verification_id=waiting, approve=True)
    for ctx_of_others in (alice, acting(ctx, person(ctx, "Mallory"))):
        with pytest.raises(Forbidden):
            commands.decide(ctx_of_others, verification_id=waiting, approve=True)
    for role in (StaffRole.ADMINISTRATOR, StaffRole.TREASURER, StaffRole.AUCTIONEER):
        other = acting(ctx, person(ctx, f"Staff{role.value}", role))
        with pytest.raises(Forbidden):
            commands.decide(other, verification_id=waiting, approve=True)
    assert not _verified(ctx, number)


@pytest.mark.threat("T13")
def test_the_database_itself_refuses_that_one_person_submits_and_decides(cast, ctx):
    alice, _rui, number = cast
    waiting = commands.submit_verification(alice, _submission(number))
    with pytest.raises(IntegrityError), ctx.transaction() as tx:
        tx.db.execute(
            update(Verification)
            .where(Verification.id == waiting)
            .values(state="verified", decided_by=alice.actor.user_id, decided_at=tx.now)
        )


def test_a_code_belongs_to_one_organisation_and_cannot_be_squatted_on(cast, ctx):
    alice, rui, number = cast
    mallory = person(ctx, "Mallory")
    squatter = commands.found_organisation(
        acting(ctx, mallory), commands.Profile(name="Not Bearings", kind="enterprise")
    )
    in_wait = commands.submit_verification(acting(ctx, mallory, squatter), _submission(squatter))
    waiting = commands.submit_verification(alice, _submission(number))
    commands.decide(rui, verification_id=waiting, approve=True)
    with pytest.raises(Conflict) as refused:
        commands.decide(rui, verification_id=in_wait, approve=True)
    assert refused.value.code == "identity.code_taken"
    commands.decide(rui, verification_id=in_wait, approve=False, reason="The code is another's.")
    with pytest.raises(Conflict):
        commands.submit_verification(acting(ctx, mallory, squatter), _submission(squatter))


@pytest.mark.parametrize("code", CODES)
def test_real_codes_pass(cast, ctx, code):
    alice, _rui, number = cast
    assert commands.submit_verification(alice, _submission(number, code))


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("91330000712560575H", "identity.code_wrong_check"),
        ("9133O000712560575G", "identity.code_letter_not_used"),
        ("9133000071256057G", "identity.code_bad_length"),
        ("0" * 18, "identity.code_all_zero"),
        ("", "identity.code_bad_length"),
    ],
)
def test_wrong_codes_are_named_at_their_field(cast, code, refusal):
    alice, _rui, number = cast
    with pytest.raises(Invalid) as refused:
        commands.submit_verification(alice, _submission(number, code))
    assert refused.value.facts["errors"]["credit_code"][0]["code"] == refusal


def test_an_inventor_is_verified_by_identity_card(ctx):
    from marketplace.identity.people.commands import set_identity_number

    alice = person(ctx, "Alice")
    number = commands.found_organisation(
        acting(ctx, alice), commands.Profile(name="Alice Inventor", kind="individual")
    )
    asked = _submission(number, "", name="Alice Inventor", kind="individual")
    with pytest.raises(Invalid) as refused:
        commands.submit_verification(acting(ctx, alice, number), asked)
    assert refused.value.code == "identity.identity_number_needed"
    set_identity_number(acting(ctx, alice), "330624199003071236")
    assert commands.submit_verification(acting(ctx, alice, number), asked)


def test_a_new_name_counts_once_it_is_verified_and_the_old_one_is_kept(ctx, clock):
    alice, rui = person(ctx, "Alice"), acting(ctx, person(ctx, "Rui", StaffRole.REVIEWER))
    number = organisation(ctx, alice, "Old Name", code=CODES[0])
    owner = acting(ctx, alice, number)
    with pytest.raises(Invalid):
        commands.change_profile(owner, number, commands.Profile(name="New", kind="enterprise"))
    waiting = commands.submit_verification(owner, _submission(number, name="New Name"))
    with ctx.reading() as db:
        page = queries.organisation_page(db, number)
        assert (page.name, page.verified) == ("Old Name", True), "running deals are not touched"
        assert queries.verification_detail(db, waiting).purpose == "change"
    commands.decide(rui, verification_id=waiting, approve=True)
    with ctx.reading() as db:
        page = queries.organisation_page(db, number)
        assert db.scalar(select(Alias.name)) == "Old Name"
    assert (page.name, page.former_names) == ("New Name", ("Old Name",))


@pytest.mark.law("L69")
def test_verified_on_31_may_is_due_on_30_november():
    due = commands.due_after(datetime(2026, 5, 31, 3, tzinfo=UTC), 6)
    assert due == datetime(2026, 11, 30, 16, tzinfo=UTC), "the end of 2026-11-30 in China"


@pytest.mark.law("L69")
def test_selling_pauses_when_the_verification_is_overdue_beyond_its_grace(ctx, clock):
    alice, rui = person(ctx, "Alice"), acting(ctx, person(ctx, "Rui", StaffRole.REVIEWER))
    number = organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    with ctx.reading() as db:
        due = db.scalar(select(Organisation.reverify_at))
    clock.now = due.replace() - (due - clock.now) / 2
    assert commands.sweep_due(ctx) == 0
    for instant, told in ((due, 1), (due, 0)):
        clock.now = instant
        assert commands.sweep_due(ctx) == told
    assert acting(ctx, alice, number).actor.may_sell, "grace"
    clock.forward(days=30)
    assert commands.sweep_due(ctx) == 1
    assert commands.sweep_due(ctx) == 0
    paused = acting(ctx, alice, number).actor
    assert (paused.organisation_verified, paused.may_sell) == (True, False)
    assert [mail["facts"]["paused"] for mail in mails(ctx, "reverify")] == ["", "yes"]
    waiting = commands.submit_verification(acting(ctx, alice, number), _submission(number))
    commands.decide(rui, verification_id=waiting, approve=True)
    assert acting(ctx, alice, number).actor.may_sell


def test_suspension_takes_the_rights_and_can_be_ended(ctx):
    alice, rui = person(ctx, "Alice"), acting(ctx, person(ctx, "Rui", StaffRole.REVIEWER))
    number = organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    with pytest.raises(Invalid):
        commands.suspend(rui, number, why="")
    commands.suspend(rui, number, why="The licence was forged.")
    assert not acting(ctx, alice, number).actor.may_sell
    with pytest.raises(Conflict):
        commands.submit_verification(acting(ctx, alice, number), _submission(number))
    commands.reinstate(rui, number, why="It was not.")
    assert acting(ctx, alice, number).actor.may_sell


def test_members_without_the_role_and_outsiders_change_nothing(cast, ctx):
    _alice, _rui, number = cast
    bob, mallory = person(ctx, "Bob"), person(ctx, "Mallory")
    join(ctx, number, bob, MemberRole.MEMBER)
    profile = commands.Profile(name="Taken over", kind="enterprise")
    with pytest.raises(Forbidden):
        commands.change_profile(acting(ctx, bob, number), number, profile)
    with pytest.raises(NotFound):
        commands.change_profile(acting(ctx, mallory, number), number, profile)
    assert acting(ctx, mallory, number).actor.organisation_id is None


@pytest.mark.law("L75")
def test_no_bank_account_is_stored_without_its_own_consent(cast, ctx):
    from marketplace.identity.organisations.commands import set_bank_account
    from marketplace.identity.people.consents import withdraw_consent

    alice, _rui, number = cast
    with pytest.raises(Invalid):
        set_bank_account(alice, number, number="6222021234567890123", consents=False)
    with ctx.reading() as db:
        assert db.scalar(select(Organisation.bank_account_sealed)) is None
    set_bank_account(alice, number, number="6222 0212 3456 7890 123", consents=True)
    with ctx.reading() as db:
        sealed = db.scalar(select(Organisation.bank_account_sealed))
    assert "6222" not in sealed
    withdraw_consent(alice, "bank_account")
    with pytest.raises(Invalid):
        set_bank_account(alice, number, number="6222021234567890123", consents=False)


def test_the_pages_walk_from_entry_to_papers_in_a_browser(client, ctx):
    person(ctx, "Alice")
    sign_in(client, "Alice")
    entered = post(
        client,
        "/identity/organisations/new",
        {"name": "Bearings Ltd", "kind": "enterprise", "region": "330624", "contact_phone": "1"},
    )
    assert entered.status_code == 303
    where = entered.location
    wrong = post(
        client,
        where,
        {"name": "Bearings Ltd", "kind": "enterprise", "credit_code": "91330000712560575H"},
    )
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'value="91330000712560575H"' in page
    assert 'id="credit_code-error"' in page
    values = {
        "name": "Bearings Ltd",
        "kind": "enterprise",
        "credit_code": "91330000712560575G",
        "flags": ["high_tech", "role", "state"],
    }
    bad = post(client, where, {**values, "licence": (io.BytesIO(b"<html>"), "x.pdf")})
    assert bad.status_code == 422
    values["flags"] = ["high_tech"]
    bad = post(client, where, {**values, "licence": (io.BytesIO(b"<html>"), "x.pdf")})
    assert bad.status_code == 422
    assert 'id="licence-error"' in bad.get_data(as_text=True)
    sent = post(client, where, {**values, "licence": (io.BytesIO(PDF), "营业执照.pdf")})
    assert sent.status_code == 303
    shown = client.get(sent.location).get_data(as_text=True)
    assert 'data-verification-state="submitted"' in shown
    with ctx.reading() as db:
        (line,) = queries.pending_verifications(db)
    paper = client.get(f"/identity/organisations/{line.organisation_id}/papers/{line.id}/0")
    assert paper.data == PDF
    assert paper.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in paper.headers["Content-Security-Policy"]


@pytest.mark.parametrize("state", ["none", "submitted", "returned", "verified", "suspended"])
def test_each_state_has_its_own_face(client, ctx, state):
    alice, rui = person(ctx, "Alice"), acting(ctx, person(ctx, "Rui", StaffRole.REVIEWER))
    number = organisation(ctx, alice, "Bearings Ltd", code=None)
    if state != "none":
        waiting = commands.submit_verification(acting(ctx, alice, number), _submission(number))
        if state != "submitted":
            approve = state in ("verified", "suspended")
            commands.decide(rui, verification_id=waiting, approve=approve, reason="Because.")
        if state == "suspended":
            commands.suspend(rui, number, why="Forged.")
    sign_in(client, "Alice")
    for language in ("zh", "en"):
        page = client.get(f"/identity/organisations/{number}?lang={language}")
        assert page.status_code == 200
        assert f'data-verification-state="{state}"' in page.get_data(as_text=True)


def test_papers_are_for_managers_and_reviewers_only(app, ctx, cast):
    alice, _rui, number = cast
    waiting = commands.submit_verification(alice, _submission(number))
    bob = person(ctx, "Bob")
    join(ctx, number, bob, MemberRole.MEMBER)
    person(ctx, "Mallory")
    person(ctx, "Cleo", StaffRole.CLERK)
    path = f"/identity/organisations/{number}/papers/{waiting}/0"
    seen = {}
    for name in ("Alice", "Rui", "Bob", "Mallory", "Cleo"):
        client = app.test_client()
        sign_in(client, name)
        seen[name] = client.get(path).status_code
    assert seen == {"Alice": 200, "Rui": 200, "Bob": 404, "Mallory": 404, "Cleo": 404}
    assert app.test_client().get(path).status_code == 303
