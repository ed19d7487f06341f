"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from marketplace.treasury.escrow.commands import SetTariff
from marketplace.web.forms import MarketForm, YuanField
from rules.amounts import AmountRefused, parse_amount
from rules.auction_sums import Tier


class PriceForm(MarketForm):
    """The price to reckon with."""

    price = YuanField(_l("Price"), [InputRequired()])


def _tiers(text: str) -> tuple[Tier, ...]:
    """``0 2; 1000000 1.5``: from this price (yuan) on, so many percent."""
    found = []
    for part in text.replace("；", ";").replace("\n", ";").split(";"):
        if not part.strip():
            continue
        low, rate = part.split()
        points = parse_amount(rate.rstrip("%％"))  # hundredths, as fen are of a yuan
        start = parse_amount(low)
        if points is None or start is None:
            raise ValueError(part)
        found.append(Tier(start, points))
    return tuple(found)


class TariffForm(MarketForm):
    """The commission of both sides from a day on."""

    effective_from = DateField(_l("In force from"), [InputRequired()])
    buyer = TextAreaField(_l("Buyer's tiers"), [InputRequired(), Length(max=400)])
    seller = TextAreaField(_l("Seller's tiers"), [InputRequired(), Length(max=400)])
    why = StringField(_l("Reason"), [InputRequired(), Length(max=300)])

    def validate_buyer(self, field: Any) -> None:
        """Readable tiers."""
        _readable(field)

    def validate_seller(self, field: Any) -> None:
        """Readable tiers."""
        _readable(field)

    def command(self) -> SetTariff:
        """The command of a validated form."""
        return SetTariff(
            self.effective_from.data,
            _tiers(self.buyer.data or ""),
            _tiers(self.seller.data or ""),
            self.why.data or "",
        )


def _readable(field: Any) -> None:
    try:
        tiers = _tiers(field.data or "")
    except (AmountRefused, ValueError):
        tiers = ()
    if not tiers:
        raise ValidationError(
            _("Write each tier as: from price, percent; for example 0 2; 1000000 1.5")
        )
