"""The commission: tiered, dated, never rising with the price, shown before anybody commits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.treasury.escrow.commands import SetTariff, set_tariff
from marketplace.treasury.escrow.models import Tariff
from marketplace.treasury.escrow.queries import commission_of
from rules.auction_sums import Tier
from rules.days import local_date
from tests.integration.trade.world import Browser, TradeWorld

MILLION = 1_000_000_00


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    return TradeWorld(ctx, clock)


def tariff(world, days: int = 1, **changes) -> SetTariff:
    plain = {
        "effective_from": local_date(world.clock()) + timedelta(days=days),
        "buyer": (Tier(0, 200), Tier(MILLION, 100)),
        "seller": (Tier(0, 300),),
        "why": "按办公会决定",
    }
    return SetTariff(**(plain | changes))


def fees(world, price: int, *, days: int) -> tuple[int, int]:
    day = local_date(world.clock()) + timedelta(days=days)
    with world.ctx.reading() as db:
        found = commission_of(db, price, on=day)
    return found.buyer_minor, found.seller_minor


@pytest.mark.law("L20")
def test_a_deal_keeps_the_tariff_of_its_day(world):
    set_tariff(world.tao.ctx, tariff(world, 5))
    set_tariff(world.tao.ctx, tariff(world, 10, buyer=(Tier(0, 0),)))
    price = 2 * MILLION
    assert fees(world, price, days=4) == (price * 2 // 100, price * 2 // 100)  # the option
    assert fees(world, price, days=5) == (20_000_00 + 10_000_00, 60_000_00)
    assert fees(world, price, days=9) == fees(world, price, days=5)
    assert fees(world, price, days=10) == (0, 60_000_00)


@pytest.mark.law("L20")
@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ((Tier(0, 300), Tier(MILLION, 400)), "escrow.tiers_rise"),
        ((Tier(0, 501),), "escrow.commission_above_cap"),
        ((Tier(1, 100),), "escrow.tiers_begin_above_zero"),
        ((Tier(0, -1),), "escrow.negative_rate"),
    ],
)
def test_what_the_law_refuses_is_no_tariff(world, tiers, code):
    for side in ("buyer", "seller"):
        with pytest.raises(Invalid) as refused:
            set_tariff(world.tao.ctx, tariff(world, **{side: tiers}))
        assert refused.value.code == code


def test_only_the_treasurer_sets_a_coming_day_and_each_day_once(world):
    with pytest.raises(Forbidden):
        set_tariff(world.rui.ctx, tariff(world))
    for wrong in (tariff(world, 0), tariff(world, why=" ")):
        with pytest.raises(Invalid):
            set_tariff(world.tao.ctx, wrong)
    set_tariff(world.tao.ctx, tariff(world))
    with pytest.raises(Conflict):
        set_tariff(world.tao.ctx, tariff(world))
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(Tariff).values(why="anders"))


def test_everybody_reckons_before_a_deal_and_the_treasurer_sets_the_next(app, world):
    visitor, tao = Browser(app, world), Browser(app, world, world.tao)
    assert "¥1,020,000.00" in visitor.text("/treasury/commission", price="100万", lang="en")
    assert visitor.get("/treasury/commission", price="x").status_code == 200
    day = (local_date(world.clock()) + timedelta(days=1)).isoformat()
    form = {"effective_from": day, "buyer": "0 2; 1000000 1.5", "seller": "0 3", "why": "试行"}
    assert tao.post("/treasury/tariff", **(form | {"buyer": "viel"})).status_code == 422
    assert tao.post("/treasury/tariff", **form).status_code == 303
    assert "1.5 %" in tao.text("/treasury/tariff")
