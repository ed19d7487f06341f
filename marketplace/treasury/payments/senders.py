"""Which payments came from one and the same bank account (L11): numbers compared, never shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import cipher
from marketplace.kernel.settings import Secrets
from marketplace.treasury.payments.models import PaymentIntent, Receipt


def from_one_account(
    db: Session, secrets: Secrets, *, purpose: str, thing_ids: Collection[int]
) -> list[frozenset[int]]:
    """Things of a purpose, two or more together, whose money was sent from one account."""
    query = (
        select(PaymentIntent.thing_id, Receipt.account_sealed)
        .join(Receipt, Receipt.intent_id == PaymentIntent.id)
        .where(
            PaymentIntent.purpose == purpose,
            PaymentIntent.thing_id.in_(sorted(thing_ids)),
            Receipt.account_sealed.is_not(None),
        )
    )
    by_account: dict[str, set[int]] = defaultdict(set)
    for thing_id, sealed in db.execute(query):
        if sealed is not None:
            by_account[_plain(cipher.unseal(secrets, sealed))].add(thing_id)
    return sorted((frozenset(ids) for ids in by_account.values() if len(ids) > 1), key=sorted)


def _plain(account: str) -> str:
    return "".join(char for char in account if char.isalnum()).upper()
