"""公示: the four contents, two postings, fifteen days, objections; and nobody signs before."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.identity.organisations.models import Organisation
from marketplace.kernel import files
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.papers.models import Paper
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.states import State as OrderState
from marketplace.trade.orders.terms import DealTerms
from marketplace.trade.publicity import commands, queries
from marketplace.trade.publicity.models import Objection
from marketplace.trade.publicity.states import State
from rules.days import local_date, start_of
from tests.integration.trade.contract_world import PRICE, DealWorld


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    world = DealWorld(ctx, clock)
    with ctx.transaction() as tx:
        tx.db.get_one(Organisation, world.alice.organisation_id).state_founded = True
    return world


@pytest.fixture
def order(world) -> int:
    with world.ctx.transaction() as tx:
        return orders.open_order(tx, orders.Agreed(
            origin="offer", origin_id=77, listing_id=world.listing_id,
            buyer_organisation_id=world.bob.organisation_id,
            buyer_name=world.bob.actor.organisation_name,
            terms=DealTerms("assignment", PRICE), way="negotiated"))  # fmt: skip


def showing(world, order, **changes) -> commands.Start:
    plain = commands.Start(
        order, summary="两段曲率兜孔保持架，振动值由46 dB降至38 dB。", basis="经三家机构询价确定。",
        completers=("俞素琴", "石文静"), related=False, related_note="",
        procedure="公示期内以书面形式向科研处提出，十个工作日内答复。", contact="科研处 0575-00000001",
        unit_place="学校信息公开栏", unit_from=local_date(world.clock()),
    )  # fmt: skip
    return replace(plain, **changes)


def start(world, order, **changes) -> int:
    return commands.start(world.alice.ctx, showing(world, order, **changes))


def line(world, publicity_id):
    with world.ctx.reading() as db:
        return queries.page(db, publicity_id).line


def objected(world, publicity_id) -> int:
    said = commands.Object(publicity_id, "王某", "13905750000", "本人为共同完成人，未署名。")
    return commands.object_to(world.ctx, said)


def state(world, order) -> str:
    with world.ctx.reading() as db:
        return db.get_one(Order, order).state


def over(world, publicity_id) -> None:
    world.clock.now = start_of(line(world, publicity_id).ends_on + timedelta(days=1))


@pytest.mark.law("L34")
def test_fifteen_days_later_it_is_certified_and_the_contract_may_be_signed(world, order):
    with pytest.raises(Conflict) as refused, world.ctx.transaction() as tx:
        orders.mark_signed(tx, order)
    assert refused.value.code == "orders.publicity_owed"
    shown = start(world, order)
    assert state(world, order) == OrderState.PUBLICITY
    last = line(world, shown).ends_on
    assert (last - local_date(world.clock())).days >= 15
    world.clock.now = start_of(last + timedelta(days=1)) - timedelta(seconds=1)
    assert commands.clear_due(world.ctx) == 0
    over(world, shown)
    assert commands.clear_due(world.ctx) == 1
    assert commands.clear_due(world.ctx) == 0
    world.deliver()
    assert (line(world, shown).state, state(world, order)) == (State.CLEARED, OrderState.AGREED)
    text = certificate(world)
    for words in ("公示结果证明", "两段曲率兜孔保持架", "俞素琴、石文静", "学校信息公开栏",
                  "玖拾贰万元整", "公示期内未收到异议"):  # fmt: skip
        assert words in text, words


def certificate(world) -> str:
    with world.ctx.reading() as db:
        paper = db.scalars(select(Paper).where(Paper.kind == "publicity_certificate")).one()
    assert paper.is_public
    content = files.get(world.ctx.settings, paper.file_key)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.law("L34")
def test_an_open_objection_holds_the_contract_up_until_it_is_answered(world, order):
    shown = start(world, order)
    objection = objected(world, shown)
    world.deliver()
    assert "publicity.objection" in {kind for kind, _facts in world.inbox(world.alice)}
    over(world, shown)
    assert commands.clear_due(world.ctx) == 0
    commands.reply(
        world.alice.ctx, commands.Reply(shown, objection, upheld=False, text="经查已署名。")
    )
    assert commands.clear_due(world.ctx) == 1
    with pytest.raises(Conflict):
        commands.reply(world.alice.ctx, commands.Reply(shown, objection, upheld=True, text="再议"))


@pytest.mark.law("L34")
def test_an_upheld_objection_ends_the_deal(world, order):
    shown = start(world, order)
    objection = objected(world, shown)
    commands.reply(
        world.alice.ctx, commands.Reply(shown, objection, upheld=True, text="完成人遗漏。")
    )
    assert (line(world, shown).state, state(world, order)) == ("stopped", OrderState.CANCELLED)
    assert world.agreed(), "the listing is on sale again"


@pytest.mark.law("L34")
def test_another_content_starts_the_fifteen_days_again(world, order):
    first = start(world, order)
    world.clock.forward(days=9)
    second = start(world, order, related=True, related_note="受让方法定代表人为完成人配偶")
    assert line(world, first).state == State.RESTARTED
    assert line(world, second).ends_on > line(world, first).ends_on
    assert line(world, second).version == 2
    over(world, first)
    assert commands.clear_due(world.ctx) == 0


@pytest.mark.law("L34")
@pytest.mark.parametrize(
    "missing", ["summary", "basis", "procedure", "contact", "unit_place", "completers"]
)
def test_nothing_is_shown_without_each_of_the_laws_contents(world, order, missing):
    empty = {missing: () if missing == "completers" else " "}
    with pytest.raises(Invalid) as refused:
        start(world, order, **empty)
    assert missing in refused.value.facts["errors"]


@pytest.mark.law("L34")
def test_a_related_party_is_marked_with_its_relation(world, order):
    with pytest.raises(Invalid) as refused:
        start(world, order, related=True)
    assert "related_note" in refused.value.facts["errors"]
    with pytest.raises(Invalid):
        start(world, order, unit_from=local_date(world.clock()) + timedelta(days=1))


@pytest.mark.law("L33")
def test_an_enterprise_owes_none(world):
    with world.ctx.transaction() as tx:
        tx.db.get_one(Organisation, world.alice.organisation_id).state_founded = False
    order_id = world.agreed()
    with pytest.raises(Conflict) as refused:
        start(world, order_id)
    assert refused.value.code == "publicity.not_owed"


def test_the_seller_alone_starts_and_answers_and_objections_come_in_time(world, order):
    with pytest.raises(Forbidden):
        commands.start(world.bob.ctx, showing(world, order))
    with pytest.raises(NotFound):
        commands.start(world.mallory.ctx, showing(world, order))
    shown = start(world, order)
    objection = objected(world, shown)
    for person in (world.bob, world.rui):
        with pytest.raises(NotFound):
            commands.reply(person.ctx, commands.Reply(shown, objection, upheld=False, text="无"))
    over(world, shown)
    with pytest.raises(Conflict) as refused:
        objected(world, shown)
    assert refused.value.code == "publicity.over"
    with pytest.raises(Invalid):
        commands.object_to(world.ctx, commands.Object(shown, "", "1", "x"))


@pytest.mark.threat("T9")
def test_who_objects_is_sealed_in_the_database_and_told_to_the_unit_only(world, order):
    shown = start(world, order)
    objected(world, shown)
    with world.ctx.reading() as db:
        row = db.scalars(select(Objection)).one()
        assert "王某" not in row.name_sealed
        assert "13905750000" not in row.contact_sealed
        page = queries.page(db, shown)
        settings = world.ctx.settings
        for person in (None, world.bob.actor, world.mallory.actor, world.tao.actor):
            assert queries.objections(db, settings, person, page.line) == ()
        told = queries.objections(db, settings, world.alice.actor, page.line)
    assert [(one.name, one.contact) for one in told] == [("王某", "13905750000")]
