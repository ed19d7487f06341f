"""What parties can agree on: sums to the fen, stages that are whole, royalties by year."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.errors import Invalid
from marketplace.trade.orders.terms import (
    WHOLE,
    DealTerms,
    PriceForm,
    Royalty,
    RoyaltyBase,
    Stage,
    ask_sound,
    from_json,
    royalty_due,
    split,
)

STAGES = (
    Stage("资料交接", 3_000, "图纸与工艺文件"),
    Stage("样机复现", 4_000, "样机与培训"),
    Stage("变更登记", 3_000, "手续合格通知书", needs_certificate=True),
)
STAGED = DealTerms("assignment", 92_000_000, PriceForm.STAGES, STAGES)
ROYALTY = Royalty(RoyaltyBase.SALES, ((1, 500), (2, 400), (3, 300)), 3, audit="每年一次查账")


@given(
    price=st.integers(1, 10**13),
    shares=st.lists(st.integers(1, 2_000), min_size=1, max_size=7),
)
def test_the_stages_add_up_to_the_price_whatever_the_shares(price, shares):
    last = WHOLE - sum(shares)
    if last <= 0:
        shares, last = [1], WHOLE - 1
    stages = [Stage("s", points, "d") for points in (*shares, last)]
    parts = split(price, stages)
    assert sum(parts) == price
    assert all(part >= 0 for part in parts)


def test_one_sum_of_an_assignment_is_one_stage_paid_after_the_registration():
    """专利法 10: an assignment takes effect on registration (L21)."""
    (only,) = DealTerms("assignment", 1).planned()
    assert (only.basis_points, only.needs_certificate) == (WHOLE, True)
    (only,) = DealTerms("licence", 1).planned()
    assert not only.needs_certificate


def test_terms_survive_their_column():
    terms = replace(STAGED, price_form=PriceForm.ENTRY_ROYALTY, stages=(), royalty=ROYALTY)
    for one in (STAGED, terms, DealTerms("licence", 5, licence_kind="sole", licence_area="浙江省")):
        assert from_json(one.to_json()) == one


@pytest.mark.law("L52")
def test_royalties_follow_the_rate_of_each_year():
    """5/4/3 % on 1M each year → 50k, 40k, 30k; 3 % of 4,000,000 → 120,000."""
    year = 1_000_000_00
    assert royalty_due(ROYALTY, [year] * 3) == [50_000_00, 40_000_00, 30_000_00]
    fixed = replace(ROYALTY, rates=((1, 300),))
    assert royalty_due(fixed, [4_000_000_00]) == [120_000_00]
    assert royalty_due(ROYALTY, [year] * 4)[-1] == 30_000_00


@pytest.mark.law("L52")
@pytest.mark.parametrize(
    ("terms", "field", "code"),
    [
        (DealTerms("equity", 1), "mode", "orders.mode_not_offered"),
        (DealTerms("nonsense", 1), "mode", "orders.mode_not_offered"),
        (DealTerms("licence", 1, licence_kind="eternal"), "mode", "orders.licence_kind_unknown"),
        (DealTerms("assignment", 0), "price", "orders.price_wrong"),
        (DealTerms("assignment", -1), "price", "orders.price_wrong"),
        (DealTerms("assignment", 10**14), "price", "orders.price_wrong"),
        (DealTerms("assignment", True), "price", "orders.price_wrong"),
        (DealTerms("assignment", 1.5), "price", "orders.price_wrong"),  # type: ignore[arg-type]
        (replace(STAGED, stages=STAGES[:1]), "stages", "orders.stages_count"),
        (replace(STAGED, stages=STAGES[:2]), "stages", "orders.stages_not_whole"),
        (replace(STAGED, stages=STAGES * 3), "stages", "orders.stages_count"),
        (replace(STAGED, stages=(replace(STAGES[0], basis_points=0), *STAGES[1:])), "stages",
         "orders.stage_share"),
        (replace(STAGED, stages=(replace(STAGES[0], title=" "), *STAGES[1:])), "stages",
         "orders.stage_empty"),
        (replace(STAGED, stages=(*STAGES[:2], replace(STAGES[2], needs_certificate=False))),
         "stages", "orders.last_stage_needs_certificate"),
        (DealTerms("assignment", 1, stages=STAGES), "stages", "orders.stages_unasked"),
        (DealTerms("licence", 1, royalty=ROYALTY), "royalty", "orders.royalty_unasked"),
        (DealTerms("licence", 1, PriceForm.ENTRY_ROYALTY), "royalty", "orders.royalty_incomplete"),
        (DealTerms("licence", 1, PriceForm.ENTRY_ROYALTY, royalty=replace(ROYALTY, audit="")),
         "royalty", "orders.royalty_incomplete"),
        (DealTerms("licence", 1, PriceForm.ENTRY_ROYALTY,
                   royalty=replace(ROYALTY, rates=((2, 100),))), "royalty",
         "orders.royalty_years"),
        (DealTerms("licence", 1, PriceForm.ENTRY_ROYALTY,
                   royalty=replace(ROYALTY, rates=((1, 10_001),))), "royalty",
         "orders.royalty_rate"),
        (DealTerms("licence", 1, PriceForm.ENTRY_ROYALTY,
                   royalty=replace(ROYALTY, statement_months=5)), "royalty",
         "orders.royalty_statements"),
        (DealTerms("licence", 1, text="字" * 2_001), "text", "orders.too_long"),
    ],
)  # fmt: skip
def test_unsound_terms_are_refused_at_their_field(terms, field, code):
    with pytest.raises(Invalid) as refused:
        ask_sound(terms, allowed_modes=("assignment", "licence"))
    assert refused.value.facts["errors"][field] == [code]


@pytest.mark.parametrize(
    "terms",
    [
        STAGED,
        DealTerms("assignment", 1),
        DealTerms("licence", 10**13, licence_kind="exclusive"),
        DealTerms("licence", 5, PriceForm.ENTRY_ROYALTY, royalty=ROYALTY),
    ],
)
def test_sound_terms_pass_as_they_are(terms):
    assert ask_sound(terms, allowed_modes=("assignment", "licence")) is terms
