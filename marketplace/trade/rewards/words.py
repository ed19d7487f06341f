"""The words of rewards: parts, rules, shortfalls, refusals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.web import messages

PARTS = {
    "main": _l("Main contributor"),
    "staff": _l("Transfer staff"),
    "other": _l("Other contributor"),
}
RULE_NAMES = {"zhejiang": _l("Zhejiang"), "national": _l("National default")}
SHORT = {
    "reward": _l("The reward is below the least share of the net income."),
    "main": _l("The main contributors get less than their least share of the reward."),
    "staff": _l("The transfer staff get less than their least share of the reward."),
    "whole": _l("The shares do not add up to 100 %%."),
}
messages.register(
    {
        "rewards.people_needed": _l("Please enter at least one person, each with a name."),
        "rewards.share_wrong": _l("Every share must be above zero."),
        "rewards.amounts_wrong": _l("Public R&D money is a part of the costs, never more."),
        "rewards.nothing_saved": _l("No plan is saved yet."),
        "rewards.not_whole": _l("The shares must add up to 100 %%."),
    }
)
