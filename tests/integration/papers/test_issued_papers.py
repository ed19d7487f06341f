"""Papers: rendered once, in Chinese, confirmed by their code, read by their parties only."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.kernel import files
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.papers import queries, steps
from marketplace.papers.models import Paper
from tests.integration.trade.world import TradeWorld


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    return TradeWorld(ctx, clock)


@pytest.fixture
def sold(world):
    """A lot that Bob won at 920,000 yuan; all papers are made."""
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 1_000_000)
    world.bid(world.carol, lot, 900_000)
    world.close(lot)
    world.deliver()
    return lot


def paper(world, kind: str) -> Paper:
    with world.ctx.reading() as db:
        return db.scalars(select(Paper).where(Paper.kind == kind)).one()


def text_of(world, kind: str) -> str:
    content = files.get(world.ctx.settings, paper(world, kind).file_key)
    reader = PdfReader(io.BytesIO(content))
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")


@pytest.mark.law("L16")
def test_the_deal_confirmation_names_price_in_words_parties_codes_and_log(world, sold):
    text, row = text_of(world, "deal_confirmation"), paper(world, "deal_confirmation")
    for words in (
        "成交确认书", "¥920,000.00", "人民币玖拾贰万元整", "浙江启衡汽车部件有限公司", "越州理工大学",
        world.bob.actor.credit_code, world.alice.actor.credit_code, row.number, row.code,
        row.facts["log_hash"][:20], "第1页/共",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.law("L17")
def test_an_unsold_lot_gets_its_record_and_no_confirmation(world):
    lot = world.open()
    world.close(lot)
    world.deliver()
    assert "无人出价" in text_of(world, "auction_record")
    with world.ctx.reading() as db:
        kinds = set(db.scalars(select(Paper.kind)))
    assert "deal_confirmation" not in kinds


@pytest.mark.law("L3")
def test_no_paper_of_listed_bidding_says_auction(world, sold):
    for kind in ("auction_notice", "auction_record", "deal_confirmation"):
        text = text_of(world, kind)
        for word in ("拍卖", "落槌"):
            assert word not in text, (kind, word)


def test_the_code_confirms_number_kind_and_hash_and_nothing_of_the_deal(world, sold, client):
    row = paper(world, "deal_confirmation")
    page = client.get("/papers/verify", query_string={"code": row.code.lower().replace("-", "")})
    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert row.number in html
    assert row.sha256 in html.replace(" ", "")
    assert "920,000" not in html
    assert "浙江启衡" not in html


def test_a_typed_sha256_is_compared(world, sold, client):
    row = paper(world, "deal_confirmation")
    same = client.get(
        "/papers/verify", query_string={"code": row.code, "sha256": row.sha256, "lang": "en"}
    )
    other = client.get(
        "/papers/verify", query_string={"code": row.code, "sha256": "0" * 64, "lang": "en"}
    )
    assert "not one byte differs" in same.get_data(as_text=True)
    assert "is not the document" in other.get_data(as_text=True)


def test_an_unknown_code_confirms_nothing(client):
    page = client.get("/papers/verify", query_string={"code": "AAAA-BBBB-CCCC", "lang": "en"})
    assert "No document has this code" in page.get_data(as_text=True)


@pytest.mark.threat("T8")
def test_only_parties_and_staff_may_have_the_confirmation(world, sold):
    row = paper(world, "deal_confirmation")
    with world.ctx.reading() as db:
        for person in (world.alice, world.bob, world.hugo):
            assert queries.file_of(db, person.actor, paper_id=row.id).sha256 == row.sha256
        for actor in (None, world.mallory.actor, world.carol.actor):
            with pytest.raises(NotFound):
                queries.file_of(db, actor, paper_id=row.id)


def test_the_notice_is_public(world, client):
    world.announce()
    world.deliver()
    row = paper(world, "auction_notice")
    answer = client.get(f"/papers/{row.id}/file")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.fault("F4")
def test_rendering_twice_keeps_the_first_file(world, sold):
    from marketplace.papers.reactions import render_paper

    before = paper(world, "deal_confirmation")
    render_paper(world.ctx, 0, {"paper_id": before.id})
    assert paper(world, "deal_confirmation").file_key == before.file_key
    stored = set(files.keys(world.ctx.settings, "papers"))
    with world.ctx.reading() as db:
        assert stored == set(db.scalars(select(Paper.file_key)))


def test_a_paper_without_a_required_fact_is_not_made(world):
    order = steps.Order(
        kind="deal_confirmation", title="t", facts={"subject": "x"}, thing="auction", thing_id=1
    )
    with pytest.raises(Invalid) as refused, world.ctx.transaction() as tx:
        steps.issue(tx, order)
    assert "buyer" in refused.value.facts["missing"]


def test_numbers_of_a_year_have_no_gap(world):
    with world.ctx.transaction() as tx:
        numbers = [
            steps.issue(
                tx,
                steps.Order(
                    kind="auction_record", title="t", thing="auction", thing_id=number,
                    facts=dict.fromkeys(
                        ("subject", "lot_number", "opened_at", "closed_at", "outcome",
                         "first_hash", "last_hash"), "x"),
                ),
            ).number
            for number in (1, 2, 2, 3)
        ]  # fmt: skip
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0002", "0003"]
