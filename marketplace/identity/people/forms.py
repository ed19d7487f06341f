"""Forms about the own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length

from marketplace.web.forms import MarketForm


class AccountForm(MarketForm):
    """Name and language."""

    name = StringField(
        _l("Your name"),
        [DataRequired(), Length(max=60)],
        description=_l("As on the identity card: it stands in the papers of a deal."),
        render_kw={"autocomplete": "name"},
    )
    locale = SelectField(
        _l("Language of mails"),
        [DataRequired()],
        choices=[SelectChoice("zh_Hans_CN", "中文"), SelectChoice("en", "English")],
    )


class IdentityNumberForm(MarketForm):
    """The number of the identity card."""

    number = StringField(
        _l("Identity card number"),
        [DataRequired(), Length(max=40)],
        description=_l("Stored encrypted, shown masked, used to keep insiders out of auctions."),
        render_kw={"autocomplete": "off"},
    )


class RelativeForm(MarketForm):
    """A close relative."""

    label = StringField(_l("Relation"), [DataRequired(), Length(max=40)])
    relative_number = StringField(
        _l("Identity card number of the relative"),
        [DataRequired(), Length(max=40)],
        description=_l("Only a fingerprint is stored: the number cannot be read back."),
        render_kw={"autocomplete": "off"},
    )


class ClaimForm(MarketForm):
    """The code of the sheet that a desk of the market handed out."""

    code = StringField(
        _l("Code on the sheet"),
        [DataRequired(), Length(max=40)],
        description=_l("Three groups of four, for example ABCD-EFGH-JKMN."),
        render_kw={"autocomplete": "off", "class": "mono"},
    )


class CloseForm(MarketForm):
    """Leaving for good."""

    understood = BooleanField(
        _l("I understand that my profile is erased and cannot be restored"), [DataRequired()]
    )
