"""After the hammer: default, second bidder, re-run, talks below the reserve, annulment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.actor import StaffRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, MarketError, NotFound
from marketplace.papers.models import Paper
from marketplace.showcase.deals import queries as deals
from marketplace.trade.aftermath import openings, queries
from marketplace.trade.aftermath.commands import annulments, defaults, talks
from marketplace.trade.aftermath.models import AftermathHistory, Default, Talk
from marketplace.trade.aftermath.moves import REASONS
from marketplace.trade.auctions import queries as auction_queries
from marketplace.trade.auctions.models import Auction, FallenSale
from marketplace.trade.offers import commands as offers
from marketplace.trade.offers.rounds import Proposal
from marketplace.trade.orders import steps as order_steps
from marketplace.trade.orders import sweeps
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.terms import DealTerms
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import Account, Kind, commission, forfeited, payable
from tests.integration.trade.test_bids import at_once, sound
from tests.integration.trade.world import DEPOSIT, YUAN
from tests.integration.treasury.test_deposits import sound as money_sound
from tests.integration.treasury.test_deposits import stands as money_stands

PRICE, SECOND = 920_000 * YUAN, 900_000 * YUAN
BUYER_FEE, SELLER_FEE = 46_000 * YUAN, 18_400 * YUAN
FEES = BUYER_FEE + SELLER_FEE


@pytest.fixture
def world(world):
    world.adam = world.officer("Adam", StaffRole.ADMINISTRATOR)
    world.hedda = world.officer("Hedda", StaffRole.AUCTIONEER)
    return world


@pytest.fixture
def lot(world) -> int:
    """Sold to Bob at 920,000, the commission being 5 %; Carol's best was 900,000."""
    lot = world.open(commission_hundredths=500)
    world.admit(lot, world.bob, world.carol, world.dora)
    world.bid(world.bob, lot, 1_000_000)
    world.bid(world.carol, lot, 860_000)
    world.bid(world.carol, lot, 900_000)
    world.close(lot)
    world.deliver()
    world.instruct()
    world.bank_pays()
    return lot


def order_of(world, origin: str = "auction") -> Order:
    with world.ctx.reading() as db:
        return db.scalars(select(Order).where(Order.origin == origin)).one()


def default_of(world, lot: int) -> Default:
    with world.ctx.reading() as db:
        return db.get_one(Default, lot)


def default(world, lot: int) -> Default:
    """Nobody signs: the term ends, the grace ends, the deposit is kept."""
    world.clock.now = order_of(world).sign_by + timedelta(minutes=1)
    assert sweeps.warn_overdue(world.ctx) == 1
    assert sweeps.let_go(world.ctx) == 0
    world.clock.forward(days=5)
    assert sweeps.let_go(world.ctx) == 1
    world.deliver()
    return default_of(world, lot)


def consent(world, lot: int, way: str) -> None:
    defaults.choose_way(world.alice.ctx, defaults.ChooseWay(lot, way, confirmed=True))


def stands(world, account: Account) -> int:
    return money_stands(world, account)


def deposit_of(world, lot: int, person) -> Deposit:
    with world.ctx.reading() as db:
        return db.scalars(
            select(Deposit).where(
                Deposit.auction_id == lot, Deposit.organisation_id == person.organisation_id
            )
        ).one()


def kinds(world, person) -> list[str]:
    return [kind for kind, _facts in world.inbox(person)]


# -- the default ----------------------------------------------------------------------------------


@pytest.mark.law("L16")
def test_unsigned_the_buyer_is_reminded_then_the_grace_runs_then_he_defaults(world, lot):
    world.clock.now = order_of(world).sign_by + timedelta(minutes=1)
    assert sweeps.warn_overdue(world.ctx) == 1
    assert sweeps.warn_overdue(world.ctx) == 0  # told once
    world.deliver()
    assert "order.overdue" in kinds(world, world.bob)
    assert order_of(world).state == "agreed"
    world.clock.forward(days=5)
    assert sweeps.let_go(world.ctx) == 1
    assert order_of(world).state == "defaulted"


@pytest.mark.law("L28")
def test_a_default_keeps_the_deposit_frees_the_listing_and_leaves_the_board(world, lot):
    row = default(world, lot)
    assert (row.state, row.kept_minor, row.price_minor) == ("open", DEPOSIT, PRICE)
    assert (row.buyer_commission_minor, row.seller_commission_minor) == (BUYER_FEE, SELLER_FEE)
    kept = deposit_of(world, lot, world.bob)
    assert (kept.state, stands(world, forfeited(kept.id))) == ("forfeited", DEPOSIT)
    assert deposit_of(world, lot, world.carol).state == "released"
    room = world.room(lot)
    assert (room.status, room.outcome) == ("fallen", "sold")
    with world.ctx.reading() as db:
        assert auction_queries.notices(db, lot)[0].kind == "default"
        assert deals.board(db).items == []
        assert auction_queries.figures(db, world.clock()).sold == 0
    assert "default.open" in kinds(world, world.alice)
    sound(world, lot)
    money_sound(world)


def test_a_buyer_who_signed_is_in_no_default_when_the_seller_does_not(world, lot):
    order = order_of(world)
    with world.ctx.transaction() as tx:
        order_steps.note_signature(tx, order.id, side="buyer")
    world.clock.now = order.sign_by + timedelta(days=6)
    assert sweeps.let_go(world.ctx) == 1
    world.deliver()
    assert order_of(world).state == "cancelled"
    assert deposit_of(world, lot, world.bob).state == "returning"
    with world.ctx.reading() as db:
        assert db.get(Default, lot) is None
        assert db.get_one(FallenSale, lot).why == "cancel"


def test_a_signature_under_words_that_were_changed_does_not_count(world, lot):
    order = order_of(world)
    with world.ctx.transaction() as tx:
        order_steps.note_signature(tx, order.id, side="buyer")
        order_steps.unsign(tx, order.id)
    world.clock.now = order.sign_by + timedelta(days=6)
    assert sweeps.let_go(world.ctx) == 1
    assert order_of(world).state == "defaulted"


@pytest.mark.fault("F4")
def test_a_default_told_twice_is_one_default(world, lot):
    row = default(world, lot)
    openings.open_default(
        world.ctx, 1, {"auction_id": lot, "order_id": row.order_id, "why": "default"}
    )
    with world.ctx.reading() as db:
        said = db.scalars(select(AftermathHistory.action)).all()
    assert said == ["open"]


# -- the seller's consent -------------------------------------------------------------------------


@pytest.mark.law("L19")
def test_without_the_sellers_stored_consent_nothing_is_sold_again(world, lot):
    default(world, lot)
    with pytest.raises(Conflict):
        defaults.next_round(world.hugo.ctx, defaults.NextRound(lot))
    with pytest.raises(Conflict):
        defaults.offer_second(world.hugo.ctx, defaults.OfferSecond(lot))
    with pytest.raises(Invalid):
        defaults.choose_way(world.alice.ctx, defaults.ChooseWay(lot, "rerun", confirmed=False))
    consent(world, lot, "rerun")
    row = default_of(world, lot)
    assert (row.consented_by, row.consented_at) == (world.alice.id, world.clock())
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(Default).values(consented_at=None))


@pytest.mark.threat("T13")
@pytest.mark.parametrize("who", ["bob", "carol", "mallory", "hugo"])
def test_nobody_consents_for_the_seller(world, lot, who):
    default(world, lot)
    with pytest.raises(NotFound):
        defaults.choose_way(
            getattr(world, who).ctx, defaults.ChooseWay(lot, "rerun", confirmed=True)
        )


def test_a_consent_may_be_taken_back_until_the_market_goes_the_way(world, lot):
    default(world, lot)
    consent(world, lot, "second")
    defaults.take_back(world.alice.ctx, defaults.TakeBack(lot))
    assert default_of(world, lot).state == "open"
    consent(world, lot, "second")
    defaults.offer_second(world.hugo.ctx, defaults.OfferSecond(lot))
    with pytest.raises(Conflict):
        defaults.take_back(world.alice.ctx, defaults.TakeBack(lot))


# -- the second bidder ----------------------------------------------------------------------------


def offered(world, lot: int) -> None:
    default(world, lot)
    consent(world, lot, "second")
    defaults.offer_second(world.hugo.ctx, defaults.OfferSecond(lot))
    world.deliver()


def test_the_second_bidder_is_asked_at_his_own_highest_bid_and_not_the_winners(world, lot):
    offered(world, lot)
    row = default_of(world, lot)
    assert (row.state, row.second_minor) == ("offered", SECOND)
    assert row.second_organisation_id == world.carol.organisation_id
    assert row.offer_until == world.clock() + timedelta(days=5)
    facts = dict(world.inbox(world.carol))["default.offer"]
    assert facts["price"] == "¥900,000.00"
    assert "default.offer" not in kinds(world, world.dora)


@pytest.mark.law("L19")
def test_he_accepts_signs_and_the_claim_is_settled_with_the_deposit(world, lot):
    offered(world, lot)
    order_id = defaults.answer_offer(world.carol.ctx, defaults.AnswerOffer(lot, accepts=True))
    order = order_of(world, "second_bidder")
    assert (order.id, order.price_minor, order.way) == (order_id, SECOND, "tender")
    assert order.buyer_organisation_id == world.carol.organisation_id
    assert order.buyer_commission_minor == SECOND // 20
    with world.ctx.transaction() as tx:
        order_steps.mark_signed(tx, order_id)
    world.deliver()
    row = default_of(world, lot)
    assert (row.state, row.resale_minor, row.shortfall_minor) == (
        "settled", SECOND, PRICE - SECOND,
    )  # fmt: skip
    assert row.owed_minor == 0  # 64,400 and 20,000 are less than the deposit
    parts = (row.costs_part_minor, row.shortfall_part_minor, row.rest_part_minor)
    assert parts == (FEES, PRICE - SECOND, DEPOSIT - FEES - (PRICE - SECOND))
    assert stands(world, commission()) == FEES
    seller = payable(row.order_id, organisation_id=world.alice.organisation_id)
    assert stands(world, seller) == DEPOSIT - FEES
    assert stands(world, forfeited(deposit_of(world, lot, world.bob).id)) == 0
    money_sound(world)


def test_the_computation_is_a_paper_for_the_seller_and_not_for_the_defaulter(world, lot):
    default(world, lot)
    consent(world, lot, "none")
    world.deliver()
    with world.ctx.reading() as db:
        paper = db.scalars(select(Paper).where(Paper.kind == "default_claim")).one()
        page = queries.page(db, world.alice.actor, lot)
    assert (paper.state, paper.facts["owed_minor"], paper.facts["resale_minor"]) == (
        "issued", 0, None,
    )  # fmt: skip
    assert [one.id for one in page.papers] == [paper.id]
    with pytest.raises(NotFound), world.ctx.reading() as db:
        queries.page(db, world.bob.actor, lot)


@pytest.mark.parametrize("how", ["decline", "expire"])
def test_he_owes_no_answer_and_the_seller_chooses_again(world, lot, how):
    offered(world, lot)
    if how == "decline":
        defaults.answer_offer(world.carol.ctx, defaults.AnswerOffer(lot, accepts=False))
    else:
        world.clock.forward(days=5)
        with pytest.raises(Conflict):
            defaults.answer_offer(world.carol.ctx, defaults.AnswerOffer(lot, accepts=True))
        assert openings.expire_due(world.ctx) == 1
        assert openings.expire_due(world.ctx) == 0
    world.deliver()
    row = default_of(world, lot)
    assert (row.state, row.consented_at) == ("open", None)
    assert "default.again" in kinds(world, world.alice)
    assert deposit_of(world, lot, world.carol).state == "released"  # no duty, nothing is lost
    with pytest.raises(Conflict, match=r"offered_before"):
        consent(world, lot, "second")
    consent(world, lot, "rerun")


def test_a_second_bidder_who_does_not_sign_leads_back_to_the_choice(world, lot):
    offered(world, lot)
    defaults.answer_offer(world.carol.ctx, defaults.AnswerOffer(lot, accepts=True))
    world.clock.now = order_of(world, "second_bidder").sign_by + timedelta(days=6)
    assert sweeps.let_go(world.ctx) == 1
    world.deliver()
    assert order_of(world, "second_bidder").state == "cancelled"
    row = default_of(world, lot)
    assert (row.state, row.settled_at) == ("open", None)


@pytest.mark.threat("T13")
@pytest.mark.parametrize("who", ["alice", "bob", "dora", "mallory"])
def test_nobody_answers_for_the_second_bidder(world, lot, who):
    offered(world, lot)
    with pytest.raises(NotFound):
        defaults.answer_offer(getattr(world, who).ctx, defaults.AnswerOffer(lot, accepts=True))


@pytest.mark.fault("F4")
def test_two_acceptances_at_once_open_one_order(world, lot):
    offered(world, lot)
    answer = defaults.AnswerOffer(lot, accepts=True)
    answers = at_once(4, lambda _n: defaults.answer_offer(world.carol.ctx, answer))
    assert [isinstance(one, MarketError) for one in answers].count(False) == 1
    assert order_of(world, "second_bidder").state == "agreed"


@pytest.mark.threat("T10")
def test_the_seller_sees_a_number_where_the_market_sees_a_name(world, lot):
    default(world, lot)
    with world.ctx.reading() as db:
        page = queries.page(db, world.alice.actor, lot)
        assert page.best.paddle.isdigit()
        assert (page.side, page.annulments) == ("seller", ())
        assert {one.who for one in page.history} == {""}
        with pytest.raises(NotFound):
            queries.page(db, world.carol.actor, lot)  # before the offer she has no part in it


# -- the re-run -----------------------------------------------------------------------------------


def rerun(world, lot: int) -> int:
    """The next round, announced with the dates it was copied with."""
    default(world, lot)
    consent(world, lot, "rerun")
    again = defaults.next_round(world.hugo.ctx, defaults.NextRound(lot))
    from marketplace.trade.auctions import commands

    commands.publish_notice(world.hugo.ctx, commands.PublishNotice(again))
    return again


@pytest.mark.law("L29")
def test_the_next_round_is_a_draft_copied_from_the_last_and_asks_no_second_round_rules(world, lot):
    default(world, lot)
    consent(world, lot, "rerun")
    again = defaults.next_round(world.hugo.ctx, defaults.NextRound(lot))
    with world.ctx.reading() as db:
        old, new = db.get_one(Auction, lot), db.get_one(Auction, again)
        assert (new.state, new.version, new.lot_id) == ("draft", 1, None)
        same = ("listing_id", "start_minor", "ladder", "deposit_minor", "commission_hundredths")
        assert [getattr(new, one) for one in same] == [getattr(old, one) for one in same]
        assert new.number != old.number
        assert new.opens_at - world.clock() == old.opens_at - old.notice_at
        assert queries.page(db, world.hugo.actor, lot).next_id == again
    from marketplace.trade.auctions import commands

    commands.publish_notice(world.hugo.ctx, commands.PublishNotice(again))  # no warning of L29


@pytest.mark.law("L28")
def test_the_defaulter_is_barred_from_the_re_run_with_all_his_accounts(world, lot):
    again = rerun(world, lot)
    with pytest.raises(Forbidden, match=r"defaulted"):
        world.sign_up(world.bob, again)
    colleague = world.join("Bert", world.bob.organisation_id)
    with pytest.raises(Forbidden, match=r"defaulted"):
        world.sign_up(colleague, again)
    other = world.member("Bob", "另一家公司", code="91330624MA2D8L0B5X")
    from marketplace.identity.people.models import User

    with world.ctx.transaction() as tx:
        for one in (other.id, world.bob.id):
            tx.db.get_one(User, one).identity_number_print = "the same human being"
    with pytest.raises(Forbidden, match=r"defaulted"):
        world.sign_up(other, again)
    world.sign_up(world.carol, again)


@pytest.mark.law("L19")
def test_the_claim_is_known_when_the_re_run_is_sold_and_the_rest_stays_owed(world, lot):
    again = rerun(world, lot)
    assert default_of(world, lot).owed_minor is None  # not before the result
    world.clock.forward(days=8, seconds=30)
    world.admit(again, world.carol)
    world.bid(world.carol, again, 830_000)
    world.close(again)  # at the start price, 800,000
    world.deliver()
    row = default_of(world, lot)
    assert (row.state, row.resale_minor) == ("settled", 800_000 * YUAN)
    assert row.shortfall_minor == 120_000 * YUAN
    assert row.owed_minor == FEES + 120_000 * YUAN - DEPOSIT
    parts = (row.costs_part_minor, row.shortfall_part_minor, row.rest_part_minor)
    assert parts == (FEES, DEPOSIT - FEES, 0)
    money_sound(world)


def test_a_dearer_re_run_leaves_no_shortfall_and_the_claim_is_never_below_zero(world, lot):
    again = rerun(world, lot)
    world.clock.forward(days=8, seconds=30)
    world.admit(again, world.carol, world.dora)
    world.bid(world.carol, again, 1_100_000)
    world.bid(world.dora, again, 1_080_000)
    world.close(again)
    world.deliver()
    row = default_of(world, lot)
    assert (row.shortfall_minor, row.owed_minor) == (0, 0)
    assert row.rest_part_minor == DEPOSIT - FEES
    money_sound(world)


def test_an_unsold_re_run_asks_the_seller_again_and_the_next_copies_the_last(world, lot):
    again = rerun(world, lot)
    world.clock.forward(days=8, seconds=30)
    world.close(again)
    world.deliver()
    assert default_of(world, lot).state == "open"
    with pytest.raises(Conflict):  # the second round's next one needs the consent as well
        defaults.next_round(world.hugo.ctx, defaults.NextRound(again))
    consent(world, lot, "rerun")
    third = defaults.next_round(world.hugo.ctx, defaults.NextRound(lot))
    with world.ctx.reading() as db:
        from marketplace.trade.auctions import aftermath

        assert aftermath.round_of(db, third) == 3
        assert aftermath.follows(db, third) == again


@pytest.mark.law("L29")
def test_an_unsold_lot_may_have_a_second_round_and_a_sold_one_may_not(world, lot):
    with pytest.raises(Conflict):
        defaults.next_round(world.hugo.ctx, defaults.NextRound(lot))
    other = world.open(listing_id=world.listing(title="另一项技术"))
    world.close(other)
    world.deliver()
    second = defaults.next_round(world.hugo.ctx, defaults.NextRound(other))
    with pytest.raises(Conflict):
        defaults.next_round(world.hugo.ctx, defaults.NextRound(other))
    with pytest.raises(Forbidden):
        defaults.next_round(world.alice.ctx, defaults.NextRound(other))
    from marketplace.trade.auctions import commands

    with pytest.raises(Invalid) as refused:  # announced 8 days ahead where 15 are advised
        commands.publish_notice(world.hugo.ctx, commands.PublishNotice(second))
    assert {one.code for one in refused.value.facts["findings"]} == {"second_notice_short"}


# -- talks below the reserve ----------------------------------------------------------------------


@pytest.fixture
def unsold(world) -> int:
    """Bob led at 880,000, and the reserve is 950,000."""
    unsold = world.open(reserve_minor=950_000 * YUAN)
    world.admit(unsold, world.bob, world.carol)
    world.bid(world.bob, unsold, 900_000)
    world.bid(world.carol, unsold, 860_000)
    world.close(unsold)
    world.deliver()
    return unsold


def talk_of(world, lot: int) -> Talk:
    with world.ctx.reading() as db:
        return db.get_one(Talk, lot)


def answers(person, lot: int, *, consents: bool = True) -> int | None:
    return talks.answer_invitation(person.ctx, talks.AnswerInvitation(lot, consents=consents))


@pytest.mark.law("L8")
def test_the_seller_hears_that_somebody_led_and_at_what_and_not_who(world, unsold):
    assert world.room(unsold).outcome == "reserve_not_met"
    facts = dict(world.inbox(world.alice))["talk.open"]
    assert facts["price"] == "¥880,000.00"
    assert world.bob.actor.organisation_name not in str(world.inbox(world.alice))
    with world.ctx.reading() as db:
        page = queries.page(db, world.alice.actor, unsold)
        assert page.talk.state == "possible"
        with pytest.raises(NotFound):
            queries.page(db, world.bob.actor, unsold)  # not invited yet


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_with_both_consents_a_negotiation_begins_at_the_price_he_stood_at(world, unsold, first):
    talks.invite(world.hugo.ctx, talks.Invite(unsold))
    world.deliver()
    assert {"talk.invite"} <= {*kinds(world, world.alice)} & {*kinds(world, world.bob)}
    second = "bob" if first == "alice" else "alice"
    assert answers(getattr(world, first), unsold) is None
    with pytest.raises(Conflict, match=r"answered"):
        answers(getattr(world, first), unsold)
    offer_id = answers(getattr(world, second), unsold)
    row = talk_of(world, unsold)
    assert (row.state, row.offer_id) == ("begun", offer_id)
    low = Proposal(DealTerms("assignment", 879_999 * YUAN))
    with pytest.raises(Invalid, match=r"below_floor"):
        offers.counter(world.alice.ctx, offers.Counter(offer_id, 1, low))
    good = Proposal(DealTerms("assignment", 940_000 * YUAN))
    offers.counter(world.alice.ctx, offers.Counter(offer_id, 1, good))
    order_id = offers.accept(world.bob.ctx, offers.Accept(offer_id, 2))
    assert order_of(world, "offer").id == order_id


@pytest.mark.threat("T10")
def test_until_both_consent_neither_side_learns_who_the_other_is(world, unsold):
    talks.invite(world.hugo.ctx, talks.Invite(unsold))
    answers(world.bob, unsold)
    world.deliver()
    assert world.bob.actor.organisation_name not in str(world.inbox(world.alice))
    with world.ctx.reading() as db:
        assert queries.page(db, world.bob.actor, unsold).best is None
        assert queries.page(db, world.bob.actor, unsold).history == ()


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_either_side_may_decline_and_nobody_else_answers(world, unsold, who):
    talks.invite(world.hugo.ctx, talks.Invite(unsold))
    with pytest.raises(NotFound):
        answers(world.carol, unsold)
    answers(getattr(world, who), unsold, consents=False)
    assert talk_of(world, unsold).state == "declined"
    with pytest.raises(Conflict):
        answers(world.alice, unsold)


def test_an_invitation_runs_out(world, unsold):
    with pytest.raises(Forbidden):
        talks.invite(world.alice.ctx, talks.Invite(unsold))
    talks.invite(world.hugo.ctx, talks.Invite(unsold))
    world.clock.forward(days=10)
    with pytest.raises(Conflict):
        answers(world.bob, unsold)
    assert openings.expire_due(world.ctx) == 1
    assert talk_of(world, unsold).state == "expired"


def test_a_voided_leader_is_not_the_one_to_talk_to(world):
    from marketplace.trade.auctions import commands

    lot = world.open(reserve_minor=950_000 * YUAN)
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 900_000)
    world.bid(world.carol, lot, 860_000)
    with world.ctx.reading() as db:
        bob = next(
            one.id
            for one in auction_queries.applicants(db, world.hugo.actor, auction_id=lot)
            if one.organisation_id == world.bob.organisation_id
        )
    commands.void_bidder(world.hugo.ctx, commands.VoidBidder(lot, bob, "不具备资格"))
    world.close(lot)
    world.deliver()
    row = talk_of(world, lot)
    assert row.bidder_organisation_id == world.carol.organisation_id
    assert row.price_minor == 800_000 * YUAN


# -- annulment ------------------------------------------------------------------------------------


def propose(world, lot: int, reason: str = "system_fault", text: str = "服务器时钟错误") -> None:
    annulments.propose_annulment(world.hugo.ctx, annulments.ProposeAnnulment(lot, reason, text))


def confirm(person, lot: int, *, confirms: bool = True) -> None:
    annulments.decide_annulment(person.ctx, annulments.DecideAnnulment(lot, confirms=confirms))


@pytest.mark.law("L31")
@pytest.mark.parametrize("reason", REASONS)
def test_a_sale_is_undone_by_two_persons_for_each_of_the_five_reasons(world, lot, reason):
    head = world.room(lot).head
    propose(world, lot, reason)
    assert world.room(lot).status == "sold"  # one person: pending
    with pytest.raises(Forbidden):
        confirm(world.hugo, lot)
    confirm(world.hedda, lot)
    room = world.room(lot)
    assert (room.status, room.head) == ("fallen", head)  # the log is kept
    assert order_of(world).state == "cancelled"
    assert deposit_of(world, lot, world.bob).state == "returning"
    with world.ctx.reading() as db:
        notice = auction_queries.notices(db, lot)[0]
    assert notice.kind == "annulment"
    assert annulments.PUBLISHED[reason] in notice.text
    assert "服务器时钟错误" in notice.text
    world.deliver()
    assert "annulment.confirm" in kinds(world, world.bob)
    with world.ctx.reading() as db:
        assert deals.board(db).items == []
        assert db.get(Default, lot) is None
    sound(world, lot)
    money_sound(world)


@pytest.mark.law("L31")
@pytest.mark.parametrize(("reason", "text"), [("", "错"), ("dear", "太贵"), ("collusion", " ")])
def test_no_other_reason_undoes_a_sale(world, lot, reason, text):
    with pytest.raises(Invalid):
        propose(world, lot, reason, text)


@pytest.mark.law("L31")
def test_what_escrow_holds_goes_back_and_nothing_is_undone_once_the_seller_was_paid(world, lot):
    order = order_of(world)
    with world.ctx.transaction() as tx:
        order_steps.mark_signed(tx, order.id)
    assert deposit_of(world, lot, world.bob).state == "applied"
    propose(world, lot)
    confirm(world.adam, lot)
    assert order_of(world).state == "cancelled"
    with world.ctx.reading() as db:
        held = ledger.balances(db, Kind.ESCROW)
    assert sum(held.values()) == 0
    money_sound(world)


@pytest.mark.threat("T13")
def test_a_partys_people_annul_nothing_and_a_dropped_proposal_leaves_the_sale(world, lot):
    insider = world.officer("Ivan", StaffRole.AUCTIONEER)
    from marketplace.identity.organisations.models import Membership

    with world.ctx.transaction() as tx:
        tx.db.add(
            Membership(
                user_id=insider.id, organisation_id=world.alice.organisation_id,
                role="member", joined_at=tx.now,
            )
        )  # fmt: skip
    for person in (insider, world.alice, world.tao):
        with pytest.raises(Forbidden):
            annulments.propose_annulment(
                person.ctx, annulments.ProposeAnnulment(lot, "collusion", "串通")
            )
    propose(world, lot)
    with pytest.raises(Conflict):
        propose(world, lot)
    confirm(world.hugo, lot, confirms=False)  # whoever proposed it may think better of it
    assert world.room(lot).status == "sold"
    with pytest.raises(NotFound):
        confirm(world.hedda, lot)
    propose(world, lot)


def test_what_has_fallen_falls_once(world, lot):
    default(world, lot)
    with pytest.raises(Conflict, match=r"not_sold"):
        propose(world, lot)


@pytest.mark.fault("F4")
def test_annulled_and_defaulted_at_once_is_one_of_the_two(world, lot):
    propose(world, lot)
    world.clock.now = order_of(world).sign_by + timedelta(days=6)
    at_once(2, lambda n: sweeps.let_go(world.ctx) if n else confirm(world.hedda, lot))
    world.deliver()
    with world.ctx.reading() as db:
        why = db.get_one(FallenSale, lot).why
    assert (why, order_of(world).state) in (("annul", "cancelled"), ("default", "defaulted"))
    money_sound(world)


def test_the_history_cannot_be_changed(world, lot):
    default(world, lot)
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(AftermathHistory).values(action="nothing"))
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(FallenSale).values(why="annul"))
