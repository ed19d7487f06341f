"""What people type is shown as they typed it: never run, never a formula, never another field."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from marketplace.catalogue import indexing
from marketplace.identity import commands as identity
from marketplace.imports import uploading
from marketplace.kernel.context import Context
from marketplace.kernel.options import ChangeOption, change_option
from marketplace.review.queries import open_case_of
from marketplace.showcase.deals.steps import RecordDeal, record
from marketplace.showcase.listings import filing
from marketplace.showcase.listings.content import LicenceGranted, ListingContent, Owner
from marketplace.tables import metadata
from marketplace.web import uploads
from tests import builders
from tests.integration.site.asking import Row, path_of, rows_of
from tests.integration.site.objects import named
from tests.integration.site.route_table import FORMS, TABLE
from tests.integration.site.town import ROLES, Town, lines
from tests.integration.site.visits import endpoint_of, visit, visits_of

ROWS = list(rows_of(TABLE))
MARK = "zq7"
PAYLOADS = (
    f"{MARK}a<script>alert(1)</script>",
    f'{MARK}b"><img src=x onerror=alert(1)>',
    f"{MARK}c' onmouseover='alert(1)' x='",
    f"{MARK}d</title></textarea></script><svg onload=alert(1)>",
    f"{MARK}e[x](javascript:alert(1)) <a href=javascript:alert(1)>y</a>",
    f"{MARK}f<iframe srcdoc=x></iframe><base href=//e.example>{{{{7*7}}}}",
)
"""Each begins with a letter of its own, so that one sees which of them a page shows."""


# -- T16: stored scripts ------------------------------------------------------------------------

READERS = ("public", "seller", "reviewer", "auctioneer", "administrator")


@pytest.mark.threat("T16")
@pytest.mark.slow
def test_payloads_in_every_text_of_the_market_run_on_no_page(town):
    """All are planted beside each other, so that one walk per role meets every one of them."""
    starts, shown = planted_starts(town), Counter[str]()
    for role in READERS:
        for one in visits_of(town, role, starts, most=150):
            shown.update(payload for payload in PAYLOADS if payload[: len(MARK) + 1] in one.body)
            assert one.status < 500, one.path
            assert "e.example&gt;49" not in one.body, one.path
            if one.page is not None:
                assert one.page.danger == [], (role, one.path)
    rare = {payload: shown[payload] for payload in PAYLOADS if shown[payload] < 30}
    assert not rare, f"shown hardly anywhere, the test proves nothing: {rare}"


def planted_starts(town: Town) -> list[str]:
    """The table's addresses, once with the market's own things and once with each planted one."""
    town.changed = True
    plain = named(town.world, town.engine)
    worlds = [plain, *(plain | plant(town, payload) for payload in PAYLOADS)]
    while indexing.step(town.world.ctx):
        pass
    with town.app.test_request_context():
        town.world.deliver()  # notices carry the titles too
    return [path_of(town, row, names) for names in worlds for row in ROWS if row.method == "GET"]


def plant(town: Town, payload: str) -> dict[str, int]:
    """The payload into every text of listing, demand, organisation, file, import, lot, log."""
    world = town.world
    alice, rui, lin = (world.acting[name] for name in ("alice", "rui", "lin"))
    listing_id = builders.draft_listing(alice)
    picture = uploads.accept_picture(f"{payload}.png", builders.png())
    filing.attach_file(alice, filing.AttachFile(listing_id, "picture", picture, payload))
    builders.submit_listing(alice, listing_id, poisoned_content(alice, payload))
    listing_case = _case(alice, "listing", listing_id)
    builders.approve(rui, "listing", listing_id)
    demand = builders.demand_content(
        alice, title=payload, title_en=payload, text=payload, wanted=payload, keywords=(payload,)
    )
    demand_id = builders.submitted_demand(alice, demand)
    demand_case = _case(alice, "demand", demand_id)
    builders.approve(rui, "demand", demand_id)
    identity.change_profile(alice, world.house_id("alice"), _profile("剡溪轴承有限公司", payload))
    sheet = f'名称,数量\n"{payload.replace(chr(34), chr(34) * 2)}",1\n'.encode()
    upload = uploading.Upload("achievements", f"{payload}.csv".replace("/", "_"), sheet)
    change_option(world.acting["adam"], ChangeOption("listing_days", 181, payload))
    lot = _announce(lin, listing_id, payload)
    listing = dict.fromkeys(("listing", "live_listing", "submitted_listing"), listing_id)
    return listing | {
        "demand": demand_id, "submitted_demand": demand_id, "demand_case": demand_case,
        "listing_case": listing_case, "upload": uploading.accept(alice, upload),
        "house_alice": _found(town, payload), "live": lot, "upcoming": lot,
    }  # fmt: skip


def _case(ctx: Context, kind: str, thing_id: int) -> int:
    with ctx.reading() as db:
        case_id = open_case_of(db, kind, thing_id)
    assert case_id is not None
    return case_id


def poisoned_content(ctx: Context, payload: str) -> ListingContent:
    texts = dict.fromkeys(
        ("title_en", "summary", "summary_en", "problem", "solution", "economics", "defects",
         "price_note", "base_price_basis"), payload
    )  # fmt: skip
    return builders.listing_content(
        ctx, kind="achievement", title=payload[:110], advantage=f"{payload} 8 dB",
        keywords=(payload[:30],), inventors=(payload,), owners=(Owner(payload, 10_000),),
        licences=(LicenceGranted("plain", licensee=payload, area=payload, use=payload),),
        **texts,
    )  # fmt: skip


def _profile(name: str, payload: str) -> identity.Profile:
    return identity.Profile(
        name=name, kind="enterprise", name_en=payload, address=payload, about=payload,
        about_en=payload, contact_name=payload, contact_phone=payload, contact_email=payload,
        website=f"https://x.example/{payload}", clusters=("bearings",),
    )  # fmt: skip


def _found(town: Town, payload: str) -> int:
    """A verified house that is called like the payload."""
    ctx = town.world.ctx
    known = identity.KnownOrganisation(
        _profile(payload, payload),
        credit_code=None,
        verified_at=ctx.clock(),
        reverify_at=identity.due_after(ctx.clock(), 6),
        owner_id=town.world.user_id("mallory"),
    )
    with ctx.transaction() as tx:
        return identity.put_known(tx, known)


def _announce(lin: Context, listing_id: int, payload: str) -> int:
    terms = builders.lot_terms(lin, opens_in=timedelta(days=9), runs=timedelta(days=2))
    texts = dict.fromkeys(("display_place", "formalities", "remarks", "defects",
                           "deposit_account", "valuation_reason"), payload)  # fmt: skip
    return builders.announced_lot(lin, listing_id, replace(terms, **texts))


# -- T12: fields that are none ------------------------------------------------------------------

RANDOM = {"auction_log", "auction_lot", "kernel_audit", "kernel_audit_head", "kernel_outbox", "identity_ended_session",
          "identity_attempt", "kernel_job"}  # fmt: skip
"""Tables of random keys, hashes and times: two equal acts leave different rows there."""
CHANCE = ("key", "code", "digest", "hint", "fs_uniquifier", "password", "sealed", "hash", "head",
          "reference", "paddle", "token", "tf_totp_secret", "print", "sha256")  # fmt: skip
BESIDE = {"showcase.listings.record_consent": {"note"}}
"""Fields that a route takes though the page of today does not ask for them."""
SAME_FORM = {
    "showcase.listings.autosave": "showcase.listings.save_step",
    "exchange.demands.autosave": "exchange.demands.change",
}
"""What is saved while typing is the form whose button leads elsewhere."""
VALUES = {"state": "published", "role": "administrator", "active": "1", "organisation_id": "1",
          "user_id": "1", "verified_at": "2020-01-01", "price_minor": "1"}  # fmt: skip


@pytest.mark.threat("T12")
@pytest.mark.slow
def test_columns_sent_along_with_any_form_change_nothing(town):
    town.app.config["WTF_CSRF_ENABLED"] = False
    names, known, changed = named(town.world, town.engine), form_names(town), []
    columns = sorted({column.name for table in metadata.sorted_tables for column in table.columns})
    for row in (one for one in ROWS if one.method == "POST" and "A" in one.expected):
        role = list(ROLES)[row.expected.index("A")]
        given = {key: names.get(value, value) for key, value in FORMS.get(row.form, {}).items()}
        form = SAME_FORM.get(row.endpoint, row.endpoint)
        legal = {*given, *known.get(form, ()), *BESIDE.get(row.endpoint, ())}
        extra = {name: VALUES.get(name, "1") for name in columns if name not in legal}
        plain = _effect(town, row, role, names, given)
        sent = _effect(town, row, role, names, {**extra, **given})
        changed += [(row.name, role, table) for table in plain if plain[table] != sent[table]]
    assert not changed, lines(changed)


def form_names(town: Town) -> dict[str, set[str]]:
    """Endpoint → the names of all fields that its forms on the site really have."""
    found: dict[str, set[str]] = {}
    names = named(town.world, town.engine)
    for row in (one for one in ROWS if one.method == "GET" and "A" in one.expected):
        for at in {row.expected.index("A"), row.expected.rindex("A")}:
            one = visit(town, list(ROLES)[at], path_of(town, row, names))
            for form in one.page.forms if one.page else ():
                for target in form.targets if form.method == "post" else ():
                    endpoint = endpoint_of(town, target or one.path, method="POST")
                    found.setdefault(str(endpoint), set()).update(form.names)
    return found


def _effect(town: Town, row: Row, role: str, names: Any, data: dict[str, Any]) -> dict[str, Any]:
    """What the act left in the database, apart from chance; the town is put back."""
    answer = town.client(ROLES[role]).post(path_of(town, row, names), data=data)
    assert answer.status_code < 500, (row.name, answer.status_code)
    found = dict(_plain_rows(town))
    town.put_back()
    return found


def _plain_rows(town: Town) -> Iterator[tuple[str, Any]]:
    with town.engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name in RANDOM:
                continue
            kept = [one for one in table.columns if not any(word in one.name for word in CHANCE)]
            rows = connection.execute(table.select().with_only_columns(*kept))
            yield table.name, sorted(tuple(map(str, row)) for row in rows)


# -- T19: formulas ------------------------------------------------------------------------------

FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", " =1+1")
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@pytest.mark.threat("T19")
def test_no_export_holds_a_cell_that_a_spreadsheet_would_run(town):
    town.changed = True
    alice, rui = town.world.acting["alice"], town.world.acting["rui"]
    for text in FORMULAS:
        made = builders.listing_content(alice, kind="achievement", title=text, summary=text)
        builders.published_listing(alice, rui, made)
        change_option(town.world.acting["adam"], ChangeOption("listing_days", 181, text))
        with town.world.acting["rui"].transaction() as tx:
            record(tx, _deal(text))
    while indexing.step(town.world.ctx):
        pass
    visitor, adam = town.client(None), town.client("adam")
    cells = [
        *csv_cells(visitor.get("/catalogue/results.csv").get_data(as_text=True)),
        *csv_cells(visitor.get("/showcase/deals/deals.csv").get_data(as_text=True)),
        *csv_cells(adam.get("/admin/audit.csv").get_data(as_text=True)),
    ]
    assert any("cmd|" in cell for cell in cells), "the formulas are in no export"
    run = [
        cell for cell in cells if cell.lstrip(" \u3000").startswith(STARTS) and not _number(cell)
    ]
    assert not run, lines(run)
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/catalogue/results.xlsx").data))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("cmd|" in str(cell.value) for cell in found)
    assert [cell.value for cell in found if cell.data_type == "f"] == []


def csv_cells(text: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))):
        yield from row


def _number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()


def _deal(text: str) -> RecordDeal:
    return RecordDeal(
        origin="test", origin_id=text, title=text, kind="achievement", cluster="bearings",
        mode="assignment", way="fixed", price_minor=100_00, agreed_on=date(2026, 1, 5),
        registration_number=text,
    )  # fmt: skip
