"""A listing's content survives its way into JSON and through the form's fields."""

from __future__ import annotations

import json
from datetime import date

from flask import Flask

from marketplace.showcase.listings import forms, wording
from marketplace.showcase.listings.assembling import content_of
from marketplace.showcase.listings.content import (
    FirstRefusal,
    LicenceGranted,
    Overlay,
    Owner,
    PatentFacts,
    digest,
    from_json,
    to_json,
)
from marketplace.showcase.listings.typed import typed_of
from marketplace.web import i18n
from tests.integration.showcase.stage import content

TODAY = date(2026, 11, 22)
CLUSTERS = [("bearings", "轴承")]


def full():
    return content(
        TODAY,
        owners=(Owner("剡溪轴承研究院", 7_000, "91330000712560575G"), Owner("陈伯钧", 3_000)),
        overlays=(
            Overlay("pledge", "沃洲银行", date(2025, 1, 2), date(2027, 1, 1), 50_000_000, "二押"),
        ),
        licences=(
            LicenceGranted("plain", "甲公司", "浙江", "家电", date(2028, 5, 31), sublicence=True),
        ),
        first_refusal=(FirstRefusal("俞素琴", "completer"),),
        service_result=True,
        transfer_modes=("assignment", "licence"),
        licence_kinds=("plain",),
        base_price_minor=100_000_000,
        base_price_basis="评估报告 2026-11",
        price_note="可分三期付款",
        patent=PatentFacts(
            number="201310699744.2",
            patent_kind="I",
            filed_on=date(2013, 12, 18),
            granted_on=date(2016, 5, 4),
            legal_status="granted",
            status_checked_on=date(2026, 11, 20),
            status_source="公开查询",
            last_paid_year=13,
            reduction="85",
            first_fee_year=3,
            has_evaluation_report=True,
            divisional=True,
        ),
    )


def test_json_gives_back_the_same_content():
    made = full()
    stored = json.loads(json.dumps(to_json(made)))
    assert from_json(stored) == made
    assert digest(stored) == digest(to_json(made))


def test_another_content_has_another_digest():
    assert digest(to_json(full())) != digest(to_json(content(TODAY)))


def test_a_field_of_a_later_version_is_not_read():
    stored = {**to_json(full()), "of_the_future": 1}
    assert from_json(stored) == full()


def test_the_form_gives_back_what_it_was_filled_with():
    app = Flask(__name__)
    i18n.install(app)
    wording.register()
    made = full()
    with app.test_request_context("/?lang=zh"):
        read = forms.all_forms("patent", typed_of(made), CLUSTERS)
        assert {name: form.errors for name, form in read.items() if form.errors} == {}
        assert content_of("patent", read) == made
