"""The base of every form: WTForms without Flask, amounts in yuan, texts trimmed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import Form, StringField, ValidationError
from wtforms.meta import DefaultMeta

from marketplace.web.i18n import current_lang
from rules.amounts import AmountRefused, parse_amount


class MarketForm(Form):
    """A form whose own messages speak the language of the request.

    ``status`` is what a page that shows the form's refusal answers with.
    """

    status = 422

    class Meta(DefaultMeta):
        """WTForms' settings: built-in texts by language, strings stripped."""

        @property
        def locales(self) -> list[str]:
            """The built-in messages' languages."""
            return ["zh_CN"] if current_lang() == "zh" else ["en_US"]

        def get_translations(self, form: Form) -> Any:
            """The built-in messages, the commonest of them in the market's own words."""
            return _OwnWords(super().get_translations(form))

        def bind_field(self, form: Form, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Strip what people paste around a value."""
            filters = unbound_field.kwargs.get("filters", [])
            if getattr(unbound_field.field_class, "strips", True):
                filters = [*filters, _strip]
            return unbound_field.bind(form=form, filters=filters, **options)

    def error_summary(self) -> list[tuple[str, str, str]]:
        """(field name, label, message) of every error, in the order of the fields."""
        return [
            (field.name, str(field.label.text), str(message))
            for field in self
            for message in field.errors
        ]


class _OwnWords:
    """WTForms' texts; "is required" reads like an error of ours, in both languages."""

    def __init__(self, built_in: Any) -> None:
        self.built_in = built_in

    def gettext(self, text: str) -> str:
        if text == "This field is required.":
            return str(_("Please fill this in."))
        return str(self.built_in.gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(self.built_in.ngettext(one, many, count))


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class YuanField(StringField):
    """An amount typed in yuan (``1,280,000``, ``128万``, full width); ``minor`` is the fen."""

    minor: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed; read it as an amount."""
        super().process_formdata(valuelist)
        self.minor = None
        if self.data and str(self.data).strip():
            try:
                self.minor = parse_amount(str(self.data))
            except AmountRefused as error:
                raise ValueError(_("This is not an amount of money.")) from error

    def set_minor(self, minor: int | None) -> None:
        """Show an amount of fen."""
        self.minor = minor
        self.data = "" if minor is None else f"{Decimal(minor) / 100:,.2f}".removesuffix(".00")


def check(test: Callable[[Any], bool], message: str) -> Callable[[Form, Any], None]:
    """A validator from a predicate on the field's data; empty data passes."""

    def validate(_form: Form, field: Any) -> None:
        if field.data and not test(field.data):
            raise ValidationError(message)

    return validate
