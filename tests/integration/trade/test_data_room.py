"""The data room of a lot: from the display on, for signed-up bidders who promised secrecy."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import typst
from pypdf import PdfReader
from sqlalchemy import select, text, update

from marketplace.kernel import files
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.papers import watermark
from marketplace.showcase.listings.models import ListingFile, ListingVersion
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.commands import reading
from marketplace.trade.auctions.commands.reading import PromiseSecrecy
from marketplace.trade.auctions.data_room import PROMISE_SHA256
from marketplace.trade.auctions.models import Reading
from tests.integration.trade.world import Browser

BASE = "/trade/auctions"
SECRET = "Quench at 845 degrees"


@pytest.fixture
def browse(app, world):
    return lambda person=None: Browser(app, world, person)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory) -> bytes:
    source = tmp_path_factory.mktemp("pdf") / "secret.typ"
    source.write_text(f"#set page(width: 300pt, height: 200pt)\n{SECRET}\n#pagebreak()\nPage two")
    return typst.compile(str(source))


@pytest.fixture
def file_id(world, pdf) -> int:
    """A confidential document in the published version of Alice's listing."""
    return confidential(world, pdf, name="工艺卡.pdf", media_type="application/pdf")


def confidential(world, content: bytes, *, name: str, media_type: str) -> int:
    stored = files.put(world.ctx.settings, content, area="listings")
    with world.ctx.transaction() as tx:
        row = ListingFile(
            listing_id=world.listing_id, role="confidential", public=False, name=name,
            caption="热处理工艺卡", media_type=media_type, size=stored.size, sha256=stored.sha256,
            key=stored.key, uploaded_at=tx.now, uploaded_by=world.alice.id,
        )  # fmt: skip
        tx.db.add(row)
        tx.db.flush()
        version = tx.db.scalars(
            select(ListingVersion).where(ListingVersion.listing_id == world.listing_id)
        ).one()
        shown = [*version.content.get("files", []), row.id]
        tx.db.execute(
            update(ListingVersion)
            .where(ListingVersion.id == version.id)
            .values(content=version.content | {"files": shown})
        )
        return row.id


def promise(person, lot: int) -> None:
    reading.promise_secrecy(person.ctx, PromiseSecrecy(lot, True, PROMISE_SHA256))


def readings(world) -> list[Reading]:
    with world.ctx.reading() as db:
        return list(db.scalars(select(Reading).order_by(Reading.id)))


def test_a_signed_up_bidder_promises_and_reads_with_his_name_on_every_page(world, browse, file_id):
    lot = world.announce()
    world.sign_up(world.bob, lot)
    bob = browse(world.bob)
    page = bob.text(f"{BASE}/{lot}/documents")
    digest = re.search(r'name="text" value="([0-9a-f]{64})"', page)[1]
    assert f"/documents/{file_id}" not in page
    done = bob.post(f"{BASE}/{lot}/documents/promise", accepts="y", text=digest)
    assert done.status_code == 303
    assert f"/documents/{file_id}" in bob.text(f"{BASE}/{lot}/documents")
    answer = bob.get(f"{BASE}/{lot}/documents/{file_id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.get_data())).pages]
    assert len(pages) == 2
    assert SECRET in pages[0]
    for page in pages:
        marks = re.sub(r"\s", "", page)
        assert world.bob.actor.organisation_name in marks
        assert "Bob" in marks
    (line,) = readings(world)
    assert (line.user_id, line.file_id) == (world.bob.id, file_id)


@pytest.mark.threat("T8")
def test_nobody_else_reads_a_word_of_it(world, browse, file_id):
    lot = world.announce()
    other = world.announce(listing_id=world.listing(title="另一标的"))
    world.sign_up(world.bob, lot)
    promise(world.bob, lot)
    world.sign_up(world.carol, lot)  # no promise yet
    world.sign_up(world.dora, other)  # of another lot
    expected = {None: 303, "carol": 404, "dora": 404, "mallory": 404, "hugo": 403, "alice": 404}
    for name, status in expected.items():
        person = None if name is None else getattr(world, name)
        answer = browse(person).client.get(f"{BASE}/{lot}/documents/{file_id}")
        assert answer.status_code == status, name
        assert SECRET.encode() not in answer.get_data()
    assert browse(world.bob).get(f"{BASE}/{other}/documents/{file_id}").status_code == 404
    assert browse(world.bob).get(f"{BASE}/{lot}/documents/{file_id + 1}").status_code == 404
    assert readings(world) == []


@pytest.mark.law("L14")
def test_the_room_opens_with_the_display_and_says_so_before(world, browse, file_id):
    later = world.clock() + timedelta(days=3)
    lot = world.announce(display_from=later)
    world.sign_up(world.bob, lot)
    with pytest.raises(Conflict):
        promise(world.bob, lot)
    page = browse(world.bob).text(f"{BASE}/{lot}/documents", lang="en")
    assert "not open yet" in page
    world.clock.now = later
    promise(world.bob, lot)
    assert browse(world.bob).get(f"{BASE}/{lot}/documents/{file_id}").status_code == 200


@pytest.mark.threat("T8")
def test_a_refused_bidder_and_a_closed_lot_end_the_reading_and_the_winner_reads_on(
    world, browse, file_id
):
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.sign_up(world.dora, lot)
    for person in (world.bob, world.carol, world.dora):
        promise(person, lot)
    with world.ctx.reading() as db:
        from marketplace.trade.auctions.models import Signup

        signup = db.scalar(
            select(Signup.id).where(Signup.organisation_id == world.dora.organisation_id)
        )
    commands.refuse_bidder(world.hugo.ctx, commands.RefuseBidder(lot, signup, "材料不实"))
    path = f"{BASE}/{lot}/documents/{file_id}"
    assert browse(world.dora).get(path).status_code == 404
    assert browse(world.carol).get(path).status_code == 200
    world.bid(world.bob, lot, 900_000)
    world.close(lot)
    assert browse(world.carol).get(path).status_code == 404
    assert browse(world.bob).get(path).status_code == 200


def test_the_promise_needs_its_tick_its_text_and_somebody_who_may_bind_his_organisation(
    world, file_id
):
    from marketplace.kernel.actor import MemberRole

    lot = world.announce()
    world.sign_up(world.bob, lot)
    with pytest.raises(Invalid):
        reading.promise_secrecy(world.bob.ctx, PromiseSecrecy(lot, False, PROMISE_SHA256))
    with pytest.raises(Conflict):
        reading.promise_secrecy(world.bob.ctx, PromiseSecrecy(lot, True, "0" * 64))
    reader = world.join("Rita", world.bob.organisation_id, role=MemberRole.READ_ONLY)
    with pytest.raises(Forbidden):
        promise(reader, lot)
    promise(world.bob, lot)
    promise(world.bob, lot)  # once more changes nothing


@pytest.mark.threat("T8")
def test_each_person_of_an_organisation_promises_for_himself(world, browse, file_id):
    lot = world.announce()
    world.sign_up(world.bob, lot)
    promise(world.bob, lot)
    colleague = world.join("Ben", world.bob.organisation_id)
    path = f"{BASE}/{lot}/documents/{file_id}"
    assert browse(colleague).get(path).status_code == 404
    promise(colleague, lot)
    assert browse(colleague).get(path).status_code == 200
    assert [line.user_id for line in readings(world)] == [colleague.id]


@pytest.mark.threat("T10")
def test_seller_and_staff_see_the_record_by_paddles(world, browse, file_id):
    lot = world.announce()
    world.sign_up(world.bob, lot)
    promise(world.bob, lot)
    browse(world.bob).get(f"{BASE}/{lot}/documents/{file_id}")
    for person in (world.alice, world.hugo):
        page = browse(person).text(f"{BASE}/{lot}/documents", lang="zh")
        assert re.search(r"<td>竞买人 \d+</td>", page)
        assert world.bob.actor.organisation_name not in page
    assert world.bob.actor.organisation_name not in browse().text(f"{BASE}/{lot}/documents")


@pytest.mark.threat("T23")
def test_the_database_refuses_to_change_the_record(world, browse, file_id):
    lot = world.announce()
    world.sign_up(world.bob, lot)
    promise(world.bob, lot)
    browse(world.bob).get(f"{BASE}/{lot}/documents/{file_id}")
    for table in ("trade_auction_reading", "trade_auction_promise"):
        with pytest.raises(Exception, match="append-only"), world.ctx.transaction() as tx:
            tx.db.execute(text(f"DELETE FROM {table}"))


def test_what_cannot_carry_a_name_does_not_leave_the_market(world, browse):
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    number = confidential(world, b"PK\x03\x04", name="配方.docx", media_type=office)
    broken = confidential(world, b"%PDF-1.7 %%EOF", name="坏.pdf", media_type="application/pdf")
    lot = world.announce()
    world.sign_up(world.bob, lot)
    promise(world.bob, lot)
    bob = browse(world.bob)
    assert f"/documents/{number}" not in bob.text(f"{BASE}/{lot}/documents")
    assert bob.get(f"{BASE}/{lot}/documents/{number}").status_code == 409
    assert bob.get(f"{BASE}/{lot}/documents/{broken}").status_code == 422


@pytest.mark.parametrize("pages", [1, 2, 3, 33])
def test_every_page_of_a_document_is_marked(tmp_path, pages):
    (tmp_path / "a.typ").write_text(f"#for i in range({pages}) {{ page[Page #i] }}")
    made = watermark.marked(
        typst.compile(str(tmp_path / "a.typ")), "application/pdf", lines=["竞买人 17"]
    )
    found = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert len(found) == pages
    assert all("竞买人" in page for page in found)


@pytest.mark.threat("T18")
def test_a_document_with_too_many_pages_is_refused(tmp_path, monkeypatch):
    (tmp_path / "a.typ").write_text(
        f"#for i in range({watermark.MOST_PAGES + 5}) {{ page(width: 9pt, height: 9pt)[] }}"
    )
    with pytest.raises(Invalid):
        watermark.marked(typst.compile(str(tmp_path / "a.typ")), "application/pdf", lines=["x"])
