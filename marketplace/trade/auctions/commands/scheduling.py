"""Draft, announce, correct and withdraw an auction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auction import commands as engine
from auction.errors import InvalidTerms
from marketplace.identity import queries as identity
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.kernel.ids import token
from marketplace.kernel.options import option
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings import steps as listing_steps
from marketplace.trade.auctions import notices, policy
from marketplace.trade.auctions.commands.operating import publish
from marketplace.trade.auctions.events import AuctionScheduled, AuctionWithdrawn
from marketplace.trade.auctions.findings import Case, findings, unanswered
from marketplace.trade.auctions.locking import execute, locked_draft, locked_lot
from marketplace.trade.auctions.lots import clock_of, store, wire
from marketplace.trade.auctions.models import Auction
from marketplace.trade.auctions.moves import MODES, advance
from marketplace.trade.auctions.numbers import give_number
from marketplace.trade.auctions.terms import Terms, fingerprint, lot_rules, reserve_of, write
from marketplace.treasury.deposits import steps as treasury
from rules import auction_terms
from rules.days import start_of
from rules.findings import Finding

NEXT_VERSION_LOT = 10**9
"""A corrected notice begins a new log; its lot number is the auction's plus this per version."""


@dataclass(frozen=True, slots=True)
class DraftAuction:
    """Write the terms of a lot for a listing; ``auction_id`` changes an existing draft."""

    listing_id: int
    terms: Terms
    auction_id: int | None = None


def draft_auction(ctx: Context, command: DraftAuction) -> int:
    """Keep a draft, copying what the listing says now; the auction's id.

    Raises Forbidden, NotFound, Invalid for amounts or times that cannot be stored.
    """
    _refuse_impossible(command.terms)
    with ctx.transaction() as tx:
        if not policy.may_schedule(tx.actor):
            raise Forbidden
        known = command.auction_id
        auction = _new(tx) if known is None else locked_draft(tx, known)
        write(auction, command.terms, keys=tx.settings.secrets)
        _copy_listing(tx, auction, listing_id=command.listing_id)
        tx.db.add(auction)
        tx.db.flush()
        give_number(auction)
        tx.audit("auction.drafted", "auction", auction.id, listing=command.listing_id)
        return auction.id


@dataclass(frozen=True, slots=True)
class PublishNotice:
    """Announce a draft. ``reasons`` answers warnings: finding code → reason, which is kept.

    ``seen`` is the fingerprint of the terms that were checked (T5); None where no page was.
    """

    auction_id: int
    reasons: Mapping[str, str] = field(default_factory=dict)
    seen: str | None = None


def publish_notice(ctx: Context, command: PublishNotice) -> None:
    """Announce: from here on the terms are fixed and the notice period runs (L12).

    Raises Invalid ``auctions.blocked`` (facts: ``findings``) while a rule blocks or a warning
    has no reason, Forbidden for the seller's own people, Conflict when the listing is not free
    or the terms are not those that were checked.
    """
    with ctx.transaction() as tx:
        auction = locked_draft(tx, command.auction_id)
        if command.seen is not None and command.seen != fingerprint(auction):
            raise Conflict("auctions.draft_changed")
        _refuse_own(tx, auction)
        _refuse_findings(tx, auction, reasons=command.reasons)
        auction.state = advance(auction.state, "announce")
        listing_steps.reserve(tx, auction.listing_id, holder="auction", holder_id=auction.id)
        _open_lot(tx, auction)
        _announce(tx, auction, kind="notice", reasons=command.reasons)


@dataclass(frozen=True, slots=True)
class CorrectTerms:
    """Replace the terms of an announced lot before it opens."""

    auction_id: int
    terms: Terms
    why: str
    reasons: Mapping[str, str] = field(default_factory=dict)


def correct_terms(ctx: Context, command: CorrectTerms) -> None:
    """Correct the notice: the clock restarts (L12) and every bidder must tick again (L7, L15).

    The old log ends with the reason, a new one begins. Raises as ``publish_notice``, Conflict
    from the opening on, Invalid without a reason.
    """
    _refuse_impossible(command.terms)
    if not command.why.strip():
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        auction, _state = locked_lot(tx, command.auction_id)
        _refuse_own(tx, auction)
        if not auction_terms.may_withdraw(tx.now, auction.opens_at):
            raise Conflict("auctions.opened_already")
        if command.terms.deposit_minor != auction.deposit_minor:
            raise Conflict("auctions.deposit_is_fixed")
        auction.state = advance(auction.state, "correct")
        execute(tx, auction, command=engine.Cancel(command.why.strip()))
        write(auction, command.terms, keys=tx.settings.secrets)
        _refuse_findings(tx, auction, reasons=command.reasons)
        auction.version += 1
        _open_lot(tx, auction)
        _announce(tx, auction, kind="correction", reasons=command.reasons, why=command.why)


@dataclass(frozen=True, slots=True)
class WithdrawAuction:
    """Take the lot back before the start (L9), or after a pause that cannot be ended."""

    auction_id: int
    why: str


def withdraw_auction(ctx: Context, command: WithdrawAuction) -> None:
    """Withdraw: listing free again, deposits owed back at once, the reason published.

    Raises Conflict from ``opens_at`` on (L9; 拍卖法 29) unless the lot is paused.
    """
    if not command.why.strip():
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        if not policy.may_operate(tx.actor):
            raise Forbidden
        auction, _state = locked_lot(tx, command.auction_id)
        in_time = auction_terms.may_withdraw(tx.now, auction.opens_at)
        if not in_time and auction.state != "paused":
            raise Conflict("auctions.opened_already")
        auction.state = advance(auction.state, "withdraw")
        auction.paused_at = None
        execute(tx, auction, command=engine.Cancel(command.why.strip()))
        listing_steps.release(tx, auction.listing_id)
        treasury.conclude(tx, auction.id, winner_organisation_id=None)
        publish(tx, auction, kind="withdrawal", text=command.why)
        tx.emit(AuctionWithdrawn(auction.id, auction.listing_id))


def _refuse_impossible(terms: Terms) -> None:
    if terms.mode not in MODES:
        raise Invalid("auctions.mode_unknown")
    if terms.start_minor <= 0 or terms.deposit_minor <= 0:
        raise Invalid("auctions.amount_needed")
    if terms.opens_at >= terms.ends_at:
        raise Invalid("auctions.finding.ends_before_opening")
    if terms.format == "dutch" and (terms.reserve_minor is not None or terms.keeps_reserve):
        raise Invalid("auctions.dutch_has_reserve")
    if terms.hard_end_at is not None and terms.format != "english":
        raise Invalid("auctions.hard_end_is_english")


def _new(tx: Tx) -> Auction:
    return Auction(
        number=f"draft-{token()}",
        state="draft",
        version=1,
        currency="CNY",
        soft_close_seconds=option(tx.db, "soft_close_seconds"),
        accepted_warnings={},
        created_at=tx.now,
        created_by=tx.actor.user_id,
    )


def _copy_listing(tx: Tx, auction: Auction, *, listing_id: int) -> None:
    lot = listings.lot_terms(tx.db, listing_id)
    if lot.organisation_id is None:
        raise Conflict("auctions.no_seller")
    auction.listing_id, auction.listing_version = lot.listing_id, lot.version
    auction.subject_kind, auction.subject_number = lot.kind, lot.number or ""
    auction.title, auction.title_en, auction.cluster = lot.title, lot.title_en, lot.cluster
    auction.seller_organisation_id = lot.organisation_id
    auction.seller_name = lot.organisation_name
    if not auction.refusal_holders:
        auction.refusal_holders = _holders(lot)
    if not auction.defects:
        auction.defects = lot.defects


def _holders(lot: listings.LotTerms) -> list[dict[str, Any]]:
    """Who must be asked first, in the order of the listing, with what they answered (L26)."""
    answers = {one.name: one for one in lot.answers if one.party == "first_refusal"}
    return [
        {
            "name": holder.name,
            "rank": rank,
            "told_at": start_of(told.answered_on).isoformat() if told else None,
            "answer": told.answer if told and told.answer != "asked" else "",
        }
        for rank, holder in enumerate(lot.first_refusal_holders, start=1)
        for told in [answers.get(holder.name)]
    ]


def _refuse_own(tx: Tx, auction: Auction) -> None:
    """Nobody announces a lot of his own organisation (T13)."""
    if not policy.may_schedule(tx.actor):
        raise Forbidden
    if tx.actor.user_id in identity.members_of(tx.db, auction.seller_organisation_id):
        raise Forbidden("auctions.own_lot")


def _refuse_findings(tx: Tx, auction: Auction, *, reasons: Mapping[str, str]) -> None:
    stopping = unanswered(findings_of(tx, auction), reasons)
    if stopping:
        raise Invalid("auctions.blocked", findings=stopping)


def findings_of(tx: Tx, auction: Auction) -> tuple[Finding, ...]:
    """Step: what the rules say about this auction if it were published now."""
    page = identity.organisation_page(tx.db, auction.seller_organisation_id)
    case = Case(
        auction=auction,
        lot=listings.lot_terms(tx.db, auction.listing_id),
        seller_code=page.credit_code or "",
        reserve_minor=reserve_of(auction, tx.settings.secrets),
        published_at=tx.now,
    )
    return findings(tx.db, case)


def _open_lot(tx: Tx, auction: Auction) -> None:
    auction.soft_close_seconds = option(tx.db, "soft_close_seconds")
    lot_id = auction.id + NEXT_VERSION_LOT * (auction.version - 1)
    try:
        rules = lot_rules(tx.db, auction, keys=tx.settings.secrets)
    except InvalidTerms as error:
        raise Invalid("auctions.terms_contradict", why=str(error)) from error
    tx.db.flush()
    store(tx.db).create(wire(tx.db), lot_id, rules, clock_of(tx))
    auction.lot_id = lot_id


def _announce(
    tx: Tx, auction: Auction, *, kind: str, reasons: Mapping[str, str], why: str = ""
) -> None:
    auction.notice_at = tx.now
    auction.accepted_warnings = dict(reasons)
    publish(tx, auction, kind=kind, text=why, **notices.facts(auction))
    notices.issue_paper(tx, auction)
    tx.emit(AuctionScheduled(auction.id, auction.listing_id, auction.version))
