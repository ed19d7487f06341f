"""Consents per purpose and version, declared relatives: given and taken back by the person."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.identity.people.models import Consent, Relative, User
from marketplace.kernel import cipher
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from rules.identity_card import parse_identity_card
from rules.refusals import NumberRefused

PURPOSES = ("terms", "privacy", "bank_account", "contact_release")
NEEDED = frozenset({"terms", "privacy"})
"""Without these there is no account: they end by closing it."""
TERMS_VERSION = "2026-11"
"""Of the user agreement and the privacy notice that are ticked at registration."""
MOST_RELATIVES = 30


def give_consent(tx: Tx, *, purpose: str, version: str) -> None:
    """Step: the actor agrees to one purpose in one version (L75); a second time is no error."""
    if purpose not in PURPOSES:
        raise Invalid("identity.unknown_purpose")
    if has_consent(tx.db, tx.actor.user_id, purpose):
        return
    tx.db.add(Consent(user_id=tx.actor.user_id, purpose=purpose, version=version, given_at=tx.now))
    tx.audit("consent.given", "user", tx.actor.user_id, purpose=purpose, version=version)


def has_consent(db: Session, user_id: int, purpose: str) -> bool:
    """True while the person's consent to the purpose is in force."""
    query = select(Consent.id).where(
        Consent.user_id == user_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return db.scalar(query.limit(1)) is not None


def withdraw_consent(ctx: Context, purpose: str) -> None:
    """Take a consent back, as easily as it was given (L76); raises Conflict for needed ones."""
    if purpose in NEEDED:
        raise Conflict("identity.consent_needed")
    with ctx.transaction() as tx:
        tx.db.execute(
            update(Consent)
            .where(
                Consent.user_id == tx.actor.user_id,
                Consent.purpose == purpose,
                Consent.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=tx.now),
            execution_options={"synchronize_session": False},
        )
        tx.audit("consent.withdrawn", "user", tx.actor.user_id, purpose=purpose)


def declare_relative(ctx: Context, *, label: str, typed: str) -> None:
    """Declare a close relative by identity number; only the fingerprint is kept (L5).

    A relative of a seller's member or of market staff is barred from the auction.
    """
    try:
        card = parse_identity_card(typed, ctx.clock().astimezone(SHANGHAI).date())
    except NumberRefused as error:
        raise Invalid(f"identity.card_{error.code}", **error.facts) from error
    label = " ".join(label.split())
    if not 1 <= len(label) <= 40:
        raise Invalid(errors={"label": ["identity.name_length"]})
    digest = cipher.fingerprint(ctx.settings.secrets, card.number)
    with ctx.transaction() as tx:
        own = select(Relative.identity_number_print).where(Relative.user_id == tx.actor.user_id)
        held = set(tx.db.scalars(own))
        person = tx.db.get(User, tx.actor.user_id)
        if digest in held or (person is not None and person.identity_number_print == digest):
            raise Conflict("identity.relative_known")
        if len(held) >= MOST_RELATIVES:
            raise Invalid("identity.too_many_relatives", most=MOST_RELATIVES)
        tx.db.add(
            Relative(
                user_id=tx.actor.user_id,
                identity_number_print=digest,
                label=label,
                declared_at=tx.now,
            )
        )
        tx.audit("relative.declared", "user", tx.actor.user_id)


def remove_relative(ctx: Context, relative_id: int) -> None:
    """Take a declaration back; raises NotFound for anybody else's."""
    with ctx.transaction() as tx:
        gone = tx.db.execute(
            delete(Relative)
            .where(Relative.id == relative_id, Relative.user_id == tx.actor.user_id)
            .returning(Relative.id)
        ).first()
        if gone is None:
            raise NotFound
        tx.audit("relative.removed", "user", tx.actor.user_id)
