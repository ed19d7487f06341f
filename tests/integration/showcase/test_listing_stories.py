"""Alice lists a patent, Rui returns and approves it, and everybody finds it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.notify.queries import inbox
from marketplace.showcase.listings import documents, own, pages, queries
from marketplace.showcase.listings.lifecycle import Renew, Withdraw, renew, withdraw
from marketplace.showcase.listings.models import ListingVersion
from marketplace.showcase.listings.states import State


def test_a_patent_is_listed_returned_corrected_and_published(cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    assert cast.row(listing_id).state == State.SUBMITTED
    with cast.ctx.reading() as db:
        assert queries.cards(db, [listing_id]) == {}
        assert documents.documents(db, [listing_id]) == []
        with pytest.raises(NotFound):
            pages.page(db, None, listing_id)

    cast.decide(listing_id, "return", "请补充检测报告的编号。")
    row = cast.row(listing_id)
    assert (row.state, row.pending_version) == (State.RETURNED, None)

    cast.submit(listing_id, advantage="振动值由 46 dB 降至 38 dB，检测报告 2025-0817 第 3 页。")
    cast.decide(listing_id)
    row = cast.row(listing_id)
    assert (row.state, row.published_version, row.last_version) == (State.PUBLISHED, 2, 2)
    assert (row.expires_at - cast.clock()).days == 180
    with cast.ctx.reading() as db:
        card = queries.cards(db, [listing_id])[listing_id]
        assert (card.number, card.price_minor, card.verified) == (
            "201310699744.2",
            128_000_000,
            True,
        )
        (document,) = documents.documents(db, [listing_id])
        assert document.id == f"listing:{listing_id}"
        assert document.codes == ("201310699744.2",)
        assert document.keys["ipc"] == ("F16C 33/38",)
        assert document.numbers["on_sale"] == 1
        states = db.scalars(select(ListingVersion.state).order_by(ListingVersion.version))
        assert list(states) == ["returned", "approved"]
        actions = list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert [one for one in actions if one.startswith("review.")] == [
        "review.return",
        "review.approve",
    ]


def test_the_sellers_read_in_their_inbox_what_was_decided(cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    cast.decide(listing_id, "return", "请补充检测报告的编号。")
    cast.deliver()
    with cast.ctx.reading() as db:
        (notice,) = inbox(db, cast.alice.actor.user_id).items
        assert notice.kind == "listing.returned"
        assert notice.facts["text"] == "请补充检测报告的编号。"
        assert inbox(db, cast.reader.actor.user_id).items == []
        assert inbox(db, cast.bob.actor.user_id).items == []


def test_a_change_is_reviewed_while_the_catalogue_keeps_the_approved_version(cast):
    listing_id = cast.published()
    cast.submit(listing_id, price_minor=136_000_000)
    with cast.ctx.reading() as db:
        assert queries.cards(db, [listing_id])[listing_id].price_minor == 128_000_000
        assert pages.page(db, None, listing_id).content.price_minor == 128_000_000
        with pytest.raises(NotFound):
            pages.page(db, cast.bob.actor, listing_id, version=2)
        assert (
            pages.page(db, cast.alice.actor, listing_id, version=2).content.price_minor
            == 136_000_000
        )

    cast.decide(listing_id, "return", "涨价理由？")
    assert cast.row(listing_id).state == State.PUBLISHED
    with cast.ctx.reading() as db:
        assert queries.lot_terms(db, listing_id).price_minor == 128_000_000

    cast.submit(listing_id, price_minor=130_000_000)
    cast.decide(listing_id)
    with cast.ctx.reading() as db:
        terms = queries.lot_terms(db, listing_id)
        assert (terms.price_minor, terms.version) == (130_000_000, 3)
        assert [one.version for one in own.history(db, cast.alice.actor, listing_id)] == [3, 2, 1]


def test_nothing_changed_is_not_a_change(cast):
    listing_id = cast.published()
    with pytest.raises(Invalid, match="nothing_changed"):
        cast.submit(listing_id)


def test_a_published_number_stays(cast):
    listing_id = cast.published()
    with pytest.raises(Invalid, match="number_fixed"):
        cast.submit(
            listing_id,
            number="202010123456.2",
            reasons={"number_of_other_year": "分案"},
            patent=None,
        )


@pytest.mark.law("L69")
def test_only_sellers_of_a_verified_organisation_submit(cast):
    listing_id = cast.start(who=cast.anna)
    with pytest.raises(Forbidden):
        cast.submit(listing_id, who=cast.anna)
    with pytest.raises(Forbidden):
        cast.start(who=cast.reader)
    with pytest.raises(Forbidden):
        cast.start(who=cast.mallory)
    from dataclasses import replace

    paused = cast.alice.acting(replace(cast.alice.actor, selling_paused=True))
    with pytest.raises(Forbidden, match="seller_needed"):
        cast.submit(listing_id, who=paused)
    cast.submit(listing_id)


def test_unknown_and_foreign_listings_look_the_same(cast):
    listing_id = cast.start()
    with pytest.raises(NotFound):
        cast.submit(listing_id, who=cast.bob)
    with pytest.raises(NotFound):
        cast.submit(10**9, who=cast.bob)
    with pytest.raises(NotFound):
        withdraw(cast.bob, Withdraw(listing_id))


def test_a_withdrawn_listing_is_gone_and_its_number_free(cast):
    listing_id = cast.published()
    withdraw(cast.alice, Withdraw(listing_id, "另有安排"))
    with cast.ctx.reading() as db:
        assert queries.cards(db, [listing_id]) == {}
        with pytest.raises(NotFound):
            pages.page(db, None, listing_id)
        assert pages.page(db, cast.alice.actor, listing_id).version == 1
    cast.published()
    with pytest.raises(Conflict):
        renew(cast.alice, Renew(listing_id))
