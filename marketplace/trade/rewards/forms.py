"""Untrusted form fields in, a plan out."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from marketplace.trade.rewards.plans import Plan, Worked
from marketplace.trade.rewards.words import PARTS, RULE_NAMES
from marketplace.web.forms import MarketForm, YuanField
from rules.amounts import AmountRefused, parse_amount
from rules.inventor_reward import Income, Part, Share

ROWS = tuple(range(1, 13))


class RewardForm(MarketForm):
    """The deal's amounts, the rule, the reward; then a row per person."""

    rule = SelectField(_l("Rule"), choices=[SelectChoice(k, v) for k, v in RULE_NAMES.items()])
    price = YuanField(_l("Contract price"), [InputRequired()])
    costs = YuanField(_l("Costs"), [Optional()])
    public = YuanField(_l("Of these paid from public R&D money"), [Optional()])
    taxes = YuanField(_l("Taxes"), [Optional()])
    reward = YuanField(_l("Reward (empty: the least sum)"), [Optional()])
    shown_from = DateField(_l("Shown in the unit since"), [Optional()])

    def plan(self) -> Plan:
        """The plan of a validated form."""
        return Plan(
            rule=self.rule.data,
            income=Income(
                self.price.minor or 0,
                self.costs.minor or 0,
                self.public.minor or 0,
                self.taxes.minor or 0,
            ),
            reward_minor=self.reward.minor,
            shares=tuple(self._shares()),
            shown_from=self.shown_from.data,
        )

    def _shares(self) -> Iterator[Share]:
        for row in ROWS:
            name, share = (self[f"{part}_{row}"].data or "" for part in ("name", "share"))
            if not name.strip() and not share.strip():
                continue
            yield Share(name.strip(), Part(self[f"part_{row}"].data), _points(share))

    def show(self, worked: Worked) -> None:
        """Fill in what was saved."""
        plan, income = worked.plan, worked.plan.income
        self.rule.data, self.shown_from.data = plan.rule, plan.shown_from
        self.price.set_minor(income.price_minor)
        self.costs.set_minor(income.costs_minor)
        self.public.set_minor(income.public_minor)
        self.taxes.set_minor(income.taxes_minor)
        self.reward.set_minor(worked.reward_minor)
        for row, one in zip(ROWS, plan.shares, strict=False):
            self[f"name_{row}"].data, self[f"part_{row}"].data = one.name, one.part.value
            self[f"share_{row}"].data = f"{one.basis_points / 100:g}"


_PARTS = [SelectChoice(key, words) for key, words in PARTS.items()]
for _row in ROWS:
    setattr(RewardForm, f"name_{_row}", StringField(_l("Name"), [Length(max=60)]))
    setattr(RewardForm, f"part_{_row}", SelectField(_l("Part"), choices=_PARTS, default="main"))
    setattr(RewardForm, f"share_{_row}", StringField(_l("Share in %%"), [Length(max=8)]))


def _points(text: str) -> int:
    """``12.5`` per cent as basis points; 0 for what is no share (the command refuses it)."""
    try:
        return parse_amount(text.rstrip("%％") or "0") or 0
    except AmountRefused:
        return 0
