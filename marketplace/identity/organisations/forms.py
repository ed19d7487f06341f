"""Forms about an organisation: profile, papers, bank account, members."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length
from wtforms.validators import Optional as Empty

from marketplace.identity import words
from marketplace.identity.organisations.commands import Profile
from marketplace.web.forms import MarketForm, YuanField

KIND_CHOICES = words.choices(words.KINDS, but="market")


class ProfileForm(MarketForm):
    """What an organisation says about itself."""

    name = StringField(
        _l("Registered name"),
        [DataRequired(), Length(min=2, max=80)],
        render_kw={"autocomplete": "organization"},
    )
    kind = RadioField(_l("Kind"), [DataRequired()], choices=KIND_CHOICES, default="enterprise")
    name_en = StringField(_l("Name in English"), [Length(max=120)])
    region = StringField(
        _l("Region code"),
        [Length(max=6)],
        description=_l("Six digits, for example 330624."),
        render_kw={"inputmode": "numeric"},
    )
    address = StringField(_l("Address"), [Length(max=200)])
    founded_year = IntegerField(_l("Founded in"), [Empty()])
    website = StringField(_l("Address on the web"), [Length(max=200)])
    clusters = SelectMultipleField(_l("Industry clusters"), choices=[])
    about = TextAreaField(_l("About, in Chinese"), [Length(max=2000)])
    about_en = TextAreaField(_l("About, in English"), [Length(max=4000)])
    contact_name = StringField(_l("Contact person"), [Length(max=60)])
    contact_phone = StringField(
        _l("Telephone"),
        [Length(max=40)],
        description=_l("Stored encrypted; shown to others only when you consent."),
    )
    contact_email = StringField(_l("Mail address of the contact"), [Length(max=120)])

    def profile(self) -> Profile:
        """What was typed, as the command takes it."""
        return Profile(
            name=self.name.data or "",
            kind=self.kind.data or "",
            name_en=self.name_en.data or "",
            region=self.region.data or "",
            address=self.address.data or "",
            about=self.about.data or "",
            about_en=self.about_en.data or "",
            website=self.website.data or "",
            founded_year=self.founded_year.data,
            clusters=tuple(self.clusters.data or ()),
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
            contact_email=self.contact_email.data or "",
        )


class VerificationForm(MarketForm):
    """Claims and papers for a reviewer."""

    name = StringField(
        _l("Registered name"),
        [DataRequired(), Length(min=2, max=80)],
        description=_l("As on the business licence or certificate."),
    )
    kind = RadioField(_l("Kind"), [DataRequired()], choices=KIND_CHOICES, default="enterprise")
    credit_code = StringField(
        _l("Unified social credit code"),
        [Length(max=40)],
        description=_l("18 characters, without I, O, S, V, Z. Private inventors leave it empty."),
    )
    controller_code = StringField(
        _l("Credit code of the controlling company"),
        [Length(max=40)],
        description=_l("Related companies may not bid against each other."),
    )
    flags = SelectMultipleField(_l("Properties"), choices=words.choices(words.FLAGS))
    licence = FileField(
        _l("Business licence or certificate"),
        description=_l("PDF or picture, up to 10 MB. A private inventor adds the identity card."),
    )
    authority = FileField(
        _l("Letter of authority with seal"),
        description=_l("When somebody else than the legal representative acts."),
    )


class BankForm(MarketForm):
    """The account for payments."""

    number = StringField(
        _l("Bank account"), [DataRequired(), Length(max=60)], render_kw={"autocomplete": "off"}
    )
    bank_name = StringField(_l("Bank and branch"), [Length(max=80)])
    consent = BooleanField(
        _l("I consent to the storing of this bank account for payments of this market")
    )


ROLE_CHOICES = words.choices(words.MEMBER_ROLES)


class InviteForm(MarketForm):
    """An invitation by mail."""

    email = StringField(_l("Mail address"), [DataRequired(), Length(max=254)])
    role = SelectField(_l("Role"), [DataRequired()], choices=ROLE_CHOICES, default="member")
    bid_limit = YuanField(
        _l("Limit for one bid"), description=_l("Empty: no limit. Owners and managers have none.")
    )


class MemberForm(MarketForm):
    """A member's role and limit."""

    role = SelectField(_l("Role"), [DataRequired()], choices=ROLE_CHOICES)
    bid_limit = YuanField(_l("Limit for one bid"))
