"""Auctions as the rows of a board: state and a short note in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.trade.auctions.queries.board import AuctionCard
from marketplace.trade.auctions.words import STATES
from marketplace.web.filters import wan
from marketplace.web.i18n import pick


def board_rows(cards: Iterable[AuctionCard], now: datetime) -> list[dict[str, object]]:
    """The cards as the macro ``lot_row`` takes them."""
    return [_row(card, now) for card in cards]


def _row(card: AuctionCard, now: datetime) -> dict[str, object]:
    return {
        "id": card.id,
        "url": url_for("trade.auctions.show", auction_id=card.id),
        "title": pick(card.title, card.title_en),
        "state": card.status,
        "state_words": str(STATES[card.status]),
        "note": _note(card, now),
        "price_minor": card.price_minor,
        "starts_at": card.opens_at,
        "ends_at": card.ends_at,
    }


def _note(card: AuctionCard, now: datetime) -> str:
    if card.opens_at > now or not card.has_bids:
        return str(
            _(
                "start %(start)s, deposit %(deposit)s",
                start=wan(card.start_minor),
                deposit=wan(card.deposit_minor),
            )
        )
    bids = str(ngettext("%(num)s bid", "%(num)s bids", card.bids))
    if card.has_reserve and not card.reserve_met:
        return str(_("%(bids)s, reserve not yet met", bids=bids))
    return bids
