"""No address, method, header or list lets anybody read a document that is not for him (T8)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from marketplace.catalogue import indexing

EVERYBODY = (None, "alice", "anna", "bob", "carol", "grace", "rui", "lin", "tao", "adam", "mallory")
HOUSE = {"alice", "anna"}
OFFICES = {"rui", "lin", "adam"}
WAYS = (
    ("GET", {}),
    ("HEAD", {}),
    ("GET", {"Range": "bytes=0-0"}),
    ("GET", {"If-None-Match": "*", "If-Modified-Since": "Wed, 01 Jan 2020 00:00:00 GMT"}),
    ("POST", {"X-HTTP-Method-Override": "GET", "X-Original-URL": "/"}),
)


def one(world, sql: str, **names) -> int:
    with world.ctx.reading() as db:
        return int(db.execute(text(sql), names).scalar_one())


def documents(world) -> dict[str, set[str]]:
    """Address of a document that is not public → who may read it."""
    ids, found = world.ids, {}
    file = "SELECT id FROM showcase_listing_file WHERE listing_id=:id AND role=:role"
    for listing, roles in (("listing", ("confidential",)),
                           ("draft_listing", ("picture", "public", "confidential"))):  # fmt: skip
        for role in roles:
            number = one(world, file, id=ids[listing], role=role)
            address = f"/showcase/listings/{ids[listing]}/files/{number}"
            found[address] = HOUSE | OFFICES
            if role == "picture":
                found[f"{address}/small"] = HOUSE | OFFICES
    paper = one(world, "SELECT min(id) FROM papers_paper WHERE kind = 'deal_confirmation'")
    found[f"/papers/{paper}/file"] = HOUSE | {"bob"} | OFFICES | {"tao"}
    submitted = f"{world.house_id('carol')}/papers/{ids['submission']}/0"
    found[f"/identity/organisations/{submitted}"] = {"carol", "rui"}
    found[f"/imports/{ids['upload']}"] = HOUSE
    return found


@pytest.mark.threat("T8")
def test_every_document_by_every_method_and_header_for_everybody(site_world):
    wrong = []
    for address, readers in documents(site_world).items():
        for name in EVERYBODY:
            browser = site_world.client(name)
            for method, headers in WAYS:
                answer = browser.open(address, method=method, headers=headers)
                may = name in readers and method != "POST"
                if (answer.status_code in (200, 206, 304)) != may:
                    wrong.append((address, name, method, headers, answer.status_code))
                if name and "no-store" not in answer.headers.get("Cache-Control", ""):
                    wrong.append((address, name, "may be stored"))
                answer.close()
    assert wrong == []


@pytest.mark.threat("T8")
def test_names_of_confidential_documents_stand_in_no_list_of_the_public(site_world):
    world, visitor = site_world, site_world.client(None)
    while indexing.step(world.ctx):
        pass
    number = one(
        world,
        "SELECT id FROM showcase_listing_file WHERE listing_id=:id AND role='confidential'",
        id=world.ids["listing"],
    )
    listing = world.ids["listing"]
    for path in ("/", "/catalogue/", "/catalogue/?q=confidential", "/catalogue/suggest?q=conf",
                 "/catalogue/results.csv?q=confidential", "/catalogue/results.rss", "/showcase.rss",
                 "/sitemap.xml", f"/showcase/listings/{listing}", f"/api/v1/listings/{listing}",
                 "/api/v1/listings?q=confidential"):  # fmt: skip
        page = visitor.get(path, buffered=True).get_data(as_text=True)
        if f"/listings/{listing}" not in path:  # its own page says that there is one, by its title
            assert "confidential 附件" not in page, path
        assert f"/files/{number}" not in page, path
    assert visitor.get("/api/v1/listings?q=confidential").get_json()["items"] == []
