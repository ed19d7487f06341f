"""Sessions: what fits, in which order, one lot after the other; queues after a cut; rehearsals."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.actor import StaffRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.auctions import commands as auctions
from marketplace.trade.auctions.lots import auction_log
from marketplace.trade.auctions.models import FallenSale, Outcome, Signup
from marketplace.trade.auctions.queries import in_hall
from marketplace.trade.orders.models import Order
from marketplace.trade.sessions import commands, rehearsal, roots, running_order
from marketplace.trade.sessions.commands import FloorBid, QueuedBid, Up
from marketplace.trade.sessions.models import RehearsalEntry, SaleSession
from marketplace.trade.sessions.states import MOVES, STATES, advance
from marketplace.treasury.deposits.models import Deposit
from tests.integration.trade.hall_world import FIRST, NEXT, WALT, Hall, identity_number
from tests.integration.trade.offices import give
from tests.integration.trade.test_bids import entries, sound
from tests.integration.trade.world import YUAN


def session(world, session_id: int) -> SaleSession:
    with world.ctx.reading() as db:
        return roots.known(db, session_id)


def order(world, session_id: int) -> list[int]:
    with world.ctx.reading() as db:
        return [lot.auction_id for lot in roots.lots_of(db, session_id)]


def fault(act) -> str:
    with pytest.raises((Conflict, Invalid)) as refused:
        act()
    errors = refused.value.facts.get("errors")
    return next(iter(errors.values()))[0] if errors else refused.value.code


def fits(hall: Hall, **changes):
    return fault(lambda: hall.plan(**changes))


# -- planning -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ["announce", "cancel", "open", "finish"])
def test_a_session_moves_by_its_table_only(state, action):
    if (state, action) in MOVES:
        assert advance(state, action) == MOVES[state, action]
    else:
        with pytest.raises(Conflict):
            advance(state, action)


@pytest.mark.law("L17")
def test_who_leads_and_who_keeps_the_record_are_two_people_also_for_the_database(world):
    hall = Hall(world)
    assert fits(hall, clerk_id=world.hugo.id) == "sessions.two_people"
    with pytest.raises(IntegrityError), world.ctx.transaction() as tx:
        roots.locked(tx, hall.session_id).clerk_id = world.hugo.id
        tx.db.flush()


def test_a_plan_that_contradicts_itself_is_refused(world):
    hall = Hall(world)
    assert fits(hall, title="  ") == "sessions.title_needed"
    assert fits(hall, venue="") == "sessions.venue_needed"
    assert fits(hall, running="parallel") == "sessions.hall_in_sequence"
    assert fits(hall, place="web", is_rehearsal=True) == "sessions.rehearsal_in_hall"
    assert (
        fits(hall, auctioneer_id=hall.cleo.id, clerk_id=world.hugo.id) == "sessions.no_such_office"
    )
    assert fits(hall, clerk_id=world.tao.id) == "sessions.no_such_office"


@pytest.mark.threat("T12")
def test_only_auctioneers_plan_and_announce(world):
    hall = Hall(world)
    for stranger in (hall.cleo, world.rui, world.tao, world.alice, world.mallory):
        for act in (
            lambda who=stranger: commands.add_lot(who.ctx, hall.session_id, auction_id=hall.lot),
            lambda who=stranger: commands.announce_session(who.ctx, hall.session_id),
            lambda who=stranger: commands.cancel_session(who.ctx, hall.session_id, why="x"),
        ):
            with pytest.raises(Forbidden):
                act()


def test_only_announced_lots_of_the_sessions_place_and_way_of_selling_fit(world):
    hall = Hall(world)
    plan, ctx = hall.plan(), world.hugo.ctx
    web = world.announce()
    draft = auctions.draft_auction(
        ctx, auctions.DraftAuction(world.listing(title="草案"), world.terms(place="both"))
    )
    add = lambda lot: commands.add_lot(ctx, plan, auction_id=lot)  # noqa: E731
    assert fault(lambda: add(web)) == "sessions.lot_other_place"
    with pytest.raises(NotFound):
        add(draft)
    assert fault(lambda: add(hall.lot)) == "sessions.lot_taken"
    auctions.withdraw_auction(ctx, auctions.WithdrawAuction(web, "撤回"))
    assert fault(lambda: add(web)) == "sessions.lot_not_announced"
    assert fault(lambda: commands.announce_session(ctx, plan)) == "sessions.no_lots"
    licensed = hall.plan(mode="licensed_auction")
    free = world.announce(listing_id=world.listing(title="另一件"), place="both")
    assert (
        fault(lambda: commands.add_lot(ctx, licensed, auction_id=free)) == "sessions.lot_other_mode"
    )


def test_lots_are_ordered_by_hand_until_the_session_is_announced(world):
    hall = Hall(world)
    plan, ctx = hall.plan(), world.hugo.ctx
    lots = [
        world.announce(listing_id=world.listing(title=f"件 {n}"), place="both") for n in range(3)
    ]
    for lot in lots:
        commands.add_lot(ctx, plan, auction_id=lot)
    commands.move_lot(ctx, plan, auction_id=lots[2], to=1)
    assert order(world, plan) == [lots[2], lots[0], lots[1]]
    commands.remove_lot(ctx, plan, auction_id=lots[0])
    assert order(world, plan) == [lots[2], lots[1]]
    commands.announce_session(ctx, plan)
    assert fault(lambda: commands.move_lot(ctx, plan, auction_id=lots[1], to=1)) == (
        "sessions.move_refused"
    )


def test_lots_online_in_sequence_end_apart_and_in_parallel_together_said_not_mended(world):
    hall = Hall(world)
    ctx, now = world.hugo.ctx, world.clock()
    ends = (now + timedelta(days=10), now + timedelta(days=10, seconds=59))
    lots = [
        world.announce(listing_id=world.listing(title=f"网 {end}"), ends_at=end) for end in ends
    ]
    plan = hall.plan("web")
    for lot in lots:
        commands.add_lot(ctx, plan, auction_id=lot)
    assert fault(lambda: commands.announce_session(ctx, plan)) == "sessions.ends_too_near"
    parallel = session(world, plan)
    with world.ctx.reading() as db:
        cards = running_order.cards_of(db, plan, now=now)
    parallel.running = "parallel"
    found = running_order.faults(parallel, cards, now=now)
    assert [one.code for one in found] == ["sessions.ends_differ"]
    with world.ctx.reading() as db:
        assert [card.ends_at for card in running_order.cards_of(db, plan, now=now)] == list(ends)


def test_a_session_that_begins_before_its_lots_open_or_in_the_past_is_not_announced(world):
    hall = Hall(world)
    ctx = world.hugo.ctx
    early = hall.plan(starts_at=world.clock() + timedelta(days=7))
    lot = world.announce(listing_id=world.listing(title="晚开"), place="both")
    commands.add_lot(ctx, early, auction_id=lot)
    assert fault(lambda: commands.announce_session(ctx, early)) == "sessions.opens_after_start"
    world.clock.forward(days=7, seconds=1)
    assert fault(lambda: commands.announce_session(ctx, early)) == "sessions.starts_in_past"


@pytest.mark.law("L5")
def test_nobody_of_a_seller_runs_the_session_of_its_lots(world):
    hall = Hall(world)
    ctx = world.hugo.ctx
    lot = world.announce(listing_id=world.listing(title="自家"), place="both")
    anna = world.join("Anna", world.alice.organisation_id)
    give(world, anna.id, StaffRole.CLERK)
    plan = hall.plan(clerk_id=anna.id)
    commands.add_lot(ctx, plan, auction_id=lot)
    assert fault(lambda: commands.announce_session(ctx, plan)) == "sessions.officer_of_seller"


def test_a_session_called_off_frees_its_lots_for_another(world):
    hall = Hall(world)
    ctx = world.hugo.ctx
    with pytest.raises(Invalid):
        commands.cancel_session(ctx, hall.session_id, why=" ")
    commands.cancel_session(ctx, hall.session_id, why="场地停电")
    assert session(world, hall.session_id).state == "cancelled"
    other = hall.plan()
    commands.add_lot(ctx, other, auction_id=hall.lot)
    assert order(world, other) == [hall.lot]


# -- running ------------------------------------------------------------------------------------------------


def test_lots_come_up_one_after_the_other_and_the_session_ends_with_the_last(world):
    hall = Hall(world, count=3)
    hall.check_in()
    with pytest.raises(Conflict) as early:
        commands.open_session(hall.cleo.ctx, hall.session_id)
    assert early.value.code == "sessions.too_early"
    hall.open()
    first, second, third = hall.lots
    assert session(world, hall.session_id).current_auction_id == first
    with pytest.raises(Conflict) as running:
        commands.call_next(hall.cleo.ctx, hall.session_id)
    assert running.value.code == "sessions.lot_runs"
    hall.call(1, FIRST)
    hall.sell(first)
    assert commands.call_next(hall.cleo.ctx, hall.session_id) == second
    with pytest.raises(Conflict):
        hall.call(1, FIRST, lot=first)
    auctions.pause_auction(world.hugo.ctx, auctions.PauseAuction(third, "权属争议"))
    auctions.withdraw_auction(world.hugo.ctx, auctions.WithdrawAuction(third, "权属争议未决"))
    with pytest.raises(Conflict) as left:
        commands.finish_session(hall.cleo.ctx, hall.session_id)
    assert left.value.code == "sessions.lots_left"
    hall.warn(second)
    hall.warn(second)
    commands.pass_lot(hall.cleo.ctx, hall.up(second))
    assert commands.call_next(hall.cleo.ctx, hall.session_id) is None
    commands.finish_session(hall.world.hugo.ctx, hall.session_id)
    assert session(world, hall.session_id).state == "over"
    with world.ctx.reading() as db:
        told = dict(db.execute(select(Outcome.auction_id, Outcome.outcome)).all())
    assert told == {first: "sold", second: "no_bids"}


def test_a_sale_that_fell_during_the_session_does_not_bring_its_lot_back(world):
    hall = Hall(world)
    hall.check_in()
    hall.open()
    hall.call(1, FIRST)
    hall.sell(hall.lot)
    with world.ctx.transaction() as tx:
        tx.db.add(FallenSale(auction_id=hall.lot, why="annul", at=tx.now))
    with world.ctx.reading() as db:
        assert in_hall.hall_lot(db, hall.lot, now=world.clock()).is_over
    assert commands.call_next(hall.cleo.ctx, hall.session_id) is None
    commands.finish_session(world.hugo.ctx, hall.session_id)
    assert session(world, hall.session_id).state == "over"


def test_a_session_online_begins_and_ends_by_the_clock(world):
    hall = Hall(world, place="web")
    assert commands.keep_web(world.ctx) == 0
    world.clock.forward(days=8, minutes=6)
    assert commands.keep_web(world.ctx) == 1
    assert session(world, hall.session_id).state == "open"
    assert commands.keep_web(world.ctx) == 0
    world.close(hall.lot)
    assert commands.keep_web(world.ctx) == 1
    assert session(world, hall.session_id).state == "over"
    with pytest.raises(Conflict):
        commands.open_session(hall.cleo.ctx, hall.session_id)


# -- the line was cut --------------------------------------------------------------------------------------


@pytest.fixture
def hall(world) -> Hall:
    hall = Hall(world)
    world.admit(hall.lot, world.bob)
    hall.check_in()
    hall.check_in(replace(WALT, person="贰号", identity_number=identity_number(421)))
    hall.open()
    return hall


def queued(hall: Hall, *calls: tuple[int, int], view: int, signed: bool = True):
    key = commands.signing_key(
        hall.world.ctx.settings.secrets, session(hall.world, hall.session_id)
    )
    lines = []
    for number, (paddle, yuan) in enumerate(calls, start=1):
        line = QueuedBid(number, hall.lot, paddle, yuan * YUAN, view, f"q{number}", "")
        text = line.text(hall.session_id).encode()
        right = hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
        lines.append(replace(line, signature=right if signed else right[::-1]))
    return tuple(lines)


def merge(hall: Hall, lines):
    return commands.merge_queue(hall.cleo.ctx, hall.session_id, lines=lines)


@pytest.mark.fault("F5")
def test_what_was_called_while_the_line_was_cut_is_taken_in_its_order(world, hall):
    lines = queued(hall, (1, FIRST), (2, NEXT), (1, 900_000), view=0)
    assert [one.reason for one in merge(hall, lines)] == ["", "", ""]
    board = hall.board()
    assert (board.leader, board.price_minor, board.view) == ("1", 900_000 * YUAN, 3)
    sound(world, hall.lot)


@pytest.mark.fault("F6")
def test_a_queue_whose_answer_was_lost_is_answered_again_and_counts_once(world, hall):
    lines = queued(hall, (1, FIRST), (2, NEXT), view=0)
    merge(hall, lines)
    world.bid(world.bob, hall.lot, 1_000_000)
    again = merge(hall, lines)
    assert [(one.done, one.replayed) for one in again] == [(True, True), (True, True)]
    assert [entry.kind for entry in entries(world, hall.lot)].count("accepted") == 3


@pytest.mark.threat("T2")
def test_a_queue_is_refused_when_the_state_has_moved_while_the_line_was_cut(world, hall):
    lines = queued(hall, (1, FIRST), (2, NEXT), view=0)
    world.bid(world.bob, hall.lot, FIRST)
    assert [one.reason for one in merge(hall, lines)] == ["stale_view", "stale_view"]
    assert hall.board().view == 1


@pytest.mark.threat("T2")
def test_as_soon_as_an_online_maximum_answers_the_rest_of_the_queue_is_stale(world, hall):
    """The hall thought that paddle 1 led; the log says somebody online does."""
    world.bid(world.bob, hall.lot, 950_000)
    lines = queued(hall, (1, 900_000), (2, 960_000), view=1)
    assert [one.reason for one in merge(hall, lines)] == ["", "stale_view"]
    board = hall.board()
    assert (board.price_minor, board.leader not in ("1", "2")) == (920_000 * YUAN, True)


@pytest.mark.threat("T5")
def test_a_line_that_this_console_did_not_sign_is_refused_whole(world, hall):
    lines = queued(hall, (1, FIRST), view=0)
    for forged in (
        queued(hall, (1, FIRST), view=0, signed=False),
        (replace(lines[0], amount_minor=lines[0].amount_minor * 2),),
        (replace(lines[0], paddle=2),),
        (replace(lines[0], seen_view=1),),
    ):
        with pytest.raises(Forbidden):
            merge(hall, forged)
    with pytest.raises(Forbidden):
        commands.merge_queue(world.mallory.ctx, hall.session_id, lines=lines)
    with pytest.raises(Invalid):
        merge(hall, queued(hall, (1, FIRST), (2, NEXT), view=0)[::-1])
    assert hall.board().view == 0


@pytest.mark.fault("F5")
def test_a_lot_paused_for_silence_takes_the_queue_once_its_clerk_has_resumed_it(world, hall):
    lines = queued(hall, (1, FIRST), view=0)
    world.clock.forward(seconds=16)
    assert commands.pause_silent(world.ctx) == 1
    with pytest.raises(Conflict) as waits:
        merge(hall, lines)
    assert waits.value.code == "sessions.queue_waits"
    commands.resume(hall.cleo.ctx, hall.up(), reason="连接已恢复")
    assert [one.reason for one in merge(hall, lines)] == [""]


# -- rehearsals ----------------------------------------------------------------------------------------------


@pytest.fixture
def exercise(world) -> Hall:
    """A rehearsal of a lot that is in a real session too."""
    hall = Hall(world, reserve_minor=1_500_000 * YUAN)
    hall.session_id = hall.plan(is_rehearsal=True)
    commands.add_lot(world.hugo.ctx, hall.session_id, auction_id=hall.lot)
    commands.announce_session(world.hugo.ctx, hall.session_id)
    commands.open_session(hall.cleo.ctx, hall.session_id)
    return hall


def real_rows(world) -> list[int]:
    with world.ctx.reading() as db:
        counts = [
            auction_log,
            Outcome.__table__,
            Signup.__table__,
            Order.__table__,
            Deposit.__table__,
        ]
        return [db.scalar(select(func.count()).select_from(table)) for table in counts]


def test_a_rehearsal_runs_by_the_real_rules_and_leaves_the_real_log_alone(world, exercise):
    before = real_rows(world)
    up = lambda: Up(exercise.session_id, exercise.lot, rehearsed(world, exercise).view)  # noqa: E731
    ctx = exercise.cleo.ctx

    def call(paddle: int, yuan: int, key: str):
        return commands.floor_bid(ctx, FloorBid(up(), paddle, yuan * YUAN, key))

    assert call(3, FIRST, "a").done
    assert call(3, FIRST, "b").reason in ("below_minimum", "stale_view")
    with pytest.raises(NotFound):
        call(55, NEXT, "c")
    commands.pause(ctx, up(), reason="演练暂停")
    assert call(4, NEXT, "d").reason == "paused"
    commands.resume(ctx, up(), reason="演练继续")
    assert call(4, 2_000_000, "e").done
    assert commands.undo(ctx, up(), reason="演练撤销").done
    assert call(4, 2_000_000, "f").done
    commands.warn(ctx, up())
    commands.warn(ctx, up())
    assert commands.hammer(ctx, up()).closed == "sold"
    assert commands.call_next(ctx, exercise.session_id) is None
    commands.finish_session(ctx, exercise.session_id)
    assert real_rows(world) == before
    assert world.room(exercise.lot).status == "upcoming"


def rehearsed(world, hall: Hall):
    with world.ctx.reading() as db:
        return rehearsal.state_of(db, hall.session_id, hall.lot)


def test_simulated_bidders_bid_in_a_rehearsal_and_nowhere_else(world, exercise):
    for _beat in range(60):
        commands.beat(exercise.cleo.ctx, exercise.session_id)
    state = rehearsed(world, exercise)
    assert state.leader in rehearsal.SIMULATED
    assert state.view > 2
    with world.ctx.reading() as db:
        assert db.scalar(select(func.count()).select_from(RehearsalEntry)) >= state.view


@pytest.mark.threat("T10")
def test_a_rehearsal_never_reads_the_true_reserve(world, exercise):
    assert rehearsed(world, exercise).terms.reserve == (FIRST + 4 * 20_000) * YUAN
    with world.ctx.reading() as db:
        kept = " ".join(map(str, db.scalars(select(RehearsalEntry.secret))))
    assert str(1_500_000 * YUAN) not in kept
