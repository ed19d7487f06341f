"""The inventor reward tool: what a form asks, and the least sums of each rule (L37-L39)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, ValidationError
from wtforms.validators import InputRequired, Optional

from marketplace.web.forms import MarketForm, YuanField
from rules.inventor_reward import RULES, Income, RewardRule, least


class RewardForm(MarketForm):
    """One deal's amounts."""

    price = YuanField(_l("Contract price"), [InputRequired()])
    costs = YuanField(_l("Costs"), [Optional()])
    public = YuanField(_l("Of these paid from public R&D money"), [Optional()])
    taxes = YuanField(_l("Taxes"), [Optional()])
    income_on = DateField(_l("Income of"), [Optional()])

    def validate_public(self, field: YuanField) -> None:
        """Public money is a part of the costs."""
        if (field.minor or 0) > (self.costs.minor or 0):
            raise ValidationError(_("Public R&D money is a part of the costs, never more."))

    def income(self) -> Income:
        """The amounts of a validated form, in fen."""
        fields = (self.price, self.costs, self.public, self.taxes)
        return Income(*(field.minor or 0 for field in fields))


@dataclass(frozen=True, slots=True)
class LeastSums:
    """What one rule asks at least, in fen."""

    name: str
    rule: RewardRule
    reward_minor: int
    main_minor: int
    staff_minor: int


def least_sums(net_minor: int) -> list[LeastSums]:
    """The least sums of every rule for a net income."""
    found = []
    for name, rule in RULES.items():
        reward = least(net_minor, rule.reward)
        parts = (least(reward, points) for points in (rule.main, rule.staff))
        found.append(LeastSums(name, rule, reward, *parts))
    return found
