"""Members of an organisation: invited by mail, given a role, leaving; an owner always stays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.identity.events import MailWanted, MemberInvited, MemberJoined, MemberLeft
from marketplace.identity.organisations.commands import add_member, locked_organisation
from marketplace.identity.organisations.models import Invitation, Membership, Organisation
from marketplace.identity.people.commands import normal_email
from marketplace.identity.people.models import User
from marketplace.identity.policy import may_manage_members
from marketplace.identity.signin import throttle
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.ids import token

INVITATION_DAYS = 14
MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Invite:
    """An offer of membership; ``bid_limit_minor`` (fen) caps one bid of a member."""

    organisation_id: int
    email: str
    role: MemberRole
    bid_limit_minor: int | None = None


def invite(ctx: Context, command: Invite) -> None:
    """Invite an address by mail. The answer does not tell whether it has an account (T14).

    Raises NotFound, Forbidden (owners only), Invalid, Conflict (already a member), TooMany.
    """
    email = normal_email(command.email)
    actor = ctx.actor
    who = throttle.Who(f"organisation {command.organisation_id}", actor.address if actor else "")
    throttle.begin(ctx, "invite", who)
    link = token()
    with ctx.transaction() as tx:
        organisation = _owned(tx, command.organisation_id)
        _refuse_member(tx, organisation.id, email)
        _replace_open(tx, organisation.id, email)
        row = Invitation(
            organisation_id=organisation.id,
            email=email,
            role=command.role.value,
            bid_limit_minor=command.bid_limit_minor,
            digest=_digest(link),
            invited_by=tx.actor.user_id,
            invited_at=tx.now,
            expires_at=tx.now + timedelta(days=INVITATION_DAYS),
        )
        tx.db.add(row)
        tx.db.flush()
        tx.audit("member.invited", "organisation", organisation.id, role=row.role)
        tx.emit(MemberInvited(organisation.id, row.id))
        tx.emit(_letter(tx, organisation, email, link))


def _letter(tx: Tx, organisation: Organisation, email: str, link: str) -> MailWanted:
    address = f"{tx.settings.base_url.rstrip('/')}/identity/invitations/{link}"
    facts = {
        "by": tx.actor.name,
        "organisation": organisation.name,
        "invitation_link": address,
        "days": INVITATION_DAYS,
    }
    return MailWanted(email, "invitation", "zh_Hans_CN", facts)


def _digest(link: str) -> str:
    return hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()


def _owned(tx: Tx, organisation_id: int) -> Organisation:
    organisation = locked_organisation(tx, organisation_id)
    if tx.actor.organisation_id != organisation_id:
        raise NotFound
    if not may_manage_members(tx.actor, organisation_id):
        raise Forbidden
    return organisation


def _refuse_member(tx: Tx, organisation_id: int, email: str) -> None:
    query = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.left_at.is_(None),
            User.email == email,
        )
    )
    if tx.db.scalar(query) is not None:
        raise Conflict("identity.already_member")


def _replace_open(tx: Tx, organisation_id: int, email: str) -> None:
    waiting = tx.db.scalars(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > tx.now,
        )
    ).all()
    if len(waiting) >= MOST_OPEN:
        raise Invalid("identity.too_many_invitations", most=MOST_OPEN)
    for row in waiting:
        if row.email == email:
            row.revoked_at = tx.now


def revoke_invitation(ctx: Context, *, organisation_id: int, invitation_id: int) -> None:
    """Take an open invitation back; raises NotFound."""
    with ctx.transaction() as tx:
        _owned(tx, organisation_id)
        row = tx.db.get(Invitation, invitation_id)
        if row is None or row.organisation_id != organisation_id or row.accepted_at is not None:
            raise NotFound
        row.revoked_at = row.revoked_at or tx.now
        tx.audit("member.invitation_revoked", "organisation", organisation_id)


def accept_invitation(ctx: Context, link: str) -> int:
    """Join by the link of the mail; returns the organisation's number.

    Only the person whose account has the invited address may. Raises NotFound (unknown, used,
    expired), Forbidden (another address).
    """
    with ctx.transaction() as tx:
        row = tx.db.scalar(
            select(Invitation).where(Invitation.digest == _digest(link)).with_for_update()
        )
        if row is None or row.accepted_at or row.revoked_at or row.expires_at <= tx.now:
            raise NotFound("identity.invitation_void")
        person = tx.db.get_one(User, tx.actor.user_id)
        if person.email != row.email:
            raise Forbidden("identity.invitation_other_address")
        locked_organisation(tx, row.organisation_id)
        row.accepted_at, row.accepted_by = tx.now, person.id
        if _membership(tx, row.organisation_id, person.id) is None:
            limit = row.bid_limit_minor
            role = MemberRole(row.role)
            add_member(tx, row.organisation_id, person.id, role=role, bid_limit_minor=limit)
            tx.audit("member.joined", "organisation", row.organisation_id, role=row.role)
            tx.emit(MemberJoined(row.organisation_id, person.id))
        return row.organisation_id


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """A member's new role and bid limit (fen; None: no limit)."""

    organisation_id: int
    user_id: int
    role: MemberRole
    bid_limit_minor: int | None = None


def change_member(ctx: Context, command: ChangeMember) -> None:
    """Change a member's role and limit; the last owner stays owner (Conflict)."""
    with ctx.transaction() as tx:
        _owned(tx, command.organisation_id)
        row = _member(tx, command.organisation_id, command.user_id)
        if command.role is not MemberRole.OWNER:
            _keep_an_owner(tx, row)
        before = row.role
        row.role, row.bid_limit_minor = command.role.value, command.bid_limit_minor
        tx.audit(
            "member.changed",
            "organisation",
            command.organisation_id,
            member=row.user_id,
            before=before,
            after=row.role,
        )


def remove_member(ctx: Context, *, organisation_id: int, user_id: int) -> None:
    """End a membership; the last owner stays (Conflict)."""
    with ctx.transaction() as tx:
        _owned(tx, organisation_id)
        _end(tx, _member(tx, organisation_id, user_id))


def leave(ctx: Context, organisation_id: int) -> None:
    """The actor leaves; the last owner cannot (Conflict): somebody else must own it first."""
    with ctx.transaction() as tx:
        locked_organisation(tx, organisation_id)
        _end(tx, _member(tx, organisation_id, tx.actor.user_id))


def _end(tx: Tx, row: Membership) -> None:
    _keep_an_owner(tx, row)
    row.left_at = tx.now
    tx.audit("member.left", "organisation", row.organisation_id, member=row.user_id)
    tx.emit(MemberLeft(row.organisation_id, row.user_id))


def _keep_an_owner(tx: Tx, row: Membership) -> None:
    others = select(Membership.id).where(
        Membership.organisation_id == row.organisation_id,
        Membership.role == MemberRole.OWNER,
        Membership.left_at.is_(None),
        Membership.id != row.id,
    )
    if row.role == MemberRole.OWNER and tx.db.scalar(others.limit(1)) is None:
        raise Conflict("identity.last_owner")


def _member(tx: Tx, organisation_id: int, user_id: int) -> Membership:
    row = _membership(tx, organisation_id, user_id)
    if row is None:
        raise NotFound
    return row


def _membership(tx: Tx, organisation_id: int, user_id: int) -> Membership | None:
    return tx.db.scalar(
        select(Membership).where(
            Membership.organisation_id == organisation_id,
            Membership.user_id == user_id,
            Membership.left_at.is_(None),
        )
    )
