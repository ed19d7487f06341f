"""Rui's desk: the queue, one case beside its checks, decisions that stay, nobody judges his own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from marketplace.identity.organisations import verification
from marketplace.kernel.actor import MemberRole, StaffRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.review import queries, reactions, steps
from marketplace.review.models import ReviewCase, ReviewDecision
from marketplace.review.subjects import Decide
from marketplace.showcase.listings import decisions, desk
from tests.integration.identity.acting import PDF, acting, join, organisation, person
from tests.integration.showcase.stage import NUMBER, Parsed, Statements


def opened(cast, **changes) -> int:
    plain = steps.Opening("listing", 1, 1, "甲", None)
    with cast.ctx.transaction() as tx:
        return steps.open_case(tx, replace(plain, **changes))


def test_the_oldest_and_riskiest_come_first(cast):
    calm = opened(cast, thing_id=1)
    cast.clock.forward(hours=20)
    risky = opened(cast, thing_id=2, risk=1)
    cast.clock.forward(hours=20)
    riskiest = opened(cast, thing_id=3, risk=2)
    with cast.ctx.reading() as db:
        ids = [one.id for one in queries.queue(db, own=frozenset()).items]
        assert ids == [riskiest, risky, calm]
        load = queries.workload(db, cast.clock())
    assert (load.open, load.decided_today) == (3, 0)
    assert cast.clock() - load.oldest_at == timedelta(hours=40)


def test_the_queue_is_paged_by_key(cast):
    for number in range(45):
        opened(cast, thing_id=number)
        cast.clock.forward(seconds=1)
    seen, cursor = [], None
    with cast.ctx.reading() as db:
        while True:
            page = queries.queue(db, own=frozenset(), after=cursor)
            seen += [one.thing_id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        with pytest.raises(Invalid):
            queries.queue(db, own=frozenset(), after="forged")
    assert seen == list(range(45))


def test_a_newer_version_takes_the_place_of_the_older(cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    first = cast.case(listing_id)
    cast.decide(listing_id, "return", "补充")
    cast.submit(listing_id, price_minor=5_00)
    cast.decide(listing_id)
    cast.submit(listing_id, price_minor=6_00)
    second = cast.case(listing_id)
    cast.submit(listing_id, price_minor=7_00)
    third = cast.case(listing_id)
    assert len({first.id, second.id, third.id}) == 3
    stale = Decide(second.id, listing_id, second.version, "approve")
    with pytest.raises(Conflict, match="case_closed"):
        decisions.decide(cast.rui, stale)
    cast.decide(listing_id)
    assert cast.row(listing_id).price_minor == 7_00
    with pytest.raises(Conflict, match="case_closed"):
        decisions.decide(cast.rui, Decide(third.id, listing_id, third.version, "approve"))


@pytest.mark.threat("T13")
def test_nobody_decides_about_his_own_organisation(cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    case = cast.case(listing_id)
    approve = Decide(case.id, listing_id, 1, "approve")
    for who in (cast.alice, cast.bob, cast.hugo, cast.tao, cast.adam):
        with pytest.raises(Forbidden):
            decisions.decide(who, approve)
    own_id = cast.alice.actor.organisation_id
    insider = person(cast.ctx, "Ivy", StaffRole.REVIEWER)
    join(cast.ctx, own_id, insider, MemberRole.READ_ONLY)
    outside = acting(cast.ctx, insider)  # acts for nobody at the moment, but belongs there
    inside = acting(cast.ctx, insider, own_id)
    for who in (outside, inside):
        with pytest.raises(Forbidden, match="own_organisation"):
            decisions.decide(who, approve)
    assert cast.row(listing_id).state == "submitted"


@pytest.mark.threat("T13")
def test_the_database_too_refuses_a_decision_about_ones_own(cast):
    case_id = opened(cast, organisation_id=5)
    row = {"case_id": case_id, "decision": "approve", "reasons": [], "text": "",
           "decided_by": 1, "decided_at": cast.clock()}  # fmt: skip
    with pytest.raises(DBAPIError), cast.ctx.transaction() as tx:
        tx.db.add(ReviewDecision(**row, organisation_id=5, decider_organisation_id=5))
        tx.db.flush()
    with cast.ctx.transaction() as tx:
        tx.db.add(ReviewDecision(**row, organisation_id=5, decider_organisation_id=6))


@pytest.mark.threat("T23")
def test_decisions_cannot_be_rewritten(cast):
    cast.published()
    for change in (update(ReviewDecision).values(text="x"), delete(ReviewDecision)):
        with pytest.raises(DBAPIError), cast.ctx.transaction() as tx:
            tx.db.execute(change)


def test_a_return_says_why(cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    with pytest.raises(Invalid, match="reason_needed"):
        cast.decide(listing_id, "return", "  ")


def checks_of(cast, listing_id, version=1):
    with cast.ctx.reading() as db:
        return {
            (one.code, one.state): one for one in desk.checks(db, listing_id, version, cast.clock())
        }


def test_the_checks_stand_beside_the_listing(cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    found = checks_of(cast, listing_id)
    for code in ("number", "number_once", "title_once", "complete", "wording", "status", "owners"):
        assert (f"listing.check.{code}", "ok") in found, code
    assert found["listing.check.number", "ok"].facts["number"] == NUMBER


def test_near_same_titles_are_shown(cast):
    first = cast.published(kind="achievement")
    listing_id = cast.start(kind="achievement")
    cast.submit(listing_id, kind="achievement", title="低噪声深沟球轴承保持架及其装配方法2")
    found = checks_of(cast, listing_id)
    assert found["listing.check.title_near", "warn"].facts["listing"] == first
    assert cast.case(listing_id).risk == 1


def test_answered_warnings_are_shown_with_the_answer(cast):
    listing_id = cast.start()
    cast.submit(listing_id, trl=4, reasons={"maturity_mismatch": "样机已在客户处"})
    found = checks_of(cast, listing_id)
    assert found["listing.check.answered", "warn"].facts["answer"] == "样机已在客户处"


def test_a_fee_that_falls_due_before_a_deal_is_shown(cast):
    today = cast.today()
    soon = today + timedelta(days=20)
    patent = replace(cast.content().patent, filed_on=soon.replace(year=2013, day=min(soon.day, 28)))
    listing_id = cast.start()
    cast.submit(listing_id, patent=replace(patent, granted_on=soon.replace(year=2016, day=1)),
                reasons={"number_of_other_year": "分案"})  # fmt: skip
    assert ("listing.check.fee_soon", "warn") in checks_of(cast, listing_id)


def test_rui_works_through_his_queue_in_the_browser(cast, site):
    first, second = cast.start(), cast.start(kind="achievement")
    cast.submit(first)
    cast.clock.forward(minutes=1)
    cast.submit(second, kind="achievement", title="维生素 E 微通道反应装置")
    page = site.page(cast.rui, "/review/")
    assert page.count("data-case-id") == 2
    assert f'data-thing="listing:{first}"' in page
    for key in ("j", "a", "r"):
        assert f'data-hotkey="{key}"' in page
    assert Parsed(page).danger == []
    case = cast.case(first)
    answer = site.as_(cast.rui).post(
        f"/review/{case.id}/decide?lang=en", data={"version": "1", "decision": "return"}
    )
    assert answer.status_code == 422
    assert "Please give a reason" in answer.get_data(as_text=True)
    form = {
        "version": "1",
        "decision": "return",
        "reasons": ["figures", "made-up"],
        "text": "第 3 段",
    }
    answer = site.as_(cast.rui).post(f"/review/{case.id}/decide", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/review/{cast.case(second).id}"
    with cast.ctx.reading() as db:
        (past,) = queries.history(db, "listing", first)
    assert past.reasons == ("figures",)
    assert past.text.startswith("第 3 段\n")
    answer = site.as_(cast.rui).post(f"/review/{case.id}/decide", data=form)
    assert answer.status_code == 409


def test_a_change_is_shown_against_what_is_public(cast, site):
    listing_id = cast.published()
    cast.submit(
        listing_id, price_minor=136_000_000, solution="兜孔由单一球面改为三段不同曲率，一次压合。"
    )
    page = site.page(cast.rui, f"/review/{cast.case(listing_id).id}")
    assert "<del>¥1,280,000.00</del>" in page
    assert "<ins>¥1,360,000.00</ins>" in page
    assert "<ins>三</ins>" in page
    assert 'value="suspend"' in page


def test_only_reviewers_enter_the_desk(cast, site):
    listing_id = cast.start()
    cast.submit(listing_id)
    case = cast.case(listing_id)
    for who in (cast.alice, cast.bob, cast.hugo, cast.tao, cast.adam, cast.mallory):
        site.page(who, "/review/", status=403)
        site.page(who, f"/review/{case.id}", status=403)
        assert site.as_(who).post(f"/review/{case.id}/decide").status_code == 403
    assert site.as_(None).get("/review/").status_code == 303
    site.page(cast.rui, "/review/999", status=404)


@pytest.mark.threat("T13")
def test_cases_of_the_own_organisation_are_left_out(cast, site):
    listing_id = cast.start()
    cast.submit(listing_id)
    insider = person(cast.ctx, "Ivy", StaffRole.REVIEWER)
    join(cast.ctx, cast.alice.actor.organisation_id, insider, MemberRole.MEMBER)
    ivy = acting(cast.ctx, insider)
    page = site.page(ivy, "/review/")
    assert "data-case-id" not in page
    site.page(ivy, f"/review/{cast.case(listing_id).id}", status=403)


def test_the_desk_asks_the_same_statements_with_5_and_with_20_cases(cast, site):
    counts = []
    for batch in (5, 15):
        for number in range(batch):
            listing_id = cast.start(kind="achievement")
            cast.submit(listing_id, kind="achievement", title=f"成果 {batch} {number}")
        site.page(cast.rui, "/review/")
        with Statements(cast.ctx.engine) as seen:
            site.page(cast.rui, "/review/")
        counts.append(len(seen.seen))
    assert counts[0] == counts[1]


# -- organisations -----------------------------------------------------------------------------------


def submitted(cast):
    owner = person(cast.ctx, "Olga")
    place = organisation(cast.ctx, owner, "新昌新立科技有限公司")
    olga = acting(cast.ctx, owner, place)
    paper = verification.Paper("licence", "执照.pdf", "application/pdf", PDF)
    command = verification.SubmitVerification(
        place, "新昌新立科技有限公司", "enterprise", "91330624MA20002030", papers=(paper,)
    )
    number = verification.submit_verification(olga, command)
    cast.deliver()
    with cast.ctx.reading() as db:
        case = db.scalar(select(ReviewCase).where(ReviewCase.kind == "organisation"))
    return olga, number, case


def test_an_organisation_waits_in_the_same_queue_and_is_verified_there(cast, site):
    olga, number, case = submitted(cast)
    assert (case.thing_id, case.state) == (number, "open")
    page = site.page(cast.rui, f"/review/{case.id}")
    assert "91330624MA20002030" in page
    assert 'data-check="review.check.code"' in page
    answer = site.as_(cast.rui).post(
        f"/review/{case.id}/decide", data={"version": "1", "decision": "approve"}
    )
    assert answer.status_code == 303
    fresh = acting(cast.ctx, olga.actor.user_id, olga.actor.organisation_id)
    assert fresh.actor.organisation_verified
    cast.deliver()
    with cast.ctx.reading() as db:
        assert queries.open_case_of(db, "organisation", number) is None


def test_papers_come_back_with_a_reason(cast, site):
    olga, _number, case = submitted(cast)
    form = {"version": "1", "decision": "return", "reasons": "paper"}
    assert site.as_(cast.rui).post(f"/review/{case.id}/decide", data=form).status_code == 303
    from marketplace.identity.organisations.inner import submissions_of

    with cast.ctx.reading() as db:
        (line,) = submissions_of(db, olga.actor.organisation_id)
    assert (line.state, bool(line.reason)) == ("returned", True)


def test_withdrawn_papers_leave_the_queue_and_a_late_delivery_opens_nothing(cast):
    _olga, number, case = submitted(cast)
    payload = {"verification_id": number, "organisation_name": "x"}
    reactions.verification_closed(cast.ctx, 1, payload)
    with cast.ctx.reading() as db:
        assert db.get_one(ReviewCase, case.id).state == "closed"
    reactions.verification_submitted(cast.ctx, 2, {**payload, "verification_id": 10**6})
    with cast.ctx.reading() as db:
        assert queries.queue(db, own=frozenset()).items == []
