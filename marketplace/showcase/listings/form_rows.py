"""The rows of the listing form's repeated groups."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import Optional, StopValidation

from marketplace.showcase.listings import labels
from marketplace.showcase.listings.form_fields import ShareField, choices, day, is_blank, short
from marketplace.web.forms import MarketForm, YuanField
from marketplace.web.i18n import pick
from rules.enumerations import LICENCE_KINDS, OVERLAYS

LICENCE_OVERLAYS = ("exclusive_licence", "sole_licence", "plain_licence", "open_licence")


def terms(table: Any) -> list[tuple[str, str]]:
    """An enumeration as choices in the reader's language."""
    return [(str(key), pick(one.zh, one.en)) for key, one in table.items()]


class OwnerRow(MarketForm):
    """A right holder."""

    name = short(_l("Full name"))
    share = ShareField(_l("Share in %"))
    credit_code = short(_l("Unified social credit code"), longest=30)

    def validate_name(self, field: Any) -> None:
        """A row that holds something names somebody."""
        if not field.data and not is_blank(self):
            raise StopValidation(_("Please give a name."))


class OverlayRow(MarketForm):
    """Something that lies on the right."""

    kind = SelectField(_l("Kind of entry"), choices=[], default="")
    holder = short(_l("In favour of"))
    since = day(_l("Valid since"))
    until = day(_l("Runs until"))
    amount = YuanField(_l("Secured amount"), validators=[Optional()])
    note = short(_l("Remark"), longest=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = terms(OVERLAYS)
        own = [(key, word) for key, word in known if key not in LICENCE_OVERLAYS]
        self.kind.choices = choices(own, empty=_("Please choose"))

    def validate_holder(self, field: Any) -> None:
        """A pledge names the pledgee: his consent is needed (L63)."""
        if self.kind.data == "pledge" and not field.data:
            raise StopValidation(_("Name the pledgee."))


class LicenceRow(MarketForm):
    """A licence given before."""

    kind = SelectField(_l("Kind of licence"), choices=[], default="")
    licensee = short(_l("Licensee"))
    area = short(_l("Territory"))
    use = short(_l("Field of use"))
    until = day(_l("Runs until"))
    sublicence = BooleanField(_l("Sub-licence"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices(terms(LICENCE_KINDS), empty=_("Not stated (non-exclusive)"))


class HolderRow(MarketForm):
    """Somebody who must be asked first."""

    name = short(_l("Full name"))
    ground = SelectField(
        _l("In the role of"), choices=choices(labels.GROUNDS.items()), default="completer"
    )
