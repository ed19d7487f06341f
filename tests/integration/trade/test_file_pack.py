"""The file pack of a public notice: complete with all five parts, and told when it is not (L36)."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from marketplace.identity.organisations.models import Organisation
from marketplace.kernel import files
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.trade.publicity import commands, file_pack
from tests.integration.trade.contract_world import DealWorld
from tests.integration.trade.test_publicity import objected, order, start
from tests.integration.trade.world import Browser

__all__ = ["order"]


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    world = DealWorld(ctx, clock)
    with ctx.transaction() as tx:
        tx.db.get_one(Organisation, world.alice.organisation_id).state_founded = True
    return world


def attach(world, publicity_id: int, purpose: str, person=None, name: str = "纪要.pdf") -> int:
    kept = files.put(world.ctx.settings, b"%PDF-1.7 decision", area="publicity")
    command = file_pack.AttachFile(
        publicity_id, purpose, name, "application/pdf", kept.size, kept.sha256, kept.key
    )
    return file_pack.attach_file((person or world.alice).ctx, command)


def unpacked(world, publicity_id: int, person=None) -> dict[str, bytes]:
    content = file_pack.pack(world.ctx, (person or world.alice).actor, publicity_id)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def listing(world, publicity_id: int) -> str:
    return unpacked(world, publicity_id)["00-材料清单.txt"].decode("utf-8-sig")


def ended(world, publicity_id: int) -> None:
    world.clock.now += timedelta(days=40)
    commands.clear_due(world.ctx)
    world.deliver()


@pytest.mark.law("L36")
def test_with_all_five_parts_the_pack_is_complete(world, order):
    number = start(world, order)
    for purpose in ("decision", "valuation"):
        attach(world, number, purpose)
    assert "不完整，缺少：公示证明、异议及处理" in listing(world, number)
    ended(world, number)
    assert "材料状态：完整" in listing(world, number)
    names = unpacked(world, number)
    for part in file_pack.PARTS.values():
        assert any(name.startswith(f"{part}/") for name in names), part
    assert any(name.endswith(".pdf") and "公示证明" in name for name in names)


@pytest.mark.law("L36")
def test_what_is_missing_is_named(world, order):
    number = start(world, order)
    ended(world, number)
    assert "不完整，缺少：决策文件、评估或定价依据" in listing(world, number)


@pytest.mark.threat("T8")
def test_the_pack_is_for_seller_and_reviewer_and_keeps_objectors_sealed(world, order):
    number = start(world, order)
    objected(world, number)
    attach(world, number, "decision", name="../../逃逸.pdf")
    for person in (world.bob, world.mallory):
        with pytest.raises(NotFound):
            unpacked(world, number, person)
        with pytest.raises(Forbidden):
            attach(world, number, "decision", person)
    parts = unpacked(world, number, world.rui)
    together = b"".join(parts.values())
    assert "未署名".encode() in together
    assert b"13905750000" not in together
    assert "王某".encode() not in together
    assert not any(".." in name.split("/") for name in parts)
    with pytest.raises(Invalid):
        attach(world, number, "something")


def test_the_page_shows_the_pack_to_the_seller_alone(world, order, app):
    number = start(world, order)
    at = f"/trade/publicity/{number}"
    seller = Browser(app, world, world.alice)
    assert "data-pack" in seller.text(at)
    assert "data-pack" not in Browser(app, world, world.bob).text(at)
    answer = seller.get(f"{at}/pack.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    sent = {"file": (io.BytesIO(b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"), "会议纪要.pdf")}
    assert seller.post(f"{at}/files/decision", **sent).status_code == 303
    assert "会议纪要" in seller.text(at)
