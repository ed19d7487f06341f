"""Real files go in, go in again without a trace, and go on after an interruption (F25)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from marketplace.exchange.demands import queries as demands
from marketplace.imports import commands
from marketplace.imports.commands import RunImport, run
from marketplace.imports.kinds import KINDS, Target
from marketplace.imports.models import ImportRun
from marketplace.kernel.errors import Invalid
from marketplace.showcase.listings import queries as listings
from tests.shared_data import shared

FILES = (
    ("achievements", "data/tech_achievements_zh.jsonl.gz", 1862),
    ("demands", "data/tech_demands_zh.jsonl.gz", 1212),
    ("patents", "data/patents_zh.jsonl.gz", 1762),
)
SHOWN = Target("公开样本", publish=True)


def rows(count, **changes):
    return [
        {"name": f"低噪声轴承保持架 {number}", "context": f"第 {number} 种兜孔曲率。", **changes}
        for number in range(count)
    ]


def written(tmp_path, records, name="rows.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in records), "utf-8")
    return path


def published(ctx):
    with ctx.reading() as db:
        return sum(states.get("published", 0) for states in listings.counts(db).values())


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "count"), FILES, ids=lambda value: str(value)[:12])
def test_the_real_files_are_taken_whole_and_a_second_time_nothing_changes(ctx, kind, name, count):
    path = shared(name)
    first = run(ctx, RunImport(kind, path, SHOWN))
    assert first.totals.read == count
    assert first.totals.rejected <= 5
    assert first.totals.created >= count - 5
    again = run(ctx, RunImport(kind, path, SHOWN))
    assert (again.totals.created, again.totals.updated) == (0, 0)
    assert again.totals.unchanged == first.totals.created


def test_a_dry_run_reports_the_same_and_keeps_nothing(ctx, tmp_path):
    path = written(tmp_path, rows(3) + [{"name": ""}])
    dry = run(ctx, RunImport("achievements", path, SHOWN, dry_run=True))
    assert published(ctx) == 0
    real = run(ctx, RunImport("achievements", path, SHOWN))
    assert dry.totals == real.totals
    assert (real.totals.created, real.totals.rejected) == (3, 1)
    assert [(one.line, one.problems[0].field) for one in real.rejected] == [(4, "title")]


def test_an_interrupted_import_goes_on_behind_the_last_finished_batch(ctx, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "BATCH", 10)
    path = written(tmp_path, rows(35))

    def pulled_plug(totals):
        if totals.read == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(ctx, RunImport("achievements", path, SHOWN), pulled_plug)
    assert published(ctx) == 20
    report = run(ctx, RunImport("achievements", path, SHOWN))
    assert report.resumed_from == 20
    assert (report.totals.read, report.totals.created) == (35, 35)
    assert published(ctx) == 35


def test_a_batch_that_fails_leaves_nothing_of_itself(ctx, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "BATCH", 10)
    kind = KINDS["achievements"]
    calls: list[int] = []

    def put(tx, records, target):
        done = kind.put(tx, records, target)
        calls.append(len(records))
        if len(calls) == 2:
            raise RuntimeError("disk full")
        return done

    monkeypatch.setitem(KINDS, "achievements", type(kind)(kind.name, kind.columns, kind.read, put))
    with pytest.raises(RuntimeError, match="disk full"):
        run(ctx, RunImport("achievements", written(tmp_path, rows(30)), SHOWN))
    assert published(ctx) == 10
    with ctx.reading() as db:
        assert db.scalar(select(ImportRun.done_rows)) == 10


def test_a_changed_row_updates_its_record_by_its_key(ctx, tmp_path):
    run(ctx, RunImport("achievements", written(tmp_path, rows(1, key="A-1")), SHOWN))
    changed = written(tmp_path, rows(1, key="A-1", maturity="通过中试"), "later.jsonl")
    report = run(ctx, RunImport("achievements", changed, SHOWN))
    assert (report.totals.created, report.totals.updated) == (0, 1)
    assert published(ctx) == 1


def test_every_imported_record_carries_its_source_and_date(ctx, tmp_path):
    records = [{"name": "防起球", "context": "围巾起球影响使用。", "postTime": "2020-01-13"}]
    run(ctx, RunImport("demands", written(tmp_path, records), SHOWN))
    with ctx.reading() as db:
        card = demands.board(db).items[0]
    assert card.source == "公开样本"
    assert str(card.source_date) == "2020-01-13"


def test_a_price_upside_down_and_a_broken_line_are_named_with_line_and_field(ctx, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"name": "甲", "context": "正文", "price": "12,34"}\n{broken\n', "utf-8")
    report = run(ctx, RunImport("achievements", path, SHOWN))
    found = [(one.line, one.problems[0].field, one.problems[0].reason) for one in report.rejected]
    assert found == [(1, "price", "bad_grouping"), (2, "row", "not_json")]


@pytest.mark.parametrize(("kind", "source"), [("pictures", "x"), ("demands", " ")])
def test_an_unknown_kind_or_a_nameless_source_is_refused(ctx, tmp_path, kind, source):
    with pytest.raises(Invalid):
        run(ctx, RunImport(kind, written(tmp_path, rows(1)), Target(source, publish=True)))


def test_nothing_of_a_refused_file_is_counted(ctx, tmp_path):
    path = tmp_path / "rows.xlsx"
    path.write_bytes(b"not a workbook")
    with pytest.raises(Invalid):
        run(ctx, RunImport("demands", path, SHOWN))
    with ctx.reading() as db:
        assert db.scalar(select(func.count()).select_from(ImportRun)) == 0
