"""What is done to accounts: make, change, give offices, prove identity, sign out everywhere."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from marketplace.identity.events import RoleGranted, RoleRevoked
from marketplace.identity.people import passwords
from marketplace.identity.people.models import Role, User, UserRole
from marketplace.identity.policy import may_grant_roles
from marketplace.kernel import cipher
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from rules.identity_card import parse_identity_card
from rules.refusals import NumberRefused


@dataclass(frozen=True, slots=True)
class CreateUser:
    """An account made by the command line or the demo; its mail address counts as confirmed."""

    email: str
    name: str
    password: str
    roles: tuple[StaffRole, ...] = ()
    locale: str = "zh_Hans_CN"


def create_user(ctx: Context, command: CreateUser) -> int:
    """Make an account and return its number; raises Invalid or Conflict (address taken)."""
    email = normal_email(command.email)
    code = passwords.length_refusal(command.password)
    if code:
        raise Invalid(code, shortest=passwords.SHORTEST, longest=passwords.LONGEST)
    hashed = passwords.hash_password(ctx.settings, command.password)
    try:
        with ctx.transaction() as tx:
            user = add_user(tx, email=email, name=command.name, locale=command.locale)
            user.password = hashed
            for role in command.roles:
                _give(tx, user.id, role)
            tx.audit("user.created", "user", user.id, roles=[role.value for role in command.roles])
            return user.id
    except IntegrityError as error:
        raise Conflict("identity.email_taken") from error


def add_user(tx: Tx, *, email: str, name: str, locale: str = "zh_Hans_CN") -> User:
    """Step: a confirmed account without a password (its owner sets one by «recover»)."""
    user = User(
        email=email,
        name=name,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        locale=locale,
        confirmed_at=tx.now,
        created_at=tx.now,
    )
    tx.db.add(user)
    tx.db.flush()
    return user


def normal_email(typed: str) -> str:
    """An address in the spelling it is stored in; raises Invalid."""
    try:
        found = validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid("identity.email_invalid") from error
    return found.normalized.lower()


def set_password(ctx: Context, *, email: str, password: str) -> None:
    """Set a password from the command line; every session and link of the person ends."""
    code = passwords.length_refusal(password)
    if code:
        raise Invalid(code, shortest=passwords.SHORTEST, longest=passwords.LONGEST)
    hashed = passwords.hash_password(ctx.settings, password)
    with ctx.transaction() as tx:
        user = _by_email(tx, email)
        user.password = hashed
        end_sessions(user)
        tx.audit("user.password_set", "user", user.id)


def reset_second_factor(ctx: Context, *, email: str) -> None:
    """Remove a lost second factor from the command line; every session of the person ends."""
    with ctx.transaction() as tx:
        user = _by_email(tx, email)
        user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
        end_sessions(user)
        tx.audit("user.second_factor_reset", "user", user.id)


def end_sessions(user: User) -> None:
    """Step: end every session of the person and make every old link void."""
    user.fs_uniquifier = uuid.uuid4().hex


def sign_out_everywhere(ctx: Context) -> None:
    """End every session of the actor, the present one too."""
    with ctx.transaction() as tx:
        user = locked_user(tx, tx.actor.user_id)
        end_sessions(user)
        tx.audit("user.signed_out_everywhere", "user", user.id)


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """The actor's own name and language."""

    name: str
    locale: str


def change_person(ctx: Context, command: ChangePerson) -> None:
    """Change the actor's own profile; raises Invalid."""
    name = " ".join(command.name.split())
    if not 1 <= len(name) <= 60:
        raise Invalid(errors={"name": ["identity.name_length"]})
    if command.locale not in ("zh_Hans_CN", "en"):
        raise Invalid(errors={"locale": ["identity.unknown_language"]})
    with ctx.transaction() as tx:
        user = locked_user(tx, tx.actor.user_id)
        if name != user.name:
            tx.audit("user.renamed", "user", user.id)
        user.name, user.locale = name, command.locale


def set_identity_number(ctx: Context, typed: str) -> None:
    """Keep the actor's identity card number sealed, and its fingerprint (L5).

    Raises Invalid with the rule's code; a number once given is changed by nobody but its owner.
    """
    try:
        card = parse_identity_card(typed, ctx.clock().astimezone(SHANGHAI).date())
    except NumberRefused as error:
        raise Invalid(f"identity.card_{error.code}", **error.facts) from error
    keys = ctx.settings.secrets
    with ctx.transaction() as tx:
        user = locked_user(tx, tx.actor.user_id)
        user.identity_number_sealed = cipher.seal(keys, card.number)
        user.identity_number_print = cipher.fingerprint(keys, card.number)
        tx.audit("user.identity_number_set", "user", user.id)


def grant_role(ctx: Context, *, user_id: int, role: StaffRole, why: str) -> None:
    """Give a person an office, for a stated reason; the person signs in again.

    Administrators only and never to oneself (T12, T13); raises Forbidden, NotFound, Invalid.
    """
    with ctx.transaction() as tx:
        user = _for_office(tx, user_id, why)
        if not _give(tx, user.id, role):
            return
        end_sessions(user)
        tx.audit("role.granted", "user", user.id, why=why, role=role.value)
        tx.emit(RoleGranted(user.id, role.value))


def revoke_role(ctx: Context, *, user_id: int, role: StaffRole, why: str) -> None:
    """Take an office away; the market keeps at least one administrator (Conflict)."""
    with ctx.transaction() as tx:
        user = _for_office(tx, user_id, why)
        row = _role(tx, role)
        if role is StaffRole.ADMINISTRATOR and _holders(tx, row.id) == {user.id}:
            raise Conflict("identity.last_administrator")
        gone = tx.db.execute(
            delete(UserRole)
            .where(UserRole.user_id == user.id, UserRole.role_id == row.id)
            .returning(UserRole.user_id)
        ).first()
        if gone is None:
            return
        end_sessions(user)
        tx.audit("role.revoked", "user", user.id, why=why, role=role.value)
        tx.emit(RoleRevoked(user.id, role.value))


def grant(ctx: Context, *, email: str, role: StaffRole) -> None:
    """Give an office from the command line, where no administrator exists yet."""
    with ctx.transaction() as tx:
        user = _by_email(tx, email)
        if _give(tx, user.id, role):
            end_sessions(user)
            tx.audit("role.granted", "user", user.id, why="command line", role=role.value)
            tx.emit(RoleGranted(user.id, role.value))


def _for_office(tx: Tx, user_id: int, why: str) -> User:
    if not may_grant_roles(tx.actor):
        raise Forbidden
    if tx.actor.user_id == user_id:
        raise Forbidden("identity.not_to_oneself")
    if not why.strip():
        raise Invalid("reason_needed")
    return locked_user(tx, user_id)


def _give(tx: Tx, user_id: int, role: StaffRole) -> bool:
    row = _role(tx, role)
    if tx.db.get(UserRole, (user_id, row.id)) is not None:
        return False
    by = tx.actor_or_none.user_id if tx.actor_or_none else None
    tx.db.add(UserRole(user_id=user_id, role_id=row.id, granted_at=tx.now, granted_by=by))
    tx.db.flush()
    return True


def _role(tx: Tx, role: StaffRole) -> Role:
    row = tx.db.scalar(select(Role).where(Role.name == role.value))
    if row is None:
        row = Role(name=role.value)
        tx.db.add(row)
        tx.db.flush()
    return row


def _holders(tx: Tx, role_id: int) -> set[int]:
    active = select(UserRole.user_id).join(User, User.id == UserRole.user_id)
    return set(tx.db.scalars(active.where(UserRole.role_id == role_id, User.active)))


def locked_user(tx: Tx, user_id: int) -> User:
    """Step: the person's row, locked; raises NotFound for unknown and closed accounts."""
    query = select(User).where(User.id == user_id, User.active).with_for_update()
    user = tx.db.scalar(query)
    if user is None:
        raise NotFound
    return user


def _by_email(tx: Tx, email: str) -> User:
    query = select(User).where(User.email == normal_email(email)).with_for_update()
    user = tx.db.scalar(query)
    if user is None:
        raise NotFound("identity.no_such_user")
    return user
