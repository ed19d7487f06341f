"""The demo market holds what the issue asks for, made by the rooms and sound in every promise."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from marketplace import invariants
from marketplace.catalogue import indexing
from marketplace.demo import accounts, load
from marketplace.demo.content import rows
from marketplace.exchange.demands.models import Demand
from marketplace.identity.organisations.models import Organisation, Verification
from marketplace.kernel import files, outbox
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.clock import to_ms
from marketplace.notify import digest
from marketplace.notify.models import Mail, Notice
from marketplace.papers.models import Paper
from marketplace.review.models import ReviewCase
from marketplace.showcase.deals.models import Deal
from marketplace.showcase.listings.models import Listing, ListingFile, ListingViews
from marketplace.trade.auctions import minutes
from marketplace.trade.auctions.lots import store, wire
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from marketplace.trade.auctions.queries.board import cards
from marketplace.treasury.deposits import queries as treasury

pytestmark = pytest.mark.xdist_group("demo")  # one process loads it, once

CONTENT = {row["listing"]: row for row in rows("auction")} | {
    row["listing"]: {**row, "expect": {}} for row in rows("hall_lot")
}
PEOPLE = {row["key"]: row for row in rows("person")}
HOUSES = {row["key"]: row["name"]["zh"] for row in rows("organisation")}
TITLES = {row["title"]["zh"]: row["key"] for row in rows("listing")}


def lots(db):
    """(auction, the engine's state, its row of the content) of every lot of rising bids."""
    for auction in db.scalars(select(Auction).order_by(Auction.id)):
        state = store(db).check_row_equals_fold(wire(db), auction.lot_id)
        if TITLES[auction.title] in CONTENT:
            yield auction, state, CONTENT[TITLES[auction.title]]


def test_sealed_bids_wait_and_a_price_falls(loaded):
    with loaded.ctx.reading() as db:
        lots_of = {one.format: one for one in db.scalars(select(Auction))}
        sealed, falling = lots_of["sealed"], lots_of["dutch"]
        lines = minutes.seals(db, sealed.lot_id)
        assert [line.verdict for line in lines].count("stands") == 2
        assert all(line.amount_minor is None for line in lines)
        card = cards(db, [falling.id], loaded.clock())[falling.id]
    assert 3_000_000 < card.price_minor < falling.start_minor
    assert card.stage == "bidding"


def test_there_is_as_much_as_the_issue_asks_for(loaded):
    least = {"organisations": 15, "people": 14, "listings": 60, "demands": 20, "auctions": 11,
             "deals": 18, "documents": 80}  # fmt: skip
    assert {name: loaded.totals[name] >= count for name, count in least.items()} == dict.fromkeys(
        least, True
    )
    with loaded.ctx.reading() as db:
        for model, name in ((Organisation, "organisations"), (Listing, "listings"),
                            (Demand, "demands"), (Auction, "auctions"), (Deal, "deals")):  # fmt: skip
            assert db.scalar(select(func.count()).select_from(model)) == loaded.totals[name]
    assert loaded.told[-1].startswith("The demo market is loaded in")


def test_listings_stand_in_every_state_and_every_cluster(loaded):
    with loaded.ctx.reading() as db:
        states = Counter(db.scalars(select(Listing.state)))
        shown = Counter(
            db.scalars(select(Listing.cluster).where(Listing.state.in_(("published", "reserved"))))
        )
    assert states["published"] + states["reserved"] >= 50
    assert set(states) == {
        "draft", "submitted", "returned", "published", "reserved", "sold", "suspended", "expired",
    }  # fmt: skip
    assert set(shown) == {one.key for one in loaded.settings.clusters}
    assert min(shown.values()) >= 8


def test_auctions_are_in_every_state_with_minutes_to_go(loaded):
    now_ms = to_ms(loaded.clock())
    seen = Counter()
    with loaded.ctx.reading() as db:
        outcomes = {one.auction_id: one.outcome for one in db.scalars(select(Outcome))}
        for auction, state, row in lots(db):
            running = auction.state == "announced" and auction.opens_at <= loaded.clock()
            moved = state.ends_ms > to_ms(auction.ends_at)
            seen["upcoming"] += auction.opens_at > loaded.clock()
            seen["live"] += running and not moved
            seen["extended"] += running and moved
            seen["sold"] += outcomes.get(auction.id) == "sold"
            seen["unsold"] += outcomes.get(auction.id) in ("no_bids", "reserve_not_met")
            if running:
                assert state.ends_ms > now_ms + 15 * 60_000, row["key"]
    assert seen == {"upcoming": 5, "live": 2, "extended": 1, "sold": 3, "unsold": 2}


def test_each_lot_equals_the_fold_of_its_log_and_ends_as_the_content_says(loaded):
    with loaded.ctx.reading() as db:
        for auction, state, row in lots(db):
            expected = row["expect"]
            if "leader" not in expected:
                assert (state.leader, state.price) == (None, None), row["key"]
                continue
            assert state.price == expected["price_yuan"] * 100, row["key"]
            leader = db.scalars(
                select(Signup).where(Signup.auction_id == auction.id, Signup.paddle == state.leader)
            ).one()
            house = PEOPLE[expected["leader"]]["organisation"]
            assert leader.organisation_name == HOUSES[house], row["key"]


@pytest.mark.law("L27")
def test_the_treasurer_finds_deposits_in_every_state_and_none_overdue(loaded):
    with loaded.ctx.reading() as db:
        counts = treasury.counts(db)
        assert treasury.overdue(db, loaded.clock()) == 0
    assert {tab: count > 0 for tab, count in counts.items()} == dict.fromkeys(treasury.TABS, True)


@pytest.mark.law("L16")
@pytest.mark.law("L17")
def test_every_notice_record_and_confirmation_is_a_file(loaded):
    with loaded.ctx.reading() as db:
        papers = db.scalars(select(Paper)).all()
    kinds = Counter(paper.kind for paper in papers)
    assert kinds == {"auction_notice": 15, "auction_record": 5, "deal_confirmation": 3,
                     "contract": 10, "contract_signatures": 10, "publicity_certificate": 1,
                     "order_confirmation": 8, "payment_receipt": 39, "payment_advice": 10,
                     "settlement": 3}  # fmt: skip
    for paper in papers:
        assert paper.state == "issued"
        assert files.get(loaded.settings, paper.file_key).startswith(b"%PDF")
        assert paper.issued_at - paper.ordered_at < timedelta(hours=1)


def test_the_review_desk_has_each_kind_of_case_and_a_change_of_something_public(loaded):
    with loaded.ctx.reading() as db:
        waiting = db.scalars(select(ReviewCase).where(ReviewCase.state == "open")).all()
        kinds = Counter(case.kind for case in waiting)
        changed = select(Listing.published_version).where(Listing.pending_version.is_not(None))
        assert any(version is not None for version in db.scalars(changed))
        papers = db.scalars(select(Verification.state)).all()
    assert kinds["listing"] >= 3
    assert kinds["demand"] >= 1
    assert kinds["organisation"] == papers.count("submitted") == 1


def test_what_is_shown_has_a_picture_whose_content_is_there(loaded):
    with loaded.ctx.reading() as db:
        shown = db.scalars(
            select(Listing).where(Listing.state.in_(("published", "reserved", "sold")))
        ).all()
        pictures = {row.id: row for row in db.scalars(select(ListingFile))}
        seen = db.scalar(select(func.sum(ListingViews.count)))
    for listing in shown:
        picture = pictures[listing.picture_id]
        assert picture.public, listing.title
        assert (picture.width, picture.height) == (800, 600)
    one = pictures[shown[0].picture_id]
    assert len(files.get(loaded.settings, one.key)) == one.size
    assert any(row.role == "public" for row in pictures.values())
    assert any(row.role == "evidence" for row in pictures.values())
    assert seen > 100


def test_sold_lots_stand_on_the_deals_board_at_their_price(loaded):
    with loaded.ctx.reading() as db:
        sold = select(Outcome).where(Outcome.outcome == "sold")
        prices = {one.auction_id: one.price_minor for one in db.scalars(sold)}
        board = {one.auction_id: one for one in db.scalars(select(Deal)) if one.auction_id}
    assert {number: deal.price_minor for number, deal in board.items()} == prices
    assert all(deal.agreed_on <= loaded.clock().date() for deal in board.values())


def test_nothing_is_owed_and_no_mail_was_written(loaded):
    with loaded.ctx.reading() as db:
        assert outbox.backlog(db).owed == 0
        assert db.scalar(select(func.count()).select_from(Mail)) == 0
        assert db.scalar(select(func.count()).select_from(Notice)) > 100
    assert digest.send_due(loaded.ctx) == 0


def test_every_promise_about_the_data_holds(loaded):
    assert list(invariants.broken(loaded.ctx)) == []
    with loaded.ctx.reading() as db:
        _seq, lag, documents = indexing.state(db, loaded.settings)
    assert (lag, documents) == (0, loaded.totals["documents"])


def test_the_history_was_played_in_its_order(loaded):
    with loaded.ctx.reading() as db:
        instants = db.scalars(select(AuditEntry.at).order_by(AuditEntry.seq)).all()
    assert all(earlier <= later for earlier, later in pairwise(instants))
    assert instants[-1] <= loaded.clock()
    assert instants[0] < loaded.clock() - timedelta(days=400)


def test_the_accounts_are_written_for_the_owner_of_the_instance_only(loaded):
    path = loaded.settings.home / accounts.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = json.loads(path.read_text("utf-8"))
    assert {tuple(line) for line in lines} == {
        ("role", "name", "email", "password", "organisation")
    }
    assert {line["role"] for line in lines} >= {
        "seller", "buyer", "second buyer", "agency", "reviewer", "auctioneer", "treasurer",
        "administrator",
    }  # fmt: skip
    main = [line["role"] for line in lines if not line["role"].startswith("other ")]
    assert len(main) == len(set(main))  # whoever asks for a role's account gets that one
    told: list[str] = []
    load.tell_accounts(loaded.settings, told.append)
    assert loaded.settings.base_url in told[0]
    assert len(told) == 2 + len(accounts.MAIN)


def test_a_market_that_is_not_empty_is_refused(loaded):
    assert not load.is_empty(loaded.ctx)
    with pytest.raises(load.DemoRefused, match="not empty"):
        load.load(loaded.ctx)


def test_the_command_refuses_with_status_one_unless_told_to_fill_empty_markets_only(loaded):
    again = marketplace(loaded, "demo")
    assert again.returncode == 1
    assert "not empty" in again.stderr
    asked = marketplace(loaded, "demo", "--if-empty")
    assert asked.returncode == 0, asked.stderr
    assert "alice@demo.example" in asked.stdout


def marketplace(loaded, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the loaded market, in a process of its own."""
    environment = os.environ | {
        "MARKET_HOME": str(loaded.settings.home),
        "MARKET_DATABASE_URL": loaded.settings.database_url,
    }
    command = [sys.executable, "-m", "marketplace.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
