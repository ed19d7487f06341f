"""Pages under /service: what exists, the fee clock, the number check, Chinese capitals."""

from __future__ import annotations

from flask import render_template, request

from marketplace.kernel.clock import SHANGHAI
from marketplace.service.root import bp
from marketplace.service.tools import fees as fee_answers
from marketplace.service.tools import words
from marketplace.service.tools.forms import AmountForm, FeeForm, NumbersForm
from marketplace.service.tools.numbers import read_number
from marketplace.service.tools.rewards import RewardForm, least_sums
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import base_context
from marketplace.web.messages import text_of
from rules.fee_schedule import OTHER_FEES
from rules.inventor_reward import due_on, net_income

Page = str | tuple[str, int]


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """What the market helps with; only what exists."""
    return render_template("service/index.html")


@bp.get("/fees")
@access(PUBLIC)
def fees() -> Page:
    """The fee clock: state, next fee, strip, five-year plan; the address holds the question."""
    form = FeeForm(request.args)
    if not request.args.get("filed") and not request.args.get("kind"):
        return _fees_page(FeeForm())
    case = form.case() if form.validate() else None
    if case is None:
        return _fees_page(form), 422
    today = form.today.data or base_context().clock().astimezone(SHANGHAI).date()
    return _fees_page(form, fee_answers.answer(case, today))


@bp.get("/numbers")
@access(PUBLIC)
def numbers() -> str:
    """The empty number check."""
    return _numbers_page(NumbersForm())


@bp.post("/numbers")
@access(PUBLIC)
def check_numbers() -> Page:
    """Check pasted numbers. It changes nothing; POST because 200 lines do not fit an address."""
    form = NumbersForm(request.form)
    if not form.validate():
        return _numbers_page(form), 422
    today = base_context().clock().astimezone(SHANGHAI).date()
    return _numbers_page(form, [read_number(line, today) for line in form.lines()])


@bp.get("/capitals")
@access(PUBLIC)
def capitals() -> Page:
    """An amount in Chinese capitals."""
    if "amount" not in request.args:
        return render_template("service/capitals.html", form=AmountForm())
    form = AmountForm(request.args)
    status = 200 if form.validate() else 422
    return render_template("service/capitals.html", form=form), status


@bp.get("/reward")
@access(PUBLIC)
def reward() -> Page:
    """The least reward of the completers; the address holds the question."""
    asked = "price" in request.args
    form, net, due = RewardForm(request.args if asked else None), None, None
    status = 200
    if asked:
        if form.validate():
            net = net_income(form.income())
            due = due_on(form.income_on.data) if form.income_on.data else None
        else:
            status = 422
    page = render_template(
        "service/reward.html",
        form=form,
        net=net,
        due=due,
        rows=least_sums(net or 0),
        words=words,
    )
    return page, status


def _fees_page(form: FeeForm, found: fee_answers.FeeAnswer | None = None) -> str:
    return render_template(
        "service/fees.html",
        form=form,
        answer=found,
        words=words,
        restoration_minor=OTHER_FEES["restoration"]["I"] * 100,
    )


def _numbers_page(form: NumbersForm, readings: list[object] | None = None) -> str:
    return render_template(
        "service/numbers.html", form=form, readings=readings, words=words, text_of=text_of
    )
