"""What attackers try with listings: scripts in texts, others' files, fields that are not theirs."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from marketplace.kernel.errors import Conflict
from marketplace.showcase.listings import submission
from marketplace.showcase.listings.content import (
    FirstRefusal,
    LicenceGranted,
    Overlay,
    Owner,
)
from marketplace.showcase.listings.models import Listing
from tests.integration.identity.acting import acting, organisation, person
from tests.integration.showcase.stage import OTHER_NUMBER, Parsed, Statements

PAYLOADS = (
    "<script>alert(1)</script> 1",
    '"><img src=x onerror=alert(1)> 1',
    "' onmouseover='alert(1)' x='1",
    "<svg/onload=alert(1)> 1",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) 1",
    "</title><script>alert(1)</script> 1",
    "</script><script>alert(1)</script> 1",
    "{{7*7}}{% raw %} 1",
    "<iframe srcdoc='<script>alert(1)</script>'> 1",
    "\u2028<base href=//evil> 1",
    "--><!--<script>alert(1)// 1",
)


@pytest.mark.threat("T16")
@pytest.mark.parametrize("evil", PAYLOADS)
def test_scripts_in_every_text_field_stay_texts(cast, site, evil):
    listing_id = cast.start()
    cast.attach(listing_id, "picture")
    texts = dict.fromkeys(
        ("title", "title_en", "summary", "summary_en", "problem", "solution", "advantage",
         "economics", "defects", "price_note", "base_price_basis"),
        evil + " 1",
    )  # fmt: skip
    made = cast.content(
        **texts,
        keywords=(evil,),
        inventors=(evil,),
        owners=(Owner("剡溪轴承研究院", 10_000, evil),),
        overlays=(Overlay("register_change", evil, note=evil),),
        licences=(LicenceGranted("plain", evil, evil, evil),),
        first_refusal=(FirstRefusal(evil),),
        patent=replace(cast.content().patent, status_source=evil),
    )
    with pytest.raises(submission.Invalid) as warned:
        cast.submit(listing_id, content=made)
    reasons = {submission.key_of(one): evil for one in warned.value.facts["findings"]}
    cast.submit(listing_id, content=made, reasons=reasons)
    for path in (f"/review/{cast.case(listing_id).id}", "/review/"):
        assert Parsed(site.page(cast.rui, path)).danger == []
    cast.decide(listing_id, "return", evil)
    base = f"/showcase/listings/{listing_id}"
    for step in ("right", "content", "burdens", "files", "price"):
        assert Parsed(site.page(cast.alice, f"{base}/edit/{step}")).danger == []
    assert Parsed(site.page(cast.alice, f"{base}/check")).danger == []
    cast.submit(listing_id, content=replace(made, economics=evil), reasons=reasons)
    cast.decide(listing_id)
    for who, path in (
        (None, base),
        (cast.alice, base),
        (cast.rui, base),
        (cast.alice, f"{base}/history"),
        (cast.alice, "/showcase/listings/mine"),
    ):
        for lang in ("en", "zh"):
            page = site.page(who, path, lang=lang)
            assert Parsed(page).danger == []
    assert "49" not in site.page(None, base).split("<h1", 1)[1].split("</h1>", 1)[0]


FILE_RIGHTS = {
    # role of the file: who may read it while the listing is published / not published
    "picture": ({"visitor", "bob", "mallory", "alice", "reader", "rui", "hugo", "adam", "tao"},
                {"alice", "reader", "rui", "hugo", "adam"}),
    "public": ({"visitor", "bob", "mallory", "alice", "reader", "rui", "hugo", "adam", "tao"},
               {"alice", "reader", "rui", "hugo", "adam"}),
    "confidential": ({"alice", "reader", "rui", "hugo", "adam"},) * 2,
    "evidence": ({"alice", "reader", "rui", "hugo", "adam"},) * 2,
}  # fmt: skip
EVERYBODY = ("visitor", "bob", "mallory", "alice", "reader", "rui", "hugo", "adam", "tao")


@pytest.mark.threat("T8")
def test_every_file_route_asks_the_policy_for_everybody(cast, site):
    listing_id = cast.start()
    files = {role: cast.attach(listing_id, role) for role in FILE_RIGHTS}
    cast.submit(listing_id)

    def readers(role: str, path: str = "") -> set[str]:
        address = f"/showcase/listings/{listing_id}/files/{files[role]}{path}"
        found = set()
        for name in EVERYBODY:
            answer = site.as_(None if name == "visitor" else getattr(cast, name)).get(address)
            assert answer.status_code in (200, 404)
            assert site.client.head(address).status_code == answer.status_code
            if answer.status_code == 200:
                found.add(name)
        return found

    for role, (_published, hidden) in FILE_RIGHTS.items():
        assert readers(role) == hidden
    cast.decide(listing_id)
    for role, (published, _hidden) in FILE_RIGHTS.items():
        assert readers(role) == published
    assert readers("picture", "/small") == FILE_RIGHTS["picture"][0]
    assert readers("confidential", "/small") == set()
    page = site.page(None, f"/showcase/listings/{listing_id}")
    for role in ("confidential", "evidence"):
        assert f"/files/{files[role]}" not in page
    from marketplace.showcase.listings.lifecycle import Suspend, suspend

    suspend(cast.rui, Suspend(listing_id, "投诉"))
    for role, (_published, hidden) in FILE_RIGHTS.items():
        assert readers(role) == hidden


@pytest.mark.threat("T8")
def test_a_file_is_found_under_its_own_listing_only(cast, site):
    one, two = cast.published(), cast.start()
    secret = cast.attach(two, "public")
    site.page(None, f"/showcase/listings/{one}/files/{secret}", status=404)
    site.page(cast.alice, f"/showcase/listings/{one}/files/{secret}", status=404)


def test_documents_are_attachments_and_pictures_are_shown(cast, site):
    listing_id = cast.start()
    picture, paper = cast.attach(listing_id, "picture"), cast.attach(listing_id, "public")
    client = site.as_(cast.alice)
    shown = client.get(f"/showcase/listings/{listing_id}/files/{picture}")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Cache-Control"] == "no-store, private"
    kept = client.get(f"/showcase/listings/{listing_id}/files/{paper}")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    for answer in (shown, kept):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.threat("T12")
def test_no_form_takes_a_column_that_is_not_its_own(cast, site):
    listing_id = cast.published()
    base = f"/showcase/listings/{listing_id}"
    before = {name: value for name, value in vars(cast.row(listing_id)).items() if name[0] != "_"}
    evil = dict.fromkeys(before, "7") | {"public": "y", "answer": "nonsense", "role": "x"}
    forms = ("/edit/content", "/edit/content/autosave", "/edit/price", "/check", "/consents",
             "/files/picture", "/status", "/suspend", "/restore")  # fmt: skip
    for path in forms:
        for who in (cast.alice, cast.anna, cast.bob, cast.mallory, cast.tao):
            answer = site.as_(who).post(base + path, data=evil)
            assert answer.status_code < 500, path
    after = {name: value for name, value in vars(cast.row(listing_id)).items() if name[0] != "_"}
    assert {name for name in before if before[name] != after[name]} == set()


def test_what_a_person_may_not_do_changes_nothing(cast, site):
    listing_id = cast.published()
    base = f"/showcase/listings/{listing_id}"
    for path in ("/renew", "/withdraw", "/suspend", "/restore", "/status", "/consents"):
        for who in (None, cast.bob, cast.mallory, cast.reader, cast.tao, cast.hugo):
            answer = site.as_(who).post(base + path, data={"why": "x", "checked_on": "2026-01-01"})
            assert answer.status_code in (303, 403, 404, 409, 422), path
            assert cast.row(listing_id).state == "published"
    assert site.as_(None).post(f"{base}/withdraw").status_code == 303  # to the sign-in page


def test_a_number_is_live_once_when_sixteen_race(cast):
    """Sixteen organisations submit one number at the same instant: one gets it."""
    contexts, ids = _sixteen(cast)
    outcomes = _race(cast, contexts, ids)
    assert sorted(outcomes) == ["listing.number_taken"] * 15 + ["submitted"]
    assert _live(cast) == 1


def test_the_race_control_shows_what_holds_the_number(cast, monkeypatch):
    """Without the index and the look before it every one of the sixteen gets through."""
    monkeypatch.setattr(submission, "_ask_number", lambda *_args: None)
    with cast.ctx.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_showcase_listing_number_own"))
        connection.execute(text("DROP INDEX uq_showcase_listing_number_on_sale"))
    contexts, ids = _sixteen(cast)
    assert _race(cast, contexts, ids) == ["submitted"] * 16


def test_the_index_alone_holds_the_number(cast, monkeypatch):
    monkeypatch.setattr(submission, "_ask_number", lambda *_args: None)
    contexts, ids = _sixteen(cast)
    outcomes = _race(cast, contexts, ids)
    assert sorted(outcomes) == ["listing.number_taken"] * 15 + ["submitted"]


def _sixteen(cast):
    contexts = []
    for number in range(16):
        owner = person(cast.ctx, f"Seller{number}")
        place = organisation(cast.ctx, owner, f"卖方{number}")
        seller = acting(cast.ctx, owner, place)
        verified = replace(seller.actor, organisation_verified=True)
        contexts.append(seller.acting(verified))
    return contexts, [cast.start(who=one) for one in contexts]


def _race(cast, contexts, ids) -> list[str]:
    barrier, outcomes = threading.Barrier(len(ids)), []

    def submit(who, listing_id) -> None:
        made = cast.content(owners=(Owner(who.actor.organisation_name, 10_000),))
        barrier.wait()
        try:
            cast.submit(listing_id, who=who, content=made)
            outcomes.append("submitted")
        except Conflict as error:
            outcomes.append(error.code)

    threads = [
        threading.Thread(target=submit, args=pair) for pair in zip(contexts, ids, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _live(cast) -> int:
    with cast.ctx.reading() as db:
        query = select(func.count()).where(
            Listing.number.is_not(None), Listing.state == "submitted"
        )
        return db.scalar(query)


def test_the_detail_page_asks_the_same_few_statements_with_5_and_with_50_files(cast, site):
    counts = []
    for files, number in ((5, None), (50, OTHER_NUMBER)):
        listing_id = cast.start()
        for at in range(files):
            role = "picture" if at < 2 else ("public", "confidential", "evidence")[at % 3]
            cast.attach(listing_id, role)
        changes = {} if number is None else {"patent": replace(
            cast.content().patent, number=number, filed_on=cast.today().replace(year=2020, month=3, day=1),
            granted_on=cast.today().replace(year=2022, month=3, day=1))}  # fmt: skip
        cast.submit(listing_id, **changes)
        cast.decide(listing_id)
        site.page(None, f"/showcase/listings/{listing_id}")
        with Statements(cast.ctx.engine) as seen:
            site.page(None, f"/showcase/listings/{listing_id}")
        counts.append(len(seen.seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 5


def test_the_own_list_asks_one_statement_for_its_rows(cast, site):
    for _ in range(30):
        cast.start()
    site.page(cast.alice, "/showcase/listings/mine")
    with Statements(cast.ctx.engine) as seen:
        page = site.page(cast.alice, "/showcase/listings/mine")
    assert page.count("data-listing-id") == 25
    own = [one for one in seen.seen if "showcase_listing" in one]
    assert len(own) == 1
    assert len(seen.seen) <= 6
    cursor = page.split("after=", 1)[1].split('"', 1)[0]
    rest = site.page(cast.alice, f"/showcase/listings/mine?after={cursor}")
    assert rest.count("data-listing-id") == 5
    site.page(cast.alice, "/showcase/listings/mine?after=forged", status=422)
