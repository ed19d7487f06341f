"""Write, check and announce a lot: pages of reviewers and auctioneers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.options import options
from marketplace.showcase.deals import index
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.auctions import commands, drafts, format_rules, words
from marketplace.trade.auctions.forms import ScheduleForm
from marketplace.trade.auctions.models import Auction
from marketplace.trade.auctions.schedule_terms import proposed, shown, terms_of
from marketplace.trade.auctions.terms import fingerprint
from marketplace.trade.auctions.views import bp
from marketplace.web.access import SCHEDULER, access
from marketplace.web.context import current_context
from marketplace.web.messages import text_of
from marketplace.web.submission import taken
from rules.findings import Finding


@bp.get("/new")
@access(SCHEDULER)
def new() -> str:
    """An empty form with what the listing says."""
    form, listing_id = ScheduleForm(), request.args.get("listing", 0, type=int)
    with current_context().reading() as db:
        lot, own = listings.lot_terms(db, listing_id), options(db)
    proposed(form, lot, own=own)
    if not form.deposit_account.data:
        settings = current_context().settings
        form.deposit_account.data = (
            f"{settings.bank_name}，户名：{settings.bank_holder}，账号：{settings.bank_account}"
        )
    return _form_page(form, lot=lot)


@bp.post("/new")
@access(SCHEDULER)
def draft() -> Response | tuple[str, int]:
    """Keep a new draft and go on to its check."""
    form, ctx = ScheduleForm(request.form), current_context()
    listing_id = request.form.get("listing", 0, type=int)
    with ctx.reading() as db:
        lot = listings.lot_terms(db, listing_id)
    made: list[int] = []
    if form.validate() and taken(form, lambda: made.append(_draft(form, listing_id))):
        return redirect(url_for("trade.auctions.check", auction_id=made[0]), 303)
    return _form_page(form, lot=lot), 422


def _form_page(
    form: ScheduleForm,
    *,
    lot: LotTerms | None = None,
    auction: Auction | None = None,
    **more: object,
) -> str:
    """The form with what comparable technology went for beside its prices."""
    with current_context().reading() as db:
        known = lot or (listings.lot_terms(db, auction.listing_id) if auction else None)
        similar = index.comparable(db, known.cluster, known.kind) if known else None
    return render_template(
        "trade/auctions/schedule.html",
        form=form,
        lot=lot,
        auction=auction,
        comparable=similar,
        **more,
    )


def _draft(form: ScheduleForm, listing_id: int, *, known: Auction | None = None) -> int:
    terms = terms_of(form, had_reserve=known is not None and known.has_reserve)
    command = commands.DraftAuction(listing_id, terms, known.id if known else None)
    return commands.draft_auction(current_context(), command)


@bp.get("/<int:auction_id>/edit")
@access(SCHEDULER)
def edit(auction_id: int) -> str:
    """The form of a draft, or of an announced lot that is to be corrected."""
    form = ScheduleForm()
    with current_context().reading() as db:
        auction = drafts.auction(db, auction_id)
    shown(form, auction)
    return _form_page(form, auction=auction)


@bp.post("/<int:auction_id>/edit")
@access(SCHEDULER)
def save(auction_id: int) -> Response | tuple[str, int]:
    """Keep the draft, or publish the correction."""
    form, ctx = ScheduleForm(request.form), current_context()
    with ctx.reading() as db:
        auction = drafts.auction(db, auction_id)
    if auction.state != "draft":
        return _correct(form, auction)
    if form.validate() and taken(form, lambda: _draft(form, auction.listing_id, known=auction)):
        return redirect(url_for("trade.auctions.check", auction_id=auction_id), 303)
    return _form_page(form, auction=auction), 422


def _correct(form: ScheduleForm, auction: Auction) -> Response | tuple[str, int]:
    found: Sequence[Finding] = ()
    try:
        if form.validate() and taken_or_blocked(form, auction):
            flash(_("The corrected notice is public. The notice period begins again."), "done")
            return redirect(url_for("trade.auctions.manage", auction_id=auction.id), 303)
    except Invalid as error:
        found = cast("Sequence[Finding]", error.facts["findings"])
    return _form_page(form, auction=auction, findings=lines(found)), 422


def taken_or_blocked(form: ScheduleForm, auction: Auction) -> bool:
    """Publish the correction; raises Invalid ``auctions.blocked`` with the findings."""
    command = commands.CorrectTerms(
        auction.id,
        terms_of(form, had_reserve=auction.has_reserve),
        why=form.why.data or "",
        reasons=_reasons(),
    )
    blocked: list[Invalid] = []

    def work() -> None:
        try:
            commands.correct_terms(current_context(), command)
        except Invalid as error:
            if error.code != "auctions.blocked":
                raise
            blocked.append(error)

    done = taken(form, work)
    if blocked:
        raise blocked[0]
    return done


@bp.get("/<int:auction_id>/check")
@access(SCHEDULER)
def check(auction_id: int) -> str:
    """What the rules say about a draft, before it is announced."""
    with current_context().reading() as db:
        auction, found = drafts.checked(db, current_context(), auction_id=auction_id)
    return _check_page(auction, found, typed={})


@bp.post("/<int:auction_id>/publish")
@access(SCHEDULER)
def publish(auction_id: int) -> Response | tuple[str, int]:
    """Announce the lot; warnings need their reasons."""
    command = commands.PublishNotice(auction_id, _reasons(), seen=request.form.get("seen", ""))
    try:
        commands.publish_notice(current_context(), command)
    except Conflict as error:
        if error.code != "auctions.draft_changed":
            raise
        flash(text_of(error.code, error.facts), "bad")
        return redirect(url_for("trade.auctions.check", auction_id=auction_id), 303)
    except Invalid as error:
        if error.code != "auctions.blocked":
            raise
        with current_context().reading() as db:
            auction, found = drafts.checked(db, current_context(), auction_id=auction_id)
        return _check_page(auction, found, typed=_reasons()), 422
    flash(_("The notice is public. The terms are fixed from now on."), "done")
    return redirect(url_for("trade.auctions.show", auction_id=auction_id), 303)


def _check_page(auction: Auction, found: Sequence[Finding], *, typed: Mapping[str, str]) -> str:
    return render_template(
        "trade/auctions/check.html",
        auction=auction,
        findings=lines(found),
        words=words,
        typed=typed,
        sentences=format_rules.sentences(auction),
        seen=fingerprint(auction),
    )


def _reasons() -> dict[str, str]:
    """The reasons typed for warnings: fields ``reason-<code>``."""
    prefix = "reason-"
    return {
        name.removeprefix(prefix): value.strip()
        for name, value in request.form.items()
        if name.startswith(prefix)
    }


def lines(found: Sequence[Finding]) -> list[dict[str, object]]:
    """Findings as the page shows them: words, rule, article."""
    return [drafts.line(one) for one in found]
