"""What the law asks before a lot may be announced, at the edges (rule book, L3 to L26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.trade.auctions import commands, queries
from marketplace.trade.auctions.models import Auction
from marketplace.trade.auctions.terms import Licence, Medium
from tests.integration.trade.world import CODES, START, YUAN

CONSIGNED = dict.fromkeys(("parties", "lot", "reserve", "time_and_place", "handover", "commission", "payment", "default", "other"), "约定")  # fmt: skip


def licensed(world, **changes):
    """Terms of a 拍卖 without findings."""
    plain = {
        "mode": "licensed_auction",
        "licence": Licence(
            "越州拍卖有限公司", "91330600MA2D8L0B9X", "浙商务拍 0001",
            world.clock().date() + timedelta(days=400), "沈拍师", "拍师证 330001",
        ),
        "medium": Medium("越州日报", world.clock().date(), "https://news.demo.example/1"),
        "consignment": CONSIGNED | {"seller_signed_on": "2026-01-02", "company_signed_on": "2026-01-02"},
        "opens_at": world.clock() + timedelta(days=9),
        "ends_at": world.clock() + timedelta(days=10),
    }  # fmt: skip
    return plain | changes


def found(world, **changes) -> set[str]:
    """The codes that stop a notice; empty when it goes out."""
    try:
        world.announce(**changes)
    except Invalid as refused:
        return {one.code for one in refused.facts["findings"]}
    return set()


@pytest.mark.law("L3")
def test_a_licensed_auction_with_everything_goes_out(world):
    assert found(world, **licensed(world)) == set()


@pytest.mark.law("L3")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"auctioneer_certificate": ""}, "auctioneer_missing"),
        ({"licence_number": ""}, "auction_company_missing"),
        ({"company_code": ""}, "auction_company_missing"),
    ],
)
def test_without_company_or_auctioneer_there_is_no_auction(world, change, code):
    terms = licensed(world)
    terms["licence"] = replace(terms["licence"], **change)
    assert code in found(world, **terms)


@pytest.mark.law("L3")
def test_a_licence_that_expires_the_day_before_blocks(world):
    terms = licensed(world)
    opens = terms["opens_at"].astimezone(tz=None).date()
    terms["licence"] = replace(terms["licence"], licence_expires_on=opens - timedelta(days=2))
    assert "licence_expires_before" in found(world, **terms)


@pytest.mark.law("L4")
def test_the_auction_company_does_not_sell_its_own_things(world):
    terms = licensed(world)
    terms["licence"] = replace(terms["licence"], company_code=CODES["seller"])
    assert "auctioneer_owns_lot" in found(world, **terms)


@pytest.mark.law("L6")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"commission": ""}, "consignment_item_empty"),
        ({"company_signed_on": ""}, "consignment_not_signed"),
    ],
)
def test_an_incomplete_consignment_blocks(world, change, code):
    terms = licensed(world)
    terms["consignment"] = terms["consignment"] | change
    assert code in found(world, **terms)


@pytest.mark.law("L12")
@pytest.mark.parametrize(("seconds", "codes"), [(-1, {"notice_too_short"}), (0, set())])
def test_the_notice_stands_168_hours_before_a_licensed_auction(world, seconds, codes):
    opens = world.clock() + timedelta(hours=168, seconds=seconds)
    terms = licensed(world, opens_at=opens, ends_at=opens + timedelta(days=2))
    assert found(world, **terms) - {"notice_dates_few"} == codes


@pytest.mark.law("L12")
def test_a_warning_needs_its_reason_and_the_reason_is_kept(world):
    opens = world.clock() + timedelta(hours=168)
    terms = licensed(world, opens_at=opens, ends_at=opens + timedelta(days=2))
    assert found(world, **terms) == {"notice_dates_few"}
    lot = world.announce(reasons={"notice_dates_few": "委托方同意"}, **terms)
    with world.ctx.reading() as db:
        assert db.get_one(Auction, lot).accepted_warnings == {"notice_dates_few": "委托方同意"}


@pytest.mark.law("L12")
def test_a_correction_restarts_the_notice_period(world):
    lot = world.announce()
    world.clock.forward(days=6)
    early = replace(world.terms(), opens_at=world.clock() + timedelta(days=2))
    with pytest.raises(Invalid) as refused:
        commands.correct_terms(world.hugo.ctx, commands.CorrectTerms(lot, early, why="改期"))
    assert "notice_too_short" in {one.code for one in refused.value.facts["findings"]}
    late = world.terms(start_minor=900_000 * YUAN)
    commands.correct_terms(world.hugo.ctx, commands.CorrectTerms(lot, late, why="改价"))
    room = world.room(lot)
    assert (room.version, room.start_minor, room.opens_at) == (2, 900_000 * YUAN, late.opens_at)
    with world.ctx.reading() as db:
        kinds = [line.kind for line in queries.notices(db, lot)]
    assert kinds == ["correction", "notice"]


@pytest.mark.law("L13")
@pytest.mark.parametrize("part", ["display_place", "formalities", "remarks"])
def test_a_notice_without_one_of_its_parts_blocks(world, part):
    assert "notice_part_missing" in found(world, **{part: ""})


@pytest.mark.law("L13")
def test_a_licensed_auction_without_proof_of_a_medium_does_not_open(world):
    terms = licensed(world, medium=Medium("越州日报", None, ""))
    assert found(world, **terms) == {"medium_proof_pending"}
    lot = world.announce(reasons={"medium_proof_pending": "明日见报"}, **terms)
    world.admit(lot, world.bob)
    world.clock.now = world.room(lot).opens_at
    assert world.bid(world.bob, lot, 900_000).bar == "no_medium_proof"


@pytest.mark.law("L14")
@pytest.mark.parametrize(("seconds", "blocks"), [(1, True), (0, False)])
def test_documents_are_open_48_hours_before_a_licensed_auction(world, seconds, blocks):
    terms = licensed(world)
    terms["display_from"] = terms["opens_at"] - timedelta(hours=48) + timedelta(seconds=seconds)
    assert ("display_too_short" in found(world, **terms)) == blocks


@pytest.mark.law("L14")
def test_two_viewing_days_do_as_well(world):
    terms = licensed(world)
    opens: date = terms["opens_at"].date()
    terms["display_from"] = terms["opens_at"]
    terms["viewing_dates"] = (opens - timedelta(days=2), opens - timedelta(days=3))
    assert found(world, **terms) == set()


@pytest.mark.law("L7")
def test_defects_must_be_stated(world):
    lot = world.listing(title="无瑕疵声明的标的")
    with world.ctx.transaction() as tx:
        from sqlalchemy import select

        from marketplace.showcase.listings.models import ListingVersion

        version = tx.db.scalars(
            select(ListingVersion).where(ListingVersion.listing_id == lot)
        ).one()
        version.content = {
            name: value for name, value in version.content.items() if name != "defects"
        }
    assert "defects_missing" in found(world, listing_id=lot, defects="")


@pytest.mark.law("L8")
@pytest.mark.parametrize(("start", "warns"), [(630_000, False), (629_999, True)])
def test_a_start_below_70_percent_of_the_valuation_needs_a_reason(world, start, warns):
    codes = found(
        world, start_minor=start * YUAN, valuation_minor=900_000 * YUAN, deposit_minor=63_000 * YUAN
    )
    assert ("start_below_valuation" in codes) == warns


@pytest.mark.law("L23")
@pytest.mark.parametrize(
    ("deposit", "blocks"), [(49_999, True), (50_000, False), (200_000, False), (200_001, True)]
)
def test_the_deposit_is_5_to_20_percent_of_the_start(world, deposit, blocks):
    codes = found(world, start_minor=1_000_000 * YUAN, deposit_minor=deposit * YUAN)
    assert ("deposit_out_of_range" in codes) == blocks


@pytest.mark.law("L25")
def test_bidding_shorter_than_a_day_needs_a_reason(world):
    opens = world.clock() + timedelta(days=8)
    short = opens + timedelta(hours=24) - timedelta(seconds=1)
    assert found(world, opens_at=opens, ends_at=short) == {"run_too_short"}


@pytest.mark.law("L26")
def test_a_holder_of_first_refusal_who_was_not_told_blocks(world):
    holder = {"name": "发明人甲", "rank": 1, "answer": "", "told_at": None}
    assert "first_refusal_not_told" in found(world, refusal_holders=(holder,))


@pytest.mark.law("L26")
def test_told_long_ago_or_answered_lets_the_notice_out(world):
    told = (world.clock() - timedelta(days=14)).isoformat()
    holders = (
        {"name": "发明人甲", "rank": 1, "answer": "", "told_at": told},
        {"name": "发明人乙", "rank": 2, "answer": "waived", "told_at": None},
    )
    assert found(world, refusal_holders=holders) == set()


@pytest.mark.law("L9")
@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False)])
def test_a_lot_is_withdrawn_before_its_start_only(world, seconds, works):
    lot = world.announce()
    world.admit(lot, world.bob)
    world.clock.now = world.room(lot).opens_at + timedelta(seconds=seconds)
    withdraw = commands.WithdrawAuction(lot, "委托方撤回")
    if not works:
        with pytest.raises(Conflict):
            commands.withdraw_auction(world.hugo.ctx, withdraw)
        return
    commands.withdraw_auction(world.hugo.ctx, withdraw)
    assert world.room(lot).status == "withdrawn"
    assert found(world) == set()  # the listing is free again


@pytest.mark.threat("T13")
def test_nobody_announces_a_lot_of_his_own_organisation(world):
    from marketplace.identity.organisations.models import Membership

    with world.ctx.transaction() as tx:
        tx.db.add(
            Membership(user_id=world.hugo.id, organisation_id=world.alice.organisation_id,
                       role="member", joined_at=tx.now)
        )  # fmt: skip
    with pytest.raises(Forbidden):
        world.announce()


def test_members_and_bidders_cannot_schedule(world):
    for person in (world.alice, world.bob, world.tao):
        with pytest.raises(Forbidden):
            commands.draft_auction(
                person.ctx, commands.DraftAuction(world.listing_id, world.terms())
            )


def test_the_reserve_is_nowhere_readable_in_the_auctions_row(world):
    lot = world.announce(reserve_minor=1_234_567 * YUAN)
    with world.ctx.reading() as db:
        row = db.get_one(Auction, lot)
        assert row.has_reserve
        assert "123456700" not in str(row.__dict__)
        assert "1234567" not in str(queries.room(db, lot, now=world.clock()))
        assert "1234567" not in queries.export(db, lot)


@pytest.mark.law("L29")
def test_a_second_round_is_cut_by_a_fifth_at_most_and_told_in_time(world):
    world.close(world.open())  # nobody came
    late = {"opens_at": world.clock() + timedelta(days=16), "display_from": world.clock(),
            "ends_at": world.clock() + timedelta(days=18)}  # fmt: skip
    fifth = START * 4 // 5
    sums = {"deposit_minor": START // 10}
    assert found(world, **late, **sums, start_minor=fifth - 1) == {"second_start_cut_too_deep"}
    short = {**late, "opens_at": world.clock() + timedelta(days=14)}
    assert found(world, **short, **sums, start_minor=fifth) == {"second_notice_short"}
    far = {**late, "opens_at": world.clock() + timedelta(days=45),
           "ends_at": world.clock() + timedelta(days=47)}  # fmt: skip
    assert found(world, **far, **sums, start_minor=fifth) == {"second_round_late"}
    assert found(world, **late, **sums, start_minor=fifth) == set()
