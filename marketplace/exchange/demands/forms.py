"""Untrusted fields of the demand form in, a typed Content out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from marketplace.exchange.demands.content import Content
from marketplace.web.forms import MarketForm, YuanField

MODES = (
    ("transfer", _l("Assignment")),
    ("licence", _l("Licence")),
    ("development", _l("Commissioned development")),
    ("joint", _l("Joint development")),
    ("consulting", _l("Consulting")),
    ("equity", _l("Contribution as equity")),
)
MODE_NAMES = {**dict(MODES), "other": _l("Other")}  # records of a source name it too


class DemandForm(MarketForm):
    """What a company needs, in its own words and with numbers."""

    title = StringField(
        _l("Title"),
        [InputRequired(), Length(max=120)],
        description=_l("What is to be solved, in one line, with the decisive number."),
    )
    text = TextAreaField(
        _l("The problem"),
        [InputRequired(), Length(min=20, max=8000)],
        description=_l(
            "What happens today, where, with which material and machine, and why it hurts."
        ),
    )
    wanted = TextAreaField(
        _l("The wanted result"),
        [InputRequired(), Length(max=4000)],
        description=_l("How you will measure success: figures, units, standards."),
    )
    title_en = StringField(_l("Title in English"), [Length(max=200)])
    cluster = SelectField(_l("Industry cluster"), [InputRequired()])
    keywords = StringField(
        _l("Keywords"), [Length(max=300)], description=_l("Up to ten, separated by commas.")
    )
    modes = SelectMultipleField(
        _l("Ways to work together"), choices=[SelectChoice(*mode) for mode in MODES]
    )
    budget_low = YuanField(_l("Budget from"), [Optional()])
    budget_high = YuanField(_l("Budget to"), [Optional()])
    deadline = DateField(
        _l("Answers until"),
        [Optional()],
        description=_l("After this day the demand leaves the list."),
    )

    def validate_budget_high(self, field: YuanField) -> None:
        """The upper end is not below the lower one."""
        low, high = self.budget_low.minor, field.minor
        if low is not None and high is not None and low > high:
            raise ValidationError(_l("The upper budget is below the lower one."))

    def offer(self, clusters: Sequence[tuple[str, str]], today: date) -> None:
        """Set the choices that depend on the market, and the days that can be chosen."""
        self.cluster.choices = [
            SelectChoice(*one) for one in (("", _l("Please choose")), *clusters)
        ]
        self.deadline.render_kw = {
            "min": today.isoformat(),
            "max": (today + timedelta(days=730)).isoformat(),
        }

    def content(self) -> Content:
        """The valid form as content."""
        words = str(self.keywords.data or "").replace("，", ",").replace("、", ",").split(",")
        return Content(
            title=self.title.data,
            text=self.text.data,
            wanted=self.wanted.data,
            cluster=self.cluster.data,
            title_en=self.title_en.data or "",
            keywords=tuple(dict.fromkeys(word.strip() for word in words if word.strip()))[:10],
            modes=tuple(self.modes.data or ()),
            budget_low_minor=self.budget_low.minor,
            budget_high_minor=self.budget_high.minor,
            deadline=self.deadline.data,
        )
