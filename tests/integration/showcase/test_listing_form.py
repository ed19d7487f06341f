"""The stepped form: nothing typed is lost, and every step says what is wrong at its field."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest

from marketplace.showcase.listings import own
from marketplace.showcase.listings.models import ListingDraft
from tests.integration.showcase.stage import PDF_BYTES, Parsed, png

RIGHT = {"number": "ZL 2013 1 0699744.2", "filed_on": "2013-12-18", "granted_on": "2016-05-04"}
STORY = {
    "title": "低噪声深沟球轴承保持架及其装配方法",
    "summary": "两段曲率兜孔，降低啸叫。",
    "problem": "轴承在 3,000 r/min 以上时形成啸叫。",
    "solution": "兜孔改为两段不同曲率。",
    "advantage": "振动值由 46 dB 降至 38 dB。",
    "cluster": "bearings",
    "ipc": "F16C 33/38",
    "trl": "7",
    "step": "pilot",
    "keywords": "轴承，保持架",
}
PRICE = {"transfer_modes": "assignment", "pricing_mode": "listed", "price": "128万"}


def burdens(today):
    return {
        "legal_status": "granted",
        "status_checked_on": (today - timedelta(days=2)).isoformat(),
        "status_source": "公开查询",
        "owners-0-name": "剡溪轴承研究院",
        "owners-0-share": "100",
        "defects": "未发现",
    }


def begin(site, who, kind="patent") -> str:
    answer = site.as_(who).post("/showcase/listings/new", data={"kind": kind})
    assert answer.status_code == 303
    return answer.headers["Location"].removesuffix("/edit")


def send(site, who, path, values, **more):
    return site.as_(who).post(path + "?lang=en", data=values, **more)


def test_a_patent_goes_through_every_step_without_javascript(cast, site):
    base = begin(site, cast.alice)
    first = site.as_(cast.alice).get(f"{base}/edit", follow_redirects=True)
    assert 'name="number"' in first.get_data(as_text=True)
    steps = (
        ("right", RIGHT),
        ("content", STORY),
        ("burdens", burdens(cast.today())),
        ("files", {}),
        ("price", PRICE),
    )
    for step, values in steps:
        answer = send(site, cast.alice, f"{base}/edit/{step}", {**values, "next": "1"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
    upload = send(
        site,
        cast.alice,
        f"{base}/files/picture",
        {"picture": (io.BytesIO(png()), "主视图.png")},
    )
    assert upload.status_code == 303
    page = site.page(cast.alice, f"{base}/check")
    assert "Submit to review" in page
    answer = send(site, cast.alice, f"{base}/check", {"submit": "1"})
    assert answer.status_code == 422  # L44: no declaration
    assert "lawful owner" in answer.get_data(as_text=True)
    answer = send(site, cast.alice, f"{base}/check", {"declared": "y"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    listing_id = int(base.rsplit("/", 1)[1])
    cast.decide(listing_id)
    page = site.page(None, base)
    assert "ZL201310699744.2" in page
    assert "低噪声深沟球轴承保持架及其装配方法" in page
    assert Parsed(page).danger == []


@pytest.mark.law("L44")
def test_a_wrong_check_character_is_refused_with_the_right_one_named(cast, site):
    base = begin(site, cast.alice)
    answer = send(site, cast.alice, f"{base}/edit/right", {**RIGHT, "number": "201310699744.3"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "should be 2, not 3" in page
    assert 'value="201310699744.3"' in page
    kept = site.page(cast.alice, f"{base}/edit/right")
    assert 'value="201310699744.3"' in kept


def test_autosave_keeps_what_is_not_valid(cast, site):
    base = begin(site, cast.alice)
    typed = {
        "title": "",
        "trl": "77",
        "ipc": "不是分类号",
        "advantage": "很好",
        "summary": "摘" * 900,
    }
    answer = send(site, cast.alice, f"{base}/edit/content/autosave", {**typed, "version": "0"})
    assert answer.status_code == 200
    assert answer.get_json()["version"] == 1
    page = site.page(cast.alice, f"{base}/edit/content")
    assert "不是分类号" in page
    assert "很好" in page
    assert "摘" * 900 in page


def test_steps_do_not_overwrite_each_other(cast, site):
    base = begin(site, cast.alice)
    send(site, cast.alice, f"{base}/edit/content/autosave", STORY)
    send(site, cast.alice, f"{base}/edit/price/autosave", PRICE)
    send(site, cast.alice, f"{base}/edit/content/autosave", {**STORY, "title": "新题"})
    with cast.ctx.reading() as db:
        draft = own.draft(db, cast.alice.actor, int(base.rsplit("/", 1)[1]))
    assert draft.typed["price"] == ["128万"]
    assert draft.typed["title"] == ["新题"]
    assert draft.title == "新题"


def test_two_people_on_one_draft_are_told(cast, site):
    base = begin(site, cast.alice)
    send(site, cast.alice, f"{base}/edit/content/autosave", {"title": "甲", "version": "0"})
    answer = send(site, cast.anna, f"{base}/edit/content/autosave", {"title": "乙", "version": "0"})
    assert answer.status_code == 409
    answer = send(
        site, cast.anna, f"{base}/edit/content", {"title": "乙", "version": "0", "next": "1"}
    )
    assert answer.status_code == 409
    assert 'value="乙"' in answer.get_data(as_text=True)
    assert 'value="甲"' in site.page(cast.alice, f"{base}/edit/content")


def test_an_immense_draft_is_refused(cast, site):
    base = begin(site, cast.alice)
    answer = send(site, cast.alice, f"{base}/edit/content", {"solution": "长" * 310_000})
    assert answer.status_code == 422


def test_unknown_fields_change_nothing(cast, site):
    """T12: only the step's own fields are taken."""
    base = begin(site, cast.alice)
    listing_id = int(base.rsplit("/", 1)[1])
    evil = {"state": "published", "organisation_id": "999", "published_version": "1", "files": "1"}
    send(site, cast.alice, f"{base}/edit/content/autosave", {**STORY, **evil})
    with cast.ctx.reading() as db:
        typed = db.get_one(ListingDraft, listing_id).typed
    assert not set(evil) & set(typed)
    row = cast.row(listing_id)
    assert (row.state, row.published_version) == ("draft", None)
    assert row.organisation_id == cast.alice.actor.organisation_id


def test_rows_can_be_added_and_blank_ones_do_not_count(cast, site):
    base = begin(site, cast.alice, "achievement")
    values = {
        "owners-0-name": "剡溪轴承研究院",
        "owners-0-share": "70",
        "owners-1-name": "陈伯钧",
        "owners-1-share": "30",
        "overlays-0-kind": "",
        "defects": "未发现",
        "more": "owners",
    }
    assert send(site, cast.alice, f"{base}/edit/burdens", values).status_code == 303
    page = site.page(cast.alice, f"{base}/edit/burdens")
    assert 'name="owners-2-name"' in page
    del values["more"]
    assert (
        send(site, cast.alice, f"{base}/edit/burdens", {**values, "next": "1"}).status_code == 303
    )


def test_uploads_are_told_apart_by_their_content(cast, site):
    base = begin(site, cast.alice)
    bad = {"picture": (io.BytesIO(b"<svg onload=alert(1)></svg>"), "a.png")}
    answer = send(site, cast.alice, f"{base}/files/picture", bad)
    assert answer.status_code == 422
    assert "JPEG, PNG, WebP or GIF" in answer.get_data(as_text=True)
    htmx = {"HX-Request": "true"}
    bad = {"picture": (io.BytesIO(b"GIF89a"), "a.gif")}
    answer = send(site, cast.alice, f"{base}/files/picture", bad, headers=htmx)
    assert answer.status_code == 422
    assert answer.get_json()["message"]
    good = {"public": (io.BytesIO(PDF_BYTES), "报告.pdf")}
    answer = send(site, cast.alice, f"{base}/files/public", good, headers=htmx)
    assert answer.status_code == 200
    assert "报告.pdf" in answer.get_data(as_text=True)
    page = site.page(cast.alice, f"{base}/edit/files")
    assert "报告.pdf" in page


def test_a_file_can_be_removed_and_another_put_first(cast, site):
    base = begin(site, cast.alice)
    listing_id = int(base.rsplit("/", 1)[1])
    one, two = cast.attach(listing_id, "picture"), cast.attach(listing_id, "picture")
    assert send(site, cast.alice, f"{base}/files/{two}/first", {}).status_code == 303
    with cast.ctx.reading() as db:
        draft = own.draft(db, cast.alice.actor, listing_id)
    assert [line.id for line in draft.files] == [two, one]
    assert send(site, cast.alice, f"{base}/files/{two}/remove", {}).status_code == 303
    with cast.ctx.reading() as db:
        draft = own.draft(db, cast.alice.actor, listing_id)
    assert [line.id for line in draft.files] == [one]


def test_consents_are_recorded_on_the_page(cast, site):
    base = begin(site, cast.alice)
    values = {
        "party": "owner",
        "name": "陈伯钧",
        "answer": "consented",
        "answered_on": cast.today().isoformat(),
        "paper": (io.BytesIO(PDF_BYTES), "同意书.pdf"),
    }
    assert send(site, cast.alice, f"{base}/consents", values).status_code == 303
    page = site.page(cast.alice, f"{base}/edit/burdens")
    assert "陈伯钧" in page
    assert "Consents" in page


def test_warnings_need_a_reason_that_stays_when_something_else_is_wrong(cast, site):
    base = begin(site, cast.alice)
    # TRL 4 with the step pilot: a warning
    for step, values in (
        ("right", RIGHT),
        ("content", {**STORY, "trl": "4"}),
        ("burdens", burdens(cast.today())),
        ("price", PRICE),
    ):
        assert (
            send(site, cast.alice, f"{base}/edit/{step}", {**values, "next": "1"}).status_code
            == 303
        )
    page = site.page(cast.alice, f"{base}/check")
    assert 'name="reason-maturity_mismatch"' in page
    answer = send(site, cast.alice, f"{base}/check", {"declared": "y"})
    assert answer.status_code == 422
    answer = send(site, cast.alice, f"{base}/check", {"reason-maturity_mismatch": "样机已在客户处"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="样机已在客户处"' in page
    final = {"reason-maturity_mismatch": "样机已在客户处", "declared": "y"}
    assert send(site, cast.alice, f"{base}/check", final).status_code == 303


def test_the_check_page_links_to_the_step_where_it_can_be_mended(cast, site):
    base = begin(site, cast.alice)
    page = site.page(cast.alice, f"{base}/check")
    for step in ("right", "content", "burdens", "price"):
        assert f"{base}/edit/{step}#" in page
    assert json.dumps("Submit to review") not in page


def test_strangers_find_no_form(cast, site):
    base = begin(site, cast.alice)
    for path in ("/edit", "/edit/right", "/check", "/history"):
        site.page(cast.bob, base + path, status=404)
    assert send(site, cast.bob, f"{base}/edit/right", RIGHT).status_code == 404
    assert send(site, cast.bob, f"{base}/edit/content/autosave", STORY).status_code == 404
    assert send(site, cast.mallory, f"{base}/edit/right", RIGHT).status_code == 403
