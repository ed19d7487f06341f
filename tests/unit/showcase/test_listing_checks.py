"""What the market checks by itself before a person looks: one test per rule and edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.showcase.listings.checks import LONGEST, Surroundings
from marketplace.showcase.listings.consents import Answer
from marketplace.showcase.listings.content import (
    FirstRefusal,
    LicenceGranted,
    Overlay,
    Owner,
    PatentFacts,
)
from marketplace.showcase.listings.findings import findings, key_of
from marketplace.showcase.listings.own import idle_since
from tests.integration.showcase.stage import content

TODAY = date(2026, 11, 22)
SELLER = "剡溪轴承研究院"


def about(**changes):
    return Surroundings(**{"today": TODAY, "seller_name": SELLER, **changes})


def codes(made, **changes):
    return {one.code for one in findings(made, about(**changes))}


def blocks(made, **changes):
    return {one.code for one in findings(made, about(**changes)) if one.blocks}


def warns(made, **changes):
    return {one.code for one in findings(made, about(**changes)) if not one.blocks}


def patent(**changes):
    return content(TODAY, patent=replace(content(TODAY).patent, **changes))


def answered(party, name, answer, on=TODAY):
    return Answer(party, name, answer, on, None, "")


def test_a_whole_listing_has_no_finding():
    assert findings(content(TODAY), about()) == []


@pytest.mark.parametrize(
    "name", ["title", "summary", "problem", "solution", "advantage", "cluster", "keywords"]
)
def test_a_missing_field_blocks(name):
    made = content(TODAY, **{name: () if name == "keywords" else ""})
    (found,) = findings(made, about())
    assert (found.code, found.facts["field"], found.blocks) == ("field_missing", name, True)


def test_the_advantage_holds_a_number():
    assert blocks(content(TODAY, advantage="噪声更低，寿命更长")) == {"advantage_without_number"}
    assert blocks(content(TODAY, advantage="噪声低８dB")) == set()


@pytest.mark.law("L7")
def test_defects_are_stated_even_if_none():
    assert "defects_missing" in blocks(content(TODAY, defects=" "))
    assert blocks(content(TODAY, defects="未发现")) == set()


def test_overlong_texts_are_refused():
    for name, most in LONGEST.items():
        fine, long = "1" * most, "1" * (most + 1)
        assert "field_too_long" not in codes(content(TODAY, **{name: fine}))
        assert "field_too_long" in blocks(content(TODAY, **{name: long}))
    assert "too_many_values" in blocks(content(TODAY, keywords=tuple(map(str, range(21)))))


def test_values_that_no_rule_knows_are_told_and_nothing_else_runs():
    for changes in (
        {"pricing_mode": "gift"},
        {"step": "moon"},
        {"transfer_modes": ("steal",)},
        {"licence_kinds": ("for ever",)},
        {"industries": ("gold",)},
        {"overlays": (Overlay("curse"),)},
        {"first_refusal": (FirstRefusal("x", "uncle"),)},
        {"trl": 10},
    ):
        assert codes(content(TODAY, **changes)) == {"unknown_value"}
    assert codes(patent(legal_status="dead")) == {"unknown_value"}


def test_readiness_and_step_must_fit():
    assert warns(content(TODAY, trl=4, step="pilot")) == {"maturity_mismatch"}
    assert codes(content(TODAY, trl=7, step="pilot")) == set()


# -- the number ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("201310699744.3", "number_wrong_check"),
        ("201310699744", "number_missing_check"),
        ("202040123456.1", "number_unknown_type"),
        ("CN112345678A", "number_publication_number"),
        ("abc", "number_bad_form"),
    ],
)
def test_a_wrong_number_is_refused(number, code):
    assert code in blocks(patent(number=number))


def test_the_right_check_character_is_named():
    (found,) = [one for one in findings(patent(number="201310699744.3"), about()) if one.blocks]
    assert found.facts["expected"] == "2"


def test_the_type_digit_is_the_kind():
    assert "number_of_other_kind" in blocks(patent(patent_kind="U"))


def test_a_year_that_differs_from_filing_warns_unless_divisional():
    assert warns(patent(filed_on=date(2012, 12, 18))) == {"number_of_other_year"}
    assert codes(patent(filed_on=date(2012, 12, 18), divisional=True)) == set()


@pytest.mark.law("L68")
def test_zl_on_what_is_not_in_force_is_told():
    made = patent(number="ZL201310699744.2", legal_status="examination", granted_on=None)
    assert "zl_not_in_force" in warns(made)
    assert "zl_not_in_force" not in codes(patent(number="ZL201310699744.2"))


def test_designs_have_locarno_classes_and_no_ipc():
    made = patent(number="202330045678.1", patent_kind="D", filed_on=date(2023, 2, 1),
                  granted_on=date(2023, 8, 1))  # fmt: skip
    assert {"design_with_ipc", "field_missing"} <= blocks(made)
    assert blocks(replace(made, ipc=(), locarno=("08-06",))) == set()
    assert "class_unknown_class" in blocks(replace(made, ipc=(), locarno=("33-01",)))
    assert "class_unknown_section" in blocks(content(TODAY, ipc=("I16C 19/06",)))


# -- status, dates, fees -----------------------------------------------------------------------


def test_the_legal_status_is_dated_proven_and_fresh():
    assert "status_date_missing" in blocks(patent(status_checked_on=None))
    assert "status_date_to_come" in blocks(patent(status_checked_on=TODAY + timedelta(days=1)))
    assert "status_stale" not in codes(patent(status_checked_on=TODAY - timedelta(days=90)))
    assert "status_stale" in blocks(patent(status_checked_on=TODAY - timedelta(days=91)))
    assert "status_evidence_missing" in blocks(patent(status_source=""))
    proven = replace(patent(status_source=""), files=(7,))
    assert "status_evidence_missing" not in codes(proven, files={7: "evidence"})
    assert "status_evidence_missing" in blocks(proven, files={7: "picture"})


def test_dates_must_be_possible():
    assert "filing_date_to_come" in blocks(patent(filed_on=TODAY + timedelta(days=1)))
    assert "grant_date_missing" in blocks(patent(granted_on=None))
    assert "granted_before_filed" in blocks(patent(granted_on=date(2013, 1, 1)))


@pytest.mark.law("L56")
def test_a_right_that_has_ended_is_not_listed():
    assert "right_expired" in blocks(patent(filed_on=date(2006, 11, 22), divisional=True))
    assert "right_lapsed" in blocks(patent(last_paid_year=11))


@pytest.mark.law("L65")
def test_a_late_fee_warns():
    made = patent(filed_on=date(2013, 8, 18), last_paid_year=13, divisional=True)
    assert "fee_in_grace" in warns(made)


def test_a_right_that_ends_before_registration_warns():
    made = patent(filed_on=date(2007, 1, 5), divisional=True)
    assert "lapses_before_registration" in warns(made)


# -- owners, burdens, first refusal --------------------------------------------------------------


@pytest.mark.law("L62")
def test_every_co_owner_consents_unless_one_may_act_alone():
    owners = (Owner(SELLER, 7_000), Owner("陈伯钧", 3_000))
    made = content(TODAY, owners=owners)
    assert blocks(made) == {"co_owner_consent_missing"}
    agreed = (answered("owner", "陈伯钧", "consented"),)
    assert blocks(made, answers=agreed) == set()
    assert blocks(made, answers=(answered("owner", "陈伯钧", "refused"),)) != set()
    plain = replace(made, transfer_modes=("licence",), licence_kinds=("plain",))
    assert blocks(plain) == set()
    sole = replace(made, transfer_modes=("licence",), licence_kinds=("exclusive",))
    assert blocks(sole) == {"co_owner_consent_missing"}


def test_shares_make_a_whole():
    made = content(TODAY, owners=(Owner(SELLER, 7_000), Owner("乙", 2_000)))
    assert "shares_not_whole" in blocks(made)
    assert "share_out_of_range" in blocks(content(TODAY, owners=(Owner(SELLER, 0),)))
    assert "shares_not_whole" not in codes(content(TODAY, owners=(Owner(SELLER), Owner("乙"))))


@pytest.mark.law("L63")
def test_a_pledge_needs_the_pledgee():
    made = content(TODAY, overlays=(Overlay("pledge", "沃洲银行"),))
    assert blocks(made) == {"overlay_forbids"}
    assert blocks(made, answers=(answered("pledgee", "沃洲银行", "consented"),)) == set()


@pytest.mark.law("L64")
@pytest.mark.parametrize("kind", ["preservation", "suspension"])
def test_a_preserved_or_suspended_right_is_not_sold(kind):
    made = content(TODAY, overlays=(Overlay(kind),))
    assert "overlay_forbids" in blocks(made)
    licensed = replace(made, transfer_modes=("licence",), licence_kinds=("plain",))
    assert blocks(licensed) == set()
    assert "overlay_warns" in warns(licensed)


@pytest.mark.law("L33")
def test_a_state_secret_is_not_listed():
    made = content(TODAY, overlays=(Overlay("state_secret"),))
    assert "overlay_forbids" in blocks(made)


@pytest.mark.law("L57")
def test_older_licences_are_told_to_the_buyer():
    made = content(TODAY, licences=(LicenceGranted("plain", "甲公司"),))
    assert warns(made) == {"running_licence_survives"}


@pytest.mark.law("L55")
def test_an_unstated_licence_is_plain_and_a_sub_licence_too():
    assert "licence_kind_taken_as_plain" in warns(content(TODAY, licences=(LicenceGranted(""),)))
    made = content(TODAY, licences=(LicenceGranted("exclusive", "甲", sublicence=True),))
    assert "sublicence_is_plain" in warns(made)


@pytest.mark.law("L56")
def test_a_licence_does_not_outlive_the_right():
    def until(day):
        return blocks(content(TODAY, licences=(LicenceGranted("plain", "甲", until=day),)))

    assert "licence_beyond_life" not in until(date(2033, 12, 17))
    assert "licence_beyond_life" in until(date(2033, 12, 18))


@pytest.mark.law("L53")
def test_completers_are_named_and_asked_before_a_transfer():
    made = content(TODAY, service_result=True)
    assert "completers_not_named" in blocks(made)
    named = replace(made, first_refusal=(FirstRefusal("俞素琴"),))
    assert blocks(named) == set()
    assert "first_refusal_not_asked" in warns(named)
    waived = (answered("first_refusal", "俞素琴", "waived"),)
    assert codes(named, answers=waived) == set()
    licensed = replace(named, transfer_modes=("licence",), licence_kinds=("plain",))
    assert codes(licensed) == set()


@pytest.mark.law("L53")
def test_one_waiver_does_not_stand_for_another():
    made = content(
        TODAY, service_result=True, first_refusal=(FirstRefusal("俞素琴"), FirstRefusal("章立夫"))
    )
    found = findings(made, about(answers=(answered("first_refusal", "俞素琴", "waived"),)))
    assert [one.facts["holder"] for one in found] == ["章立夫"]


# -- price, wording ---------------------------------------------------------------------------------


@pytest.mark.law("L66")
def test_an_open_licence_needs_price_force_report_and_no_praise():
    made = content(TODAY, transfer_modes=("licence",), licence_kinds=("open",))
    assert blocks(made) == set()
    assert "open_licence_needs_price" in blocks(
        replace(made, pricing_mode="negotiated", price_minor=None)
    )
    exclusive = replace(made, licences=(LicenceGranted("exclusive", "甲"),))
    assert "licence_conflict" in blocks(exclusive)
    um = replace(
        made,
        patent=PatentFacts(
            "202221234567.1", "U", date(2022, 5, 12), date(2022, 11, 1), "granted",
            TODAY, "公开查询",
        ),
    )  # fmt: skip
    assert "evaluation_report_missing" in blocks(um)
    reported = replace(um, patent=replace(um.patent, has_evaluation_report=True))
    assert blocks(reported) == set()
    assert "word" in codes(replace(made, summary="国内最先进的保持架，降噪 8 dB。"))


@pytest.mark.law("L35")
def test_a_state_founded_seller_names_a_base_price_and_its_basis():
    made = content(TODAY)
    assert blocks(made, state_founded=True) == {"base_price_missing"}
    based = replace(made, base_price_minor=90_000_000, base_price_basis="评估报告 2026-11")
    assert blocks(based, state_founded=True) == set()
    assert "base_price_missing" in blocks(replace(based, base_price_basis=" "), state_founded=True)
    talk = replace(made, pricing_mode="negotiated", price_minor=None)
    assert blocks(talk, state_founded=True) == set()


@pytest.mark.law("L43")
def test_a_state_owned_seller_is_warned():
    assert warns(content(TODAY), state_owned=True) == {"state_owned_seller"}


@pytest.mark.law("L33")
def test_a_listed_price_is_an_amount_above_zero():
    assert "price_missing" in blocks(content(TODAY, price_minor=None))
    assert "price_not_positive" in blocks(content(TODAY, price_minor=0))
    assert blocks(content(TODAY, price_minor=1)) == set()


@pytest.mark.law("L68")
def test_an_application_is_not_called_a_patent():
    made = replace(
        patent(legal_status="examination", granted_on=None),
        title="一种已获专利的保持架",
        transfer_modes=("licence",),
        licence_kinds=("plain",),
    )
    assert "word" in blocks(made)
    assert "word" in warns(replace(made, title="保持架", solution="本专利产品采用两段曲率。"))


@pytest.mark.law("L54")
def test_denying_the_guarantee_warns():
    assert "guarantee_denied" in warns(content(TODAY, price_note="转让方不保证有效。"))


def test_contacts_stay_out_of_the_texts():
    for text in ("电话 13800138000", "微信：xinchang_01", "a@b.example.com", "0575-86021234"):
        assert "contact_in_text" in blocks(content(TODAY, solution=f"兜孔两段曲率。{text}"))
    assert codes(content(TODAY, solution="转速 13800 r/min，功率 0575 W。")) == set()


def test_two_findings_of_one_code_have_two_keys():
    made = content(TODAY, summary="国内首创", problem="行业第一")
    keys = [key_of(one) for one in findings(made, about())]
    assert len(keys) == len(set(keys)) == 2


@pytest.mark.law("L41")
def test_completers_learn_that_a_result_lies_idle():
    idle = replace(patent(granted_on=date(2025, 11, 20)), service_result=True)
    assert idle_since(idle, date(2026, 11, 20)) is None
    assert idle_since(idle, date(2026, 11, 21)) == date(2026, 11, 21)
    licensed = replace(idle, licences=(LicenceGranted("plain", "甲"),))
    assert idle_since(licensed, date(2026, 11, 21)) is None
