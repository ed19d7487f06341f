"""The pages of sealed and Dutch lots: forms by stage, what they never show, proofs, schedule."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import auction.verifier
from auction import envelopes, sealer
from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions import commands, drafts
from marketplace.trade.auctions.models import Auction
from tests.integration.trade.formats import FALL, PHASES, SEALED, Bidding
from tests.integration.trade.test_pages import first
from tests.integration.trade.test_sealed import dump
from tests.integration.trade.world import START, YUAN, Browser

BASE = "/trade/auctions"


@pytest.fixture
def browse(app, world):
    """``browse(person)`` opens a browser; nobody is signed in without one."""
    return lambda person=None: Browser(app, world, person)


@pytest.fixture
def bidding(world):
    return Bidding(world)


def test_bob_hands_in_a_seal_and_opens_it_through_the_forms(world, browse, bidding):
    lot = bidding.sealed_lot()
    bob = browse(world.bob)
    page = bob.text(f"{BASE}/{lot}", lang="en")
    assert "data-seal-review" in page
    assert 'name="amount"' not in page, "no field could carry the amount"
    assert "data-bid " not in page
    nonce, amount = "ab" * 32, 900_000 * YUAN
    seal = envelopes.seal(world.room(lot).lot_id, bidding.paddle(world.bob, lot), amount, nonce)
    answer = bob.post(f"{BASE}/{lot}/seals", seal=seal, key="s1")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{BASE}/{lot}")
    page = bob.text(f"{BASE}/{lot}", lang="en")
    assert 'data-my-state="leading"' in page
    assert f"{seal[:4]}…{seal[-4:]}" in page
    bidding.end(lot)
    bob = browse(world.bob)
    page = bob.text(f"{BASE}/{lot}", lang="en")
    assert "data-opening" in page
    assert f'data-standing-seal="{seal}"' in page
    wrong = bob.post(f"{BASE}/{lot}/openings", amount="900,001", nonce=nonce, key="o1")
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.get_data(as_text=True)
    right = bob.post(f"{BASE}/{lot}/openings", amount="900,000", nonce=nonce, key="o2")
    assert right.status_code == 303
    assert "data-opening " not in bob.text(f"{BASE}/{lot}")
    bidding.end(lot)
    assert 'data-my-state="won"' in browse(world.bob).text(f"{BASE}/{lot}")


@pytest.mark.threat("T10")
def test_an_amount_sent_by_mistake_instead_of_a_seal_is_refused_and_kept_nowhere(
    world, browse, bidding, caplog
):
    lot = bidding.sealed_lot()
    answer = browse(world.bob).post(f"{BASE}/{lot}/seals", amount="987,654", seal="", key="s")
    assert answer.status_code == 422
    everything = dump(world) + caplog.text + answer.get_data(as_text=True)
    assert "987,654" not in everything
    assert "98765400" not in everything


def test_the_stand_alone_program_makes_the_same_seal(tmp_path):
    run = subprocess.run(
        [sys.executable, sealer.__file__, "7", "417", "1,725,000.50"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (path,) = tmp_path.iterdir()
    made = json.loads(path.read_text())
    assert made["seal"] in run.stdout
    assert made["seal"] == envelopes.seal(7, "417", 172_500_050, made["nonce"])
    for wrong in (["7", "417", "0"], ["7", "417", "1e9"], ["x", "417", "5"], []):
        with pytest.raises(SystemExit):
            sealer.main(wrong)


def everything(browse, world, lot: int) -> list[str]:
    """Whatever a visitor, a rival, the seller and the staff can read of the lot, feeds included."""
    texts = []
    people = (None, world.mallory, world.carol, world.alice, world.hugo, world.rui, world.tao)
    for person in people:
        browser = browse(person)
        paths = [f"/{lot}", f"/{lot}/notice", f"/{lot}/proof", f"/{lot}/export.json",
                 f"/{lot}/events.json", f"/{lot}/fragment/now", f"/{lot}/fragment/mine", "?tab=live"]  # fmt: skip
        texts += [browser.text(BASE + path) for path in paths]
        texts.append(browser.text(f"/api/v1/auctions/{lot}"))
        texts.append(browser.text(f"/api/v1/auctions/{lot}/events"))
        assert browser.get(f"{BASE}/{lot}/minutes").status_code == 404
        assert browser.get(f"/api/v1/auctions/{lot}/minutes").status_code == 404
        stream = browser.client.get(f"{BASE}/{lot}/events").response
        texts.append("".join(part.decode() for part in first(stream, 12)))
    texts.append(browse(world.hugo).text(f"{BASE}/{lot}/manage"))
    texts += [path.read_text(errors="replace") for path in world.ctx.settings.home.rglob("*.eml")]
    return texts


@pytest.mark.threat("T10")
def test_before_the_minutes_no_page_feed_or_mail_tells_an_amount_to_anybody(
    world, browse, bidding, monkeypatch
):
    monkeypatch.setattr("marketplace.trade.auctions.live.STREAM_SECONDS", 0.4)
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 987_654)
    canaries = ["987,654", "987654", *(str(one) for one in bidding.kept[world.bob.id, lot])]
    world.deliver()
    for text in everything(browse, world, lot):
        assert not [one for one in canaries if one in text]
    bidding.end(lot)
    bidding.open(world.bob, lot)
    world.deliver()
    for text in everything(browse, world, lot):
        assert not [one for one in canaries if one in text]
    bidding.end(lot)
    assert "987,654" in browse().text(f"{BASE}/{lot}/minutes")
    assert "98765400" in browse().text(f"/api/v1/auctions/{lot}/minutes")


def test_the_receipt_lists_what_a_bidder_sent_of_a_sealed_lot(world, browse, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    page = browse(world.bob).text(f"{BASE}/{lot}/receipt", lang="en")
    assert "Sealed bid" in page
    bidding.end(lot)
    bidding.open(world.bob, lot)
    page = browse(world.bob).text(f"{BASE}/{lot}/receipt", lang="en")
    assert "Opening" in page
    assert "¥900,000.00" in page


@pytest.mark.parametrize("kind", ["sealed", "dutch"])
def test_the_downloaded_log_of_a_closed_lot_verifies_by_the_downloaded_program(
    world, browse, bidding, tmp_path, kind
):
    if kind == "sealed":
        lot = bidding.sealed_lot(pricing="second")
        for person, yuan in ((world.bob, 900_000), (world.carol, 950_000), (world.dora, 990_000)):
            bidding.seal(person, lot, yuan)
        bidding.end(lot)
        bidding.open(world.bob, lot)
        bidding.open(world.carol, lot)
    else:
        lot = bidding.falling_lot(**PHASES)
        bidding.take(world.bob, lot)
        bidding.seal(world.carol, lot, 900_000)
        bidding.end(lot)
        bidding.open(world.carol, lot)
        bidding.end(lot)
        bidding.top(world.bob, lot, 910_000)
    bidding.end(lot)
    log = tmp_path / "log.jsonl"
    log.write_text(browse().text(f"{BASE}/{lot}/export.json"))
    room = world.room(lot)
    assert auction.verifier.verify(str(log), room.head).startswith("sound:")
    assert f"price {room.price_minor}" in auction.verifier.verify(str(log))
    log.write_text(log.read_text().replace("90000000", "90000001"))
    with pytest.raises(SystemExit):
        auction.verifier.verify(str(log))


def test_bob_takes_a_falling_lot_in_two_steps_and_sees_the_price_of_the_instant(
    world, browse, bidding
):
    lot = bidding.falling_lot()
    world.clock.now = world.room(lot).opens_at + timedelta(minutes=21)
    bob = browse(world.bob)
    page = bob.text(f"{BASE}/{lot}", lang="en")
    assert 'name="limit" value="78000000"' in page
    assert 'data-interval-ms="600000"' in page
    step = bob.post(f"{BASE}/{lot}/takes", limit="78000000", key="t1")
    assert step.status_code == 200
    assert "柒拾捌万元整" in step.get_data(as_text=True)
    assert world.room(lot).leader is None
    world.clock.forward(minutes=10)
    done = bob.post(f"{BASE}/{lot}/takes", limit="78000000", key="t1", confirm="1")
    assert done.status_code == 303
    assert world.room(lot).price_minor == 770_000 * YUAN
    late = browse(world.carol).post(f"{BASE}/{lot}/takes", limit="78000000", key="t2", confirm="1")
    assert late.status_code == 422


def test_the_taker_answers_through_the_form(world, browse, bidding):
    lot = bidding.falling_lot(**PHASES)
    bidding.take(world.bob, lot)
    bidding.seal(world.carol, lot, 900_000)
    bidding.end(lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    bob = browse(world.bob)
    assert "data-my-state" in bob.text(f"{BASE}/{lot}")
    assert bob.post(f"{BASE}/{lot}/tops", amount="x", key="k").status_code == 422
    step = bob.post(f"{BASE}/{lot}/tops", amount="910,000", key="k")
    assert (step.status_code, "玖拾壹万元整" in step.get_data(as_text=True)) == (200, True)
    assert bob.post(f"{BASE}/{lot}/tops", amount="910,000", key="k", confirm="1").status_code == 303
    assert world.room(lot).price_minor == 910_000 * YUAN


def test_the_hall_shows_the_format_and_the_price_that_falls(world, browse, bidding):
    lot = bidding.falling_lot()
    world.clock.now = world.room(lot).opens_at + timedelta(minutes=10)
    page = browse().text(BASE, lang="en")
    assert "Falling price" in page
    assert "79" in page
    assert "Price now, falling" in page
    told = json.loads(browse().text(f"/api/v1/auctions/{lot}"))
    assert (told["format"], told["stage"], told["price_minor"]) == ("dutch", "bidding", 79_000_000)


@pytest.mark.law("L3")
@pytest.mark.parametrize("kind", ["sealed", "dutch"])
def test_listed_bidding_in_any_format_is_never_called_an_auction(world, browse, bidding, kind):
    lot = bidding.sealed_lot() if kind == "sealed" else bidding.falling_lot(**PHASES)
    for path in (f"{BASE}/{lot}", f"{BASE}/{lot}/notice"):
        page = browse(world.bob).text(path, lang="zh")
        main = page[page.index("<main") : page.index("</main>")]
        for word in ("拍卖", "落槌"):
            assert word not in main, (path, word)


# -- the schedule -------------------------------------------------------------------------------


def form_of(world, **changes: str) -> dict[str, str]:
    now = world.clock().astimezone(SHANGHAI)

    def at(days: int) -> str:
        return f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}"

    plain = {
        "listing": str(world.listing_id), "mode": "listed_bidding", "start": "800,000",
        "deposit": "120,000", "valuation_reason": "经三家评估机构询价。", "commission_percent": "1.5",
        "deposit_account": "沃洲银行（演示）", "opens_at": at(8), "ends_at": at(10),
        "display_from": at(0), "display_place": "本市场网站", "formalities": "实名注册。",
        "remarks": "报价不可撤回。", "defects": "无质押。",
    }  # fmt: skip
    return plain | changes


def drafted(world, browse, **changes: str) -> Auction | str:
    answer = browse(world.hugo).post(f"{BASE}/new", **form_of(world, **changes))
    if answer.status_code != 303:
        return answer.get_data(as_text=True)
    number = int(answer.headers["Location"].split("/")[-2])
    with world.ctx.reading() as db:
        return drafts.auction(db, number)


def test_the_form_makes_a_lot_of_each_format(world, browse):
    sealed = drafted(world, browse, format="sealed", reveal_hours="3", pricing="second")
    assert isinstance(sealed, Auction)
    assert (sealed.format, sealed.ladder) == ("sealed", [])
    assert sealed.format_terms == {
        "reveal_hours": 3, "pricing": "second", "forfeits_unrevealed": False
    }  # fmt: skip
    dutch = drafted(
        world, browse, format="dutch", fall_step="10,000", fall_minutes="10", floor="50万",
        second_phase="y", sealing_minutes="30", reveal_minutes="20", topping_minutes="10",
        forfeits_unrevealed="y",
    )  # fmt: skip
    assert isinstance(dutch, Auction)
    assert dutch.format_terms == {**FALL, **PHASES, "forfeits_unrevealed": True}
    english = drafted(
        world, browse, format="english", step="10,000", step2_from="1,000,000", step2="20,000",
        step3_from="2,000,000", step3="50,000", reserve="900,000", reserve_policy="at_close",
    )  # fmt: skip
    assert isinstance(english, Auction)
    assert english.ladder == [[0, 1_000_000], [100_000_000, 2_000_000], [200_000_000, 5_000_000]]
    assert english.reserve_policy == "at_close"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"format": "english"}, "step"),
        ({"format": "sealed"}, "reveal_hours"),
        ({"format": "dutch", "fall_minutes": "10", "floor": "500,000"}, "fall_step"),
        ({"format": "dutch", "fall_step": "1", "fall_minutes": "1", "floor": "900,000"}, "floor"),
        ({"format": "english", "step": "1", "step2_from": "9", "step2": "1", "step3_from": "8",
          "step3": "1"}, "step2_from"),
        ({"format": "english", "step": "1", "hard_end_at": "2026-01-01T10:00"}, "hard_end_at"),
        ({"format": "dutch", "fall_step": "1", "fall_minutes": "1", "floor": "9", "reserve": "9"},
         "reserve"),
        ({"format": "dutch", "fall_step": "1", "fall_minutes": "1", "floor": "9",
          "second_phase": "y"}, "sealing_minutes"),
    ],
)  # fmt: skip
def test_what_a_format_lacks_or_contradicts_is_asked_for(world, browse, changes, field):
    page = drafted(world, browse, **changes)
    assert isinstance(page, str)
    assert f'href="#{field}"' in page


def test_a_draft_comes_back_into_the_form_as_it_was_written(world, browse):
    dutch = drafted(
        world, browse, format="dutch", fall_step="10,000", fall_minutes="7", floor="50万"
    )
    page = browse(world.hugo).text(f"{BASE}/{dutch.id}/edit")
    for value in ("10,000", 'value="7"', "500,000"):
        assert value in page


@pytest.mark.law("L24")
def test_the_check_of_a_falling_price_shows_what_of_the_deposit_is_no_earnest_money(world, browse):
    dutch = drafted(
        world, browse, format="dutch", fall_step="10,000", fall_minutes="10", floor="50万"
    )
    page = browse(world.hugo).text(f"{BASE}/{dutch.id}/check", lang="en")
    assert 'data-finding="deposit_above_earnest"' in page
    assert "¥100,000.00" in page
    assert "¥20,000.00" in page
    assert "Civil Code, article 586" in page


@pytest.mark.law("L3")
def test_sealed_bids_in_a_licensed_auction_are_blocked(world, browse):
    lot = drafted(world, browse, format="sealed", reveal_hours="2", mode="licensed_auction")
    page = browse(world.hugo).text(f"{BASE}/{lot.id}/check", lang="en")
    assert 'data-finding="sealed_is_not_open"' in page


@pytest.mark.law("L25")
def test_a_last_possible_end_needs_a_reason_and_holds(world, browse):
    terms = world.terms()
    lot = world.announce(
        hard_end_at=terms.ends_at + timedelta(minutes=3),
        reasons={"hard_end_limits_extension": "标的须在当日移交。"},
    )
    world.admit(lot, world.bob, world.carol)
    world.clock.now = world.ends_at(lot) - timedelta(seconds=10)
    world.bid(world.bob, lot, 900_000)
    assert world.ends_at(lot) == world.room(lot).hard_end_at
    assert "at the latest" in browse().text(f"{BASE}/{lot}", lang="en")


def test_a_reserve_at_close_leaves_the_price_below_it_until_the_end(world):
    lot = world.open(reserve_minor=1_000_000 * YUAN, reserve_policy="at_close")
    world.admit(lot, world.bob)
    world.bid(world.bob, lot, 1_200_000)
    assert world.room(lot).price_minor == START
    world.close(lot)
    assert world.room(lot).price_minor == 1_000_000 * YUAN


def test_the_papers_of_the_notice_and_the_minutes_say_how_it_works(world, bidding):
    from marketplace.papers.models import Paper

    lot = bidding.sealed_lot(forfeits_unrevealed=True)
    bidding.seal(world.bob, lot, 900_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.end(lot)
    world.deliver()
    with world.ctx.reading() as db:
        papers = {row.kind: row for row in db.query(Paper).where(Paper.thing_id == lot)}
    assert any("保证金不予退还" in one for one in papers["auction_notice"].facts["how"])
    (line,) = papers["auction_minutes"].facts["lines"]
    assert (line["amount_minor"], line["verdict"], line["rank"]) == (90_000_000, "有效", 1)
    assert papers["auction_minutes"].is_public
    assert all(paper.state == "issued" for paper in papers.values()), {
        kind: paper.state for kind, paper in papers.items()
    }


def test_a_correction_may_change_the_format_before_the_opening(world):
    lot = world.announce()
    terms = world.terms(format="sealed", ladder=(), format_terms=SEALED)
    commands.correct_terms(world.hugo.ctx, commands.CorrectTerms(lot, terms, "改为密封报价"))
    assert world.room(lot).format == "sealed"
    assert Path(sealer.__file__).name == "sealer.py"
