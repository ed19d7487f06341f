"""The front page: what is live, new, wanted and agreed, in ten statements."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from marketplace.home.front import figure_and_unit, search_words
from marketplace.kernel.settings import Cluster
from marketplace.showcase.deals import steps as deals
from marketplace.showcase.listings.models import Listing
from tests import builders

CLUSTERS = (Cluster("bearings", "轴承", "Bearings"), Cluster("robots", "智能机器人", "Robots"))


def text(browser, path: str = "/", lang: str = "en") -> str:
    answer = browser.get(path, query_string={"lang": lang})
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def on_sale(site_world) -> set[int]:
    with site_world.ctx.reading() as db:
        query = select(Listing.id).where(Listing.state.in_(("published", "reserved")))
        return set(db.scalars(query))


def test_a_fresh_market_says_what_comes_next(client):
    page = text(client)
    assert "No lot is announced at present" in page
    assert "The first listing could be yours" in page
    assert 'href="/showcase/listings/new"' in page
    assert "No demand yet" in page
    assert "No deal here yet" in page
    assert page.count("0 listings, 0 demands") == 6
    assert ">Bearings</a>" in page  # nothing to search for yet: the clusters are offered


def test_the_board_shows_live_lots_with_a_countdown_and_coming_ones_with_their_time(site_world):
    page = text(site_world.client(None))
    live, coming = site_world.ids["live"], site_world.ids["upcoming"]
    assert f'data-auction-id="{live}"' in page
    assert f'data-auction-id="{coming}"' in page
    assert page.index(f'data-auction-id="{live}"') < page.index(f'data-auction-id="{coming}"')
    row = page.split(f'data-auction-id="{live}"')[1].split("</li>")[0]
    assert "data-countdown" in row
    assert "reserve not yet met" in row
    counted = re.search(r"\d+ live, \d+ coming", page)[0]
    assert counted == "3 live, 1 coming"  # two of the three live ones in the hall


def test_only_what_a_reviewer_approved_is_shown(site_world):
    page = text(site_world.client(None))
    newest = page.split("Newly verified")[1].split("</section>")[0]
    shown = {int(one) for one in re.findall(r'data-listing-id="(\d+)"', newest)}
    assert shown
    assert shown <= on_sale(site_world)
    assert f'data-listing-id="{site_world.ids["submitted_listing"]}"' not in page
    assert f'data-demand-id="{site_world.ids["demand"]}"' in page
    assert f'data-demand-id="{site_world.ids["submitted_demand"]}"' not in page


def test_the_figures_count_what_is_there(site_world):
    page = text(site_world.client(None))
    assert f"Browse {len(on_sale(site_world))} listings" in page
    assert ">2.5<" in page  # sold at 820,000 after a start of 800,000
    assert "1 lots, 1 sold" in page


def test_a_deal_of_the_board_names_nobody_who_asked_for_secrecy(site_world):
    deal = deals.RecordDeal(
        "test", "1", "球轴承保持架专利转让", "patent", "bearings", "assignment", "negotiated",
        128_000_000, site_world.clock().date(), buyer_name="", seller_name="",
    )  # fmt: skip
    with site_world.ctx.transaction() as tx:
        deals.record(tx, deal)
    page = text(site_world.client(None))
    row = page.split("球轴承保持架专利转让")[1].split("</tr>")[0]
    assert "kept secret" in row
    assert "¥1.28m" in row


def test_ten_statements_whatever_the_size_of_the_market(site_world, statements):
    browser = site_world.client(None)
    text(browser)
    statements.clear()
    text(browser)
    few = len(statements)
    assert few <= 10
    alice, rui = site_world.acting["alice"], site_world.acting["rui"]
    for number in range(8):
        made = builders.listing_content(alice, kind="achievement", title=f"磨削工艺之{number}")
        builders.published_listing(alice, rui, made)
    statements.clear()
    text(browser)
    assert len(statements) == few


def test_no_link_of_the_front_page_is_dead(site_world):
    browser = site_world.client(None)
    links = set(re.findall(r'href="(/[^"#]*)"', text(browser)))
    assert len(links) > 25
    for link in sorted(links):
        if link.startswith(("/static/", "/?")):
            continue
        answer = browser.get(link.replace("&amp;", "&"))
        assert answer.status_code in (200, 302, 303), link


def test_a_lot_of_listed_bidding_is_never_called_an_auction_here(site_world):
    assert "拍卖" not in text(site_world.client(None), lang="zh")  # L3


def test_words_to_search_for_fit_the_language_and_fall_back_on_clusters(app):
    words = ["保持架", "cage", "轴承", "F16C 33/38"]
    with app.test_request_context("/?lang=zh"):
        assert search_words(words, CLUSTERS) == ["保持架", "轴承", "智能机器人"]
    with app.test_request_context("/?lang=en"):
        assert search_words(words, CLUSTERS) == ["cage", "F16C 33/38", "Bearings", "Robots"]


def test_a_sum_is_a_figure_with_its_unit_apart(app):
    with app.test_request_context("/?lang=zh"):
        assert figure_and_unit(864_200_0000) == ("8,642", "万元")
    with app.test_request_context("/?lang=en"):
        assert figure_and_unit(864_200_0000) == ("¥86.42m", "")


def test_what_ended_leaves_the_board_without_a_worker(site_world):
    site_world.clock.forward(days=5)
    page = text(site_world.client(None))
    assert f'data-auction-id="{site_world.ids["live"]}"' not in page
    assert site_world.clock() - timedelta(days=5) < site_world.clock()
