"""What an auctioneer fixes for a lot, as one frozen value, and the engine's terms made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.errors import InvalidTerms
from auction.state import ReservePolicy
from auction.state import Terms as LotRules
from auction.terms import Descent, Mode, Pricing, Sealing
from marketplace.kernel import cipher
from marketplace.kernel.clock import to_ms
from marketplace.kernel.options import option
from marketplace.kernel.settings import Secrets
from marketplace.trade.auctions.models import Auction

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
TERM_COLUMNS = tuple(Auction.__table__.columns)


@dataclass(frozen=True, slots=True)
class Licence:
    """The licensed company and its auctioneer: only with them a lot may be called 拍卖 (L3)."""

    company_name: str
    company_code: str
    licence_number: str
    licence_expires_on: date | None
    auctioneer_name: str
    auctioneer_certificate: str


@dataclass(frozen=True, slots=True)
class Medium:
    """The newspaper or news medium of the notice and where it can be seen (拍卖法 47; L13)."""

    name: str
    published_on: date | None
    proof: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything a notice fixes. Amounts in fen, instants aware UTC.

    ``ladder``: (from, step) in rising order. ``reserve_minor`` is secret; whether there is one
    is said (L8); ``keeps_reserve`` leaves the one already stored.
    ``commission_hundredths``: hundredths of a percent, of the buyer.
    ``format_terms`` is what the format adds: see ``format_rules``. In a hall (``place``) the
    hammer ends the lot, and ``ends_at`` is when its session is expected to be over.
    ``consignment``: the nine items and two dates of signing (L6). ``refusal_holders``: name,
    rank, told_at (ISO), answer (waived, wants or empty) of who may match the price (L26).
    """

    mode: str
    start_minor: int
    ladder: tuple[tuple[int, int], ...]
    deposit_minor: int
    opens_at: datetime
    ends_at: datetime
    display_from: datetime
    display_place: str
    formalities: str
    remarks: str
    defects: str
    deposit_account: str
    format: str = "english"
    place: str = "web"
    format_terms: Mapping[str, Any] = field(default_factory=dict)
    hard_end_at: datetime | None = None
    reserve_policy: str = "jump"
    reserve_minor: int | None = None
    keeps_reserve: bool = False
    valuation_minor: int | None = None
    valuation_reason: str = ""
    commission_hundredths: int = 0
    viewing_dates: tuple[date, ...] = ()
    hides_seller: bool = False
    licence: Licence | None = None
    medium: Medium | None = None
    consignment: Mapping[str, str] = field(default_factory=dict)
    refusal_holders: tuple[Mapping[str, Any], ...] = ()


def write(auction: Auction, terms: Terms, *, keys: Secrets) -> None:
    """Put the terms into the auction's row; the reserve goes in encrypted."""
    for name in PLAIN:
        setattr(auction, name, getattr(terms, name))
    auction.ladder = [list(step) for step in terms.ladder]
    auction.viewing_dates = [day.isoformat() for day in terms.viewing_dates]
    auction.format_terms = dict(terms.format_terms)
    auction.consignment = dict(terms.consignment)
    auction.refusal_holders = [dict(holder) for holder in terms.refusal_holders]
    if not terms.keeps_reserve:
        auction.has_reserve = terms.reserve_minor is not None
        auction.reserve_sealed = (
            None if terms.reserve_minor is None else cipher.seal(keys, str(terms.reserve_minor))
        )
    for name in Licence.__slots__:
        setattr(auction, name, getattr(terms.licence, name) or None if terms.licence else None)
    medium = terms.medium
    auction.medium_name = medium.name or None if medium else None
    auction.medium_published_on = medium.published_on if medium else None
    auction.medium_proof = medium.proof or None if medium else None


PLAIN = (
    "mode", "format", "place", "hard_end_at", "reserve_policy", "start_minor",
    "deposit_minor", "opens_at", "ends_at", "display_from",
    "display_place", "formalities", "remarks", "defects", "deposit_account", "valuation_minor",
    "valuation_reason", "commission_hundredths", "hides_seller",
)  # fmt: skip


def fingerprint(auction: Auction) -> str:
    """Which terms a checking page showed: another one once anything of the draft is changed."""
    values = {column.name: str(getattr(auction, column.key)) for column in TERM_COLUMNS}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]


def reserve_of(auction: Auction, keys: Secrets) -> int | None:
    """The secret reserve, opened for the engine and the rules only."""
    sealed = auction.reserve_sealed
    return None if sealed is None else int(cipher.unseal(keys, sealed))


def lot_rules(db: Session, auction: Auction, *, keys: Secrets) -> LotRules:
    """The engine's terms of this auction; raises InvalidTerms when they contradict themselves."""
    window_ms = auction.soft_close_seconds * 1000
    return LotRules(
        start=auction.start_minor,
        ladder=tuple((start, step) for start, step in auction.ladder),
        opens_ms=to_ms(auction.opens_at),
        ends_ms=to_ms(auction.ends_at),
        reserve=reserve_of(auction, keys),
        window_ms=window_ms,
        extend_ms=window_ms,
        appraisal=auction.valuation_minor,
        abnormal_multiple=option(db, "abnormal_price_multiple"),
        reserve_policy=ReservePolicy(auction.reserve_policy),
        hard_end_ms=to_ms(auction.hard_end_at) if auction.hard_end_at else None,
        format=auction.format,
        mode=Mode(auction.place),
        **format_rules(auction),
    )


def format_rules(auction: Auction) -> dict[str, Any]:
    """What the format adds to the engine's terms, from the stored ``format_terms``.

    Of sealed bids: ``reveal_hours``, ``pricing``. Of a falling price: ``step_minor``,
    ``interval_seconds``, ``floor_minor``, and for a second phase ``sealing_minutes``,
    ``reveal_minutes``, ``topping_minutes``. Raises InvalidTerms when a part is missing.
    """
    given = auction.format_terms
    try:
        if auction.format == "sealed":
            return {"sealed": Sealing(given["reveal_hours"] * HOUR_MS, Pricing(given["pricing"]))}
        if auction.format == "dutch":
            return {"dutch": _descent(given)}
    except KeyError as missing:
        raise InvalidTerms(f"{missing} is not given") from None
    return {}


def _descent(given: Mapping[str, Any]) -> Descent:
    sealing = given.get("sealing_minutes")
    return Descent(
        step=given["step_minor"],
        interval_ms=given["interval_seconds"] * 1000,
        floor=given["floor_minor"],
        sealing_ms=None if sealing is None else sealing * MINUTE_MS,
        reveal_ms=given.get("reveal_minutes", 0) * MINUTE_MS,
        topping_ms=given.get("topping_minutes", 0) * MINUTE_MS,
    )
