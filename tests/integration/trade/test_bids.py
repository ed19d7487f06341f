"""What a bid must survive: races, late arrival, bad amounts, missing deposits, retries."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from auction import commands as engine
from auction.events import Accepted
from marketplace.identity.organisations.models import Membership
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.clock import to_ms
from marketplace.kernel.errors import Conflict, Invalid, MarketError
from marketplace.showcase.listings import freshness
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.lots import auction_log, auction_lot, store, wire
from marketplace.trade.auctions.models import Auction, Sender, Signup
from marketplace.treasury.deposits.models import Deposit
from tests.integration.trade.world import YUAN, Person


def entries(world, lot: int):
    with world.ctx.reading() as db:
        lot_id = db.get_one(Auction, lot).lot_id
        return store(db).log(wire(db), lot_id)


def sound(world, lot: int) -> None:
    """Row equals fold, chain and commitments hold."""
    with world.ctx.reading() as db:
        store(db).check_row_equals_fold(wire(db), db.get_one(Auction, lot).lot_id)


def at_once(count: int, work) -> list[object]:
    """Run ``work(n)`` in ``count`` threads that start together; what each returned or raised."""
    barrier, answers = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        barrier.wait()
        try:
            answers[number] = work(number)
        except MarketError as error:
            answers[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def many(world, lot: int, count: int) -> list[Person]:
    """Admitted bidders."""
    people = [
        world.member(f"B{number}", f"竞买企业{number}有限公司", code=f"9133062400000{number:04d}A")
        for number in range(count)
    ]
    world.admit(lot, *people)
    return people


@pytest.mark.threat("T1")
def test_of_bids_of_one_amount_in_the_same_instant_exactly_one_leads(world):
    lot = world.open()
    people = many(world, lot, 8)
    for round_number in range(3):
        amount = 800_000 + 100_000 * round_number
        answers = at_once(8, lambda n, a=amount: world.bid(people[n], lot, a, key=f"r{a}-{n}"))
        leading = [answer for answer in answers if answer.accepted and answer.leading]
        assert len(leading) == 1
        assert world.room(lot).leader is not None
    sound(world, lot)
    seqs = [entry.seq for entry in entries(world, lot)]
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.threat("T1")
def test_a_naive_check_then_save_loses_bids_in_the_same_race(world):
    """The control: without the lock, the same eight bids overwrite each other."""
    world.open()
    engine_ = world.ctx.engine
    with engine_.execution_options(write=True).begin() as connection:
        connection.execute(text("CREATE TABLE naive (id INTEGER PRIMARY KEY, bids INTEGER)"))
        connection.execute(text("INSERT INTO naive VALUES (1, 0)"))
    read = threading.Barrier(8)

    def bid(_number: int) -> None:
        with engine_.connect() as connection:
            bids = connection.execute(text("SELECT bids FROM naive")).scalar_one()
        read.wait()
        with engine_.execution_options(write=True).begin() as connection:
            connection.execute(text("UPDATE naive SET bids = :n"), {"n": bids + 1})

    at_once(8, bid)
    with engine_.connect() as connection:
        assert connection.execute(text("SELECT bids FROM naive")).scalar_one() < 8


@pytest.mark.threat("T2")
@pytest.mark.law("L25")
@pytest.mark.parametrize(("offset_ms", "reason"), [(-1, ""), (0, "ended"), (1, "ended")])
def test_the_end_is_half_open_to_the_millisecond(world, offset_ms, reason):
    lot = world.open()
    world.admit(lot, world.bob)
    world.clock.now = world.ends_at(lot) + timedelta(milliseconds=offset_ms)
    answer = world.bid(world.bob, lot, 900_000)
    assert (answer.accepted, answer.reason) == (not reason, reason)


@pytest.mark.threat("T2")
@pytest.mark.parametrize(("offset_ms", "reason"), [(-1, "not_open"), (0, ""), (1, "")])
def test_the_opening_is_the_first_instant_that_counts(world, offset_ms, reason):
    lot = world.announce()
    world.admit(lot, world.bob)
    world.clock.forward(days=8)
    world.clock.forward(milliseconds=offset_ms)
    assert world.bid(world.bob, lot, 900_000).reason == reason


def test_a_bid_that_waited_for_the_lock_counts_from_its_arrival(world, monkeypatch):
    lot = world.open()
    world.admit(lot, world.bob)
    monkeypatch.setattr("time.monotonic", lambda: 100.5)
    world.clock.now = world.ends_at(lot) + timedelta(milliseconds=400)
    command = commands.PlaceBid(lot, 900_000 * YUAN, key="k", entered=100.0)
    assert commands.place_bid(world.bob.ctx, command).accepted
    world.clock.now = world.ends_at(lot) + timedelta(milliseconds=3000)
    old = commands.PlaceBid(lot, 950_000 * YUAN, key="k2", entered=0.0)  # at most 2 s count
    assert commands.place_bid(world.bob.ctx, old).reason == "ended"


@pytest.mark.threat("T3")
@pytest.mark.parametrize(
    "amount",
    [0, -1, -(10**9), 10**15 + 1, 10**30, True, False, 1.5, float("nan"), float("inf"), "1,000",
     "80000000", None, [], b"1"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_and_logged(world, amount):
    lot = world.open()
    world.admit(lot, world.bob)
    answer = commands.place_bid(world.bob.ctx, commands.PlaceBid(lot, amount, key="k"))
    assert (answer.accepted, answer.reason) == (False, "bad_amount")
    assert world.room(lot).price_minor is None
    assert entries(world, lot)[-1].kind == "refused"


DEPOSIT_STATES = ("none", "expected", "held", "owed back", "released", "applied", "forfeited",
                  "lapsed", "of another")  # fmt: skip


@pytest.mark.threat("T4")
@pytest.mark.law("L23")
@pytest.mark.parametrize("state", DEPOSIT_STATES)
def test_only_a_held_deposit_lets_a_bid_through(world, state):
    lot = world.open()
    world.sign_up(world.bob, lot)
    if state in ("held", "owed back", "released", "applied", "forfeited"):
        world.pay(world.bob, lot)
    own = Deposit.organisation_id == world.bob.organisation_id
    with world.ctx.transaction() as tx:
        if state == "none":
            tx.db.execute(text("DELETE FROM treasury_deposit"))
        elif state == "owed back":
            tx.db.execute(
                update(Deposit).where(own).values(state="returning", release_due_at=tx.now)
            )
        elif state == "of another":
            tx.db.execute(
                update(Deposit).where(own).values(organisation_id=world.dora.organisation_id)
            )
        elif state not in ("expected", "held"):
            tx.db.execute(update(Deposit).where(own).values(state=state))
    answer = world.bid(world.bob, lot, 900_000)
    assert answer.accepted == (state == "held")
    if state != "held":
        assert (answer.reason, answer.bar) == ("not_eligible", "deposit_missing")


@pytest.mark.law("L23")
def test_a_deposit_that_arrives_after_the_opening_lets_its_bidder_bid_from_then(world):
    lot = world.open()
    world.sign_up(world.bob, lot)
    assert world.bid(world.bob, lot, 900_000).bar == "deposit_missing"
    world.pay(world.bob, lot)
    assert world.bid(world.bob, lot, 900_000).accepted


@pytest.mark.law("L5")
def test_who_joins_the_seller_during_the_auction_bids_no_more(world):
    lot = world.open()
    world.admit(lot, world.bob)
    assert world.bid(world.bob, lot, 900_000).accepted
    with world.ctx.transaction() as tx:
        tx.db.add(
            Membership(
                user_id=world.bob.id,
                organisation_id=world.alice.organisation_id,
                role="member",
                joined_at=tx.now,
            )
        )
    answer = world.bid(world.bob, lot, 950_000)
    assert (answer.reason, answer.bar) == ("not_eligible", "colleague_of_seller")


@pytest.mark.law("L5")
def test_seller_and_staff_cannot_sign_up(world):
    lot = world.announce()
    for person, code in ((world.alice, "own_organisation"), (world.rui, "read_only")):
        with pytest.raises(MarketError) as refused:
            world.sign_up(person, lot)
        assert refused.value.code == f"auctions.barred.{code}"


@pytest.mark.law("L5")
def test_a_staff_member_with_an_enterprise_is_still_staff(world):
    lot = world.announce()
    actor = replace(world.bob.actor, staff_roles=world.rui.actor.staff_roles)
    with pytest.raises(MarketError) as refused:
        world.sign_up(Person(actor, world.ctx.acting(actor)), lot)
    assert refused.value.code == "auctions.barred.staff"


def test_a_member_bids_up_to_the_limit_and_a_reader_not_at_all(world):
    lot = world.open()
    world.admit(lot, world.bob)
    member = world.join(
        "Ben", world.bob.organisation_id, role=MemberRole.MEMBER, limit=900_000 * YUAN
    )
    reader = world.join("Ria", world.bob.organisation_id, role=MemberRole.READ_ONLY)
    assert world.bid(member, lot, 900_000).accepted
    assert world.bid(member, lot, 900_001).bar == "over_limit"
    assert world.bid(reader, lot, 900_002).bar == "read_only"


def test_every_entry_names_its_sender_and_no_page_needs_to(world):
    lot = world.open()
    world.admit(lot, world.bob)
    answer = world.bid(world.bob, lot, 900_000)
    with world.ctx.reading() as db:
        senders = dict(db.execute(select(Sender.seq, Sender.user_id)).all())
    assert senders == {answer.seq: world.bob.id}


# -- retries --------------------------------------------------------------------------------------


@pytest.mark.fault("F1")
def test_a_retry_gets_the_stored_answer_also_after_the_end(world):
    lot = world.open()
    world.admit(lot, world.bob)
    first = world.bid(world.bob, lot, 900_000, key="same")
    world.close(lot)
    again = world.bid(world.bob, lot, 900_000, key="same")
    assert first.accepted
    assert again.accepted
    assert again.replayed
    assert len([one for one in entries(world, lot) if one.kind == "accepted"]) == 1


def test_the_same_key_with_another_amount_is_refused(world):
    lot = world.open()
    world.admit(lot, world.bob)
    world.bid(world.bob, lot, 900_000, key="same")
    assert world.bid(world.bob, lot, 950_000, key="same").reason == "key_reused"


def test_one_key_sent_by_eight_threads_is_one_bid(world):
    lot = world.open()
    world.admit(lot, world.bob)
    answers = at_once(8, lambda _n: world.bid(world.bob, lot, 900_000, key="one"))
    assert all(answer.accepted for answer in answers)
    assert len([one for one in entries(world, lot) if one.kind == "accepted"]) == 1
    assert sum(not answer.replayed for answer in answers) == 1


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_a_bid_without_a_proper_key_is_not_taken(world, key):
    lot = world.open()
    world.admit(lot, world.bob)
    with pytest.raises(Invalid):
        commands.place_bid(world.bob.ctx, commands.PlaceBid(lot, 90_000_000, key=key))


# -- the rest of the rules --------------------------------------------------------------------------


@pytest.mark.law("L74")
def test_an_abnormal_amount_is_asked_about_and_the_auctioneers_hear_of_it(world):
    lot = world.open()
    world.admit(lot, world.bob)
    asked = world.bid(world.bob, lot, 16_000_001)
    assert asked.reason == "not_confirmed"
    assert world.bid(world.bob, lot, 16_000_001, confirmed=True).accepted
    world.deliver()
    told = [facts for kind, facts in world.inbox(world.hugo) if kind == "auction.abnormal"]
    assert len(told) == 2
    assert not any("16,000" in str(value) or "16000" in str(value) for value in told[0].values())


@pytest.mark.law("L26")
def test_a_holder_of_first_refusal_leads_at_the_same_price(world):
    holder = {
        "name": world.carol.actor.organisation_name,
        "rank": 1,
        "answer": "wants",
        "told_at": None,
    }
    lot = world.open(refusal_holders=(holder,))
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 800_000)
    answer = world.bid(world.carol, lot, 800_000)
    assert (answer.accepted, answer.leading, answer.price_minor) == (True, True, 80_000_000)
    assert world.bid(world.bob, lot, 820_000).leading


@pytest.mark.law("L8")
def test_below_the_secret_reserve_nothing_is_sold(world):
    lot = world.open(reserve_minor=1_000_000 * YUAN)
    world.admit(lot, world.bob)
    world.bid(world.bob, lot, 999_999)
    world.close(lot)
    assert world.room(lot).outcome == "reserve_not_met"


@pytest.mark.law("L8")
def test_at_the_reserve_it_is_sold(world):
    lot = world.open(reserve_minor=1_000_000 * YUAN)
    world.admit(lot, world.bob)
    assert world.bid(world.bob, lot, 1_000_000).price_minor == 1_000_000 * YUAN
    world.close(lot)
    assert world.room(lot).outcome == "sold"


@pytest.mark.law("L15")
@pytest.mark.law("L7")
def test_after_a_correction_nobody_bids_before_ticking_again(world):
    lot = world.announce()
    world.admit(lot, world.bob)
    terms = world.terms(defects="已许可一家企业普通实施。")
    commands.correct_terms(world.hugo.ctx, commands.CorrectTerms(lot, terms, why="补充许可情况"))
    world.clock.forward(days=8)
    assert world.bid(world.bob, lot, 900_000).bar == "terms_changed"
    commands.accept_terms(
        world.bob.ctx, commands.AcceptTerms(lot, 2, accepts_rules=True, accepts_defects=True)
    )
    assert world.bid(world.bob, lot, 900_000).accepted
    sound(world, lot)


@pytest.mark.law("L11")
def test_a_voided_bidder_drops_out_and_the_rest_is_refolded(world):
    lot = world.open()
    world.admit(lot, world.bob, world.carol, world.dora)
    world.bid(world.bob, lot, 900_000)
    world.bid(world.carol, lot, 1_500_000)
    world.bid(world.dora, lot, 1_000_000)
    with world.ctx.reading() as db:
        carol = db.scalars(
            select(Signup).where(Signup.organisation_id == world.carol.organisation_id)
        ).one()
    with pytest.raises(Invalid):
        commands.void_bidder(world.hugo.ctx, commands.VoidBidder(lot, carol.id, "  "))
    commands.void_bidder(world.hugo.ctx, commands.VoidBidder(lot, carol.id, "串通竞价"))
    room = world.room(lot)
    assert room.price_minor == 920_000 * YUAN
    assert world.bid(world.carol, lot, 2_000_000).bar == "voided"
    world.deliver()
    assert ("auction.voided", "串通竞价") in [
        (kind, facts.get("why")) for kind, facts in world.inbox(world.carol)
    ]
    sound(world, lot)


@pytest.mark.law("L30")
def test_during_a_pause_bids_are_refused_and_nothing_closes(world):
    lot = world.open()
    world.admit(lot, world.bob)
    end = world.ends_at(lot)
    world.clock.now = end - timedelta(minutes=10)
    with pytest.raises(Invalid):
        commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, ""))
    commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, "系统故障"))
    assert world.bid(world.bob, lot, 900_000).bar == "paused"
    world.clock.forward(minutes=30)
    assert commands.close_due(world.ctx) == 0
    commands.resume_auction(world.hugo.ctx, commands.ResumeAuction(lot, "故障排除"))
    assert world.ends_at(lot) == end + timedelta(minutes=30) + timedelta(hours=1)
    assert world.bid(world.bob, lot, 900_000).accepted


@pytest.mark.law("L64")
def test_a_right_that_may_no_longer_be_sold_pauses_its_running_lot(world):
    lot = world.open()
    world.admit(lot, world.bob)

    def recorded(status):
        today = world.clock().date()
        proof = freshness.RecordStatusProof(world.listing_id, status, today, "登记簿副本")
        freshness.record_status_proof(world.rui.ctx, proof)
        world.deliver()

    recorded("granted")
    assert world.bid(world.bob, lot, 900_000).accepted
    recorded("invalid")
    assert world.bid(world.bob, lot, 950_000).bar == "paused"
    back = commands.ResumeAuction(lot, "好了")
    with pytest.raises(Conflict, match="right_blocked"):
        commands.resume_auction(world.hugo.ctx, back)
    recorded("granted")
    commands.resume_auction(world.hugo.ctx, back)
    assert world.bid(world.bob, lot, 950_000).accepted


@pytest.mark.law("L30")
def test_a_pause_ends_within_five_days(world):
    lot = world.open()
    commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, "系统故障"))
    world.clock.forward(days=5, seconds=1)
    with pytest.raises(MarketError) as refused:
        commands.resume_auction(world.hugo.ctx, commands.ResumeAuction(lot, "好了"))
    assert refused.value.code == "auctions.paused_too_long"
    commands.withdraw_auction(world.hugo.ctx, commands.WithdrawAuction(lot, "无法恢复"))
    assert world.room(lot).status == "withdrawn"


@pytest.mark.law("L10")
def test_there_is_no_command_to_take_a_bid_back():
    assert not [
        name for name in commands.__all__ if "retract" in name.lower() or "cancel" in name.lower()
    ]


def test_the_engines_clock_is_the_injected_one_and_the_lot_is_sound(world):
    lot = world.open()
    world.admit(lot, world.bob)
    world.bid(world.bob, lot, 900_000)
    assert entries(world, lot)[-1].at_ms == to_ms(world.clock())
    assert isinstance(entries(world, lot)[-1].event(), Accepted)
    with world.ctx.reading() as db:
        row = db.execute(select(auction_lot)).one()
        count = len(db.execute(select(auction_log.c.seq)).all())
    assert row.seq == count
    assert engine.AGE_LIMIT_MS == 2_000
