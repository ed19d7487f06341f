"""Who must agree before a right moves, at the edges the rule book names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.enumerations import (
    IN_FORCE,
    LicenceKind,
    Overlay,
    PatentState,
    SubjectMatter,
    TransferMode,
)
from rules.ownership import (
    Answer,
    Asked,
    Deal,
    FirstRefusal,
    Owner,
    Right,
    findings,
    is_preferred,
    pledge_consent_missing,
    pledge_split_minor,
    sublicence_findings,
    unlisted_licences,
)

TODAY = date(2026, 12, 1)
SOLE_OWNER = Right((Owner("甲大学", consented=True),), state=PatentState.GRANTED)
ASSIGN = Deal(TransferMode.ASSIGNMENT)


def licence(kind: LicenceKind | None, **more) -> Deal:
    return Deal(TransferMode.LICENCE, licence_kind=kind, **more)


PLAIN = licence(LicenceKind.PLAIN)


def codes(deal: Deal, right: Right, today: date = TODAY) -> list[tuple[str, str]]:
    return [(one.code, one.severity.value) for one in findings(deal, right, today=today)]


def with_overlays(*overlays: Overlay, **more) -> Right:
    return replace(SOLE_OWNER, overlays=frozenset(overlays), **more)


@pytest.mark.law("L62")
def test_one_of_two_owners_may_give_a_plain_licence_but_not_sell() -> None:
    right = replace(SOLE_OWNER, owners=(Owner("甲", consented=True), Owner("乙")))
    assert codes(PLAIN, right) == []
    assert codes(Deal(TransferMode.OWN_USE), right) == []
    others = [
        ASSIGN,
        Deal(TransferMode.EQUITY),
        Deal(TransferMode.JOINT),
        *(licence(kind) for kind in (LicenceKind.EXCLUSIVE, LicenceKind.SOLE, LicenceKind.OPEN)),
        licence(LicenceKind.CROSS),
    ]
    for deal in others:
        found = findings(deal, right, today=TODAY)
        assert [(one.code, one.facts["owner"]) for one in found] == [
            ("co_owner_consent_missing", "乙")
        ]
        assert codes(deal, replace(right, agreed_otherwise=True)) == []
    agreed = replace(right, owners=(Owner("甲", consented=True), Owner("乙", consented=True)))
    assert codes(ASSIGN, agreed) == []


@pytest.mark.law("L62")
def test_a_pledge_needs_every_owner() -> None:
    assert pledge_consent_missing([Owner("甲", consented=True), Owner("乙")]) == ("乙",)
    assert pledge_consent_missing([Owner("甲")]) == ()


@pytest.mark.law("L63")
def test_a_pledged_right_moves_only_with_the_pledgees_consent() -> None:
    pledged = with_overlays(Overlay.PLEDGE)
    assert codes(ASSIGN, pledged) == [("overlay_forbids", "block")]
    assert codes(PLAIN, pledged) == [("overlay_forbids", "block")]
    assert codes(licence(LicenceKind.OPEN), pledged) == [("overlay_forbids", "block")]
    assert codes(ASSIGN, replace(pledged, pledgee_consented=True)) == []
    assert pledge_split_minor(50_000_000, 30_000_000) == (30_000_000, 20_000_000)
    assert pledge_split_minor(20_000_000, 30_000_000) == (20_000_000, 0)


@pytest.mark.law("L64")
@pytest.mark.parametrize("overlay", [Overlay.PRESERVATION, Overlay.SUSPENSION])
def test_preservation_and_suspension_stop_a_sale_and_warn_a_licence(overlay: Overlay) -> None:
    held = with_overlays(overlay)
    assert codes(ASSIGN, held) == [("overlay_forbids", "block")]
    assert codes(PLAIN, held) == [("overlay_warns", "warn")]
    assert codes(licence(LicenceKind.OPEN), held) == [("open_licence_excluded", "block")]


@pytest.mark.law("L33")
def test_a_secret_right_is_blocked_altogether() -> None:
    secret = with_overlays(Overlay.STATE_SECRET)
    assert codes(ASSIGN, secret) == codes(PLAIN, secret) == [("overlay_forbids", "block")]


@pytest.mark.law("L61")
def test_a_register_change_under_way_warns() -> None:
    assert codes(ASSIGN, with_overlays(Overlay.REGISTER_CHANGE)) == [("overlay_warns", "warn")]
    assert codes(ASSIGN, with_overlays(Overlay.TERM_COMPENSATION)) == []


@pytest.mark.law("L57")
def test_older_licences_survive_a_sale_until_the_buyer_ticks_them() -> None:
    licensed = with_overlays(Overlay.EXCLUSIVE_LICENCE)
    assert codes(ASSIGN, licensed) == [("running_licence_survives", "warn")]
    assert codes(replace(ASSIGN, buyer_accepts_licences=True), licensed) == []
    assert unlisted_licences(["A"], ["A", "B"]) == ("B",)


@pytest.mark.law("L57")
@pytest.mark.law("L66")
@pytest.mark.parametrize(
    ("running", "kind", "blocked"),
    [
        (Overlay.EXCLUSIVE_LICENCE, LicenceKind.PLAIN, True),
        (Overlay.EXCLUSIVE_LICENCE, LicenceKind.OPEN, True),
        (Overlay.EXCLUSIVE_LICENCE, LicenceKind.SUBLICENCE, False),
        (Overlay.SOLE_LICENCE, LicenceKind.PLAIN, True),
        (Overlay.SOLE_LICENCE, LicenceKind.EXCLUSIVE, True),
        (Overlay.SOLE_LICENCE, LicenceKind.OPEN, True),
        (Overlay.OPEN_LICENCE, LicenceKind.EXCLUSIVE, True),
        (Overlay.OPEN_LICENCE, LicenceKind.SOLE, True),
        (Overlay.OPEN_LICENCE, LicenceKind.PLAIN, False),
        (Overlay.OPEN_LICENCE, LicenceKind.OPEN, False),
        (Overlay.PLAIN_LICENCE, LicenceKind.PLAIN, False),
    ],
)
def test_running_licences_keep_others_out(
    running: Overlay, kind: LicenceKind, blocked: bool
) -> None:
    found = codes(licence(kind), with_overlays(running))
    assert (("licence_conflict", "block") in found) is blocked


@pytest.mark.law("L57")
def test_an_exclusive_licence_beside_an_older_plain_one_warns() -> None:
    found = codes(licence(LicenceKind.EXCLUSIVE), with_overlays(Overlay.PLAIN_LICENCE))
    assert found == [("older_licence_stays_beside", "warn")]


@pytest.mark.law("L55")
def test_an_unstated_licence_is_plain_and_a_sublicence_too() -> None:
    unstated = licence(None)
    assert unstated.kind is LicenceKind.PLAIN
    assert codes(unstated, SOLE_OWNER) == [("licence_kind_taken_as_plain", "warn")]
    assert [one.code for one in sublicence_findings(LicenceKind.EXCLUSIVE)] == [
        "sublicence_is_plain"
    ]
    assert sublicence_findings(LicenceKind.PLAIN) == ()


@pytest.mark.law("L56")
def test_a_licence_ends_with_the_right_at_the_latest() -> None:
    right = replace(SOLE_OWNER, last_day=date(2028, 8, 30))
    kind = LicenceKind.PLAIN
    assert codes(licence(kind, licence_ends=date(2028, 8, 30)), right) == []
    assert codes(licence(kind, licence_ends=date(2028, 8, 31)), right) == [
        ("licence_beyond_life", "block")
    ]
    assert codes(licence(kind, licence_ends=date(2029, 1, 1)), right) == [
        ("licence_beyond_life", "block")
    ]
    assert codes(licence(kind), right) == []


@pytest.mark.law("L66")
def test_an_open_licence_needs_a_patent_in_force_and_a_report() -> None:
    deal = licence(LicenceKind.OPEN)
    assert codes(deal, SOLE_OWNER) == []
    assert codes(deal, replace(SOLE_OWNER, needs_report=True)) == [
        ("evaluation_report_missing", "block")
    ]
    assert codes(deal, replace(SOLE_OWNER, needs_report=True, has_report=True)) == []
    pending = codes(deal, replace(SOLE_OWNER, state=PatentState.PUBLISHED))
    assert ("open_licence_needs_patent_in_force", "block") in pending
    late = codes(deal, replace(SOLE_OWNER, state=PatentState.GRACE))
    assert ("open_licence_needs_patent_in_force", "block") in late


@pytest.mark.law("L53")
def test_an_unanswered_completer_stops_a_transfer_but_no_licence() -> None:
    asked = FirstRefusal("王工", Asked.COMPLETER, date(2026, 12, 1))
    right = replace(SOLE_OWNER, first_refusals=(asked,))
    assert codes(PLAIN, right) == []
    assert codes(ASSIGN, right) == [("first_refusal_unanswered", "block")]
    # 15 days from 12-01 end on Wednesday 12-16, 24:00.
    assert codes(ASSIGN, right, date(2026, 12, 16)) == [("first_refusal_unanswered", "block")]
    assert codes(ASSIGN, right, date(2026, 12, 17)) == []
    unasked = replace(right, first_refusals=(replace(asked, asked_on=None),))
    assert codes(ASSIGN, unasked, date(2027, 6, 1)) == [("first_refusal_not_asked", "block")]
    takes = replace(right, first_refusals=(replace(asked, answer=Answer.TAKES),))
    assert codes(ASSIGN, takes, date(2027, 6, 1)) == [("first_refusal_taken", "block")]


@pytest.mark.law("L53")
def test_of_two_completers_the_one_who_did_not_waive_is_still_asked() -> None:
    holders = (
        FirstRefusal("甲", Asked.COMPLETER, TODAY, Answer.WAIVED),
        FirstRefusal("乙", Asked.COMPLETER, TODAY),
    )
    found = findings(ASSIGN, replace(SOLE_OWNER, first_refusals=holders), today=TODAY)
    assert [(one.code, one.facts["holder"]) for one in found] == [
        ("first_refusal_unanswered", "乙")
    ]


@pytest.mark.law("L53")
def test_commissioners_and_co_developers_are_preferred_for_applications_only() -> None:
    application = Deal(TransferMode.ASSIGNMENT, subject=SubjectMatter.APPLICATION)
    for kind in (Asked.COMMISSIONER, Asked.CO_DEVELOPER):
        assert is_preferred(kind, application)
        assert not is_preferred(kind, ASSIGN)
        assert not is_preferred(kind, PLAIN)
    assert is_preferred(Asked.COMPLETER, ASSIGN)
    assert is_preferred(Asked.COMPLETER, Deal(TransferMode.EQUITY))


@pytest.mark.law("L56")
@pytest.mark.law("L59")
def test_the_state_of_the_case_allows_warns_or_blocks() -> None:
    def sale(state: PatentState) -> list[str]:
        return [severity for _, severity in codes(ASSIGN, replace(SOLE_OWNER, state=state))]

    def permit(state: PatentState) -> list[str]:
        return [severity for _, severity in codes(PLAIN, replace(SOLE_OWNER, state=state))]

    assert sale(PatentState.GRANTED) == permit(PatentState.GRANTED) == []
    assert sale(PatentState.GRACE) == permit(PatentState.GRACE) == ["warn"]
    assert sale(PatentState.EXAMINATION) == ["warn"]
    assert permit(PatentState.EXAMINATION) == []
    assert sale(PatentState.REJECTED) == ["warn"]
    assert permit(PatentState.REJECTED) == ["block"]
    for state in (PatentState.LAPSED, PatentState.EXPIRED, PatentState.INVALID):
        assert sale(state) == permit(state) == ["block"]
    assert PatentState.INVALID_PART in IN_FORCE
    assert codes(ASSIGN, replace(SOLE_OWNER, state=None)) == []
