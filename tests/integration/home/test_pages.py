"""The market's own pages: rules with the thresholds in force, fees, privacy, complaints, data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.admin.words import OPTION_WORDS, UNIT_WORDS
from marketplace.home.editions import (
    EDITIONS,
    coming_edition,
    earliest_start,
    edition_in_force,
)
from marketplace.home.pages import yearly_fees
from marketplace.home.thresholds import NAMES
from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.options import OPTIONS, ChangeOption, change_option
from marketplace.treasury.escrow.models import Tariff

PAGES = ("rules", "fees", "privacy", "complaints", "contact", "data", "about")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ADAM = Actor(user_id=1, name="Adam", staff_roles=frozenset({StaffRole.ADMINISTRATOR}))


def main_of(client, path: str, lang: str) -> str:
    answer = client.get(path, query_string={"lang": lang})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    return page.split('<main id="main"')[1].split("</main>")[0]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands_in_both_languages(client, settings, name):
    zh, en = main_of(client, f"/{name}", "zh"), main_of(client, f"/{name}", "en")
    assert len(CHINESE.findall(zh)) > 120
    plain = en.replace(settings.operator_name, "")
    assert CHINESE.findall(plain) == [], name


@pytest.mark.parametrize("name", PAGES)
def test_no_link_of_the_pages_is_dead(client, name):
    for link in set(re.findall(r'href="(/[^"#]*)"', main_of(client, f"/{name}", "zh"))):
        assert client.get(link.replace("&amp;", "&")).status_code in (200, 302), (name, link)


@pytest.mark.law("L12")
def test_the_rules_show_the_thresholds_as_they_are_set(ctx, client):
    before = main_of(client, "/rules", "en")
    assert "at least 168 hours before the opening" in before
    assert "at least 72 hours" in before
    change_option(ctx.acting(ADAM), ChangeOption("tender_notice_hours", 120, "县里要求"))
    change_option(ctx.acting(ADAM), ChangeOption("commission_percent_hundredths", 150, "优惠期"))
    after = main_of(client, "/rules", "en")
    assert "that of listed bidding stands at least 120 hours" in after
    assert "Each side pays 1.5% of the price" in after
    assert ctx.clock().strftime("%Y-%m") in after.split("Thresholds changed")[1][:200]


def test_every_threshold_has_a_name_on_the_rules_page(client):
    assert set(NAMES) == set(OPTIONS) == set(OPTION_WORDS)
    assert {one.unit for one in OPTIONS.values()} <= set(UNIT_WORDS)
    page = main_of(client, "/rules", "zh")
    assert set(re.findall(r'data-threshold="(\w+)"', page)) == set(OPTIONS)


@pytest.mark.law("L70")
def test_the_rules_can_be_taken_home_as_one_file(client):
    answer = client.get("/rules/download")
    page = answer.get_data(as_text=True)
    assert "attachment; filename=trading-rules-" in answer.headers["Content-Disposition"]
    assert "第 1 版" in page
    assert "成交确认书" in page
    assert "<script" not in page
    assert "/static/" not in page


@pytest.mark.law("L70")
def test_no_edition_binds_before_seven_days_have_passed():
    assert earliest_start(date(2026, 12, 1)) == date(2026, 12, 9)
    for edition in EDITIONS:
        assert edition.in_force_on >= earliest_start(edition.published_on), edition
    starts = [edition.in_force_on for edition in EDITIONS]
    assert starts == sorted(starts)


@pytest.mark.law("L70")
def test_a_coming_edition_is_announced_and_the_old_one_still_binds(monkeypatch, client, clock):
    today = clock().date()
    old = replace(EDITIONS[0], in_force_on=today - timedelta(days=90))
    new = replace(
        old, number="2", published_on=today - timedelta(days=2),
        in_force_on=today + timedelta(days=6),
    )  # fmt: skip
    monkeypatch.setattr("marketplace.home.editions.EDITIONS", (old, new))
    assert edition_in_force(today) == old
    assert coming_edition(today) == new
    page = main_of(client, "/rules", "en")
    assert "A new edition is coming." in page
    assert f"Edition 1, in force since {old.in_force_on.isoformat()}" in page
    assert edition_in_force(today + timedelta(days=6)) == new


def test_the_fee_table_is_the_official_schedule(client):
    rows = yearly_fees()
    assert rows[0] == (1, 3, {"I": 90_000, "U": 60_000, "D": 60_000})
    assert rows[-1] == (16, 20, {"I": 800_000, "U": None, "D": None})
    assert sum((last - first + 1) * fee["I"] for first, last, fee in rows) == 8_230_000
    assert sum((last - first + 1) * (fee["D"] or 0) for first, last, fee in rows) == 2_620_000
    page = main_of(client, "/fees", "en")
    assert "¥8,000.00" in page
    assert "¥1,020,000.00" in page  # an example of a million with 2 %
    assert 'href="/service/fees"' in page


@pytest.mark.law("L72")
def test_complaints_name_the_term_of_the_law_and_where_to_write(client, settings):
    page = main_of(client, "/complaints", "en")
    assert "within 15 days after the statement reached you" in page
    assert settings.contact_email in page
    assert settings.contact_phone in page


@pytest.mark.law("L75")
def test_privacy_says_what_why_how_long_and_whom_to_ask(client, settings):
    page = main_of(client, "/privacy", "en")
    for words in ("What, why, how long", "Who sees it", "Your consent", "Your rights"):
        assert words in page
    assert "the log of bids 10 years" in page
    assert settings.contact_email in page


def test_open_data_links_only_what_exists(client):
    page = main_of(client, "/data", "en")
    assert 'href="/showcase/deals/deals.csv"' in page
    assert 'href="/showcase.rss"' in page


def test_the_rules_annex_shows_the_tariff_in_force_and_the_coming_one(ctx, client, clock):
    today = clock().date()
    with ctx.transaction() as tx:
        for day, points in ((today - timedelta(days=9), 150), (today + timedelta(days=9), 100)):
            tx.db.add(
                Tariff(
                    effective_from=day, buyer_tiers=[[0, points]], seller_tiers=[[0, 50]],
                    why="办公会", created_at=tx.now, created_by=1,
                )
            )  # fmt: skip
    page = main_of(client, "/rules", "en")
    assert "1.5 %" in page
    assert "Each side pays 1.5% (buyer) or 0.5% (seller) of the price" in page
    assert f"From {(today + timedelta(days=9)).isoformat()}" in page
    assert page.count("data-tariff") == 4
    for words in ("/treasury/commission", "silence counts as acceptance", "raises a dispute"):
        assert words in page, words
