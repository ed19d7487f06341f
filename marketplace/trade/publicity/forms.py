"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from marketplace.trade.publicity.commands import SHORT_LENGTH, TEXT_LENGTH, Object, Reply, Start
from marketplace.web.forms import MarketForm

LONG = Length(max=TEXT_LENGTH)


class StartForm(MarketForm):
    """What the seller's unit shows beside what the order says."""

    summary = TextAreaField(_l("Summary of the result"), [InputRequired(), LONG])
    basis = TextAreaField(_l("Basis of the price"), [InputRequired(), LONG])
    completers = StringField(_l("Completers of the result"), [InputRequired(), Length(max=500)])
    related = BooleanField(_l("The buyer is a completer of the result or related to one."))
    related_note = StringField(_l("What the relation is"), [Length(max=SHORT_LENGTH)])
    procedure = TextAreaField(_l("How objections are handled"), [InputRequired(), LONG])
    contact = StringField(_l("Contact for objections"), [InputRequired(), Length(max=SHORT_LENGTH)])
    unit_place = StringField(
        _l("Where the unit shows it (address or link)"),
        [InputRequired(), Length(max=SHORT_LENGTH)],
    )
    unit_from = DateField(_l("Shown in the unit since"), [InputRequired()])

    def command(self, order_id: int) -> Start:
        """The command of a validated form."""
        return Start(
            order_id,
            summary=self.summary.data or "",
            basis=self.basis.data or "",
            completers=tuple(re.split(r"[、,，;；]", self.completers.data or "")),
            related=bool(self.related.data),
            related_note=self.related_note.data or "",
            procedure=self.procedure.data or "",
            contact=self.contact.data or "",
            unit_place=self.unit_place.data or "",
            unit_from=self.unit_from.data,
        )


class ObjectionForm(MarketForm):
    """What anybody has against the deal."""

    name = StringField(_l("Your name"), [InputRequired(), Length(max=SHORT_LENGTH)])
    contact = StringField(_l("How to reach you"), [InputRequired(), Length(max=SHORT_LENGTH)])
    text = TextAreaField(_l("Your objection and its reasons"), [InputRequired(), LONG])

    def command(self, publicity_id: int) -> Object:
        """The command of a validated form."""
        return Object(
            publicity_id, self.name.data or "", self.contact.data or "", self.text.data or ""
        )


class ReplyForm(MarketForm):
    """The unit's decision on an objection."""

    upheld = BooleanField(_l("The objection is upheld: the deal does not come about."))
    text = TextAreaField(_l("Reasons"), [InputRequired(), LONG])

    def command(self, publicity_id: int, objection_id: int) -> Reply:
        """The command of a validated form."""
        text = self.text.data or ""
        return Reply(publicity_id, objection_id, upheld=bool(self.upheld.data), text=text)
