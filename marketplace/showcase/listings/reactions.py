"""What listings do on their own: tell the sellers, expire what was not renewed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marketplace.identity.queries import members_of
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.notify.commands import tell
from marketplace.showcase.listings import desk, lifecycle, wording

SELLERS = (MemberRole.OWNER, MemberRole.MANAGER, MemberRole.MEMBER)


def published(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Tell the sellers that a version is public."""
    facts = {"title": payload["title"], "version": payload["version"]}
    _tell(ctx, payload, kind="listing.published", facts=facts)


def returned(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Tell the sellers why a version came back."""
    facts = {"title": payload["title"], "text": payload["text"]}
    _tell(ctx, payload, kind="listing.returned", facts=facts, page="/edit")


def suspended(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Tell the sellers why the listing is off."""
    facts = {"title": payload["title"], "why": payload["why"]}
    _tell(ctx, payload, kind="listing.suspended", facts=facts)


def restored(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Tell the sellers that the listing is back."""
    _tell(ctx, payload, kind="listing.restored", facts={"title": payload["title"]})


def expiring(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Remind the sellers to renew."""
    facts = {"title": payload["title"], "days": payload["days_left"]}
    _tell(ctx, payload, kind="listing.expiring", facts=facts)


def expired(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Tell the sellers that the listing has left the catalogue."""
    _tell(ctx, payload, kind="listing.expired", facts={"title": payload["title"]})


def _tell(
    ctx: Context,
    payload: Mapping[str, Any],
    *,
    kind: str,
    facts: Mapping[str, Any],
    page: str = "",
) -> None:
    organisation_id = payload.get("organisation_id")
    if not organisation_id:  # an imported record has nobody to tell
        return
    with ctx.transaction() as tx:
        people = members_of(tx.db, organisation_id, roles=SELLERS)
        url = f"/showcase/listings/{payload['listing_id']}{page}"
        tell(tx, user_ids=people, kind=kind, facts=facts, url=url)


desk.install()
wording.register()
REACTIONS = {
    "showcase.listing_published": {"listings.tell_published": published},
    "showcase.listing_returned": {"listings.tell_returned": returned},
    "showcase.listing_suspended": {"listings.tell_suspended": suspended},
    "showcase.listing_restored": {"listings.tell_restored": restored},
    "showcase.listing_expiring": {"listings.tell_expiring": expiring},
    "showcase.listing_expired": {"listings.tell_expired": expired},
}
JOBS = (
    Job("listings.expire", timedelta(minutes=10), lifecycle.expire_due),
    Job("listings.remind", timedelta(hours=6), lifecycle.remind_expiring),
)
