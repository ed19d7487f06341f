"""A seller brings in a table: template, preview with errors at the cell, drafts of his own."""

from __future__ import annotations

import io
import json
import re

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from marketplace.exchange.demands.models import Demand
from marketplace.imports.models import ImportUpload
from marketplace.showcase.listings.models import Listing
from tests.integration.identity.acting import post

DEMAND = {"需求名称": "轴承磨削烧伤检测", "需求描述": "每班抽检两次，漏检的套圈装机后早期剥落。"}


def sheet(rows, header=None):
    book = Workbook()
    table = book.active
    header = header or list(rows[0])
    table.append(header)
    for row in rows:
        table.append([row.get(name, "") for name in header])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def send(client, kind, content, name="rows.xlsx"):
    page = client.get("/imports/").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    data = {"kind": kind, "file": (io.BytesIO(content), name)}
    if token:
        data["csrf_token"] = token[1]
    return client.post("/imports/", data=data, content_type="multipart/form-data")


@pytest.fixture
def alice(site_world):
    return site_world.client("alice")


def test_the_template_explains_each_column_and_its_own_example_is_taken(alice):
    for kind in ("achievements", "demands", "patents"):
        answer = alice.get(f"/imports/template/{kind}.xlsx")
        data, explained = load_workbook(io.BytesIO(answer.data)).worksheets
        header = [str(cell.value).rstrip("*") for cell in data[1]]
        told = {row[0].value: row[3].value for row in explained.iter_rows()}
        assert set(header) == set(told)
        assert all(told.values()), [name for name, hint in told.items() if not hint]
        page = alice.get(send(alice, kind, answer.data).location).get_data(as_text=True)
        assert 'name="confirm"' in page


def test_a_wrong_file_is_told_with_words_and_stores_nothing(alice, site_world):
    wrong = (
        (b"", "rows.csv", "为空"),
        (b"name,context\n", "rows.csv", "表头"),
        (b"foo,bar\n1,2\n", "rows.csv", "foo, bar"),
        (b"hello", "rows.txt", "XLSX"),
        (b"hello", "rows.xlsx", "损坏"),
        (b"", "rows.xlsx", "为空"),
        (b"\xff\xfe\x00" * 50, "rows.csv", "GB 18030"),
        (b"\x1f\x8b", "rows.csv.gz", "XLSX"),
        (b"name,context\n" + b"a,b\n" * 5_000, "rows.csv", "2000"),
    )
    with site_world.ctx.reading() as db:
        before = len(db.scalars(select(ImportUpload)).all())
    for content, name, words in wrong:
        answer = send(alice, "achievements", content, name)
        assert answer.status_code == 422, name
        text = answer.get_data(as_text=True)
        (told,) = re.findall(r'role="alert".*?</div>', text, re.DOTALL)
        assert words in told.replace(",", "") or words in told, (name, told)
        assert 'name="file"' in text
    with site_world.ctx.reading() as db:
        assert len(db.scalars(select(ImportUpload)).all()) == before


def test_errors_stand_at_their_cell_also_beyond_the_first_rows(alice):
    rows = [{"名称": f"成果 {n}", "成果介绍": "正文", "成熟度": "通过中试"} for n in range(40)]
    rows[33] |= {"成熟度": "外星水平"}
    page = alice.get(send(alice, "achievements", sheet(rows)).location).get_data(as_text=True)
    (cell,) = re.findall(r"<td>外星水平.*?</td>", page)
    assert "badge" in cell
    assert re.search(r'<td class="num">35</td><td>成熟度</td>', page)


def test_good_rows_become_drafts_of_the_organisation_and_again_change_nothing(alice, site_world):
    rows = [
        {"名称": "低噪声保持架", "成果介绍": "两段曲率。", "编号": "A-1"},
        {"名称": "", "编号": "x"},
    ]
    for counts in ((1, 0), (0, 1)):
        where = send(alice, "achievements", sheet(rows)).location
        assert post(alice, f"{where}/confirm", {}, form=where).status_code == 303
        assert post(alice, f"{where}/confirm", {}, form=where).status_code == 409
        with site_world.ctx.reading() as db:
            (listing,) = db.scalars(select(Listing).where(Listing.own_key == "A-1"))
            assert (listing.source, listing.state) == (None, "draft")
        page = alice.get(where).get_data(as_text=True)
        assert re.search(rf"{counts[0]}\D+0\D+{counts[1]}\D+1", page)


def test_demands_become_drafts_that_their_organisation_finds_and_edits(alice, site_world):
    for title in ("轴承磨削烧伤检测", "轴承磨削烧伤检测", "轴承磨削烧伤在线检测"):
        row = {**DEMAND, "需求名称": title, "编号": "D-1", "预算上限（元）": "80万"}
        where = send(alice, "demands", sheet([row])).location
        assert post(alice, f"{where}/confirm", {}, form=where).status_code == 303
    with site_world.ctx.reading() as db:
        (demand,) = db.scalars(select(Demand).where(Demand.own_key == "D-1"))
    assert demand.organisation_id == site_world.house_id("alice")
    assert (demand.state, demand.source) == ("draft", None)
    assert "轴承磨削烧伤在线检测" in alice.get("/exchange/demands/mine").get_data(as_text=True)
    form = alice.get(f"/exchange/demands/{demand.id}/edit").get_data(as_text=True)
    assert 'value="轴承磨削烧伤在线检测"' in form
    assert 'value="800000"' in form
    assert site_world.client("bob").get(f"/exchange/demands/{demand.id}").status_code == 404


def test_a_row_that_the_store_refuses_is_named_after_storing(alice, site_world):
    row = {**DEMAND, "编号": "D-2"}
    where = send(alice, "demands", sheet([row])).location
    post(alice, f"{where}/confirm", {}, form=where)
    with site_world.ctx.transaction() as tx:
        tx.db.scalars(select(Demand).where(Demand.own_key == "D-2")).one().state = "submitted"
    where = send(alice, "demands", sheet([{**row, "需求名称": "另一题目"}])).location
    post(alice, f"{where}/confirm", {}, form=where)
    assert "另一题目" in alice.get(where).get_data(as_text=True)
    assert "已提交" in alice.get(where).get_data(as_text=True)


def test_a_nested_record_is_refused_at_its_column(alice):
    line = json.dumps({"name": {"zh": "甲"}, "context": "正文"}, ensure_ascii=False).encode()
    page = alice.get(send(alice, "achievements", line, "rows.jsonl").location)
    assert re.search(r'<td class="num">1</td><td>name</td>', page.get_data(as_text=True))
