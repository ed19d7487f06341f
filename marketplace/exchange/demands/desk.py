"""How the review desk shows, checks and decides a demand."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.exchange.demands import commands, queries
from marketplace.exchange.demands.content import Content
from marketplace.notify import texts
from marketplace.review import subjects
from marketplace.review.subjects import Check, Preview, Reason, Subject
from marketplace.web import messages
from rules import banned_words

SHORT = 60

messages.register(
    {
        "demand.check.budget": _l("A budget is named."),
        "demand.check.no_budget": _l("No budget is named."),
        "demand.check.measure": _l("The wanted result holds a number."),
        "demand.check.no_measure": _l("The wanted result holds no number to measure it by."),
        "demand.check.short": _l("The problem is described in less than %(least)s characters."),
        "demand.check.word": _l("The text holds “%(word)s” (%(rule)s)."),
    }
)
texts.register(
    {
        "demand.approved": (
            _l("Your demand is published: %(title)s"),
            _l("It is in the list and in the search now."),
        ),
        "demand.returned": (
            _l("Your demand came back: %(title)s"),
            _l("The reviewer writes: %(text)s"),
        ),
    }
)
REASONS = (
    Reason(
        "unclear",
        _l("Unclear problem"),
        _l("Please describe what happens today, where, and with which figures."),
    ),
    Reason(
        "no_measure",
        _l("No measure"),
        _l("Please say how success will be measured, with a figure and its unit."),
    ),
    Reason(
        "contact",
        _l("Contact data in the text"),
        _l("Please take telephone numbers and addresses out of the text; we keep them apart."),
    ),
)


def _preview(db: Session, demand_id: int, version: int) -> Preview:
    content = Content.from_json(queries.version(db, demand_id, version))
    return Preview("exchange/demands/_review.html", {"content": content, "demand_id": demand_id})


def _checks(db: Session, demand_id: int, version: int, _now: datetime) -> list[Check]:
    content = Content.from_json(queries.version(db, demand_id, version))
    has_budget = content.budget_low_minor or content.budget_high_minor
    measured = any(character.isdigit() for character in content.wanted)
    found = [
        Check("demand.check.budget", "ok")
        if has_budget
        else Check("demand.check.no_budget", "warn"),
        Check("demand.check.measure", "ok")
        if measured
        else Check("demand.check.no_measure", "warn"),
    ]
    if len(content.text) < SHORT:
        found.append(Check("demand.check.short", "warn", {"least": SHORT}))
    for word in banned_words.find(f"{content.title}\n{content.text}\n{content.wanted}"):
        found.append(Check("demand.check.word", "warn", {"word": word.word, "rule": word.rule}))
    return found


def install() -> None:
    """Make demands reviewable."""
    subject = Subject(_l("Demand"), _preview, _checks, commands.decide, REASONS)
    subjects.register("demand", subject)
