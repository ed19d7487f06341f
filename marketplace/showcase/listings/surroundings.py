"""Gathers what the checks must know beside a content: the seller, the answers, the options."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.options import option
from marketplace.showcase.listings import consents
from marketplace.showcase.listings.checks import Surroundings


class Whose(Protocol):
    """What must be known of the listing itself."""

    @property
    def id(self) -> int: ...
    @property
    def organisation_id(self) -> int | None: ...


def surroundings(
    db: Session, listing: Whose, files: Mapping[int, str], today: date
) -> Surroundings:
    """The surroundings of a listing; ``files`` maps ids to roles, ``today`` is in China."""
    own = listing.organisation_id or 0
    seller = identity.organisation_cards(db, [own]).get(own)
    return Surroundings(
        today=today,
        seller_name=seller.name if seller else "",
        state_founded=bool(seller and seller.state_founded),
        state_owned=bool(seller and seller.state_owned),
        fresh_days=option(db, "status_fresh_days"),
        files=files,
        answers=tuple(consents.answers(db, listing.id)),
    )
