"""The public page of a listing, the seller's own list, and the history of versions."""

from __future__ import annotations

from itertools import zip_longest

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.clock import SHANGHAI
from marketplace.review import queries as review
from marketplace.showcase.listings import deal_slots, labels, own, pages, policy
from marketplace.showcase.listings.comparing import differences
from marketplace.showcase.listings.fees import fee_view
from marketplace.showcase.listings.states import Action, State, allows
from marketplace.showcase.listings.tally import Tally
from marketplace.showcase.listings.views.room import bp
from marketplace.web.access import MEMBER, PUBLIC, REVIEWER, SIGNED_IN, access
from marketplace.web.context import current_actor, current_context, signed_in


@bp.get("/<int:listing_id>")
@access(PUBLIC)
def show(listing_id: int) -> str:
    """One listing: the published version, or another one for its organisation and the desk."""
    ctx, actor = current_context(), current_actor()
    now = ctx.clock()
    with ctx.reading() as db:
        page = pages.page(db, actor, listing_id, request.args.get("version", type=int))
        asked = deal_slots.Asked(
            listing_id, page.state, page.version, page.organisation_id, page.content, page.keys,
            actor, now,
        )  # fmt: skip
        slots = deal_slots.filled(db, asked)
    if page.is_published_version and not policy.is_own(actor, page):
        _tally().note(ctx, listing_id)
    today = now.astimezone(SHANGHAI).date()
    return render_template(
        "showcase/listings/show.html",
        page=page,
        content=page.content,
        fee=fee_view(page.content.patent, today),
        slots=slots,
        rights=rights(page),
        words=labels,
        today=today,
        structured=structured(page),
        idle_since=own.idle_since(page.content, today) if policy.is_own(actor, page) else None,
    )


def _tally() -> Tally:
    """The tally of this process for the instance that the app serves."""
    found: Tally = current_app.extensions.setdefault("listings.tally", Tally())
    return found


def structured(page: pages.ListingPage) -> dict[str, object]:
    """The listing as schema.org data for search engines."""
    content = page.content
    address = url_for("showcase.listings.show", listing_id=page.id, _external=True)
    offer: dict[str, object] = {"@type": "Offer", "priceCurrency": "CNY", "url": address}
    if content.price_minor is not None:
        offer["price"] = f"{content.price_minor // 100}.{content.price_minor % 100:02d}"
    sold_out = "SoldOut" if page.state == State.SOLD else "InStock"
    offer["availability"] = f"https://schema.org/{sold_out}"
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": content.title,
        "description": content.summary,
        "sku": content.number or f"L{page.id}",
        "url": address,
        "offers": offer,
    }
    shown = [one for one in page.pictures if one.public]
    if shown:
        found["image"] = url_for(
            "showcase.listings.file", listing_id=page.id, file_id=shown[0].id, _external=True
        )
    return found


def rights(page: pages.ListingPage) -> dict[str, bool]:
    """What the reader may do with the listing now."""
    actor, state = current_actor(), page.state
    sells, moderates = policy.may_submit(actor, page), policy.may_moderate(actor)
    return {
        "edit": policy.may_edit(actor, page),
        "renew": sells and allows(state, Action.RENEW),
        "withdraw": sells and allows(state, Action.WITHDRAW),
        "suspend": moderates and allows(state, Action.SUSPEND),
        "restore": moderates and allows(state, Action.RESTORE),
        "status": (sells or moderates)
        and page.content.patent is not None
        and page.published_version is not None
        and page.pending_version is None
        and state in (State.PUBLISHED, State.RESERVED, State.EXPIRED, State.SUSPENDED),
        "history": policy.is_own(actor, page) or (actor is not None and actor.has(*policy.DESK)),
    }


@bp.get("/mine")
@access(MEMBER)
def mine() -> str:
    """The organisation's listings in every state, with their funnel."""
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        rows = own.mine(db, actor, ctx.clock(), request.args.get("after"))
    return render_template(
        "showcase/listings/mine.html", rows=rows, words=labels, may=policy, actor=actor,
        allows=allows, actions=Action,
    )  # fmt: skip


@bp.get("/<int:listing_id>/history")
@access(SIGNED_IN)
def history(listing_id: int) -> str:
    """Every version and what changed from one to the next."""
    with current_context().reading() as db:
        versions = own.history(db, signed_in(), listing_id)
        decisions = review.history(db, "listing", listing_id)
    steps = [
        (version, differences(before.content, version.content) if before else None)
        for version, before in zip_longest(versions, versions[1:])
    ]
    return render_template(
        "showcase/listings/history.html",
        listing_id=listing_id, steps=steps, decisions=decisions, words=labels,
    )  # fmt: skip


@bp.get("/<int:listing_id>/review")
@access(REVIEWER)
def at_desk(listing_id: int) -> Response:
    """To the open case about the listing, else to its page where it has one."""
    with current_context().reading() as db:
        case = review.open_case_of(db, "listing", listing_id)
        if case is None:  # as the page answers: 404 for what is no listing or never left its draft
            pages.page(db, signed_in(), listing_id)
    if case is None:
        return redirect(url_for("showcase.listings.show", listing_id=listing_id), 303)
    return redirect(url_for("review.case", case_id=case), 303)
