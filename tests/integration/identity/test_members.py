"""Members: invited by mail, changed, leaving; acting for one of several organisations."""

from __future__ import annotations

import pytest

from marketplace.identity import commands, queries
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from tests.integration.identity.acting import (
    CODES,
    acting,
    join,
    link_of,
    mails,
    organisation,
    person,
    post,
    sign_in,
)


@pytest.fixture
def house(ctx):
    alice = person(ctx, "Alice")
    number = organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    return acting(ctx, alice, number), number


def _link(ctx) -> str:
    return link_of(mails(ctx, "invitation")[-1], "invitation_link").rpartition("/")[2]


def test_bob_joins_by_the_link_of_his_mail(house, ctx):
    alice, number = house
    bob = person(ctx, "Bob")
    limit = 5_000_000
    commands.invite(alice, commands.Invite(number, "Bob@Demo.example", MemberRole.MEMBER, limit))
    link = _link(ctx)
    mallory = person(ctx, "Mallory")
    with pytest.raises(Forbidden):
        commands.accept_invitation(acting(ctx, mallory), link)
    assert commands.accept_invitation(acting(ctx, bob), link) == number
    actor = acting(ctx, bob, number).actor
    assert (actor.member_role, actor.bid_limit_minor) == (MemberRole.MEMBER, limit)
    with pytest.raises(NotFound):
        commands.accept_invitation(acting(ctx, bob), link)


def test_invitations_end_by_time_and_by_a_newer_one(house, ctx, clock):
    alice, number = house
    bob = person(ctx, "Bob")
    commands.invite(alice, commands.Invite(number, "bob@demo.example", MemberRole.MEMBER))
    first = _link(ctx)
    commands.invite(alice, commands.Invite(number, "bob@demo.example", MemberRole.MANAGER))
    with pytest.raises(NotFound):
        commands.accept_invitation(acting(ctx, bob), first)
    clock.forward(days=14)
    with pytest.raises(NotFound):
        commands.accept_invitation(acting(ctx, bob), _link(ctx))


@pytest.mark.threat("T14")
def test_an_invitation_does_not_tell_whether_the_address_is_known(app, house, ctx):
    _alice, number = house
    person(ctx, "Bob")
    client = app.test_client()
    sign_in(client, "Alice")
    path = f"/identity/organisations/{number}/members"
    answers = [
        post(client, path, {"email": f"{name}@demo.example", "role": "member"})
        for name in ("bob", "nobody")
    ]
    assert [(a.status_code, a.location) for a in answers] == [(303, path)] * 2


def test_an_organisation_always_keeps_an_owner(house, ctx):
    alice, number = house
    bob = person(ctx, "Bob")
    join(ctx, number, bob, MemberRole.MANAGER)
    alone = alice.actor.user_id
    with pytest.raises(Conflict) as refused:
        commands.leave(alice, number)
    assert refused.value.code == "identity.last_owner"
    with pytest.raises(Conflict):
        commands.change_member(alice, commands.ChangeMember(number, alone, MemberRole.MEMBER))
    commands.change_member(alice, commands.ChangeMember(number, bob, MemberRole.OWNER))
    commands.leave(alice, number)
    with ctx.reading() as db:
        assert queries.members_of(db, number) == [bob]


def test_only_owners_change_members(house, ctx):
    alice, number = house
    bob, mallory = person(ctx, "Bob"), person(ctx, "Mallory")
    join(ctx, number, bob, MemberRole.MANAGER)
    victim = alice.actor.user_id
    for who, refusal in ((bob, Forbidden), (mallory, NotFound)):
        acts = acting(ctx, who, number)
        with pytest.raises(refusal):
            commands.remove_member(acts, organisation_id=number, user_id=victim)
        with pytest.raises(refusal):
            change = commands.ChangeMember(number, who, MemberRole.OWNER)
            commands.change_member(acts, change)
        with pytest.raises(refusal):
            commands.invite(acts, commands.Invite(number, "x@demo.example", MemberRole.OWNER))


def test_one_person_acts_for_one_of_several_organisations(client, ctx):
    alice, bob = person(ctx, "Alice"), person(ctx, "Bob")
    first = organisation(ctx, alice, "Bearings Ltd", code=CODES[0])
    second = organisation(ctx, alice, "Textiles Ltd", code=CODES[1])
    foreign = organisation(ctx, bob, "Foreign Ltd", code=CODES[2])
    sign_in(client, "Alice")
    assert client.get(f"/identity/organisations/{first}").status_code == 200
    assert client.get(f"/identity/organisations/{second}").status_code == 404
    chosen = post(
        client, "/identity/act-for", {"organisation_id": second}, form="/identity/organisations"
    )
    assert chosen.status_code == 303
    assert client.get(f"/identity/organisations/{second}").status_code == 200
    refused = post(
        client, "/identity/act-for", {"organisation_id": foreign}, form="/identity/organisations"
    )
    assert refused.status_code == 404
    with client.session_transaction() as held:
        held["org"] = foreign
    assert client.get(f"/identity/organisations/{foreign}").status_code == 404


def test_a_member_who_left_acts_for_nobody_from_then_on(client, ctx, house):
    alice, number = house
    bob = person(ctx, "Bob")
    join(ctx, number, bob, MemberRole.MEMBER)
    sign_in(client, "Bob")
    page = f"/identity/organisations/{number}"
    assert client.get(page).status_code == 200
    commands.remove_member(alice, organisation_id=number, user_id=bob)
    assert client.get(page).status_code == 404


def test_the_members_page_shows_and_changes(client, ctx, house):
    _alice, number = house
    bob = person(ctx, "Bob")
    join(ctx, number, bob, MemberRole.MEMBER)
    sign_in(client, "Alice")
    page = f"/identity/organisations/{number}/members"
    changed = post(client, f"{page}/{bob}", {"role": "member", "bid_limit": "12万"}, form=page)
    assert changed.status_code == 303
    with ctx.reading() as db:
        limits = {line.user_id: line.bid_limit_minor for line in queries.member_lines(db, number)}
    assert limits[bob] == 12_000_000
    assert 'value="120000"' in client.get(page).get_data(as_text=True)
    wrong = post(client, f"{page}/{bob}", {"role": "emperor", "bid_limit": ""}, form=page)
    assert wrong.status_code == 422
    assert post(client, f"{page}/{bob}/remove", form=page).status_code == 303
