"""Two deals from the first word to the payout, in real browsers and on a clock that can be moved.

A state-founded university sells at a negotiated price: offer, public notice, contract, money,
delivery, register, payout, deals board. And a lot is won: what the winner's deposit leaves to be
paid is paid, and the seller gets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace.identity.organisations.models import Organisation
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.context import Context
from marketplace.kernel.options import ChangeOption, change_option
from marketplace.showcase.listings.content import Owner
from marketplace.trade.auctions.commands.outage import keep_alive
from tests import builders
from tests.browser import deals
from tests.browser.deals import Deal, Pay
from tests.browser.people import newcomer, wait_for
from tests.browser.timed import TimedMarket, timed_market
from tests.fake_stripe import SECRET, FakeStripe
from tests.integration.identity.acting import CODES, acting, person
from tests.integration.treasury.online.acting import KEY

HOUSES = {
    "alice": ("越州理工大学", "university", CODES[2]),
    "bob": ("新昌恒颂轴承有限公司", "enterprise", CODES[3]),
    "carol": ("剡溪轴承有限公司", "enterprise", CODES[0]),
}
OFFICES = {
    "rui": StaffRole.REVIEWER,
    "lin": StaffRole.AUCTIONEER,
    "tao": StaffRole.TREASURER,
    "tess": StaffRole.TREASURER,
}
BANK_ACCOUNT = "6222000099990001"
RUNS, STEP = timedelta(hours=2), timedelta(minutes=4)
TITLE, PRICE = "低噪声深沟球轴承保持架", 620_000
LOT_TITLE, LOT_NUMBER = "轴承套圈超声清洗方法", "201310699745.7"
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


class Town:
    """The cast with accounts and houses; what is no part of the story is prepared by commands."""

    def __init__(self, running: TimedMarket) -> None:
        self.running, self.ctx = running, running.ctx
        self.ids: dict[str, int] = {}
        self.acting: dict[str, Context] = {}
        for name, office in OFFICES.items():
            self.acting[name] = acting(self.ctx, person(self.ctx, name.title(), office))
        for name, (title, kind, code) in HOUSES.items():
            owner = person(self.ctx, name.title())
            papers = builders.private_papers(name, 7000 + len(self.ids))
            self.ids[name] = builders.organisation(
                self.ctx, owner, title, kind=kind, code=code, papers=papers
            )
            self.acting[name] = acting(self.ctx, owner, self.ids[name])
        with self.ctx.transaction() as tx:
            tx.db.get_one(Organisation, self.ids["alice"]).state_founded = True

    def listing(self, title: str, number: str, pricing: str) -> int:
        made = builders.listing_content(
            self.ctx, title=title, number=number, pricing_mode=pricing,
            transfer_modes=("assignment",), price_minor=800_000_00,
            owners=(Owner(HOUSES["alice"][0], 10_000),),
            base_price_minor=600_000_00, base_price_basis="资产评估报告 60 万元",
        )  # fmt: skip
        return builders.published_listing(self.acting["alice"], self.acting["rui"], made)

    def won_lot(self, listing_id: int) -> int:
        """Noticed, paid for by two, bid for in time; it closes when the clock says so."""
        change_option(self._adam(), ChangeOption("tender_run_hours", 0, "浏览器测试缩短期限"))
        lot = builders.announced_lot(
            self.acting["lin"], listing_id,
            builders.lot_terms(self.ctx, opens_in=timedelta(days=8), runs=RUNS),
        )  # fmt: skip
        for name in ("bob", "carol"):
            builders.sign_up(self.acting[name], lot)
            builders.pay_deposit(self.acting["tao"], lot, self.acting[name])
        self.running.clock.forward(days=8, seconds=10)
        wait_for(lambda: self._bids(lot), "the first bid", every=0.3)
        for _step in range(RUNS // STEP + 2):  # a longer step would look as an outage (F21)
            self.running.clock.ahead += STEP
            keep_alive(self.ctx)
        return lot

    def _adam(self) -> Context:
        return acting(self.ctx, person(self.ctx, "Adam", StaffRole.ADMINISTRATOR))

    def _bids(self, lot: int) -> bool:
        """Bids are taken as soon as the relay has admitted the bidder."""
        try:
            builders.bid(self.acting["bob"], lot, 900_000)
        except Exception:
            return False
        return True


@pytest.fixture
def deal(chromium, tmp_path) -> Iterator[tuple[Town, Deal]]:
    """A market of its own for each deal, everybody signed in."""
    yield from _deal(chromium, tmp_path)


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with FakeStripe() as fake:
        yield fake


@pytest.fixture
def card_deal(chromium, tmp_path, fake) -> Iterator[tuple[Town, Deal]]:
    """The same where cards are taken, too."""
    names = {
        "MARKET_STRIPE_SECRET_KEY": KEY,
        "MARKET_STRIPE_WEBHOOK_SECRETS": SECRET,
        "MARKET_STRIPE_API_BASE": fake.url,
    }
    for town, made in _deal(chromium, tmp_path, **names):
        fake.tells = f"{town.running.market.url}/treasury/payments/stripe/webhook"
        clock = town.running.clock
        fake.clock = lambda clock=clock: clock().timestamp()
        yield town, made


def _deal(chromium: Any, tmp_path: Path, **more: str) -> Iterator[tuple[Town, Deal]]:
    home, folder = tmp_path / "home", tmp_path / "papers"
    folder.mkdir()
    with timed_market(home, **more) as running:
        town = Town(running)
        names = (*HOUSES, *OFFICES, "visitor")
        people: dict[str, Any] = {name: newcomer(chromium, running.market, name) for name in names}
        houses = {name: title for name, (title, _kind, _code) in HOUSES.items()}
        made = Deal(people, running.clock, Path(folder), houses)
        deals.everybody_again(made)
        yield town, made
        for one in people.values():
            one.page.context.close()


def give_account(town: Town, deal: Deal) -> None:
    """Alice gives the account for payouts."""
    deal.alice.go(f"/identity/organisations/{town.ids['alice']}/bank")
    deals.send(deal.alice, "/bank", number=BANK_ACCOUNT, bank_name="沃洲银行", consent=True)


def no_complaints(deal: Deal) -> None:
    assert {name: one.complaints for name, one in deal.people.items() if one.complaints} == {}


def from_contract_to_payout(deal: Deal, pay: Pay) -> None:
    """The part that every deal has in common, whatever way it was agreed and is paid."""
    deals.write_and_sign(deal)
    pay(deal)
    deals.deliver_and_accept(deal)
    deals.pay_out(deal)


def test_a_universitys_negotiated_deal_from_the_offer_to_the_deals_board(deal):
    town, deal = deal
    listing_id = town.listing(TITLE, "201310699744.2", "negotiated")
    give_account(town, deal)
    deals.offer_and_accept(deal, listing_id, TITLE, PRICE)
    deals.show_in_public(deal)
    assert deal.bob.mailed(r"http://\S+/trade/\S+"), "the digest tells what happened meanwhile"
    from_contract_to_payout(deal, deals.pay_by_bank)
    deals.on_the_board(deal, TITLE, PRICE)
    no_complaints(deal)


def test_a_won_lot_is_signed_paid_by_card_and_paid_out(card_deal, fake):
    town, deal = card_deal
    lot = town.won_lot(town.listing(LOT_TITLE, LOT_NUMBER, "auction"))
    deals.everybody_again(deal)
    give_account(town, deal)
    deals.shows(deal.bob, f"/trade/auctions/{lot}", "[data-my-state='won']", "the result")
    deal.order_id = wait_for(lambda: builders.order_of_lot(town.ctx, lot), "the order")
    from_contract_to_payout(deal, deals.pay_by_card(fake))
    deals.on_the_board(deal, LOT_TITLE, 800_000)
    no_complaints(deal)
