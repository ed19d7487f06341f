"""Shapes of what sealed and Dutch lots take and answer. Amounts in fen, instants in ms UTC."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import AwareDateTime, Boolean, Integer, List, Nested, String
from apiflask.validators import Range, Regexp

from marketplace.api.schemas import LARGEST_MINOR

HEX = Regexp(r"^[0-9a-f]{64}$")


def _amount() -> Integer:
    return Integer(required=True, strict=True, validate=Range(min=1, max=LARGEST_MINOR))


class SealSchema(Schema):
    """A seal: 64 lower-case hexadecimal digits; never the amount."""

    seal = String(required=True, validate=HEX)


class OpeningSchema(Schema):
    """What was sealed: the amount in fen and the random number."""

    amount_minor = _amount()
    nonce = String(required=True, validate=HEX)


class TakeSchema(Schema):
    """The highest price that is accepted: the one seen."""

    limit_minor = _amount()


class TopSchema(Schema):
    """The taker's one answer."""

    amount_minor = _amount()


class AnswerSchema(Schema):
    """What became of it; ``seq``, ``at_ms`` and ``hash`` are its place in the log."""

    accepted = Boolean()
    reason = String()
    bar = String()
    stage = String()
    leading = Boolean()
    price_minor = Integer(allow_none=True)
    minimum_next_minor = Integer()
    ends_ms = Integer()
    seq = Integer()
    at_ms = Integer()
    hash = String()
    replayed = Boolean()


class SealLineSchema(Schema):
    """A seal, its opening if there was one, and what became of it."""

    seq = Integer()
    at = AwareDateTime()
    bidder = String()
    seal = String()
    verdict = String()
    opened_at = AwareDateTime(allow_none=True)
    amount_minor = Integer(allow_none=True)
    nonce = String(allow_none=True)
    rank = Integer(allow_none=True)


class MinutesSchema(Schema):
    """The opening minutes."""

    seq = Integer()
    written_at = AwareDateTime()
    lines = List(Nested(SealLineSchema))
