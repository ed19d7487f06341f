"""Steps that the stories about people and organisations share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select

from marketplace.identity import commands
from marketplace.identity.actors import actor_of
from marketplace.kernel.actor import Actor, MemberRole, StaffRole
from marketplace.kernel.context import Context
from marketplace.kernel.outbox import OutboxRow

PASSWORD = "a quiet river at dawn"
CODES = ("91330000712560575G", "914403001922038216", "12100000470095016Q", "91330624MA20002030")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def person(ctx: Context, name: str, *roles: StaffRole) -> int:
    """A person with a confirmed account and the common password."""
    command = commands.CreateUser(f"{name.lower()}@demo.example", name, PASSWORD, tuple(roles))
    return commands.create_user(ctx, command)


def acting(ctx: Context, user_id: int, organisation_id: int | None = None) -> Context:
    """The context in which the person acts."""
    with ctx.reading() as db:
        actor = actor_of(db, user_id, organisation_id=organisation_id)
    assert isinstance(actor, Actor)
    return ctx.acting(actor)


def organisation(ctx: Context, owner_id: int, name: str, *, code: str | None = None) -> int:
    """An organisation of the owner; verified when it has a code."""
    known = commands.KnownOrganisation(
        commands.Profile(name=name, kind="enterprise"),
        credit_code=code,
        verified_at=ctx.clock() if code else None,
        reverify_at=commands.due_after(ctx.clock(), 6) if code else None,
        owner_id=owner_id,
    )
    with ctx.transaction() as tx:
        return commands.put_known(tx, known)


def join(ctx: Context, organisation_id: int, user_id: int, role: MemberRole) -> None:
    with ctx.transaction() as tx:
        commands.add_member(tx, organisation_id, user_id, role=role)


def mails(ctx: Context, message: str | None = None) -> list[dict]:
    """The mails that are owed, in the order they were wanted."""
    query = (
        select(OutboxRow.payload)
        .where(OutboxRow.event == "identity.mail_wanted")
        .order_by(OutboxRow.id)
    )
    with ctx.reading() as db:
        return [row for row in db.scalars(query) if message in (None, row["message"])]


def csrf(client, path: str = "/identity/sign-in", **more) -> str:
    """The token that a page's form carries."""
    page = client.get(path, **more).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, f"{path} has no form"
    return found.group(1)


def post(client, path: str, values: dict | None = None, *, form: str | None = None, **more):
    """Send a form as a browser would, with the token of the page it stands on."""
    values = {**(values or {}), "csrf_token": csrf(client, form or path)}
    return client.post(path, data=values, **more)


def sign_in(client, name: str, *, password: str = PASSWORD):
    return post(
        client,
        "/identity/sign-in",
        {"email": f"{name.lower()}@demo.example", "password": password},
    )


def link_of(mail: dict, name: str) -> str:
    """The path of a link in a mail."""
    link = mail["facts"][name]
    assert link.startswith("http://localhost/")
    return link.removeprefix("http://localhost")


def column_names(tables: Iterable[str]) -> list[str]:
    from marketplace.tables import metadata

    return sorted({column.name for name in tables for column in metadata.tables[name].columns})
