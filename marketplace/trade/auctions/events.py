"""Facts about auctions that others may care about. None carries a maximum or a reserve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class AuctionScheduled(Event):
    """The notice is out: terms are fixed from here on. ``version`` counts corrections."""

    name: ClassVar[str] = "trade.auction_scheduled"
    auction_id: int
    listing_id: int
    version: int


@dataclass(frozen=True, slots=True)
class AuctionWithdrawn(Event):
    """The seller took the lot back before the start (L9)."""

    name: ClassVar[str] = "trade.auction_withdrawn"
    auction_id: int
    listing_id: int


@dataclass(frozen=True, slots=True)
class AuctionPaused(Event):
    """The operator stopped the lot for a published reason (L30)."""

    name: ClassVar[str] = "trade.auction_paused"
    auction_id: int


@dataclass(frozen=True, slots=True)
class AuctionResumed(Event):
    """The lot goes on; ``ends_ms`` is its end now."""

    name: ClassVar[str] = "trade.auction_resumed"
    auction_id: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class BidderApplied(Event):
    """An organisation signed up for a lot."""

    name: ClassVar[str] = "trade.bidder_applied"
    auction_id: int
    signup_id: int


@dataclass(frozen=True, slots=True)
class BidderAdmitted(Event):
    """Everything is in order: this bidder may bid."""

    name: ClassVar[str] = "trade.bidder_admitted"
    auction_id: int
    signup_id: int


@dataclass(frozen=True, slots=True)
class BidderRefused(Event):
    """An applicant may not bid; ``why`` is told to him alone."""

    name: ClassVar[str] = "trade.bidder_refused"
    auction_id: int
    signup_id: int
    why: str


@dataclass(frozen=True, slots=True)
class BidPlaced(Event):
    """A bid moved the price or the leader. ``paddle`` is the alias of this lot."""

    name: ClassVar[str] = "trade.bid_placed"
    auction_id: int
    seq: int
    paddle: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class BidderOutbid(Event):
    """Somebody leads no longer: the one to be told, never the one who leads."""

    name: ClassVar[str] = "trade.bidder_outbid"
    auction_id: int
    seq: int
    paddle: str
    price_minor: int
    minimum_next_minor: int


@dataclass(frozen=True, slots=True)
class AuctionExtended(Event):
    """The end moved (soft close or outage)."""

    name: ClassVar[str] = "trade.auction_extended"
    auction_id: int
    seq: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class AbnormalBid(Event):
    """A bid far above every expectation was asked about or placed: the operator should look."""

    name: ClassVar[str] = "trade.abnormal_bid"
    auction_id: int
    paddle: str


@dataclass(frozen=True, slots=True)
class BidderVoided(Event):
    """The operator voided a bidder; the rest of the bids was refolded."""

    name: ClassVar[str] = "trade.bidder_voided"
    auction_id: int
    signup_id: int
    paddle: str


@dataclass(frozen=True, slots=True)
class LotTaken(Event):
    """A Dutch lot was taken. ``stage``: ``sealing`` when others may now go above, else ``taken``.

    ``ends_ms`` is the end of handing in what goes above.
    """

    name: ClassVar[str] = "trade.lot_taken"
    auction_id: int
    paddle: str
    price_minor: int
    ends_ms: int
    stage: str


@dataclass(frozen=True, slots=True)
class OpeningBegan(Event):
    """Nobody hands in any more: who did opens his sealed bid before ``ends_ms``."""

    name: ClassVar[str] = "trade.opening_began"
    auction_id: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class MinutesWritten(Event):
    """All seals and openings are public. ``topping_ends_ms``: until then the taker may answer."""

    name: ClassVar[str] = "trade.minutes_written"
    auction_id: int
    seq: int
    topping_ends_ms: int | None


@dataclass(frozen=True, slots=True)
class AuctionClosed(Event):
    """The lot is over. ``outcome``: sold, no_bids or reserve_not_met. Amount in fen."""

    name: ClassVar[str] = "trade.auction_closed"
    auction_id: int
    listing_id: int
    outcome: str
    price_minor: int | None
    winner_organisation_id: int | None


@dataclass(frozen=True, slots=True)
class SaleFell(Event):
    """A sold lot came to no deal. ``why``: default, cancel, refund or annul."""

    name: ClassVar[str] = "trade.sale_fell"
    auction_id: int
    order_id: int
    why: str
