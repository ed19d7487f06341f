"""Shapes of the API's answers and questions. Amounts are fen of CNY, instants ISO 8601 UTC."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import (
    AwareDateTime,
    Boolean,
    Date,
    Dict,
    Integer,
    List,
    Nested,
    String,
)
from apiflask.validators import Length, OneOf, Range, Regexp

from marketplace.trade.auctions.commands.bidding import KEY_LENGTH

LARGEST_MINOR = 10**15
LARGEST_ID = 2**31 - 1
"""The largest number a key of the database can have."""


class ProblemSchema(Schema):
    """Every failure: a stable code, a sentence, and the fields at fault."""

    code = String(required=True)
    message = String(required=True)
    request_id = String(required=True)
    errors = Dict(keys=String(), values=List(String()))


class PageQuery(Schema):
    """Paging by key."""

    after = String(load_default=None, validate=Length(max=400))


class OrganisationQuery(Schema):
    """Paging by the number of the last organisation seen."""

    after = Integer(load_default=0, validate=Range(min=0, max=LARGEST_ID))


class SearchQuery(PageQuery):
    """A search of the catalogue."""

    q = String(load_default="", validate=Length(max=1000))
    kind = String(load_default=None, validate=OneOf(["patent", "achievement"]))
    cluster = String(load_default=None, validate=Length(max=60))
    ipc = String(load_default=None, validate=Length(max=20))
    sort = String(
        load_default="relevance",
        validate=OneOf(["relevance", "newest", "price_asc", "price_desc", "trl"]),
    )


class ListingSchema(Schema):
    """A listing in short."""

    id = Integer()
    kind = String()
    state = String()
    title = String()
    title_en = String()
    summary = String()
    number = String(allow_none=True)
    patent_kind = String(allow_none=True)
    legal_status = String(allow_none=True)
    status_checked_on = Date(allow_none=True)
    cluster = String()
    ipc = List(String())
    trl = Integer(allow_none=True)
    pricing_mode = String()
    price_minor = Integer(allow_none=True)
    transfer_modes = List(String())
    organisation_id = Integer(allow_none=True)
    organisation_name = String()
    published_at = AwareDateTime(allow_none=True)
    source = String(allow_none=True)
    source_date = Date(allow_none=True)
    url = String()


class ListingDetailSchema(ListingSchema):
    """A listing with its published texts."""

    version = Integer()
    problem = String()
    solution = String()
    advantage = String()
    economics = String()
    keywords = List(String())
    owners = List(String())
    inventors = List(String())
    overlays = List(String())


class ListingPageSchema(Schema):
    """A page of listings."""

    items = List(Nested(ListingSchema))
    total = Integer()
    total_exact = Boolean()
    next = String(allow_none=True)


class OrganisationSchema(Schema):
    """A verified organisation."""

    id = Integer()
    name = String()
    name_en = String()
    kind = String()
    verified = Boolean()
    region = String()
    clusters = List(String())
    url = String()


class OrganisationPageSchema(Schema):
    """A page of organisations."""

    items = List(Nested(OrganisationSchema))
    next = String(allow_none=True)


class AuctionSchema(Schema):
    """An auction in short."""

    id = Integer()
    number = String()
    mode = String()
    format = String()
    place = String()
    stage = String()
    status = String()
    title = String()
    title_en = String()
    cluster = String()
    listing_id = Integer()
    seller_name = String()
    start_minor = Integer()
    price_minor = Integer()
    deposit_minor = Integer()
    bids = Integer()
    opens_at = AwareDateTime()
    ends_at = AwareDateTime()
    has_reserve = Boolean()
    reserve_met = Boolean()
    url = String()


class AuctionPageSchema(Schema):
    """A page of auctions."""

    items = List(Nested(AuctionSchema))
    next = String(allow_none=True)


class AuctionQuery(PageQuery):
    """Which auctions."""

    tab = String(load_default="live", validate=OneOf(["live", "upcoming", "ended"]))


class DealQuery(PageQuery):
    """Which deals."""

    cluster = String(load_default="", validate=Length(max=60))


class DealSchema(Schema):
    """A published deal; a null name was kept secret."""

    id = Integer()
    listing_id = Integer(allow_none=True)
    auction_id = Integer(allow_none=True)
    title = String()
    title_en = String()
    kind = String()
    cluster = String()
    mode = String()
    way = String()
    price_minor = Integer()
    start_minor = Integer(allow_none=True)
    seller_name = String(allow_none=True)
    buyer_name = String(allow_none=True)
    agreed_on = Date()
    registration_number = String(allow_none=True)


class DealPageSchema(Schema):
    """A page of deals."""

    items = List(Nested(DealSchema))
    next = String(allow_none=True)


class BandSchema(Schema):
    """Quartiles of the prices of one group, each a price that was really paid."""

    by = String()
    value = String()
    deals = Integer()
    low_minor = Integer()
    median_minor = Integer()
    high_minor = Integer()


class DealIndexSchema(Schema):
    """The deal index: ``k`` deals at least stand behind each figure."""

    k = Integer()
    months = Integer()
    items = List(Nested(BandSchema))


class EventsQuery(Schema):
    """The public log after an entry."""

    after = Integer(load_default=0, validate=Range(min=0, max=LARGEST_ID))


class EventsSchema(Schema):
    """Public events, word for word as they stand in the hash chain."""

    items = List(Dict())


class BidSchema(Schema):
    """A bid up to a maximum, in fen; ``confirmed`` answers the question about a high amount."""

    maximum_minor = Integer(required=True, strict=True, validate=Range(min=1, max=LARGEST_MINOR))
    confirmed = Boolean(load_default=False)


class BidHeaders(Schema):
    """One key per intent; sending it again is not a second bid."""

    key = String(
        required=True,
        data_key="Idempotency-Key",
        validate=[Length(min=1, max=KEY_LENGTH), Regexp(r"^[!-~]+$")],
    )


class BidAnswerSchema(Schema):
    """What became of a bid."""

    accepted = Boolean()
    reason = String()
    bar = String()
    leading = Boolean()
    price_minor = Integer(allow_none=True)
    minimum_next_minor = Integer()
    ends_ms = Integer()
    seq = Integer()
    replayed = Boolean()
