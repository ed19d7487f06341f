"""The pages of a hall: who sees what, what a console answers, and what is never on a screen."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.trade.auctions import commands as auctions
from marketplace.trade.sessions import commands
from tests.integration.trade.hall_world import FIRST, WALT, Hall, identity_number
from tests.integration.trade.world import YUAN, Browser

BOB_MAXIMUM = 1_234_567
RESERVE = 1_311_333


@pytest.fixture
def hall(world) -> Hall:
    hall = Hall(world, count=2, reserve_minor=RESERVE * YUAN)
    world.admit(hall.lot, world.bob)
    hall.check_in()
    hall.open()
    return hall


def console(hall: Hall, what: str = "") -> str:
    return f"/trade/sessions/{hall.session_id}/console{what}"


def send(site: Browser, hall: Hall, what: str, **form):
    headers = {"Accept": "application/json"}
    up = {"lot": hall.lot, "seen_view": hall.board().view} | form
    return site.post(console(hall, f"/{what}"), headers=headers, **up)


def floor(site: Browser, hall: Hall, paddle: int, minor: int, key: str, **form):
    return send(site, hall, "floor", paddle=paddle, amount_minor=minor, key=key, **form)


def test_a_clerk_runs_a_lot_from_the_first_call_to_the_next_lot(app, world, hall):
    cleo = Browser(app, world, hall.cleo)
    page = cleo.text(console(hall))
    assert "¥800,000.00" in page
    taken = floor(cleo, hall, 1, FIRST * YUAN, "a").get_json()
    assert (taken["done"], taken["leader"]) == (True, "1")
    stale = floor(cleo, hall, 1, 900_000 * YUAN, "b", seen_view=0)
    assert (stale.status_code, stale.get_json()["reason"]) == (409, "stale_view")
    assert stale.get_json()["message"]
    assert send(cleo, hall, "hammer").get_json()["reason"] == "not_warned"
    assert (
        floor(cleo, hall, 1, 0, "c", amount="150万").get_json()["price_minor"] == 1_500_000 * YUAN
    )
    for _warning in range(2):
        assert send(cleo, hall, "warn").status_code == 200
    assert "Going twice" in cleo.text(console(hall), lang="en")
    assert send(cleo, hall, "hammer").get_json()["closed"] == "sold"
    assert cleo.post(console(hall, "/next")).status_code == 303
    assert "专场标的 2" in cleo.text(console(hall), lang="zh")


def test_the_console_works_without_a_script_too(app, world, hall):
    cleo = Browser(app, world, hall.cleo)
    form = {"lot": hall.lot, "seen_view": 0, "paddle": 1, "amount_minor": FIRST * YUAN, "key": "k"}
    assert cleo.post(console(hall, "/floor?lang=en"), **form).status_code == 303
    assert hall.board().leader == "1"
    cleo.post(console(hall, "/floor?lang=en"), **(form | {"key": "again"}))
    assert "The price has moved since" in cleo.text(console(hall), lang="en")


@pytest.mark.law("L8")
def test_below_the_reserve_the_console_says_why_and_shows_no_reserve(app, world, hall):
    cleo = Browser(app, world, hall.cleo)
    floor(cleo, hall, 1, FIRST * YUAN, "a")
    send(cleo, hall, "warn")
    send(cleo, hall, "warn")
    refused = send(cleo, hall, "hammer").get_json()
    assert refused["reason"] == "below_reserve"
    page = cleo.text(console(hall), lang="en")
    assert "Below the reserve price: cannot be sold" in page
    assert "1,311,333" not in page + refused["message"]


@pytest.mark.threat("T10")
def test_neither_screen_nor_console_nor_their_pieces_ever_show_a_maximum(app, world, hall):
    world.bid(world.bob, hall.lot, BOB_MAXIMUM)
    cleo, anybody = Browser(app, world, hall.cleo), Browser(app, world)
    session = f"/trade/sessions/{hall.session_id}"
    pages = [
        cleo.text(console(hall)),
        cleo.text(console(hall, "/board"), lot=hall.lot),
        anybody.text(f"{session}/projector"),
        anybody.text(f"{session}/projector/wall", lot=hall.lot),
        anybody.text(session),
        anybody.text(f"/trade/auctions/{hall.lot}"),
    ]
    for page in pages:
        assert "1,234,567" not in page
        assert str(BOB_MAXIMUM * YUAN) not in page
        assert "1,311,333" not in page


def test_the_screen_shows_price_paddle_warnings_pause_and_sale(app, world, hall):
    anybody, wall = Browser(app, world), f"/trade/sessions/{hall.session_id}/projector/wall"
    shown = lambda: anybody.text(wall, lot=hall.lot, lang="en")  # noqa: E731
    hall.call(1, 1_400_000)
    assert "Hall paddle 1" in shown()
    assert "1,400,000" in shown()
    hall.warn()
    assert "Going once" in shown()
    commands.pause(hall.cleo.ctx, hall.up(), reason="核对号牌")
    assert "核对号牌" in shown()
    commands.resume(hall.cleo.ctx, hall.up(), reason="继续")
    hall.sell()
    assert "Sold" in shown()
    answer = anybody.get(wall, lot=hall.lots[1])
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.law("L15")
def test_the_page_of_a_hall_lot_has_no_countdown_and_never_says_won_before_the_sale(
    app, world, hall
):
    world.bid(world.bob, hall.lot, RESERVE)
    hall.warn()
    bob = Browser(app, world, world.bob)
    page = bob.text(f"/trade/auctions/{hall.lot}", lang="en")
    assert "Going once" in page
    assert "data-countdown" not in page
    assert "You won" not in page
    hall.warn()
    world.clock.forward(days=3)
    bob = Browser(app, world, world.bob)
    assert "You won" not in bob.text(f"/trade/auctions/{hall.lot}", lang="en")
    commands.hammer(hall.cleo.ctx, hall.up())
    bob = Browser(app, world, world.bob)
    assert "You won" in bob.text(f"/trade/auctions/{hall.lot}", lang="en")


@pytest.mark.law("L3")
def test_listed_bidding_is_never_called_an_auction_on_any_page_of_its_session(app, world, hall):
    hall.call(1, FIRST)
    hall.warn()
    cleo, hugo = Browser(app, world, hall.cleo), Browser(app, world, world.hugo)
    session = f"/trade/sessions/{hall.session_id}"
    pages = [
        cleo.text(console(hall), lang="zh"),
        cleo.text(f"{session}/desk", lang="zh"),
        cleo.text(f"{session}/guests/1", lang="zh"),
        hugo.text(session, lang="zh"),
        hugo.text(f"{session}/print", lang="zh"),
        hugo.text(f"{session}/projector", lang="zh"),
    ]
    for page in pages:
        main = page[page.index("<main") : page.index("</main>")]
        for word in ("拍卖", "落槌", "竞买公告"):
            assert word not in main, main[main.index(word) - 80 : main.index(word) + 40]


@pytest.mark.threat("T12")
def test_plan_and_rehearsal_are_seen_by_the_staff_only(app, world):
    hall = Hall(world)
    plan, ctx = hall.plan(), world.hugo.ctx
    exercise = hall.plan(is_rehearsal=True, title="演练一")
    commands.add_lot(ctx, exercise, auction_id=hall.lot)
    commands.announce_session(ctx, exercise)
    commands.open_session(hall.cleo.ctx, exercise)
    anybody, bob = Browser(app, world), Browser(app, world, world.bob)
    hugo, cleo = Browser(app, world, world.hugo), Browser(app, world, hall.cleo)
    for number in (plan, exercise):
        for page in ("", "/print", "/projector", "/projector/wall"):
            assert anybody.get(f"/trade/sessions/{number}{page}").status_code == 404
            assert bob.get(f"/trade/sessions/{number}{page}").status_code == 404
        assert hugo.get(f"/trade/sessions/{number}").status_code == 200
    assert "演练一" not in anybody.text("/trade/sessions")
    for page in ("", "/print", "/projector", "/console"):
        assert "Rehearsal: nothing of this counts" in cleo.text(
            f"/trade/sessions/{exercise}{page}", lang="en"
        )


def test_a_session_is_planned_ordered_and_announced_on_its_pages(app, world):
    hall = Hall(world)
    hugo = Browser(app, world, world.hugo)
    starts = (world.clock() + timedelta(days=8, hours=9)).strftime("%Y-%m-%dT%H:%M")
    form = {
        "title": "秋季专场", "title_en": "Autumn session", "mode": "listed_bidding", "place": "both",
        "running": "sequence", "venue": "二楼报告厅", "starts_at": starts,
        "auctioneer": world.hugo.id, "clerk": hall.cleo.id,
    }  # fmt: skip
    refused = hugo.post("/trade/sessions/new", **(form | {"clerk": world.hugo.id}))
    assert refused.status_code == 422
    made = hugo.post("/trade/sessions/new", **form)
    edit = made.location
    lots = [
        world.announce(listing_id=world.listing(title=f"新件{n}"), place="both") for n in (1, 2)
    ]
    assert "新件1" in hugo.text(edit, lang="zh")
    base = edit.removesuffix("/edit")
    for lot in lots:
        assert hugo.post(f"{base}/lots", lot=lot).status_code == 303
    hugo.post(f"{base}/lots/move", lot=lots[1], to=1)
    page = hugo.text(edit, lang="zh")
    assert page.index("1. 新件2") < page.index("2. 新件1")
    assert hugo.post(f"{base}/announce").location.endswith(base)
    catalogue = Browser(app, world).text(base, lang="en")
    assert "Autumn session" in catalogue
    assert re.search(r"新件|flexsplines", catalogue)


def test_the_desk_gives_a_paddle_with_a_sheet_and_says_what_is_wrong(app, world):
    hall = Hall(world)
    cleo = Browser(app, world, hall.cleo)
    desk = f"/trade/sessions/{hall.session_id}/desk"
    form = {
        "person": "郑观澜", "identity_number": identity_number(431), "lots": hall.lot,
        "rules_read": "y", "defects_told": "y",
    }  # fmt: skip
    assert cleo.post(desk, **(form | {"identity_number": "330624198002140001"})).status_code == 422
    assert (
        cleo.post(desk, **{k: v for k, v in form.items() if k != "rules_read"}).status_code == 422
    )
    given = cleo.post(desk, **form)
    sheet = cleo.text(given.location, lang="en")
    code = commands.claim_code(hall.cleo.ctx, 1)
    assert code in sheet
    assert "data:image/svg+xml" in sheet
    assert re.search(r"BZ\d{4}-", sheet)
    assert form["identity_number"] not in sheet + cleo.text(desk)
    assert "郑观澜" in cleo.text(desk)
    for stranger in (world.bob, world.tao, world.rui):
        assert Browser(app, world, stranger).get(desk).status_code == 403


def test_an_insider_is_told_at_the_desk_which_rule_bars_him(app, world):
    from marketplace.identity.people.commands import set_identity_number

    hall = Hall(world)
    set_identity_number(world.tao.ctx, identity_number(432))
    cleo = Browser(app, world, hall.cleo)
    answer = cleo.post(
        f"/trade/sessions/{hall.session_id}/desk?lang=en", person="陶", lots=hall.lot,
        identity_number=identity_number(432), rules_read="y", defects_told="y",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Staff of the market may not bid." in answer.get_data(as_text=True)


def test_a_party_is_claimed_on_its_page_by_the_code_of_the_sheet(app, world, hall):
    from marketplace.identity.people.commands import set_identity_number

    guest = hall.check_in(replace(WALT, identity_number=identity_number(433)), pays=False)
    code = commands.claim_code(hall.cleo.ctx, guest.guest_id)
    set_identity_number(world.mallory.ctx, identity_number(433))
    browser = Browser(app, world, world.mallory)
    assert code in browser.text("/identity/claim", code=code)
    assert browser.post("/identity/claim", code="XXXX-YYYY-ZZZZ").status_code == 422
    assert browser.post("/identity/claim", code=code).status_code == 303
    assert browser.post("/identity/claim", code=code).status_code == 422


@pytest.mark.fault("F5")
def test_the_queue_is_taken_by_json_and_nothing_malformed_is(app, world, hall):
    cleo = Browser(app, world, hall.cleo)
    page = cleo.text(console(hall))
    key = re.search(r'data-queue-key="([0-9a-f]+)"', page)[1]
    line = {
        "sequence": 1, "auction_id": hall.lot, "paddle": 1, "amount_minor": FIRST * YUAN,
        "seen_view": 0, "key": "q1",
    }  # fmt: skip
    text = "|".join(map(str, [hall.session_id, *line.values()]))
    line["signature"] = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    token = re.search(r'csrf-token" content="([^"]+)"', page)[1]

    def post(body):
        return cleo.client.post(console(hall, "/queue"), json=body, headers={"X-CSRFToken": token})

    for broken in ({}, [], [1], [{}], [line | {"paddle": "1"}], [line | {"amount_minor": 1.5}]):
        assert post(broken).status_code == 422
    assert post([line | {"paddle": 2}]).status_code == 403
    auctions.pause_auction(world.hugo.ctx, auctions.PauseAuction(hall.lot, "断线"))
    assert post([line]).status_code == 409
    commands.resume(hall.cleo.ctx, hall.up(), reason="恢复")
    assert post([line]).get_json()["answers"][0]["done"]
    assert hall.board().leader == "1"


def test_the_heartbeat_is_a_post_of_the_sessions_officers(app, world, hall):
    assert Browser(app, world, hall.cleo).post(console(hall, "/heartbeat")).status_code == 204
    other = Browser(app, world, world.bob).post(console(hall, "/heartbeat"))
    assert other.status_code == 403
