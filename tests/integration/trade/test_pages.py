"""The pages of the room as people use them: forms, refusals, roles, secrets, words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.models import Auction, Signup
from tests.integration.trade.counting import count_statements
from tests.integration.trade.world import YUAN, Browser

BASE = "/trade/auctions"


@pytest.fixture
def browse(app, world):
    """``browse(person)`` opens a browser; nobody is signed in without one."""
    return lambda person=None: Browser(app, world, person)


@pytest.fixture
def lot(world) -> int:
    lot = world.open(reserve_minor=1_111_111 * YUAN)
    world.admit(lot, world.bob, world.carol)
    return lot


def bid_form(key: str = "k1", **fields: str) -> dict[str, str]:
    return {"maximum": "1,000,000", "key": key, "confirm": "1", **fields}


def test_bob_bids_through_the_form_and_comes_back_to_the_room(world, browse, lot):
    bob = browse(world.bob)
    answer = bob.post(f"{BASE}/{lot}/bids", **bid_form())
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{BASE}/{lot}")
    page = bob.text(f"{BASE}/{lot}", lang="en")
    assert 'data-my-state="leading"' in page
    assert "¥800,000.00" in page


def test_the_confirm_step_shows_the_amount_in_words_and_bids_nothing(world, browse, lot):
    answer = browse(world.bob).post(f"{BASE}/{lot}/bids", **bid_form(confirm=""))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "壹佰万元整" in page
    assert 'name="key" value="k1"' in page
    assert world.room(lot).price_minor is None


def test_a_quick_button_is_an_amount_in_fen(world, browse, lot):
    answer = browse(world.bob).post(f"{BASE}/{lot}/bids", quick="80000000", key="k", confirm="1")
    assert answer.status_code == 303
    assert world.room(lot).price_minor == 80_000_000


@pytest.mark.threat("T3")
@pytest.mark.parametrize(
    "typed",
    ["", "abc", "-5", "0", "1e30", "NaN", "12,34", "１２３", "9" * 40, "USD 5", "30万-100万"],
)
def test_a_wrong_amount_comes_back_with_words_and_keeps_what_was_typed(world, browse, lot, typed):
    answer = browse(world.bob).post(f"{BASE}/{lot}/bids", **bid_form(maximum=typed))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert f'value="{typed}"' in page
    assert world.room(lot).price_minor is None


def test_a_bid_below_the_minimum_is_refused_with_the_minimum(world, browse, lot):
    world.bid(world.carol, lot, 900_000)
    answer = browse(world.bob).post(f"{BASE}/{lot}/bids?lang=en", **bid_form(maximum="800000"))
    assert answer.status_code == 422
    assert "The lowest bid now is ¥820,000.00" in answer.get_data(as_text=True)


def test_an_abnormal_amount_asks_again_with_a_fresh_key(world, browse, lot):
    answer = browse(world.bob).post(f"{BASE}/{lot}/bids", **bid_form(maximum="1700万"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'name="confirm_abnormal"' in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    assert key != "k1"
    again = browse(world.bob).post(
        f"{BASE}/{lot}/bids", quick="1700000000", key=key, confirm="1", confirm_abnormal="1"
    )
    assert again.status_code == 303


def test_a_script_gets_the_answer_as_json(world, browse, lot):
    answer = browse(world.bob).post(
        f"{BASE}/{lot}/bids", headers={"Accept": "application/json"}, **bid_form()
    )
    assert answer.status_code == 200
    assert (answer.json["accepted"], answer.json["leading"]) == (True, True)


@pytest.mark.threat("T21")
def test_a_bid_without_the_token_is_refused(world, browse, lot):
    answer = browse(world.bob).client.post(f"{BASE}/{lot}/bids", data=bid_form())
    assert answer.status_code == 400
    assert world.room(lot).price_minor is None


def test_signing_up_shows_the_code_for_the_transfer(world, browse):
    lot = world.announce()
    dora = browse(world.dora)
    assert dora.get(f"{BASE}/{lot}/sign-up").status_code == 200
    missing = dora.post(f"{BASE}/{lot}/sign-up", version="1", accepts_rules="y")
    assert missing.status_code == 422
    done = dora.post(f"{BASE}/{lot}/sign-up", version="1", accepts_rules="y", accepts_defects="y")
    assert done.status_code == 303
    assert re.search(r"BZ\d{4}-[A-Z0-9]{6}", dora.text(f"{BASE}/{lot}"))


@pytest.mark.law("L5")
def test_the_sellers_people_are_told_why_they_may_not_sign_up(world, browse):
    lot = world.announce()
    answer = browse(world.alice).post(
        f"{BASE}/{lot}/sign-up?lang=en", version="1", accepts_rules="y", accepts_defects="y"
    )
    assert answer.status_code == 403
    assert "The seller may not bid" in answer.get_data(as_text=True)


# -- scheduling ------------------------------------------------------------------------------------


def schedule_form(world, **changes: str) -> dict[str, str]:
    def local(**delta: float) -> str:
        return (world.clock() + timedelta(**delta)).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")

    plain = {
        "listing": str(world.listing_id), "mode": "listed_bidding", "start": "800,000",
        "step": "20000", "deposit": "12万", "opens_at": local(days=8), "ends_at": local(days=10),
        "display_from": local(minutes=-1), "display_place": "二楼展厅", "formalities": "实名核验",
        "remarks": "其他约定", "defects": "无", "deposit_account": "演示银行 3316",
        "valuation_reason": "询价", "commission_percent": "1.5", "reserve": "1234567",
    }  # fmt: skip
    return plain | changes


def seen(page: str) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{32})"', page)[1]


@pytest.mark.threat("T5")
def test_hugo_schedules_checks_and_publishes(world, browse):
    hugo = browse(world.hugo)
    assert "800,000" in hugo.text(f"{BASE}/new", listing=world.listing_id)
    made = hugo.post(f"{BASE}/new", **schedule_form(world))
    assert made.status_code == 303
    check = hugo.text(made.headers["Location"])
    assert "1,234,567" not in check
    assert 'data-finding="' not in check
    lot = int(re.search(r"/(\d+)/", made.headers["Location"])[1])
    edit = hugo.text(f"{BASE}/{lot}/edit")
    assert "1,234,567" not in edit
    kept = hugo.post(f"{BASE}/{lot}/edit", **schedule_form(world, reserve="", remarks="另行约定"))
    assert kept.status_code == 303
    with world.ctx.reading() as db:
        assert db.get_one(Auction, lot).has_reserve
    old = seen(check)
    assert hugo.post(f"{BASE}/{lot}/publish", seen=old).headers["Location"].endswith("/check")
    with world.ctx.reading() as db:
        assert db.get_one(Auction, lot).state == "draft", "it was changed after that check"
    now = seen(hugo.text(f"{BASE}/{lot}/check"))
    assert hugo.post(f"{BASE}/{lot}/publish", seen=now).status_code == 303
    assert world.room(lot).status == "upcoming"
    assert world.room(lot).commission_hundredths == 150


@pytest.mark.law("L12")
def test_a_blocked_draft_names_the_article_and_stays(world, browse):
    hugo = browse(world.hugo)
    soon = (world.clock() + timedelta(hours=30)).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    made = hugo.post(f"{BASE}/new", **schedule_form(world, opens_at=soon))
    check = made.headers["Location"]
    answer = hugo.post(check.replace("check", "publish"), seen=seen(hugo.text(check)))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'data-finding="notice_too_short"' in page
    assert "《拍卖法》第45条" in page


def test_a_bad_schedule_keeps_what_was_typed(world, browse):
    form = schedule_form(world, start="abc", commission_percent="x", viewing_dates="gestern")
    answer = browse(world.hugo).post(f"{BASE}/new", **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for typed in ("abc", "gestern", "演示银行 3316"):
        assert typed in page


def test_running_a_lot_from_its_page(world, browse, lot):
    hugo = browse(world.hugo)
    world.bid(world.bob, lot, 900_000)
    page = hugo.text(f"{BASE}/{lot}/manage")
    assert world.bob.actor.organisation_name in page
    assert "900,000" not in page  # no maximum
    assert hugo.post(f"{BASE}/{lot}/pause", reason="").status_code == 422
    assert hugo.post(f"{BASE}/{lot}/pause", reason="网络故障").status_code == 303
    assert "网络故障" in browse().text(f"{BASE}/{lot}")
    assert hugo.post(f"{BASE}/{lot}/resume", reason="已修复").status_code == 303


# -- who may see what ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/{lot}/manage", {"hugo"}),
        ("/{lot}/edit", {"hugo", "rui"}),
        ("/new?listing=1", {"hugo", "rui"}),
        ("/mine", {"alice", "bob", "mallory"}),
        ("/{lot}/receipt", {"alice", "bob", "mallory"}),
    ],
)
def test_pages_open_to_the_right_people_only(world, browse, path, may):
    lot = world.announce()
    extra = world.listing(title="另一标的")
    path = path.format(lot=lot).replace("listing=1", f"listing={extra}")
    for name in ("alice", "bob", "mallory", "hugo", "rui", "tao"):
        status = browse(getattr(world, name)).client.get(BASE + path).status_code
        assert (status == 200) == (name in may), (name, status)
    assert browse().client.get(BASE + path).status_code == 303


@pytest.mark.threat("T12")
def test_columns_posted_to_the_forms_change_nothing(world, browse, lot):
    names = [column.key for column in Auction.__table__.columns] + [
        column.key for column in Signup.__table__.columns
    ]
    form = dict.fromkeys(names, "999999") | bid_form()
    bob = browse(world.bob)
    before = world.room(lot)
    bob.post(f"{BASE}/{lot}/watch", **(dict.fromkeys(names, "999999") | {"watch": "1"}))
    bob.post(f"{BASE}/{lot}/bids", **form)
    after = world.room(lot)
    same = ("state", "mode", "version", "start_minor", "deposit_minor", "listing_id", "ladder")
    assert [getattr(before, name) for name in same] == [getattr(after, name) for name in same]


def everything(browse, world, lot: int) -> list[str]:
    """All that the public and a rival may fetch of a lot."""
    texts = []
    for person in (None, world.mallory, world.carol):
        browser = browse(person)
        paths = ["", f"/{lot}", f"/{lot}/notice", f"/{lot}/proof", f"/{lot}/export.json",
                 f"/{lot}/events.json", f"/{lot}/fragment/now", f"/{lot}/fragment/ladder",
                 f"/{lot}/fragment/mine", "?tab=upcoming", "?tab=ended"]  # fmt: skip
        texts += [browser.text(BASE + path) for path in paths]
        stream = browser.client.get(f"{BASE}/{lot}/events").response
        texts.append("".join(part.decode() for part in first(stream, 8)))
    return texts


def first(stream, count: int) -> list[bytes]:
    parts = [part for part, _n in zip(stream, range(count), strict=False)]
    stream.close()
    return parts


@pytest.mark.threat("T10")
@pytest.mark.law("L23")
def test_nobody_sees_who_bids_how_high_or_the_reserve(world, browse, lot, monkeypatch):
    monkeypatch.setattr("marketplace.trade.auctions.live.STREAM_SECONDS", 0.4)
    world.bid(world.bob, lot, 987_654)
    world.bid(world.carol, lot, 901_234)
    world.bid(world.bob, lot, 1_055_555)
    with world.ctx.reading() as db:
        bob = db.scalars(
            select(Signup).where(Signup.organisation_id == world.bob.organisation_id)
        ).one()
    canaries = [
        world.bob.actor.organisation_name, world.bob.actor.credit_code, "Bob", "bob3@", "987,654",
        "98765400", "1,055,555", "105555500", "1,111,111", "111111100", bob.id and f"signup_id\": {bob.id}",
        "1.2.3.4",
    ]  # fmt: skip
    for text in everything(browse, world, lot):
        for canary in canaries:
            assert canary not in text, canary


@pytest.mark.threat("T10")
def test_paddles_do_not_tell_the_order_and_differ_between_lots(world):
    first_lot = world.announce()
    second_lot = world.announce(listing_id=world.listing(title="另一标的"))
    people = [world.member(f"P{n}", f"企业{n}", code=f"91330624MA2D{n:05d}Q") for n in range(12)]
    for person in people:
        world.sign_up(person, first_lot)
        world.sign_up(person, second_lot)
    with world.ctx.reading() as db:
        rows = db.execute(select(Signup.auction_id, Signup.organisation_id, Signup.paddle)).all()
    paddles = {
        lot: [int(row.paddle) for row in rows if row.auction_id == lot]
        for lot in (first_lot, second_lot)
    }
    assert paddles[first_lot] != sorted(paddles[first_lot])
    assert paddles[first_lot] != paddles[second_lot]


@pytest.mark.law("L3")
def test_no_page_of_listed_bidding_says_auction(world, browse, lot):
    world.bid(world.bob, lot, 900_000)
    pages = everything_of_the_lot(browse, world, lot)
    world.close(lot)
    world.deliver()
    pages |= {
        f"closed {name}": text for name, text in everything_of_the_lot(browse, world, lot).items()
    }
    for name, text in pages.items():
        for word in ("拍卖", "落槌"):
            assert word not in text, (
                name,
                text[max(0, text.find(word) - 80) : text.find(word) + 20],
            )


def everything_of_the_lot(browse, world, lot: int) -> dict[str, str]:
    found = {}
    for name in ("alice", "bob", "dora", "hugo"):
        browser = browse(getattr(world, name))
        for path in (
            f"/{lot}",
            f"/{lot}/notice",
            f"/{lot}/proof",
            f"/{lot}/receipt",
            f"/{lot}/sign-up",
            f"/{lot}/manage",
        ):
            answer = browser.client.get(BASE + path)
            if answer.status_code == 200:
                found[f"{name} {path}"] = answer.get_data(as_text=True)
    return found


# -- live ----------------------------------------------------------------------------------------------


def parse(parts: list[str]) -> list[dict[str, str]]:
    events = []
    for block in "".join(parts).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            events.append(fields)
    return events


def watch(browse, lot: int, monkeypatch, **headers: str) -> list[dict[str, str]]:
    monkeypatch.setattr("marketplace.trade.auctions.live.STREAM_SECONDS", 0.4)
    answer = browse().client.get(f"{BASE}/{lot}/events", headers=headers)
    assert answer.mimetype == "text/event-stream"
    return parse([part.decode() for part in answer.response])


def test_a_watcher_gets_every_change_once_and_resumes_where_he_was(world, browse, lot, monkeypatch):
    world.bid(world.bob, lot, 900_000)
    world.bid(world.carol, lot, 850_000)
    events = watch(browse, lot, monkeypatch)
    states = [one for one in events if one["event"] == "state"]
    assert [one["id"] for one in states] == ["1", "2", "3"]
    assert any(one["event"] == "heartbeat" for one in events)
    world.bid(world.carol, lot, 950_000)
    again = watch(browse, lot, monkeypatch, **{"Last-Event-ID": states[-1]["id"]})
    resumed = [one for one in again if one["event"] == "state"]
    assert [one["id"] for one in resumed] == ["4"]
    assert '"price_minor": 92000000' in resumed[0]["data"]


def test_a_refused_bid_and_a_silent_raise_move_nothing_on_the_feed(world, browse, lot, monkeypatch):
    world.bid(world.bob, lot, 900_000)
    before = [one for one in watch(browse, lot, monkeypatch) if one["event"] == "state"]
    world.bid(world.bob, lot, 950_000)  # silent
    world.bid(world.carol, lot, 800_000)  # refused
    after = [one for one in watch(browse, lot, monkeypatch) if one["event"] == "state"]
    assert [one["id"] for one in before] == [one["id"] for one in after]


def test_polling_gives_the_same_messages(world, browse, lot, monkeypatch):
    world.bid(world.bob, lot, 900_000)
    streamed = [one["data"] for one in watch(browse, lot, monkeypatch) if one["event"] == "state"]
    polled = browse().get(f"{BASE}/{lot}/events.json", after=0).json
    import json

    assert [json.loads(one)["seq"] for one in streamed] == [one["seq"] for one in polled["events"]]
    assert polled["ends_at_ms"] > polled["server_ms"]
    assert browse().get(f"{BASE}/{lot}/events.json", after=polled["seq"]).json["events"] == []


def test_the_watchers_close_the_lot_when_no_worker_does(world, browse, lot, monkeypatch):
    world.bid(world.bob, lot, 1_200_000)
    world.clock.now = world.ends_at(lot) + timedelta(seconds=2)
    events = watch(browse, lot, monkeypatch)
    assert any('"outcome": "sold"' in one["data"] for one in events)


def test_the_page_closes_the_lot_when_no_worker_does(world, browse, lot):
    world.bid(world.bob, lot, 1_200_000)
    world.clock.now = world.ends_at(lot) + timedelta(seconds=2)
    assert 'data-my-state="won"' in browse(world.bob).text(f"{BASE}/{lot}")


def test_beyond_the_cap_a_stream_is_refused_and_a_free_place_taken_again(
    app, world, browse, lot, monkeypatch
):
    from marketplace.trade.auctions import live
    from marketplace.trade.auctions.views.live import PLACES

    app.extensions[PLACES] = live.Places(1)
    monkeypatch.setattr("marketplace.trade.auctions.live.STREAM_SECONDS", 0.3)
    first_stream = browse().client.get(f"{BASE}/{lot}/events", buffered=False)
    refused = browse().client.get(f"{BASE}/{lot}/events")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    first_stream.close()
    again = browse().client.get(f"{BASE}/{lot}/events")
    assert again.status_code == 200
    again.close()


def test_a_fragment_of_another_state_reloads_the_page(world, browse, lot):
    answer = browse(world.bob).get(f"{BASE}/{lot}/fragment/mine", shown="upcoming-1-0")
    assert answer.headers["HX-Refresh"] == "true"
    assert browse().get(f"{BASE}/{lot}/fragment/nothing").status_code == 404


def test_unknown_lots_and_drafts_are_not_found(world, browse):
    draft = commands.draft_auction(
        world.hugo.ctx, commands.DraftAuction(world.listing_id, world.terms())
    )
    for number in (draft, 99_999):
        for path in (
            "",
            "/notice",
            "/proof",
            "/export.json",
            "/events",
            "/events.json",
            "/fragment/now",
        ):
            assert browse().get(f"{BASE}/{number}{path}").status_code == 404


# -- statement budgets ---------------------------------------------------------------------------------


def test_pages_keep_their_statement_budgets(world, browse, lot):
    visitor, bob = browse(), browse(world.bob)
    visitor.text(f"{BASE}/{lot}")
    assert count_statements(world.ctx, lambda: visitor.text(f"{BASE}/{lot}")) <= 5
    assert count_statements(world.ctx, lambda: visitor.text(BASE)) <= 6
    few = count_statements(world.ctx, lambda: bob.text(f"{BASE}/{lot}"))
    for amount in range(900, 960, 10):
        world.bid(world.bob if amount % 20 else world.carol, lot, amount * 1000)
    assert count_statements(world.ctx, lambda: bob.text(f"{BASE}/{lot}")) <= few + 1
    assert few <= 12
