"""My desk: what needs each of the cast now."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from marketplace.identity import commands as identity
from marketplace.review.queries import open_case_of
from marketplace.review.subjects import Decide, subject_of
from marketplace.trade.orders.models import Order
from tests import builders


def desk(world, name: str, lang: str = "en") -> str:
    answer = world.client(name).get("/desk", query_string={"lang": lang})
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def items(page: str) -> str:
    found = re.search(r'<ol class="todo">.*?</ol>', page, re.S)
    return found.group() if found else ""


def test_nobody_has_a_desk_without_signing_in(client):
    answer = client.get("/desk")
    assert answer.status_code == 303
    assert "/identity/sign-in" in answer.headers["Location"]


def test_bob_leads_and_has_won(site_world):
    page = desk(site_world, "bob")
    todo = items(page)
    assert "You lead: " in todo
    assert "You won: " in todo
    assert "You were outbid" not in todo
    assert todo.index("You won: ") < todo.index("You lead: ")  # by due time
    assert f'href="/trade/auctions/{site_world.ids["live"]}"' in todo


def test_carol_was_outbid_and_owes_a_deposit_and_sees_nobodys_maximum(site_world):
    page = desk(site_world, "carol")
    todo = items(page)
    assert "You were outbid: " in todo
    assert "Pay the deposit of ¥120,000.00" in todo
    assert "btn-seal" in todo
    for secret in ("1,737,913", "2,913,717"):
        assert secret not in page


def test_an_admitted_bidder_without_a_bid_is_told_that_he_may(site_world):
    grace, tao = site_world.acting["grace"], site_world.acting["tao"]
    builders.sign_up(grace, site_world.ids["live"])
    builders.pay_deposit(tao, site_world.ids["live"], grace)
    site_world.deliver()
    todo = items(desk(site_world, "grace"))
    assert "You may bid: " in todo
    assert "You were outbid" not in todo


def test_alice_sees_her_lots_and_what_came_back(site_world):
    rui, listing_id = site_world.acting["rui"], site_world.ids["submitted_listing"]
    with rui.reading() as db:
        case_id = open_case_of(db, "listing", listing_id)
    decide = Decide(case_id, listing_id, 1, "return", ("unclear",), "请补充试验数据。")
    subject_of("listing").decide(rui, decide)
    page = desk(site_world, "alice")
    todo = items(page)
    assert "A listing came back: 尚在审核的保持架涂层" in todo
    assert "请补充试验数据。" in todo
    assert f'href="/showcase/listings/{listing_id}/edit"' in todo
    assert f'data-auction-id="{site_world.ids["upcoming"]}"' in page


def test_a_listing_that_expires_asks_to_be_renewed(site_world):
    assert "A listing expires" not in items(desk(site_world, "alice"))
    site_world.clock.forward(days=160)
    relogged = items_after_long_time(site_world, "alice")
    assert "A listing expires" in relogged


def items_after_long_time(world, name: str) -> str:
    world._sessions.pop(name, None)  # the session has ended meanwhile
    return items(desk(world, name))


def test_mallory_is_led_to_enter_an_organisation_and_sees_nothing_else(site_world):
    page = desk(site_world, "mallory")
    assert "Enter your organisation" in items(page)
    assert 'href="/identity/organisations/new"' in items(page)
    assert "You act for no organisation" in page
    assert "data-auction-id" not in page


def test_an_organisation_not_yet_verified_is_told_so(site_world):
    mallory = site_world.acting["mallory"]
    profile = identity.Profile(name="新昌新办科技有限公司", kind="enterprise", region="330624")
    identity.found_organisation(mallory, profile)
    site_world._sessions.pop("mallory", None)
    todo = items(desk(site_world, "mallory"))
    assert "Have your organisation verified" in todo
    assert "Enter your organisation" not in todo


def test_rui_has_cases_waiting_with_the_age_of_the_oldest(site_world):
    todo = items(desk(site_world, "rui"))
    assert re.search(r"\d+ cases wait for review", todo)
    assert 'href="/review/"' in todo
    assert "overdue" in todo  # the oldest has waited for longer than 48 hours


@pytest.mark.law("L27")
def test_tao_is_warned_when_deposits_are_overdue(site_world):
    site_world.clock.forward(hours=2)
    todo = items(desk(site_world, "tao"))
    assert "2 deposits are expected" in todo  # a bidder online and the guest of the hall
    assert "1 deposit is overdue to go back" in todo  # Carol's, of the lot sold a day ago
    assert 'href="/treasury/deposits?tab=owed"' in todo


def test_lin_runs_the_lots_and_finds_the_drafts(site_world):
    todo = items(desk(site_world, "lin"))
    assert "Bidding runs: " in todo
    assert f'href="/trade/auctions/{site_world.ids["live"]}/manage"' in todo
    assert "Finish the notice: " in todo
    assert f'href="/trade/auctions/{site_world.ids["draft_lot"]}/check"' in todo
    assert "1 bidder waits for the deposit." in todo


def test_adam_hears_of_deliveries_that_do_not_get_through(site_world):
    assert "Deliveries do not get through" in items(
        desk(site_world, "adam")
    )  # nothing indexes here


def test_staff_are_not_invited_to_sell_or_bid(site_world):
    page = desk(site_world, "lin")
    assert "You have not signed up for a lot" not in page
    assert "List a technology" not in page


def test_staff_do_not_see_each_others_work(site_world):
    assert "deposit" not in items(desk(site_world, "rui"))
    assert "review" not in items(desk(site_world, "tao"))


def test_every_address_of_every_desk_answers_its_owner(site_world):
    for name in ("alice", "bob", "carol", "grace", "rui", "lin", "tao", "adam", "mallory"):
        browser = site_world.client(name)
        page = html.unescape(browser.get("/desk").get_data(as_text=True))
        main = page.split('<main id="main"')[1].split("</main>")[0]
        links = {link for link in re.findall(r'href="(/[^"#]*)"', main) if "/static/" not in link}
        assert links
        for link in sorted(links):
            assert browser.get(link).status_code in (200, 302, 303), (name, link)


def test_the_tabs_stand_on_the_other_pages_of_the_desk_too(site_world):
    browser = site_world.client("carol")
    page = browser.get("/exchange/demands/mine?lang=en").get_data(as_text=True)
    tabs = page.split('<nav class="tabs"')[1].split("</nav>")[0]
    assert 'href="/desk"' in tabs
    assert 'href="/exchange/demands/mine" aria-current="page"' in tabs
    assert 'href="/trade/auctions/mine"' in tabs


def test_a_desk_costs_at_most_eighteen_statements(site_world, statements):
    browser = site_world.client("carol")
    browser.get("/desk")
    statements.clear()
    browser.get("/desk")
    assert len(statements) <= 18


def test_a_won_lot_leaves_the_desk_after_a_month(site_world):
    assert "You won: " in items(desk(site_world, "bob"))
    site_world.clock.now += timedelta(days=31)
    assert "You won: " not in items_after_long_time(site_world, "bob")


def test_a_won_lot_leaves_the_desk_when_its_contract_is_signed(site_world):
    assert "You won: " in items(desk(site_world, "bob"))
    order_id = builders.order_of_lot(site_world.ctx, site_world.ids["sold"])
    with site_world.ctx.transaction() as tx:
        tx.db.get_one(Order, order_id).state = "contract_signed"
    assert "You won: " not in items(desk(site_world, "bob"))
