"""Parties entered at a desk of the market: real names, no account; claimed later by a code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import select

from marketplace.identity.events import OrganisationChanged
from marketplace.identity.organisations.commands import NAME_LENGTH, add_member, clean
from marketplace.identity.organisations.models import DeskParty, Membership, Organisation
from marketplace.identity.organisations.states import Kind, State
from marketplace.identity.people.models import User
from marketplace.kernel import cipher
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import normal_code, token, verify_code
from rules.credit_code import parse_credit_code
from rules.identity_card import parse_identity_card
from rules.refusals import NumberRefused


@dataclass(frozen=True, slots=True)
class Entry:
    """What the desk read from the papers in front of it.

    ``person`` holds the paddle, with the identity card's number. ``company`` and its credit code
    are empty for who comes for himself.
    """

    person: str
    identity_number: str = field(repr=False)
    phone: str = field(default="", repr=False)
    company: str = ""
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """The person and the party that are known now; ``claim_code`` is told once, on paper."""

    user_id: int
    organisation_id: int
    name: str
    credit_code: str | None
    claim_code: str = field(default="", repr=False)


def enter_party(tx: Tx, entry: Entry) -> Entered:
    """Step: the person and the party of these papers, made where they are not known yet.

    A credit code or an identity number that the market knows leads to who has it already. Raises
    Invalid (``errors`` per field), Conflict for a suspended organisation.
    """
    number, code = _numbers(tx, entry)
    person = _person(tx, entry, number=number)
    found = _known_company(tx, code) if code else _known_individual(tx, person)
    if found is None:
        found = _new_organisation(tx, entry, code=code)
    if found.state == State.SUSPENDED:
        raise Conflict("identity.organisation_suspended", organisation=found.name)
    claim = _claim_code(tx, found, person)
    return Entered(person.id, found.id, found.name, found.credit_code, claim)


def _numbers(tx: Tx, entry: Entry) -> tuple[str, str | None]:
    errors: dict[str, list[object]] = {}
    number, code = "", None
    if not 1 <= len(clean(entry.person)) <= 60:
        errors["person"] = ["identity.name_length"]
    try:
        number = parse_identity_card(
            entry.identity_number, tx.now.astimezone(SHANGHAI).date()
        ).number
    except NumberRefused as error:
        facts = dict(error.facts)
        errors["identity_number"] = [{"code": f"identity.card_{error.code}", "facts": facts}]
    if entry.credit_code.strip() or entry.company.strip():
        try:
            code = parse_credit_code(entry.credit_code).canonical
        except NumberRefused as error:
            facts = dict(error.facts)
            errors["credit_code"] = [{"code": f"identity.code_{error.code}", "facts": facts}]
        if not 2 <= len(clean(entry.company)) <= NAME_LENGTH:
            errors["company"] = ["identity.organisation_name_length"]
    if errors:
        raise Invalid(errors=errors)
    return number, code


def _person(tx: Tx, entry: Entry, *, number: str) -> User:
    """Who has this identity number: an account before somebody known from a desk only."""
    keys = tx.settings.secrets
    mark = cipher.fingerprint(keys, number)
    same = select(User).where(User.identity_number_print == mark, User.closed_at.is_(None))
    known = tx.db.scalars(same.order_by(User.active.desc(), User.id)).first()
    if known is not None:
        return known
    user = User(
        email=f"desk-{token().lower()}@desk.invalid",
        name=clean(entry.person),
        active=False,
        fs_uniquifier=token(),
        created_at=tx.now,
        phone_sealed=cipher.seal(keys, entry.phone.strip()) if entry.phone.strip() else None,
        identity_number_sealed=cipher.seal(keys, number),
        identity_number_print=mark,
    )
    tx.db.add(user)
    tx.db.flush()
    tx.audit("user.entered_at_desk", "user", user.id)
    return user


def _known_company(tx: Tx, code: str) -> Organisation | None:
    query = select(Organisation).where(Organisation.credit_code == code).with_for_update()
    return tx.db.scalar(query)


def _known_individual(tx: Tx, person: User) -> Organisation | None:
    """The person's own party: by membership, or from an earlier desk."""
    member = select(Membership.organisation_id).where(
        Membership.user_id == person.id,
        Membership.role == MemberRole.OWNER.value,
        Membership.left_at.is_(None),
    )
    entered = select(DeskParty.organisation_id).where(DeskParty.user_id == person.id)
    query = select(Organisation).where(
        Organisation.kind == Kind.INDIVIDUAL.value,
        Organisation.id.in_(member) | Organisation.id.in_(entered),
    )
    return tx.db.scalars(query.order_by(Organisation.id).with_for_update()).first()


def _new_organisation(tx: Tx, entry: Entry, *, code: str | None) -> Organisation:
    row = Organisation(
        name=clean(entry.company) if code else clean(entry.person),
        kind=(Kind.ENTERPRISE if code else Kind.INDIVIDUAL).value,
        credit_code=code,
        state=State.NONE.value,
        created_at=tx.now,
        created_by=None,
    )
    tx.db.add(row)
    tx.db.flush()
    tx.audit("organisation.entered_at_desk", "organisation", row.id)
    tx.emit(OrganisationChanged(row.id))
    return row


def _claim_code(tx: Tx, organisation: Organisation, person: User) -> str:
    """A fresh code while nobody acts for the party; the one of an earlier desk is void then."""
    party = tx.db.get(DeskParty, organisation.id)
    belongs = select(Membership.id).where(Membership.organisation_id == organisation.id).limit(1)
    if tx.db.scalar(belongs) is not None:
        return ""
    code = verify_code()
    if party is None:
        party = DeskParty(organisation_id=organisation.id)
        tx.db.add(party)
    party.user_id, party.registered_at = person.id, tx.now
    party.registered_by, party.claim_digest = tx.actor.user_id, _digest(code)
    tx.db.flush()
    return code


def claim_party(ctx: Context, typed: str) -> int:
    """Become the owner of the party that a desk entered, by the code on its sheet; its number.

    Raises NotFound for an unknown or used code, Conflict when the actor's own identity number
    is not that of the person who came for himself.
    """
    with ctx.transaction() as tx:
        query = select(DeskParty).where(DeskParty.claim_digest == _digest(typed))
        party = tx.db.scalar(query.with_for_update())
        if party is None or party.claimed_at is not None:
            raise NotFound("identity.claim_void")
        row = tx.db.get_one(Organisation, party.organisation_id, with_for_update=True)
        if tx.actor.is_staff or tx.actor.user_id == party.registered_by:
            raise Conflict("identity.claim_by_staff")
        if row.kind == Kind.INDIVIDUAL:
            _refuse_another_person(tx, party)
        party.claimed_at, party.claimed_by = tx.now, tx.actor.user_id
        add_member(tx, row.id, tx.actor.user_id, role=MemberRole.OWNER)
        tx.audit("organisation.claimed", "organisation", row.id)
        tx.emit(OrganisationChanged(row.id))
        return row.id


def _refuse_another_person(tx: Tx, party: DeskParty) -> None:
    mine = tx.db.get_one(User, tx.actor.user_id).identity_number_print
    seen = tx.db.get_one(User, party.user_id).identity_number_print
    if mine != seen:
        raise Conflict("identity.claim_other_person")


def _digest(code: str) -> str:
    return hashlib.sha256(normal_code(code).encode("utf-8", "replace")).hexdigest()
