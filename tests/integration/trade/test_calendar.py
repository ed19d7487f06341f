"""The calendar of lots: a month, a feed for everybody, a secret feed for one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions import commands
from tests.integration.trade.counting import count_statements
from tests.integration.trade.world import Browser

BASE = "/trade/auctions"


@pytest.fixture
def browse(app, world):
    return lambda person=None: Browser(app, world, person)


def month_of(instant) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m}"


def unfolded(body: str) -> list[str]:
    """The lines of an iCalendar file as a program reads them; every rule of form is checked."""
    assert body.endswith("\r\n")
    raw = body.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 for line in raw)
    assert "\n" not in "".join(raw)
    lines: list[str] = []
    for line in raw:
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def events(body: str) -> list[dict[str, str]]:
    text = "\n".join(unfolded(body))
    blocks = re.findall(r"BEGIN:VEVENT\n(.*?)\nEND:VEVENT", text, re.S)
    return [dict(line.split(":", 1) for line in block.split("\n")) for block in blocks]


def test_a_month_shows_the_four_dates_of_a_lot_on_their_days(world, browse):
    lot = world.announce()
    room = world.room(lot)
    wanted = {
        "notice": room.notice_at, "display": room.display_from,
        "opening": room.opens_at, "end": room.ends_at,
    }  # fmt: skip
    for kind, at in wanted.items():
        page = browse().text(f"{BASE}/calendar", month=month_of(at))
        day = at.astimezone(SHANGHAI).date().isoformat()
        cell = re.search(rf'<time datetime="{day}">.*?(?=<li class="month-day|</ol>)', page, re.S)
        assert f"date-{kind}" in cell[0], kind
        assert f"/trade/auctions/{lot}" in cell[0]


def test_a_lot_that_a_hammer_ends_has_no_end_in_the_calendar(world, browse):
    world.announce(place="hall")
    kinds = {
        one["UID"].split("-")[2].split("@")[0]
        for one in events(browse().text(f"{BASE}/calendar.ics"))
    }
    assert kinds == {"notice", "display", "opening"}


def test_drafts_and_withdrawn_lots_have_no_dates(world, browse):
    lot = world.announce()
    commands.withdraw_auction(world.hugo.ctx, commands.WithdrawAuction(lot, "权利人撤回委托"))
    commands.draft_auction(
        world.hugo.ctx, commands.DraftAuction(world.listing(title="草稿标的"), world.terms())
    )
    page = browse().text(f"{BASE}/calendar")
    assert 'class="date ' not in page
    assert events(browse().text(f"{BASE}/calendar.ics")) == []


def test_the_way_to_the_months_before_and_after_ends_where_the_lots_end(world, browse):
    lot = world.announce()
    last = month_of(world.ends_at(lot))
    assert 'rel="next"' not in browse().text(f"{BASE}/calendar", month=last)
    first = month_of(world.room(lot).notice_at)
    assert 'rel="prev"' not in browse().text(f"{BASE}/calendar", month=first)
    far = (world.clock() + timedelta(days=70)).astimezone(SHANGHAI)
    assert 'rel="prev"' in browse().text(f"{BASE}/calendar", month=f"{far:%Y-%m}")


@pytest.mark.parametrize("typed", ["2026-13", "x", "2026-1", "0001-01", "9999-12", "2026-11-01"])
def test_a_month_that_cannot_be_is_not_found(browse, world, typed):
    assert browse().get(f"{BASE}/calendar", month=typed).status_code == 404


def test_a_calendar_program_reads_the_feed_with_its_zone(world, browse):
    lot = world.announce()
    answer = browse().get(f"{BASE}/calendar.ics", lang="en")
    assert answer.mimetype == "text/calendar"
    body = answer.get_data(as_text=True)
    assert "TZID:Asia/Shanghai" in body
    found = {one["UID"].split("-")[2].split("@")[0]: one for one in events(body)}
    assert set(found) == {"notice", "display", "opening", "end"}
    opens = world.room(lot).opens_at.astimezone(SHANGHAI)
    assert found["opening"]["DTSTART;TZID=Asia/Shanghai"] == f"{opens:%Y%m%dT%H%M%S}"
    assert found["opening"]["URL"].endswith(f"/trade/auctions/{lot}")
    assert "Heat treatment" in found["opening"]["SUMMARY"]


def test_a_title_cannot_break_out_of_its_line(world, browse):
    from marketplace.trade.auctions.models import Auction

    lot = world.announce()
    with world.ctx.transaction() as tx:
        row = tx.db.get_one(Auction, lot)
        row.title = "甲;乙,丙\\丁\r\nEND:VCALENDAR\x0b" + "长" * 200
    body = browse().text(f"{BASE}/calendar.ics")
    assert [line for line in unfolded(body) if line.startswith("END:VCALENDAR")] == [
        "END:VCALENDAR"
    ]
    assert "甲\\;乙\\,丙\\\\丁\\nEND" in "".join(unfolded(body))


def test_my_feed_has_the_lots_i_watch_or_signed_up_for_and_no_others(world, browse):
    followed, other = world.announce(), world.announce(listing_id=world.listing(title="另一标的"))
    commands.watch(world.bob.ctx, commands.WatchAuction(followed, follow=True))
    bob = browse(world.bob)
    body = bob.text(f"{BASE}/calendar/mine.ics")
    assert {one["URL"].rsplit("/", 1)[1] for one in events(body)} == {str(followed)}
    world.sign_up(world.carol, other)
    body = browse(world.carol).text(f"{BASE}/calendar/mine.ics")
    assert {one["URL"].rsplit("/", 1)[1] for one in events(body)} == {str(other)}
    assert browse().get(f"{BASE}/calendar/mine.ics").status_code == 303


@pytest.mark.threat("T9")
def test_a_secret_address_is_shown_once_and_a_new_one_ends_it(world, browse):
    lot = world.announce()
    commands.watch(world.bob.ctx, commands.WatchAuction(lot, follow=True))
    bob, stranger = browse(world.bob), browse()

    def made() -> str:
        page = bob.post(f"{BASE}/calendar/key", make="1").get_data(as_text=True)
        return re.search(r"data-made-key>[^<]*(/trade/auctions/calendar/[^<?]+)", page)[1]

    first = made()
    assert first.split("/")[-1].removesuffix(".ics") not in bob.text(f"{BASE}/calendar")
    answer = stranger.get(first)
    assert len(events(answer.get_data(as_text=True))) == 4
    assert "no-store" in answer.headers["Cache-Control"]
    assert world.bob.actor.organisation_name not in answer.get_data(as_text=True)
    second = made()
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert stranger.get(f"{BASE}/calendar/{'x' * 43}.ics").status_code == 404
    with world.ctx.reading() as db:
        stored = str(
            db.connection().exec_driver_sql("SELECT * FROM trade_auction_calendar_key").all()
        )
    assert second.split("/")[-1].removesuffix(".ics") not in stored


def test_the_calendar_keeps_its_statement_budget(world, browse):
    for number in range(3):
        world.announce(listing_id=world.listing(title=f"标的{number}"))
    visitor = browse()
    visitor.text(f"{BASE}/calendar")
    assert count_statements(world.ctx, lambda: visitor.text(f"{BASE}/calendar")) <= 3
    assert count_statements(world.ctx, lambda: visitor.text(f"{BASE}/calendar.ics")) <= 2
