"""The hall: a clerk's console on a lot that runs online at once, and who walks in from the street."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from auction.commands import Channel, PlaceBid
from marketplace.identity import commands as identity
from marketplace.identity import queries as people
from marketplace.identity.people.commands import set_identity_number
from marketplace.identity.people.consents import declare_relative
from marketplace.kernel import audit
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, MarketError, NotFound
from marketplace.showcase.listings.models import Listing
from marketplace.trade.auctions import commands as auctions
from marketplace.trade.auctions.locking import execute_on
from marketplace.trade.auctions.models import Auction, Notice, Outcome, Sender, Signup
from marketplace.trade.orders.models import Order
from marketplace.trade.sessions import commands
from marketplace.trade.sessions.commands import CheckIn, Up
from marketplace.treasury.deposits.models import Deposit
from tests.integration.identity.acting import CODES
from tests.integration.trade.hall_world import FIRST, NEXT, WALT, Hall, identity_number
from tests.integration.trade.test_bids import at_once, entries, sound
from tests.integration.trade.world import YUAN, Browser


@pytest.fixture
def hall(world) -> Hall:
    """A lot sold in the hall and online; Bob is online, Walt holds paddle 1; the session is open."""
    hall = Hall(world)
    world.admit(hall.lot, world.bob)
    hall.check_in()
    hall.open()
    return hall


def rows(world, model):
    with world.ctx.reading() as db:
        return list(db.scalars(select(model)))


# -- bids of the floor ------------------------------------------------------------------------------


def test_an_online_maximum_answers_a_bid_of_the_floor_in_the_same_transaction(world, hall):
    world.bid(world.bob, hall.lot, 1_000_000)
    answer = hall.call(1, 900_000)
    board = hall.board()
    assert answer.done
    assert (board.leader, board.price_minor) != ("1", 900_000 * YUAN)
    assert board.price_minor == 920_000 * YUAN
    assert [entry.kind for entry in entries(world, hall.lot)].count("accepted") == 2
    sound(world, hall.lot)


def test_the_floor_pays_what_it_called_and_the_next_asking_price_follows(world, hall):
    assert hall.call(1, FIRST).done
    assert hall.call(1, 900_000).price_minor == 900_000 * YUAN
    assert hall.board().minimum_next_minor == 920_000 * YUAN
    world.bid(world.bob, hall.lot, 950_000)
    assert hall.board().price_minor == 920_000 * YUAN


@pytest.mark.threat("T2")
def test_a_clerk_who_has_not_seen_the_last_price_is_refused_and_nothing_moves(world, hall):
    old = hall.up()
    world.bid(world.bob, hall.lot, 1_000_000)
    before = hall.board()
    for act in (
        lambda: hall.call(1, 900_000, view=old.seen_view),
        lambda: commands.warn(hall.cleo.ctx, old),
        lambda: commands.hammer(hall.cleo.ctx, old),
        lambda: commands.undo(hall.cleo.ctx, old, reason="号牌录错"),
    ):
        assert act().reason == "stale_view"
    after = hall.board()
    assert (after.view, after.leader, after.price_minor) == (
        before.view, before.leader, before.price_minor,
    )  # fmt: skip


def test_one_key_is_one_bid_also_after_the_board_has_moved(world, hall):
    first = hall.call(1, FIRST, key="tap", view=0)
    world.bid(world.bob, hall.lot, 1_000_000)
    again = hall.call(1, FIRST, key="tap", view=0)
    assert (first.done, again.done, again.replayed) == (True, True, True)
    assert hall.call(1, NEXT, key="tap", view=0).reason == "key_reused"


@pytest.mark.threat("T4")
def test_a_paddle_bids_only_with_its_deposit_held_and_in_its_own_session(world, hall):
    late = hall.check_in(
        replace(WALT, person="晚到者", identity_number=identity_number(412)), pays=False
    )
    refused = hall.call(late.paddle, FIRST)
    assert (refused.reason, refused.bar) == ("not_eligible", "deposit_missing")
    with pytest.raises(NotFound) as unknown:
        hall.call(77, FIRST)
    assert unknown.value.code == "sessions.paddle_unknown"
    hall.pay(hall.lot, late)
    assert hall.call(late.paddle, FIRST).done


@pytest.mark.threat("T13")
def test_only_the_sessions_own_auctioneer_and_clerk_stand_at_its_console(world, hall):
    other = world.officer("Olga", StaffRole.AUCTIONEER)
    for stranger in (other, world.rui, world.tao, world.bob, world.mallory):
        for act in (
            lambda who=stranger: hall.call(1, FIRST, by=who),
            lambda who=stranger: commands.warn(who.ctx, hall.up()),
            lambda who=stranger: commands.hammer(who.ctx, hall.up()),
            lambda who=stranger: commands.pause(who.ctx, hall.up(), reason="x"),
            lambda who=stranger: commands.beat(who.ctx, hall.session_id),
            lambda who=stranger: commands.call_next(who.ctx, hall.session_id),
        ):
            with pytest.raises(Forbidden):
                act()
    assert hall.board().view == 0


# -- warnings, hammer, pass ----------------------------------------------------------------------------


@pytest.mark.law("L15")
def test_two_fair_warnings_at_one_price_precede_the_hammer_and_a_bid_takes_them_back(world, hall):
    hall.call(1, FIRST)
    assert commands.hammer(hall.cleo.ctx, hall.up()).reason == "not_warned"
    assert hall.warn().done
    assert hall.warn().done
    assert hall.warn().reason == "already_warned"
    world.bid(world.bob, hall.lot, 1_000_000)
    assert hall.board().warnings == 0
    assert commands.hammer(hall.cleo.ctx, hall.up()).reason == "not_warned"


@pytest.mark.law("L15")
def test_the_hammer_is_result_listing_order_and_deposits_in_one_transaction(world, hall):
    world.bid(world.bob, hall.lot, 850_000)
    hall.call(1, 900_000)
    sold = hall.sell()
    assert (sold.closed, sold.price_minor, sold.leader) == ("sold", 900_000 * YUAN, "1")
    result, order = rows(world, Outcome)[0], rows(world, Order)[0]
    assert (result.outcome, result.winner_name) == ("sold", "吴立民")
    assert (order.buyer_name, order.price_minor) == ("吴立民", 900_000 * YUAN)
    assert {row.state for row in rows(world, Deposit)} == {"held", "returning"}
    world.deliver()
    assert "auction.lost_sold" in [kind for kind, _facts in world.inbox(world.bob)]
    sound(world, hall.lot)


def test_the_clock_never_closes_a_lot_of_the_hall(world, hall):
    hall.call(1, FIRST)
    world.clock.forward(days=30)
    assert auctions.close_due(world.ctx) == 0
    assert not auctions.close_if_due(world.ctx, hall.lot)
    assert world.room(hall.lot).status == "live"
    assert world.bid(world.bob, hall.lot, 1_000_000).accepted


@pytest.mark.law("L8")
def test_below_the_reserve_nothing_is_sold_and_above_it_nothing_is_passed(world):
    hall = Hall(world, reserve_minor=1_000_000 * YUAN)
    hall.check_in()
    hall.open()
    hall.call(1, 900_000)
    assert hall.sell().reason == "below_reserve"
    assert hall.board().below_reserve
    hall.call(1, 1_000_000)
    assert hall.warn().done
    assert hall.warn().done
    assert commands.pass_lot(hall.cleo.ctx, hall.up()).reason == "must_sell"
    assert commands.hammer(hall.cleo.ctx, hall.up()).closed == "sold"


@pytest.mark.law("L8")
def test_a_lot_below_its_reserve_is_passed_the_listing_free_and_the_deposits_owed(world):
    hall = Hall(world, reserve_minor=1_000_000 * YUAN)
    hall.check_in()
    hall.open()
    hall.call(1, 900_000)
    hall.warn()
    hall.warn()
    assert commands.pass_lot(hall.cleo.ctx, hall.up()).closed == "reserve_not_met"
    assert rows(world, Outcome)[0].outcome == "reserve_not_met"
    assert rows(world, Order) == []
    with world.ctx.reading() as db:
        auction = db.get_one(Auction, hall.lot)
        assert db.get_one(Listing, auction.listing_id).state == "published"
    assert [row.state for row in rows(world, Deposit)] == ["returning"]


def test_a_lot_without_a_bid_has_nobody_to_sell_to_and_is_passed(world, hall):
    assert hall.sell().reason == "no_leader"
    assert commands.pass_lot(hall.cleo.ctx, hall.up()).closed == "no_bids"


# -- a slip of the clerk --------------------------------------------------------------------------------


@pytest.mark.law("L10")
def test_a_slip_is_taken_back_by_an_entry_of_its_own_and_an_online_bid_makes_it_binding(
    world, hall
):
    hall.call(1, FIRST)
    hall.call(1, 1_000_000)
    undone = commands.undo(hall.cleo.ctx, hall.up(), reason="金额录错")
    assert (undone.done, undone.price_minor) == (True, FIRST * YUAN)
    kinds = [entry.kind for entry in entries(world, hall.lot)]
    assert kinds.count("accepted") == 2
    assert kinds.count("undone") == 1
    world.bid(world.bob, hall.lot, 1_000_000)
    assert commands.undo(hall.cleo.ctx, hall.up(), reason="号牌录错").reason == "cannot_retract"
    with pytest.raises(Invalid):
        commands.undo(hall.cleo.ctx, hall.up(), reason="  ")
    sound(world, hall.lot)


# -- one pause --------------------------------------------------------------------------------------------


@pytest.mark.law("L30")
@pytest.mark.parametrize("door", ["console", "page"])
def test_there_is_one_pause_whoever_asks_for_it(world, hall, door):
    if door == "console":
        commands.pause(hall.cleo.ctx, hall.up(), reason="现场答疑")
    else:
        auctions.pause_auction(world.hugo.ctx, auctions.PauseAuction(hall.lot, "现场答疑"))
    assert (world.room(hall.lot).state, world.room(hall.lot).progress.paused) == ("paused", True)
    assert world.room(hall.lot).status == "paused"
    assert world.bid(world.bob, hall.lot, 1_000_000).reason == "paused"
    assert hall.call(1, FIRST).reason == "paused"
    assert hall.warn().reason == "paused"
    if door == "console":
        auctions.resume_auction(world.hugo.ctx, auctions.ResumeAuction(hall.lot, "答疑完毕"))
    else:
        commands.resume(hall.cleo.ctx, hall.up(), reason="答疑完毕")
    assert (world.room(hall.lot).state, world.room(hall.lot).progress.paused) == (
        "announced",
        False,
    )
    assert hall.call(1, FIRST).done
    told = [(row.kind, row.text) for row in rows(world, Notice)][-2:]
    assert told == [("pause", "现场答疑"), ("resumption", "答疑完毕")]
    sound(world, hall.lot)


@pytest.mark.law("L30")
def test_a_pause_needs_a_reason_and_takes_the_warnings_back(world, hall):
    hall.call(1, FIRST)
    hall.warn()
    with pytest.raises(Invalid):
        commands.pause(hall.cleo.ctx, hall.up(), reason=" ")
    commands.pause(hall.cleo.ctx, hall.up(), reason="核对号牌")
    commands.pause(hall.cleo.ctx, hall.up(), reason="再次点击")
    commands.resume(hall.cleo.ctx, hall.up(), reason="继续")
    assert hall.board().warnings == 0
    assert [row.kind for row in rows(world, Notice)].count("pause") == 1


def test_a_lot_paused_before_it_opens_is_not_sold_until_it_is_resumed(world):
    hall = Hall(world)
    hall.check_in()
    world.clock.forward(days=4)
    auctions.pause_auction(world.hugo.ctx, auctions.PauseAuction(hall.lot, "核对权属"))
    world.clock.forward(days=4, minutes=5)
    commands.open_session(hall.cleo.ctx, hall.session_id)
    with pytest.raises(Conflict) as refused:
        hall.warn()
    assert refused.value.code == "auctions.lot_paused"
    commands.resume(hall.cleo.ctx, hall.up(), reason="权属无误")
    assert hall.call(1, FIRST).done


# -- the heartbeat ---------------------------------------------------------------------------------------


@pytest.mark.fault("F21")
def test_a_console_that_falls_silent_pauses_its_lot_for_all_and_its_clerk_resumes(world, hall):
    hall.call(1, FIRST)
    world.clock.forward(seconds=14)
    assert commands.pause_silent(world.ctx) == 0
    world.clock.forward(seconds=2)
    assert at_once(4, lambda _n: commands.pause_silent(world.ctx)).count(1) == 1
    room = world.room(hall.lot)
    assert (room.status, "连接中断" in room.pause_reason) == ("paused", True)
    assert world.bid(world.bob, hall.lot, 1_000_000).reason == "paused"
    commands.beat(hall.cleo.ctx, hall.session_id)
    assert world.room(hall.lot).status == "paused"
    commands.resume(hall.cleo.ctx, hall.up(), reason="连接已恢复")
    assert commands.pause_silent(world.ctx) == 0
    assert world.bid(world.bob, hall.lot, 1_000_000).accepted


# -- who walks in -----------------------------------------------------------------------------------------


@pytest.mark.law("L5")
def test_a_walk_in_wins_and_claims_the_deal_by_the_code_on_his_sheet(world, hall):
    guest = hall.check_in()
    hall.call(guest.paddle, FIRST)
    hall.sell()
    code = commands.claim_code(hall.cleo.ctx, guest.guest_id)
    walt = world.member("Walt", "吴立民的公司", code="91330624MA2D8L0B6X")
    with pytest.raises(Conflict) as another:
        identity.claim_party(walt.ctx, code)
    assert another.value.code == "identity.claim_other_person"
    set_identity_number(walt.ctx, WALT.identity_number)
    organisation_id = identity.claim_party(walt.ctx, code.lower().replace("-", " "))
    assert rows(world, Order)[0].buyer_organisation_id == organisation_id
    with world.ctx.reading() as db:
        assert people.members_of(db, organisation_id) == [walt.id]
    with pytest.raises(NotFound):
        identity.claim_party(world.mallory.ctx, code)


@pytest.mark.threat("T13")
def test_staff_claim_nothing_and_a_guessed_code_finds_nothing(world, hall):
    code = commands.claim_code(hall.cleo.ctx, hall.check_in().guest_id)
    for staff in (hall.cleo, world.hugo, world.tao):
        with pytest.raises(Conflict):
            identity.claim_party(staff.ctx, code)
    with pytest.raises(NotFound):
        identity.claim_party(world.mallory.ctx, "AAAA-BBBB-CCCC")


@pytest.mark.law("L5")
@pytest.mark.parametrize("insider", ["staff", "seller", "relative"])
def test_an_insider_gets_no_paddle_by_his_identity_number(world, insider):
    hall = Hall(world)
    number = identity_number(455)
    if insider == "relative":
        declare_relative(world.alice.ctx, label="兄弟", typed=number)
    else:
        set_identity_number((world.tao if insider == "staff" else world.alice).ctx, number)
    entry = replace(WALT, identity_number=number)
    with pytest.raises(Forbidden) as barred:
        hall.check_in(entry)
    assert barred.value.code.startswith("auctions.barred.")
    assert hall.entered(hall.lot) == ()


@pytest.mark.law("L5")
def test_who_becomes_an_insider_after_the_desk_is_refused_at_the_bid(world, hall):
    set_identity_number(world.alice.ctx, WALT.identity_number)
    answer = hall.call(1, FIRST)
    assert (answer.reason, answer.bar) == ("not_eligible", "same_person")


@pytest.mark.law("L5")
def test_the_sellers_own_house_gets_no_paddle(world):
    sue = world.member("Sue", "剡溪轴承有限公司", code=CODES[0])
    hall = Hall(world, seller=sue)
    entry = replace(WALT, company="剡溪轴承有限公司", credit_code=CODES[0])
    with pytest.raises(Forbidden) as barred:
        hall.check_in(entry)
    assert barred.value.code == "auctions.barred.own_organisation"


def test_a_house_has_one_paddle_of_a_lot_web_or_hall(world):
    hall = Hall(world, count=2)
    ben = world.member("Ben", "越州理工大学", code=CODES[2], kind="university")
    world.admit(hall.lots[0], ben)
    entry = replace(WALT, company="越州理工大学", credit_code=CODES[2])
    done = hall.check_in(entry)
    assert (done.auction_ids, done.online) == ((hall.lots[1],), (hall.lots[0],))
    with pytest.raises(Conflict) as second:
        world.sign_up(ben, hall.lots[1])
    assert second.value.code == "auctions.signed_up_already"
    again = hall.check_in(entry, pays=False)
    assert (again.guest_id, again.paddle) == (done.guest_id, done.paddle)
    assert len(hall.entered(hall.lots[1])) == 1


@pytest.mark.law("L7")
@pytest.mark.parametrize(("rules", "defects"), [(True, False), (False, True)])
def test_without_both_ticks_there_is_no_paddle(world, rules, defects):
    hall = Hall(world)
    with pytest.raises(Invalid):
        commands.check_in(
            hall.cleo.ctx, CheckIn(hall.session_id, WALT, (hall.lot,), rules, defects)
        )


@pytest.mark.threat("T8")
def test_what_the_desk_was_shown_is_encrypted_and_in_no_log(world, hall):
    with world.ctx.reading() as db:
        tables = (
            "identity_user",
            "identity_desk_party",
            "trade_session_guest",
            audit.AuditEntry.__tablename__,
        )
        dump = repr([list(db.execute(text(f"SELECT * FROM {name}"))) for name in tables])
    assert WALT.identity_number not in dump
    assert WALT.phone not in dump
    assert commands.claim_code(hall.cleo.ctx, 1) not in dump
    with pytest.raises(Forbidden):
        commands.claim_code(world.rui.ctx, 1)


def test_paddles_of_the_hall_never_meet_those_of_the_web(world, hall):
    assert [one.paddle for one in hall.entered(hall.lot) if int(one.paddle) <= 100] == ["1"]
    assert all(int(one.paddle) > 100 for one in hall.entered(hall.lot) if one.paddle != "1")
    two = replace(WALT, identity_number=identity_number(413))
    with pytest.raises(Conflict):
        hall.check_in(two, paddle=1)
    with pytest.raises(Invalid):
        hall.check_in(two, paddle=101)
    assert hall.check_in(two, paddle=42).paddle == 42


# -- races ---------------------------------------------------------------------------------------------------


@pytest.mark.threat("T1")
def test_of_hall_and_web_in_one_instant_the_board_is_one_and_the_hall_saw_it(world, hall):
    for number in range(4):
        amount = FIRST + 20_000 * (2 * number + 1)
        view = hall.board().view

        def bid(n, amount=amount, view=view, number=number):
            if n % 2:
                return world.bid(world.bob, hall.lot, amount, key=f"w{number}-{n}")
            return hall.call(1, amount, view=view, key=f"h{number}-{n}")

        answers = at_once(4, bid)
        calls = [one for one in answers[::2] if not isinstance(one, MarketError)]
        done = [one for one in calls if one.done]
        assert len(done) <= 1
        assert {one.reason for one in calls} <= {"", "stale_view"}
    sound(world, hall.lot)


@pytest.mark.threat("T1")
def test_a_hall_that_says_not_what_it_saw_bids_over_a_price_nobody_called(world, hall):
    """The control: the same floor bid without its view is taken although the board has moved."""
    with world.ctx.reading() as db:
        lot_id = db.get_one(Auction, hall.lot).lot_id
    world.bid(world.bob, hall.lot, FIRST)
    with world.ctx.transaction() as tx:
        blind = PlaceBid("1", 900_000 * YUAN, "blind", Channel.FLOOR, seen_view=None)
        assert execute_on(tx, lot_id, command=blind).refusal is None
    assert hall.call(1, 950_000, view=0).reason == "stale_view"


@pytest.mark.threat("T1")
def test_of_many_hammers_and_bids_at_once_there_is_one_sale_and_no_bid_after_it(world, hall):
    hall.call(1, FIRST)
    hall.warn()
    hall.warn()
    up = hall.up()

    def act(number: int):
        if number % 2:
            return world.bid(world.bob, hall.lot, 1_000_000 + number, key=f"late{number}")
        return commands.hammer(hall.cleo.ctx, up)

    at_once(8, act)
    kinds = [entry.kind for entry in entries(world, hall.lot)]
    results = rows(world, Outcome)
    assert len(results) == kinds.count("closed") <= 1
    assert len(rows(world, Order)) == len(results)
    if results:
        assert "accepted" not in kinds[kinds.index("closed") :]
    sound(world, hall.lot)


@pytest.mark.threat("T12")
def test_every_entry_of_the_hall_was_sent_by_somebody(world, hall):
    hall.call(1, FIRST)
    commands.pause(hall.cleo.ctx, hall.up(), reason="答疑")
    commands.resume(hall.cleo.ctx, hall.up(), reason="继续")
    hall.sell()
    log = entries(world, hall.lot)
    with world.ctx.reading() as db:
        lot_id = db.get_one(Auction, hall.lot).lot_id
        query = select(Sender.seq).where(Sender.lot_id == lot_id)
        sent = set(db.scalars(query))
    assert {entry.seq for entry in log if entry.kind != "scheduled"} == sent
    actions = {row.action for row in rows(world, audit.AuditEntry)}
    assert {"auction.hall_warn", "auction.hall_hammer", "session.opened"} <= actions


def test_the_floor_is_answered_within_the_opening_only(world):
    hall = Hall(world)
    hall.check_in()
    with pytest.raises(Conflict) as early:
        hall.call(1, FIRST)
    assert early.value.code == "sessions.not_open"
    world.clock.forward(days=8, minutes=5)
    commands.open_session(hall.cleo.ctx, hall.session_id)
    with pytest.raises(Conflict) as other:
        commands.warn(hall.cleo.ctx, Up(hall.session_id, hall.lot + 99, 0))
    assert other.value.code == "sessions.other_lot"


@pytest.mark.law("L15")
def test_a_lot_of_the_hall_alone_takes_no_sign_up_online_and_says_so(world, app):
    hall = Hall(world, place="hall")
    with pytest.raises(Conflict) as outside:
        world.sign_up(world.bob, hall.lot)
    assert outside.value.code == "auctions.hall_only"
    page = Browser(app, world, world.bob).text(f"/trade/auctions/{hall.lot}")
    assert "仅在现场" in page
    assert f"/trade/auctions/{hall.lot}/sign-up" not in page


def test_who_has_a_paddle_of_the_hall_alone_cannot_bid_with_it_online(world):
    hall = Hall(world, place="hall")
    hall.check_in()
    hall.open()
    with world.ctx.transaction() as tx:  # he has an account meanwhile, and acts for his party
        signup = tx.db.scalars(select(Signup).where(Signup.auction_id == hall.lot)).one()
        signup.organisation_id = world.bob.organisation_id
        deposit = tx.db.scalars(select(Deposit).where(Deposit.auction_id == hall.lot)).one()
        deposit.organisation_id = world.bob.organisation_id
    answer = world.bid(world.bob, hall.lot, FIRST)
    assert (answer.accepted, answer.reason, answer.bar) == (False, "not_eligible", "hall_only")
    assert world.room(hall.lot).leader is None
