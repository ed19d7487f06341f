"""The first picture of the listing behind a lot, for the hall and the room."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.showcase.listings import queries as listings


def addresses(db: Session, listing_ids: Iterable[int]) -> dict[int, str]:
    """Addresses of the thumbnails by listing; public listings with a picture only."""
    return {
        listing_id: url_for(
            "showcase.listings.thumbnail", listing_id=listing_id, file_id=card.picture_id
        )
        for listing_id, card in listings.cards(db, listing_ids).items()
        if card.picture_id is not None
    }
