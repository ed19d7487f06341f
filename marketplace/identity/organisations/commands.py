"""What members do to their organisation's profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.identity.events import OrganisationChanged, OrganisationFounded
from marketplace.identity.organisations.models import Membership, Organisation
from marketplace.identity.organisations.states import Kind, State
from marketplace.identity.people.consents import give_consent, has_consent
from marketplace.identity.policy import may_manage_organisation
from marketplace.kernel import cipher
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound

NAME_LENGTH = 80
MOST_FOUNDED = 10
"""Unverified organisations one person may hold at a time."""
BANK_CONSENT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation says about itself; contact data is sealed at rest.

    ``name`` and ``kind`` of a verified organisation only change by a new verification.
    """

    name: str
    kind: str
    name_en: str = ""
    region: str = ""
    address: str = ""
    about: str = ""
    about_en: str = ""
    website: str = ""
    founded_year: int | None = None
    clusters: tuple[str, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


def found_organisation(ctx: Context, profile: Profile) -> int:
    """Enter an organisation; the actor becomes its owner. Returns its number.

    Raises Invalid (``errors`` per field), Conflict when the person holds too many unverified.
    """
    with ctx.transaction() as tx:
        _check(tx, profile)
        _refuse_hoarding(tx)
        row = Organisation(created_at=tx.now, created_by=tx.actor.user_id, state=State.NONE.value)
        _fill(tx, row, profile)
        row.name, row.kind = clean(profile.name), profile.kind
        tx.db.add(row)
        tx.db.flush()
        add_member(tx, row.id, tx.actor.user_id, role=MemberRole.OWNER)
        tx.audit("organisation.founded", "organisation", row.id)
        tx.emit(OrganisationFounded(row.id, tx.actor.user_id))
        return row.id


def change_profile(ctx: Context, organisation_id: int, profile: Profile) -> None:
    """Change the profile; raises NotFound, Forbidden, Invalid (``errors`` per field)."""
    with ctx.transaction() as tx:
        row = managed(tx, organisation_id)
        _check(tx, profile)
        renamed = (clean(profile.name), profile.kind) != (row.name, row.kind)
        if renamed and row.state not in (State.NONE, State.RETURNED):
            raise Invalid(errors={"name": ["identity.name_needs_verification"]})
        _fill(tx, row, profile)
        row.name, row.kind = clean(profile.name), profile.kind
        tx.audit("organisation.changed", "organisation", row.id)
        tx.emit(OrganisationChanged(row.id))


def clean(text: str) -> str:
    """A name with single spaces."""
    return " ".join(text.split())


def _check(tx: Tx, profile: Profile) -> None:
    errors: dict[str, list[str]] = {}
    if not 2 <= len(clean(profile.name)) <= NAME_LENGTH:
        errors["name"] = ["identity.organisation_name_length"]
    if profile.kind not in set(Kind) - {Kind.MARKET}:
        errors["kind"] = ["identity.unknown_kind"]
    year = profile.founded_year
    if year is not None and not 1800 <= year <= tx.now.year:
        errors["founded_year"] = ["identity.year_impossible"]
    if profile.website and not profile.website.startswith(("https://", "http://")):
        errors["website"] = ["identity.website_form"]
    if errors:
        raise Invalid(errors=errors)


def _fill(tx: Tx, row: Organisation, profile: Profile) -> None:
    keys = tx.settings.secrets
    for name in ("name_en", "region", "address", "website", "contact_name"):
        setattr(row, name, clean(getattr(profile, name)))
    row.about, row.about_en = profile.about.strip(), profile.about_en.strip()
    row.founded_year, row.clusters = profile.founded_year, list(profile.clusters)
    row.contact_phone_sealed = _sealed(keys, profile.contact_phone)
    row.contact_email_sealed = _sealed(keys, profile.contact_email)


def _sealed(keys: Any, text: str) -> str | None:
    return cipher.seal(keys, text.strip()) if text.strip() else None


def _refuse_hoarding(tx: Tx) -> None:
    held = select(Organisation.id).where(
        Organisation.created_by == tx.actor.user_id,
        Organisation.state.in_((State.NONE, State.RETURNED, State.SUBMITTED)),
    )
    if len(tx.db.scalars(held).all()) >= MOST_FOUNDED:
        raise Conflict("identity.too_many_organisations", most=MOST_FOUNDED)


def set_bank_account(
    ctx: Context, organisation_id: int, *, number: str, consents: bool, bank_name: str = ""
) -> None:
    """Keep the account for payments, sealed; owners only, after a fresh sign-in.

    Raises Invalid: without the separate consent nothing is stored (L75, PI 29), and for
    anything but 8 to 30 digits.
    """
    plain = "".join(number.split()).replace("-", "")
    if not (plain.isascii() and plain.isdecimal() and 8 <= len(plain) <= 30):
        raise Invalid(errors={"number": ["identity.bank_number"]})
    with ctx.transaction() as tx:
        row = managed(tx, organisation_id)
        if tx.actor.member_role is not MemberRole.OWNER:
            raise Forbidden
        if consents:
            give_consent(tx, purpose="bank_account", version=BANK_CONSENT_VERSION)
            tx.db.flush()
        if not has_consent(tx.db, tx.actor.user_id, "bank_account"):
            raise Invalid(errors={"consent": ["identity.bank_consent_needed"]})
        row.bank_account_sealed = cipher.seal(tx.settings.secrets, plain)
        row.bank_name = bank_name.strip()
        tx.audit("organisation.bank_account_set", "organisation", row.id)


def managed(tx: Tx, organisation_id: int) -> Organisation:
    """Step: the locked organisation, for its owners and managers.

    Raises NotFound for outsiders (its inner life is private), Forbidden for other members.
    """
    row = locked_organisation(tx, organisation_id)
    if tx.actor.organisation_id != organisation_id:
        raise NotFound
    if not may_manage_organisation(tx.actor, organisation_id):
        raise Forbidden
    return row


def locked_organisation(tx: Tx, organisation_id: int) -> Organisation:
    """Step: the organisation's row, locked; raises NotFound."""
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    row = tx.db.scalar(query)
    if row is None:
        raise NotFound
    return row


def add_member(
    tx: Tx,
    organisation_id: int,
    user_id: int,
    *,
    role: MemberRole,
    bid_limit_minor: int | None = None,
) -> None:
    """Step: make a person a member; the caller has locked the organisation."""
    tx.db.add(
        Membership(
            user_id=user_id,
            organisation_id=organisation_id,
            role=role.value,
            bid_limit_minor=bid_limit_minor,
            invited_by=tx.actor_or_none.user_id if tx.actor_or_none else None,
            joined_at=tx.now,
        )
    )
    tx.db.flush()


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """An organisation entered by the demo, an import or the command line."""

    profile: Profile
    credit_code: str | None = None
    controller_code: str | None = None
    flags: frozenset[str] = frozenset()
    verified_at: datetime | None = None
    reverify_at: datetime | None = None
    owner_id: int | None = None


def put_known(tx: Tx, known: KnownOrganisation) -> int:
    """Step: enter an organisation as already known (demo, command line); returns its number."""
    row = Organisation(created_at=tx.now, created_by=known.owner_id)
    _fill(tx, row, known.profile)
    row.name, row.kind = clean(known.profile.name), known.profile.kind
    row.credit_code, row.controller_code = known.credit_code, known.controller_code
    set_flags(row, known.flags)
    row.state = (State.VERIFIED if known.verified_at else State.NONE).value
    row.verified_at, row.reverify_at = known.verified_at, known.reverify_at
    tx.db.add(row)
    tx.db.flush()
    if known.owner_id is not None:
        add_member(tx, row.id, known.owner_id, role=MemberRole.OWNER)
    tx.audit("organisation.entered", "organisation", row.id)
    tx.emit(OrganisationChanged(row.id))
    return row.id


FLAGS = ("state_founded", "state_owned", "small_micro", "high_tech")


def set_flags(row: Organisation, flags: frozenset[str]) -> None:
    """Step: set the four flags; what is not named is off."""
    for flag in FLAGS:
        setattr(row, flag, flag in flags)
