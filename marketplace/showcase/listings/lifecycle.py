"""Renew, withdraw, suspend, restore, and the sweep that expires what nobody renewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.kernel.options import option
from marketplace.review.policy import is_own
from marketplace.review.steps import withdraw_case
from marketplace.showcase.listings import policy
from marketplace.showcase.listings.events import (
    ListingChanged,
    ListingExpired,
    ListingExpiring,
    ListingRestored,
    ListingSuspended,
    ListingWithdrawn,
)
from marketplace.showcase.listings.models import Listing
from marketplace.showcase.listings.roots import lock, lock_own, lock_to_sell, move, version_row
from marketplace.showcase.listings.states import Action, State

REMIND_BEFORE = timedelta(days=14)
BATCH = 200


@dataclass(frozen=True, slots=True)
class Renew:
    """Keep a listing on sale for another period."""

    listing_id: int


def renew(ctx: Context, command: Renew) -> None:
    """One click: on sale again for the period of the option ``listing_days``.

    Raises Conflict where the state does not allow it or the number is listed elsewhere
    meanwhile, Invalid when the legal status was looked up too long ago (freshness), Forbidden
    for others than sellers of a verified organisation (L69).
    """
    with ctx.transaction() as tx:
        listing = lock_to_sell(tx, command.listing_id)
        ask_fresh(tx, listing)
        move(tx, listing, Action.RENEW)
        start_period(tx, listing)
        tx.emit(ListingChanged(listing.id))
        tx.audit("listing.renewed", "listing", listing.id)


def ask_fresh(tx: Tx, listing: Listing) -> None:
    """Step: raise Invalid when a patent's legal status is older than ``status_fresh_days``."""
    if listing.number is None:
        return
    days = option(tx.db, "status_fresh_days")
    checked = listing.status_checked_on
    if checked is None or (today(tx) - checked).days > days:
        raise Invalid("listing.status_stale", days=days)


def today(tx: Tx) -> date:
    """Step: the date people write now."""
    return tx.now.astimezone(SHANGHAI).date()


def start_period(tx: Tx, listing: Listing) -> None:
    """Step: the listing expires ``listing_days`` from now."""
    listing.expires_at = tx.now + timedelta(days=option(tx.db, "listing_days"))
    listing.reminded_at = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take an own listing back."""

    listing_id: int
    why: str = ""


def withdraw(ctx: Context, command: Withdraw) -> None:
    """The page is no longer public; every version is kept.

    A draft may be dropped by who may draft; what was submitted only by sellers. Raises
    Conflict while an auction holds it (L9: the auction must be withdrawn first).
    """
    with ctx.transaction() as tx:
        listing = lock_own(tx, command.listing_id)
        begun = listing.state in (State.DRAFT, State.RETURNED)
        if not (policy.may_draft(tx.actor) if begun else policy.may_submit(tx.actor, listing)):
            raise Forbidden("listing.seller_needed")
        move(tx, listing, Action.WITHDRAW)
        recall(tx, listing)
        tx.emit(ListingWithdrawn(listing.id))
        tx.emit(ListingChanged(listing.id))
        tx.audit("listing.withdrawn", "listing", listing.id, why=command.why.strip())


def recall(tx: Tx, listing: Listing) -> None:
    """Step: take the waiting version from the review desk, if there is one."""
    withdraw_case(tx, "listing", listing.id)
    if listing.pending_version is not None:
        version_row(tx, listing.id, listing.pending_version).state = "recalled"
        listing.pending_version = None


@dataclass(frozen=True, slots=True)
class Suspend:
    """The market takes a published listing off."""

    listing_id: int
    why: str


def suspend(ctx: Context, command: Suspend) -> None:
    """Hide a published listing, for a stated reason (L44: hidden, kept in the log)."""
    with ctx.transaction() as tx:
        listing = _lock_to_moderate(tx, command.listing_id, command.why)
        suspend_step(tx, listing, why=command.why.strip())


def suspend_step(tx: Tx, listing: Listing, *, why: str) -> None:
    """Step: move to suspended and tell."""
    move(tx, listing, Action.SUSPEND)
    recall(tx, listing)
    listing.stopped_why = why
    tx.emit(ListingSuspended(listing.id, listing.organisation_id, listing.title, why))
    tx.emit(ListingChanged(listing.id))
    tx.audit("listing.suspended", "listing", listing.id, why=why)


@dataclass(frozen=True, slots=True)
class Restore:
    """The market puts a suspended listing back."""

    listing_id: int
    why: str


def restore(ctx: Context, command: Restore) -> None:
    """Public again, for a stated reason; Conflict when its number is listed elsewhere meanwhile."""
    with ctx.transaction() as tx:
        listing = _lock_to_moderate(tx, command.listing_id, command.why)
        move(tx, listing, Action.RESTORE)
        listing.stopped_why = ""
        tx.emit(ListingRestored(listing.id, listing.organisation_id, listing.title))
        tx.emit(ListingChanged(listing.id))
        tx.audit("listing.restored", "listing", listing.id, why=command.why.strip())


def _lock_to_moderate(tx: Tx, listing_id: int, why: str) -> Listing:
    listing = lock(tx, listing_id)
    if not policy.may_moderate(tx.actor):
        raise Forbidden if policy.may_view(tx.actor, listing) else NotFound
    if is_own(tx.db, tx.actor, listing.organisation_id):  # T13: also through a second membership
        raise Forbidden("review.own_organisation")
    if not why.strip():
        raise Invalid("reason_needed")
    return listing


def expire_due(ctx: Context) -> int:
    """Sweep: expire published listings whose time is over; how many. Safe to repeat."""
    done = 0
    while batch := _expire_some(ctx):
        done += batch
    return done


def _expire_some(ctx: Context) -> int:
    with ctx.transaction() as tx:
        due = (
            select(Listing)
            .where(Listing.state == State.PUBLISHED, Listing.expires_at <= tx.now)
            .order_by(Listing.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = list(tx.db.scalars(due))
        for listing in rows:
            move(tx, listing, Action.EXPIRE)
            recall(tx, listing)
            tx.emit(ListingExpired(listing.id, listing.organisation_id, listing.title))
            tx.emit(ListingChanged(listing.id))
            tx.audit("listing.expired", "listing", listing.id)
        return len(rows)


def remind_expiring(ctx: Context) -> int:
    """Sweep: tell the sellers of what expires within two weeks, once a period; how many."""
    with ctx.transaction() as tx:
        soon = (
            select(Listing)
            .where(
                Listing.state == State.PUBLISHED,
                Listing.expires_at > tx.now,
                Listing.expires_at <= tx.now + REMIND_BEFORE,
                Listing.reminded_at.is_(None),
                Listing.organisation_id.is_not(None),
            )
            .order_by(Listing.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = list(tx.db.scalars(soon))
        for listing in rows:
            listing.reminded_at = tx.now
            organisation, expires_at = listing.organisation_id or 0, listing.expires_at or tx.now
            days = (expires_at - tx.now).days
            tx.emit(ListingExpiring(listing.id, organisation, listing.title, days))
        return len(rows)
