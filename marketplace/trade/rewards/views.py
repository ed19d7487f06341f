"""The seller's reward page of an order: plan, warnings, due dates, print and CSV."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Download
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Conflict
from marketplace.papers.rendering import Slip, render_slip
from marketplace.trade.orders import slots
from marketplace.trade.rewards import commands, queries, words
from marketplace.trade.rewards.forms import ROWS, RewardForm
from marketplace.web import uploads
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.exports import safe_cell
from marketplace.web.submission import taken
from rules.amounts import capitals

bp = Blueprint("rewards", __name__, url_prefix="/orders")
Answer = Response | tuple[str, int]
PART_WORDS = {"main": "主要贡献人员", "staff": "转化工作人员", "other": "其他贡献人员"}
HEAD = ("姓名", "身份", "比例（%）", "金额（元）")


@bp.get("/<int:order_id>/reward")
@access(MEMBER)
def show(order_id: int) -> str:
    """The plan, filled with what was saved."""
    return _page(order_id, None)


@bp.post("/<int:order_id>/reward")
@access(MEMBER)
def save(order_id: int) -> Answer:
    """Save a new version of the plan."""
    form = RewardForm(request.form)
    if form.validate() and taken(
        form,
        lambda: commands.save_plan(current_context(), commands.SavePlan(order_id, form.plan())),
    ):
        flash(_("The plan is saved."), "done")
        return redirect(url_for("trade.rewards.show", order_id=order_id), 303)
    return _page(order_id, form), 422


def _page(order_id: int, form: RewardForm | None) -> str:
    with current_context().reading() as db:
        page = queries.page(db, signed_in(), order_id)
    if form is None:
        form = RewardForm()
        form.price.set_minor(page.deal.price_minor)
        if page.saved:
            form.show(page.saved)
    return render_template("trade/rewards/show.html", page=page, form=form, rows=ROWS, words=words)


@bp.get("/<int:order_id>/reward.csv")
@access(MEMBER)
def as_csv(order_id: int) -> Download:
    """The people with shares and amounts; no cell begins a formula (T19)."""
    page = _saved(order_id)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for one in _people(page):
        writer.writerow([safe_cell(cell) for cell in one])
    headers = {"Content-Disposition": f"attachment; filename=reward-{order_id}.csv"}
    return Download("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/<int:order_id>/reward.pdf")
@access(MEMBER)
def as_pdf(order_id: int) -> Response:
    """The plan for the notice board of the unit."""
    ctx, page = current_context(), _saved(order_id)
    worked = page.saved
    if worked is None:
        raise Conflict("rewards.nothing_saved")
    income, plan = worked.plan.income, worked.plan
    facts = {
        "subject": page.deal.title,
        "unit": page.deal.seller_name,
        "article": worked.rule.article,
        "version": page.version,
        "price_minor": income.price_minor,
        "costs_minor": income.costs_minor,
        "public_minor": income.public_minor,
        "taxes_minor": income.taxes_minor,
        "net_minor": worked.net_minor,
        "least_minor": worked.least_minor,
        "reward_minor": worked.reward_minor,
        "reward_capitals": capitals(worked.reward_minor),
        "people": [list(one) for one in _people(page)],
        "shown_from": plan.shown_from.isoformat() if plan.shown_from else "",
        "shown_until": worked.shown_until.isoformat() if worked.shown_until else "",
    }
    slip = Slip(
        template="reward_plan.typ",
        title=f"科技成果转化奖酬分配方案 {page.deal.title}",
        made_at=ctx.clock(),
        market_name=ctx.settings.name,
    )
    content = render_slip(slip, facts)
    return uploads.serve(content, name=f"reward-{order_id}.pdf", media_type="application/pdf")


def _saved(order_id: int) -> queries.RewardPage:
    with current_context().reading() as db:
        page = queries.page(db, signed_in(), order_id)
    if page.saved is None:
        raise Conflict("rewards.nothing_saved")
    return page


def _people(page: queries.RewardPage) -> list[tuple[str, str, str, str]]:
    if page.saved is None:
        return []
    pairs = zip(page.saved.plan.shares, page.saved.amounts, strict=True)
    return [
        (
            one.name,
            PART_WORDS[one.part],
            f"{one.basis_points / 100:g}",
            f"{minor // 100}.{minor % 100:02d}",
        )
        for one, minor in pairs
    ]


def reward_slot(_db: Session, asked: slots.Asked) -> slots.Slot | None:
    """The way to the plan, on the seller's page of a signed order."""
    if asked.party != "seller" or asked.state not in ("contract_signed", "completed"):
        return None
    return slots.Slot("trade/rewards/_slot.html", {"order_id": asked.order_id})


slots.register(reward_slot)
