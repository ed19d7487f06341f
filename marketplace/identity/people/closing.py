"""Taking one's own data along, and leaving: profile erased, deals kept under their number (L76)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.identity.events import AccountClosed, MemberLeft
from marketplace.identity.organisations import queries as organisations
from marketplace.identity.organisations.models import Invitation, Membership, Organisation
from marketplace.identity.people.models import Consent, Relative, User, UserRole
from marketplace.identity.people.queries import account
from marketplace.identity.tokens.models import ApiToken
from marketplace.identity.tokens.queries import tokens_of
from marketplace.kernel import cipher
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.settings import Secrets

Hindrance = Callable[[Session, int], str | None]
Exporter = Callable[[Session, int], Any]

HINDRANCES: list[Hindrance] = []
"""Upper rooms add: the code why this person cannot leave yet (a running bid, an open order)."""
EXPORTERS: dict[str, Exporter] = {}
"""Upper rooms add: name of a part → the person's own data in it, as JSON values."""
MOST_ENTRIES = 10_000


def export_my_data(db: Session, keys: Secrets, user_id: int) -> dict[str, Any]:
    """Everything kept about the person under its own key, as JSON values (L76, PI 45)."""
    user = db.get(User, user_id)
    if user is None:
        raise NotFound
    own = account(db, keys, user_id)
    number = user.identity_number_sealed
    return {
        "account": {
            "id": own.id,
            "name": own.name,
            "email": own.email,
            "language": own.locale,
            "created_at": own.created_at.isoformat(),
            "identity_number": cipher.unseal(keys, number) if number else None,
            "has_second_factor": own.has_second_factor,
            "last_sign_in_at": own.last_login_at.isoformat() if own.last_login_at else None,
            "last_sign_in_address": own.last_login_address,
        },
        "consents": _consents(db, user_id),
        "declared_relatives": [label for _number, label in own.relatives],
        "organisations": _memberships(db, user_id),
        "api_tokens": [{"name": one.name, "scopes": one.scopes} for one in tokens_of(db, user_id)],
        "actions": _actions(db, user_id),
        **{name: part(db, user_id) for name, part in sorted(EXPORTERS.items())},
    }


def as_json(data: dict[str, Any]) -> str:
    """The export as a readable file."""
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)


def _consents(db: Session, user_id: int) -> list[dict[str, Any]]:
    query = select(Consent).where(Consent.user_id == user_id).order_by(Consent.id)
    return [
        {
            "purpose": row.purpose,
            "version": row.version,
            "given_at": row.given_at.isoformat(),
            "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
        }
        for row in db.scalars(query)
    ]


def _memberships(db: Session, user_id: int) -> list[dict[str, Any]]:
    query = (
        select(Membership, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id)
    )
    return [
        {
            "organisation": name,
            "role": row.role,
            "joined_at": row.joined_at.isoformat(),
            "left_at": row.left_at.isoformat() if row.left_at else None,
        }
        for row, name in db.execute(query)
    ]


def _actions(db: Session, user_id: int) -> list[dict[str, Any]]:
    query = (
        select(AuditEntry.at, AuditEntry.action, AuditEntry.thing, AuditEntry.thing_id)
        .where(AuditEntry.user_id == user_id)
        .order_by(AuditEntry.seq.desc())
        .limit(MOST_ENTRIES)
    )
    return [
        {"at": row.at.isoformat(), "action": row.action, "thing": f"{row.thing} {row.thing_id}"}
        for row in db.execute(query)
    ]


def hindrances(db: Session, user_id: int) -> list[str]:
    """The codes why the person cannot leave yet; an empty list when nothing stands against it."""
    found = [_office(db, user_id), _last_owner(db, user_id)]
    found += [hindrance(db, user_id) for hindrance in HINDRANCES]
    return [code for code in found if code]


def _office(db: Session, user_id: int) -> str | None:
    held = select(UserRole.role_id).where(UserRole.user_id == user_id).limit(1)
    return "identity.still_in_office" if db.scalar(held) is not None else None


def _last_owner(db: Session, user_id: int) -> str | None:
    """Somebody else must own a verified organisation, or one with other members, first."""
    for one in organisations.memberships(db, user_id):
        others = [
            who for who in organisations.members_of(db, one.organisation_id) if who != user_id
        ]
        owners = organisations.members_of(db, one.organisation_id, roles=[MemberRole.OWNER])
        alone_in_charge = one.role is MemberRole.OWNER and owners == [user_id]
        if alone_in_charge and (others or one.state in ("verified", "suspended")):
            return "identity.last_owner"
    return None


def close_account(ctx: Context) -> None:
    """Close the actor's account and erase its profile; raises Conflict with what hinders it.

    What the law keeps (deals, bids, the audit log) keeps the bare number of the person (L18).
    """
    with ctx.transaction() as tx:
        user = tx.db.scalar(
            select(User).where(User.id == tx.actor.user_id, User.active).with_for_update()
        )
        if user is None:
            raise NotFound
        codes = hindrances(tx.db, user.id)
        if codes:
            raise Conflict(codes[0])
        _erase(tx, user)
        _leave_everything(tx, user.id)
        tx.audit("user.closed", "user", user.id)
        tx.emit(AccountClosed(user.id))


def _erase(tx: Tx, user: User) -> None:
    address = user.email
    tx.db.execute(
        update(Invitation)
        .where(Invitation.email == address, Invitation.accepted_at.is_(None))
        .values(revoked_at=tx.now),
        execution_options={"synchronize_session": False},
    )
    user.email, user.name = f"closed-{user.id}@closed.invalid", ""
    user.password = user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    user.phone_sealed = user.identity_number_sealed = user.identity_number_print = None
    user.current_login_ip = user.last_login_ip = None
    user.active, user.closed_at, user.fs_uniquifier = False, tx.now, uuid.uuid4().hex


def _leave_everything(tx: Tx, user_id: int) -> None:
    tx.db.execute(delete(Relative).where(Relative.user_id == user_id))
    for table, ended in (
        (Consent, {"withdrawn_at": tx.now}),
        (ApiToken, {"revoked_at": tx.now}),
    ):
        still = getattr(table, next(iter(ended))).is_(None)
        tx.db.execute(
            update(table).where(table.user_id == user_id, still).values(**ended),
            execution_options={"synchronize_session": False},
        )
    active = (Membership.user_id == user_id) & Membership.left_at.is_(None)
    for row in tx.db.scalars(select(Membership).where(active)):
        row.left_at = tx.now
        tx.emit(MemberLeft(row.organisation_id, user_id))
