"""Renewal, expiry, suspension, auctions' hold, fresh status, and imported records."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.outbox import OutboxRow
from marketplace.notify.queries import inbox
from marketplace.showcase.listings import (
    consents,
    documents,
    freshness,
    lifecycle,
    own,
    pages,
    queries,
    steps,
)
from marketplace.showcase.listings.content import Owner
from marketplace.showcase.listings.imports import ImportedListing, put_imported
from marketplace.showcase.listings.lifecycle import Renew, Restore, Suspend, Withdraw
from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.showcase.listings.tally import Tally
from tests.integration.showcase.stage import OTHER_NUMBER


def fresh(cast, listing_id, **changes):
    plain = {"legal_status": "granted", "checked_on": cast.today(), "source": "公开查询"}
    command = freshness.RecordStatusProof(listing_id, **{**plain, **changes})
    freshness.record_status_proof(cast.alice, command)


def test_a_listing_expires_after_180_days_and_one_click_brings_it_back(cast):
    listing_id = cast.published()
    cast.clock.forward(days=165)
    assert lifecycle.remind_expiring(cast.ctx) == 0
    cast.clock.forward(days=1)
    assert lifecycle.remind_expiring(cast.ctx) == 1
    assert lifecycle.remind_expiring(cast.ctx) == 0
    cast.clock.forward(days=13, hours=23)
    assert lifecycle.expire_due(cast.ctx) == 0
    cast.clock.forward(hours=1)
    assert lifecycle.expire_due(cast.ctx) == 1
    assert lifecycle.expire_due(cast.ctx) == 0
    with cast.ctx.reading() as db:
        assert documents.documents(db, [listing_id]) == []
        with pytest.raises(NotFound):
            pages.page(db, None, listing_id)
    with pytest.raises(Invalid, match="status_stale"):
        lifecycle.renew(cast.alice, Renew(listing_id))
    fresh(cast, listing_id)
    lifecycle.renew(cast.alice, Renew(listing_id))
    row = cast.row(listing_id)
    assert (row.state, (row.expires_at - cast.clock()).days) == ("published", 180)
    cast.deliver()
    with cast.ctx.reading() as db:
        kinds = [one.kind for one in inbox(db, cast.anna.actor.user_id).items]
    assert {"listing.expired", "listing.expiring", "listing.published"} <= set(kinds)


def test_a_pending_change_leaves_the_desk_when_the_listing_expires(cast):
    listing_id = cast.published()
    cast.submit(listing_id, price_minor=1_00)
    cast.clock.forward(days=181)
    lifecycle.expire_due(cast.ctx)
    assert cast.row(listing_id).pending_version is None
    with pytest.raises(AssertionError, match="no open case"):
        cast.case(listing_id)


@pytest.mark.law("L44")
def test_a_reported_listing_is_hidden_and_kept_in_the_log(cast):
    listing_id = cast.published()
    with pytest.raises(Invalid, match="reason_needed"):
        lifecycle.suspend(cast.rui, Suspend(listing_id, " "))
    with pytest.raises(Forbidden):
        lifecycle.suspend(cast.alice, Suspend(listing_id, "x"))
    lifecycle.suspend(cast.rui, Suspend(listing_id, "权属争议"))
    with cast.ctx.reading() as db:
        with pytest.raises(NotFound):
            pages.page(db, cast.bob.actor, listing_id)
        assert pages.page(db, cast.alice.actor, listing_id).stopped_why == "权属争议"
        assert len(own.history(db, cast.alice.actor, listing_id)) == 1
    lifecycle.restore(cast.rui, Restore(listing_id, "已澄清"))
    with cast.ctx.reading() as db:
        assert pages.page(db, None, listing_id).stopped_why == ""


def test_a_suspended_listing_can_be_corrected_and_approved(cast):
    listing_id = cast.published()
    lifecycle.suspend(cast.rui, Suspend(listing_id, "数字缺依据"))
    cast.submit(listing_id, advantage="振动值降低 8 dB，见检测报告 2025-0817。")
    cast.decide(listing_id)
    assert cast.row(listing_id).state == "published"


def test_suspending_at_the_desk_returns_the_change_and_hides_the_listing(cast):
    listing_id = cast.published()
    cast.submit(listing_id, price_minor=5_00)
    cast.decide(listing_id, "suspend", "权属争议")
    row = cast.row(listing_id)
    assert (row.state, row.pending_version) == ("suspended", None)


def test_an_auction_holds_the_listing_and_lets_it_go(cast):
    listing_id = cast.published()
    with cast.hugo.transaction() as tx:
        assert steps.reserve(tx, listing_id, holder="auction", holder_id=7) == 1
    assert cast.row(listing_id).reserved_for == 7
    for what in (
        lambda: cast.submit(listing_id, price_minor=5_00),
        lambda: lifecycle.withdraw(cast.alice, Withdraw(listing_id)),
        lambda: lifecycle.suspend(cast.rui, Suspend(listing_id, "x")),
        lambda: lifecycle.renew(cast.alice, Renew(listing_id)),
    ):
        with pytest.raises(Conflict):
            what()
    with cast.hugo.transaction() as tx, pytest.raises(Conflict):
        steps.reserve(tx, listing_id, holder="auction", holder_id=8)
    cast.clock.forward(days=400)
    assert lifecycle.expire_due(cast.ctx) == 0
    with cast.hugo.transaction() as tx:
        steps.release(tx, listing_id)
        steps.release(tx, listing_id)
    assert (cast.row(listing_id).state, cast.row(listing_id).reserved_for) == ("published", None)
    with cast.hugo.transaction() as tx, pytest.raises(Conflict):
        steps.mark_sold(tx, listing_id)


def test_a_sold_listing_stays_readable_and_leaves_the_catalogue(cast):
    listing_id = cast.published()
    with cast.hugo.transaction() as tx:
        steps.reserve(tx, listing_id, holder="auction", holder_id=7)
        steps.mark_sold(tx, listing_id)
    with cast.ctx.reading() as db:
        assert pages.page(db, None, listing_id).state == "sold"
        assert documents.documents(db, [listing_id]) == []
        assert queries.cards(db, [listing_id])[listing_id].state == "sold"


def test_a_listing_with_a_change_in_review_is_not_reserved(cast):
    listing_id = cast.published()
    cast.submit(listing_id, price_minor=5_00)
    with cast.hugo.transaction() as tx, pytest.raises(Conflict, match="change_in_review"):
        steps.reserve(tx, listing_id, holder="auction", holder_id=7)


def test_an_auction_copies_these_terms(cast):
    listing_id = cast.start()
    consent = consents.SetConsent(listing_id, "owner", "陈伯钧", "consented", cast.today())
    consents.set_consent(cast.alice, consent)
    cast.submit(listing_id, owners=(Owner("剡溪轴承研究院", 7_000), Owner("陈伯钧", 3_000)))
    cast.decide(listing_id)
    with cast.ctx.reading() as db:
        terms = queries.lot_terms(db, listing_id)
        with pytest.raises(NotFound):
            queries.lot_terms(db, 10**9)
    assert (terms.number, terms.version, terms.cluster) == ("201310699744.2", 1, "bearings")
    assert [(one.name, one.answer) for one in terms.answers] == [("陈伯钧", "consented")]
    assert terms.status_checked_on == cast.today() - timedelta(days=3)


@pytest.mark.law("L62")
def test_a_missing_consent_stops_the_submission(cast):
    listing_id = cast.start()
    owners = (Owner("剡溪轴承研究院", 7_000), Owner("陈伯钧", 3_000))
    with pytest.raises(Invalid, match="blocked") as refused:
        cast.submit(listing_id, owners=owners)
    assert [one.code for one in refused.value.facts["findings"]] == ["co_owner_consent_missing"]


def test_consents_are_checked(cast):
    listing_id = cast.start()
    good = consents.SetConsent(listing_id, "owner", "陈伯钧", "consented", cast.today())
    for changes, code in (
        ({"answer": "waived"}, "bad_consent"),
        ({"name": " "}, "bad_consent"),
        ({"party": "uncle"}, "bad_consent"),
        ({"answered_on": cast.today() + timedelta(days=1)}, "day_to_come"),
        ({"file_id": 99}, "bad_paper"),
        ({"file_id": cast.attach(listing_id, "public")}, "bad_paper"),
    ):
        with pytest.raises(Invalid, match=code):
            consents.set_consent(cast.alice, replace(good, **changes))
    with pytest.raises(NotFound):
        consents.set_consent(cast.bob, good)
    with pytest.raises(Forbidden):
        consents.set_consent(cast.reader, good)
    consents.set_consent(cast.anna, replace(good, answer="refused"))
    consents.set_consent(cast.anna, replace(good, file_id=cast.attach(listing_id, "evidence")))
    with cast.ctx.reading() as db:
        (answer,) = consents.answers(db, listing_id)
    assert answer.answer == "consented"


@pytest.mark.law("L44")
def test_without_the_declaration_nothing_is_submitted(cast):
    from marketplace.showcase.listings.submission import SubmitListing, submit_listing

    listing_id = cast.start()
    with pytest.raises(Invalid, match="declaration_needed"):
        submit_listing(cast.alice, SubmitListing(listing_id, cast.content()))


@pytest.mark.law("L67")
def test_a_right_declared_invalid_leaves_the_market(cast):
    listing_id = cast.published()
    fresh(cast, listing_id, legal_status="invalid")
    row = cast.row(listing_id)
    assert (row.state, row.legal_status) == ("suspended", "invalid")
    with cast.ctx.reading() as db:
        assert queries.cards(db, [listing_id]) == {}


def test_a_fresh_status_is_a_further_version(cast):
    listing_id = cast.published()
    cast.clock.forward(days=60)
    fresh(cast, listing_id)
    row = cast.row(listing_id)
    assert (row.status_checked_on, row.published_version) == (cast.today(), 2)
    with cast.ctx.reading() as db:
        assert len(own.history(db, cast.alice.actor, listing_id)) == 2


def test_a_status_is_proven_not_older_and_not_better(cast):
    listing_id = cast.published()
    for changes, code in (
        ({"source": ""}, "evidence_needed"),
        ({"legal_status": "dead"}, "unknown_status"),
        ({"checked_on": cast.today() + timedelta(days=1)}, "day_to_come"),
        ({"checked_on": cast.today() - timedelta(days=30)}, "older_status"),
        ({"legal_status": "invalid_part"}, "status_needs_review"),
    ):
        with pytest.raises(Invalid, match=code):
            fresh(cast, listing_id, **changes)
    cast.submit(listing_id, price_minor=7_00)
    with pytest.raises(Conflict, match="change_in_review"):
        fresh(cast, listing_id)


def test_a_stale_status_cannot_be_approved(cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    cast.clock.forward(days=91)
    with pytest.raises(Invalid, match="status_stale"):
        cast.decide(listing_id)
    assert cast.row(listing_id).state == "submitted"


def test_views_are_counted_in_batches(cast):
    listing_id, tally = cast.published(), Tally()
    for _ in range(5):
        tally.note(cast.ctx, listing_id)
    with cast.ctx.reading() as db:
        assert pages.page(db, None, listing_id).views == 0
    cast.clock.forward(seconds=15)
    tally.note(cast.ctx, listing_id)
    tally.note(cast.ctx, listing_id)
    tally.write(cast.ctx)
    with cast.ctx.reading() as db:
        assert pages.page(db, None, listing_id).views == 7
        (row,) = own.mine(db, cast.alice.actor, cast.clock()).items
        assert row.views == 7
        later = cast.clock() + timedelta(days=91)
        (row,) = own.mine(db, cast.alice.actor, later).items
        assert row.views == 0


# -- imported records -------------------------------------------------------------------------------


def record(cast, key, **changes) -> ImportedListing:
    made = {"source": "某数据集", "source_key": key, "source_date": date(2024, 5, 6)}
    outside = {name: changes.pop(name) for name in list(changes) if name in (
        "source", "source_date", "organisation_id", "publish", "organisation_name")}  # fmt: skip
    return ImportedListing(**{**made, **outside}, content=cast.content(**changes))


def put(cast, *rows):
    with cast.ctx.transaction() as tx:
        return put_imported(tx, rows)


def test_an_import_is_public_with_its_source_and_again_changes_nothing(cast):
    first = put(cast, record(cast, "a", kind="achievement"), record(cast, "b"))
    assert (len(first.created), first.unchanged) == (2, 0)
    again = put(cast, record(cast, "a", kind="achievement"), record(cast, "b"))
    assert (again.created, again.updated, again.unchanged) == ([], [], 2)
    changed = put(cast, record(cast, "a", kind="achievement", title="新题目"), record(cast, "b"))
    assert (changed.updated, changed.unchanged) == ([first.created[0]], 1)
    with cast.ctx.reading() as db:
        card = queries.cards(db, first.created)[first.created[0]]
        assert (card.title, card.source, card.source_date) == (
            "新题目",
            "某数据集",
            date(2024, 5, 6),
        )
        assert (card.verified, card.version, card.organisation_id) == (False, 2, None)
        (document,) = documents.documents(db, [first.created[0]])
        assert document.numbers["verified"] == 0
        events = select(func.count()).where(OutboxRow.event == "showcase.listing_changed")
        assert db.scalar(events) in (0, 3)  # nobody may be listening in this test


def test_a_number_on_sale_elsewhere_and_a_key_twice_are_told(cast):
    cast.published()
    result = put(cast, record(cast, "a"), record(cast, "b", kind="achievement"),
                 record(cast, "b", kind="achievement"))  # fmt: skip
    assert result.rejected["a"][0] == "listing.number_taken"
    assert result.rejected["b"][0] == "listing.key_twice"
    assert len(result.created) == 1
    other = put(cast, record(cast, "c", source="另一来源", number=OTHER_NUMBER),
                record(cast, "d", source="另一来源", number=OTHER_NUMBER))  # fmt: skip
    assert other.rejected["d"][0] == "listing.number_taken"


def test_an_imported_record_gives_way_to_its_owner(cast):
    (imported,) = put(cast, record(cast, "a")).created
    listing_id = cast.published()
    assert cast.row(imported).state == "withdrawn"
    assert cast.row(listing_id).state == "published"
    assert put(cast, record(cast, "a")).rejected["a"][0] == "listing.no_longer_imported"


def test_a_seller_imports_drafts_that_go_through_review(cast):
    own_id = cast.alice.actor.organisation_id
    rows = [record(cast, "x", publish=False, organisation_id=own_id, source=None)]
    (listing_id,) = put(cast, *rows).created
    assert put(cast, *rows).unchanged == 1
    with cast.ctx.reading() as db:
        draft = own.draft(db, cast.alice.actor, listing_id)
        assert draft.typed["title"] == ["低噪声深沟球轴承保持架及其装配方法"]
        assert queries.cards(db, [listing_id]) == {}
    cast.submit(listing_id)
    assert put(cast, *rows).rejected["x"][0] == "listing.not_a_draft"
    cast.decide(listing_id)
    with cast.ctx.reading() as db:
        card = queries.cards(db, [listing_id])[listing_id]
    assert (card.source, card.verified) == (None, True)  # checked, like any listing of its own


def test_a_source_that_waited_is_shown_by_importing_it_again_with_publish(cast):
    waiting = put(cast, record(cast, "w", publish=False)).created
    with cast.ctx.reading() as db:
        assert queries.cards(db, waiting) == {}
    shown = put(cast, record(cast, "w"))
    assert (shown.updated, shown.rejected) == (waiting, {})
    with cast.ctx.reading() as db:
        assert queries.cards(db, waiting)[waiting[0]].state == "published"
    assert put(cast, record(cast, "w", publish=False)).unchanged == 1  # and stays shown


@pytest.mark.slow
def test_a_bulk_import_is_fast(cast):
    """P6 leaves 5,000 rows per CPU second after parsing; a fifth of it here, for slow machines."""
    rows = [
        record(cast, f"k{number}", kind="achievement", title=f"成果 {number}")
        for number in range(2_000)
    ]
    began = time.process_time()
    for start in range(0, len(rows), 500):
        put(cast, *rows[start : start + 500])
    rate = len(rows) / (time.process_time() - began)
    with cast.ctx.reading() as db:
        assert db.scalar(select(func.count()).select_from(Listing)) == 2_000
        assert db.scalar(select(func.count()).select_from(ListingVersion)) == 2_000
    print(f"bulk import: {rate:,.0f} rows per CPU second")
    assert rate > 1_000
