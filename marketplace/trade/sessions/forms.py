"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from marketplace.identity.commands import Entry
from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions.forms import instant
from marketplace.trade.auctions.words import MODES
from marketplace.trade.sessions.commands import CheckIn, PlanSession
from marketplace.trade.sessions.queries import SessionCard
from marketplace.trade.sessions.words import PLACES, RUNNINGS
from marketplace.web.forms import MarketForm


def choices(words: Mapping[str, LazyString]) -> list[SelectChoice]:
    """Codes with their words."""
    return [SelectChoice(code, text) for code, text in words.items()]


class PlanForm(MarketForm):
    """What is fixed about a session; the offices' people are filled in by the view."""

    title = StringField(_l("Title"), [InputRequired(), Length(max=80)])
    title_en = StringField(_l("Title in English"), [Length(max=120)])
    mode = RadioField(
        _l("Way of selling"),
        [InputRequired()],
        choices=choices(MODES),
        default="listed_bidding",
    )
    place = RadioField(
        _l("Where the bids are made"),
        [InputRequired()],
        choices=choices(PLACES),
        default="both",
    )
    running = RadioField(
        _l("How the lots run"),
        [InputRequired()],
        choices=choices(RUNNINGS),
        default="sequence",
    )
    venue = StringField(
        _l("Place of the hall"),
        [Length(max=120)],
        description=_l("Not needed for a session online."),
    )
    starts_at = DateTimeLocalField(_l("Begins"), [InputRequired()])
    auctioneer = SelectField(_l("Leads the bidding"), [InputRequired()], choices=[], coerce=int)
    clerk = SelectField(_l("Keeps the record"), [InputRequired()], choices=[], coerce=int)
    is_rehearsal = BooleanField(
        _l("Rehearsal"),
        description=_l("Copies of lots with simulated bidders; nothing of it counts."),
    )

    def command(self, session_id: int | None = None) -> PlanSession:
        """The command of a validated form."""
        return PlanSession(
            title=self.title.data or "",
            title_en=self.title_en.data or "",
            venue=self.venue.data or "",
            mode=self.mode.data,
            place=self.place.data,
            running=self.running.data,
            starts_at=instant(self.starts_at.data),
            auctioneer_id=self.auctioneer.data,
            clerk_id=self.clerk.data,
            is_rehearsal=bool(self.is_rehearsal.data),
            session_id=session_id,
        )

    def show(self, session: SessionCard) -> None:
        """Fill in a plan that is kept."""
        for name in ("title", "title_en", "mode", "place", "running", "venue", "is_rehearsal"):
            self[name].data = getattr(session, name)
        self.starts_at.data = session.starts_at.astimezone(SHANGHAI).replace(tzinfo=None)
        self.auctioneer.data, self.clerk.data = session.auctioneer_id, session.clerk_id


class CheckInForm(MarketForm):
    """Who stands at the desk: what its papers say, the lots, and the two ticks."""

    person = StringField(
        _l("Name of who holds the paddle"), [InputRequired(), Length(max=60)],
        description=_l("As on the identity card in front of you."),
        render_kw={"autocomplete": "off", "autofocus": True},
    )  # fmt: skip
    identity_number = StringField(
        _l("Identity card number"), [InputRequired(), Length(max=40)],
        description=_l("Stored encrypted; used to keep insiders out."),
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    phone = StringField(_l("Telephone"), [Length(max=40)], render_kw={"autocomplete": "off"})
    credit_code = StringField(
        _l("Credit code"), [Length(max=40)],
        description=_l("Of the organisation he bids for; empty for a private person."),
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    company = StringField(_l("Organisation"), [Length(max=80)], render_kw={"autocomplete": "off"})
    paddle = IntegerField(
        _l("Paddle"), [Optional(), NumberRange(1, 100)],
        description=_l("Empty: the lowest that is free."),
    )  # fmt: skip
    lots = SelectMultipleField(_l("Lots"), [InputRequired()], choices=[], coerce=int)
    rules_read = BooleanField(_l("The bidding rules were read out to him."), [InputRequired()])
    defects_told = BooleanField(
        _l("He knows the defects and encumbrances of these lots."), [InputRequired()]
    )
    hides_name = BooleanField(_l("Keep the name secret on public pages."))

    def command(self, session_id: int) -> CheckIn:
        """The command of a validated form."""
        return CheckIn(
            session_id,
            Entry(
                person=self.person.data or "",
                identity_number=self.identity_number.data or "",
                phone=self.phone.data or "",
                company=self.company.data or "",
                credit_code=self.credit_code.data or "",
            ),
            auction_ids=tuple(self.lots.data or ()),
            rules_read=bool(self.rules_read.data),
            defects_told=bool(self.defects_told.data),
            paddle=self.paddle.data,
            hides_name=bool(self.hides_name.data),
        )
