"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions.commands import AcceptTerms, SignUp
from marketplace.trade.auctions.format_form import FormatForm
from marketplace.web.forms import MarketForm, YuanField


class BidForm(MarketForm):
    """``maximum`` is typed in yuan, ``quick`` a button's fen; ``key`` names the intent."""

    maximum = YuanField(_l("My maximum"), [Length(max=40)])
    quick = StringField(validators=[Length(max=20)])
    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    confirm = HiddenField()
    confirm_abnormal = HiddenField()

    @property
    def amount_minor(self) -> int | None:
        """The amount meant, in fen; None when there is none or it is no amount."""
        typed = self.quick.data or ""
        if typed.isascii() and typed.isdigit() and len(typed) <= 16:
            return int(typed)
        return None if self.maximum.errors else self.maximum.minor

    @property
    def is_confirmed(self) -> bool:
        """The confirm step was passed."""
        return str(self.confirm.data) == "1"


class SealForm(MarketForm):
    """A sealed bid: only its seal, which the bidder's own device made; never the amount."""

    seal = StringField(_l("Seal"), [InputRequired(), Length(max=64)])
    key = HiddenField(validators=[InputRequired(), Length(max=64)])


class OpeningForm(MarketForm):
    """The opening of a sealed bid, as its receipt says it."""

    amount = YuanField(_l("Amount"), [InputRequired(), Length(max=40)])
    nonce = StringField(_l("Random number"), [InputRequired(), Length(max=64)])
    key = HiddenField(validators=[InputRequired(), Length(max=64)])


class TakeForm(MarketForm):
    """The taking of a falling price; ``limit`` is the price seen, in fen."""

    limit = HiddenField(validators=[InputRequired(), Length(max=16)])
    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    confirm = HiddenField()

    @property
    def limit_minor(self) -> int | None:
        """The price seen in fen; None when it is none."""
        typed = self.limit.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and int(typed) else None


class TopForm(MarketForm):
    """The taker's one answer to the best sealed bid."""

    amount = YuanField(_l("My bid"), [InputRequired(), Length(max=40)])
    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    confirm = HiddenField()


def fresh_key() -> str:
    """A key for a new intent."""
    return str(uuid.uuid4())


class SignUpForm(MarketForm):
    """The two ticks of every bidder, and the wish for secrecy."""

    version = HiddenField(validators=[InputRequired()])
    accepts_rules = BooleanField(
        _l("I have read the notice and the bidding rules and accept them."), [InputRequired()]
    )
    accepts_defects = BooleanField(
        _l("I know the defects and encumbrances stated in the notice."), [InputRequired()]
    )
    hides_name = BooleanField(_l("Keep our name secret on public pages."))

    def _version(self) -> int:
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() else 0

    def sign_up(self, auction_id: int) -> SignUp:
        """The command of a first application."""
        return SignUp(
            auction_id,
            version=self._version(),
            accepts_rules=bool(self.accepts_rules.data),
            accepts_defects=bool(self.accepts_defects.data),
            hides_name=bool(self.hides_name.data),
        )

    def accept_terms(self, auction_id: int) -> AcceptTerms:
        """The command after a correction."""
        return AcceptTerms(
            auction_id,
            version=self._version(),
            accepts_rules=bool(self.accepts_rules.data),
            accepts_defects=bool(self.accepts_defects.data),
        )


class ReasonForm(MarketForm):
    """A reason that is published."""

    reason = TextAreaField(_l("Reason (it is published)"), [InputRequired(), Length(max=500)])


class SignForm(ReasonForm):
    """What came of a sign that bidders act together."""

    sign = HiddenField(validators=[InputRequired(), Length(max=2000)])
    outcome = RadioField(
        _l("What came of it"),
        [InputRequired()],
        choices=[
            SelectChoice("cleared", _l("Nothing wrong was found")),
            SelectChoice("acted", _l("The market acts on it")),
        ],
    )


class OutageForm(ReasonForm):
    """When the market could not be reached."""

    down_from = DateTimeLocalField(_l("Not reachable from"), [InputRequired()])
    down_to = DateTimeLocalField(_l("until"), [InputRequired()])


class ScheduleForm(FormatForm):
    """Everything a notice fixes; times are Beijing time."""

    mode = RadioField(
        _l("Way of selling"),
        choices=[
            SelectChoice("listed_bidding", _l("Listed bidding")),
            SelectChoice("licensed_auction", _l("Licensed auction (needs company and auctioneer)")),
        ],
        default="listed_bidding",
    )
    start = YuanField(_l("Start price"), [InputRequired()])
    deposit = YuanField(_l("Deposit"), [InputRequired()])
    reserve = YuanField(
        _l("Reserve price"),
        [Optional()],
        description=_l("Secret; the notice only says whether there is one."),
    )
    no_reserve = BooleanField(_l("There is no reserve price any more."))
    valuation = YuanField(_l("Valuation"), [Optional()])
    valuation_reason = StringField(
        _l("Basis of the price, or why there is no valuation"), [Length(max=300)]
    )
    commission_percent = StringField(
        _l("Buyer's commission"), [Length(max=6)], description=_l("Percent of the final price.")
    )
    deposit_account = StringField(_l("Account for the deposit"), [InputRequired(), Length(max=300)])
    opens_at = DateTimeLocalField(_l("Opens"), [InputRequired()])
    ends_at = DateTimeLocalField(_l("Ends"), [InputRequired()])
    display_from = DateTimeLocalField(_l("Documents open from"), [InputRequired()])
    display_place = StringField(_l("Place of display"), [InputRequired(), Length(max=300)])
    viewing_dates = StringField(
        _l("Viewing days on site"),
        [Length(max=200)],
        description=_l("Dates like 2026-12-06, separated by commas."),
    )
    formalities = TextAreaField(_l("How to take part"), [InputRequired(), Length(max=2000)])
    remarks = TextAreaField(_l("Other terms"), [InputRequired(), Length(max=4000)])
    defects = TextAreaField(_l("Defects and encumbrances"), [InputRequired(), Length(max=4000)])
    hides_seller = BooleanField(_l("Keep the seller's name secret on public pages."))
    company_name = StringField(_l("Auction company"), [Length(max=120)])
    company_code = StringField(_l("Company's credit code"), [Length(max=18)])
    licence_number = StringField(_l("Licence number"), [Length(max=60)])
    licence_expires_on = DateField(_l("Licence valid until"), [Optional()])
    auctioneer_name = StringField(_l("Auctioneer"), [Length(max=60)])
    auctioneer_certificate = StringField(_l("Auctioneer's certificate"), [Length(max=60)])
    medium_name = StringField(_l("News medium of the notice"), [Length(max=120)])
    medium_published_on = DateField(_l("Published there on"), [Optional()])
    medium_proof = StringField(_l("Proof: address or page"), [Length(max=300)])
    consignment_handover = StringField(_l("Handover: time and way"), [Length(max=300)])
    consignment_payment = StringField(_l("Payment: time and way"), [Length(max=300)])
    consignment_default = StringField(_l("Liability for default"), [Length(max=300)])
    consignment_other = StringField(_l("Other agreements with the seller"), [Length(max=300)])
    seller_signed_on = DateField(_l("Consignment signed by the seller on"), [Optional()])
    company_signed_on = DateField(_l("Consignment signed by the company on"), [Optional()])
    why = TextAreaField(_l("Why the notice is corrected (published)"), [Length(max=500)])

    @property
    def viewing_days(self) -> tuple[date, ...]:
        """The dates typed; raises ValueError for one that is none."""
        parts = (self.viewing_dates.data or "").replace("，", ",").split(",")
        return tuple(date.fromisoformat(part.strip()) for part in parts if part.strip())

    def validate_viewing_dates(self, _field: StringField) -> None:
        """Refuse what is no date."""
        try:
            self.viewing_days  # noqa: B018 - asking reads the dates
        except ValueError as error:
            raise ValidationError(str(_l("Please write dates like 2026-12-06."))) from error

    def validate_commission_percent(self, _field: StringField) -> None:
        """Refuse what is no percentage."""
        if self.commission_hundredths is None:
            raise ValidationError(str(_l("Please write a percentage like 1.5.")))

    @property
    def commission_hundredths(self) -> int | None:
        """Hundredths of a percent; None when it is not a percentage between 0 and 100."""
        typed = (self.commission_percent.data or "0").rstrip("%％")
        whole, _dot, part = typed.partition(".")
        if not (whole.isascii() and whole.isdigit() and len(part) <= 2):
            return None
        if part and not (part.isascii() and part.isdigit()):
            return None
        value = int(whole) * 100 + int(part.ljust(2, "0") if part else 0)
        return value if value <= 10_000 else None


def instant(typed: datetime | None) -> datetime:
    """A Beijing time of a form as an aware instant; the form has checked that there is one."""
    if typed is None:
        raise ValueError("no time")
    return typed.replace(tzinfo=SHANGHAI)
