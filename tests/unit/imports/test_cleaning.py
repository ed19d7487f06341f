"""What can be cleaned is cleaned; what cannot is refused by name."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.imports import achievements, demands, patents
from marketplace.imports.records import RowRefused
from marketplace.kernel.errors import Invalid
from marketplace.kernel.sheets import cleaning, reading
from marketplace.kernel.sheets.cleaning import Unclean

LONG = "一种低噪声轴承保持架，兜孔由单一球面改为两段不同曲率。"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2020-01-13", date(2020, 1, 13)),
        ("２０２０－０１－１３", date(2020, 1, 13)),
        ("2020/1/3", date(2020, 1, 3)),
        ("2020年1月3日", date(2020, 1, 3)),
        ("20200113", date(2020, 1, 13)),
        ("2020-01-1310:49:39.0", date(2020, 1, 13)),
        ("", None),
    ],
)
def test_a_day_is_read_in_every_usual_spelling(typed, found):
    assert cleaning.day(typed) == found


@pytest.mark.parametrize("typed", ["2020-02-30", "last week", "2020-13-01", "13.01.2020 or so"])
def test_a_day_that_is_none_is_refused(typed):
    with pytest.raises(Unclean):
        cleaning.day(typed)


def test_two_glued_times_are_two_days():
    glued = "2020-01-1310:45:44.0至2021-01-1310:45:46.0"
    assert cleaning.days(glued) == [date(2020, 1, 13), date(2021, 1, 13)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("完全转让许可转让技术入股合作生产", ("assignment", "licence", "equity", "joint")),
        ("完全转让,许可转让", ("assignment", "licence")),
        ("其他", ("other",)),
        ("", ()),
    ],
)
def test_glued_choices_come_apart(typed, found):
    assert cleaning.choices(typed, achievements.MODES) == (found, ())


def test_a_choice_half_understood_is_not_understood():
    assert cleaning.choices("完全转让抵押", achievements.MODES) == ((), ("完全转让抵押",))


def test_glued_industries_come_apart():
    assert demands.branches("制造业建筑业") == "制造业；建筑业"
    assert demands.branches("制造业某某业") == "制造业某某业"


def test_control_characters_and_runs_of_spaces_disappear():
    assert cleaning.text("a\x00b \u3000 c\r\n\r\n\r\n\r\nd\u200b") == "ab c\n\nd"


def test_a_row_names_every_problem_not_only_the_first():
    with pytest.raises(RowRefused) as refused:
        achievements.read({"name": "", "context": "", "postTime": "someday", "maturity": "perfect"})
    found = {(one.field, one.reason) for one in refused.value.problems}
    assert found == {
        ("title", "missing"),
        ("text", "missing"),
        ("dated", "not_a_date"),
        ("maturity", "unknown_choice"),
    }


def test_a_price_range_is_kept_as_text_and_the_price_stays_open():
    record = achievements.read({"name": "轴承", "context": LONG, "price": "30.0万元-100.0万元"})
    assert record.content.price_minor is None
    assert record.content.price_note == "30.0万元-100.0万元"
    assert [note.reason for note in record.notes] == ["range_kept_as_text"]


def test_a_price_in_ten_thousands_becomes_fen():
    assert (
        achievements.read({"name": "轴承", "context": LONG, "price": "12.5万"}).content.price_minor
        == 12_500_000
    )


def test_a_demand_ends_on_the_last_day_of_its_period():
    record = demands.read(
        {"name": "防起球", "context": LONG, "time": "2020-01-1310:45:44.0至2021-01-1310:45:46.0"}
    )
    assert record.content.deadline == date(2021, 1, 13)


def test_a_budget_upside_down_is_refused():
    with pytest.raises(RowRefused) as refused:
        demands.read(
            {"name": "防起球", "context": LONG, "budget_low": "10万", "budget_high": "5万"}
        )
    assert refused.value.problems[0].reason == "below_lower_end"


@pytest.mark.parametrize(
    "spelling",
    ["CN201220249767.4", "2012202497674", "ZL 2012 2 0249767.4", "２０１２２０２４９７６７．４"],
)
def test_a_patent_number_in_any_spelling_is_one_number(spelling):
    record = patents.read({"title": "轨枕", "abstract": LONG, "app_no": spelling})
    assert record.content.number == "201220249767.4"
    assert record.content.patent.patent_kind == "U"


def test_a_wrong_check_character_is_refused_with_the_right_one():
    with pytest.raises(RowRefused) as refused:
        patents.read({"title": "轨枕", "abstract": LONG, "app_no": "201220249767.5"})
    problem = refused.value.problems[0]
    assert (problem.field, problem.reason) == ("app_no", "wrong_check")
    assert problem.facts["expected"] == "4"


def test_a_foreign_publication_stays_as_published():
    record = patents.read(
        {"title": "飞机", "abstract": LONG, "pub_no": "EP2345678A1", "office": "法国"}
    )
    assert record.content.number is None or record.content.number == ""
    assert record.content.extra["publication"] == "EP2345678A1"


def test_the_office_s_own_status_words_are_understood():
    record = patents.read({"title": "轨枕", "abstract": LONG, "legal_status": "授权 | 质押"})
    assert record.content.patent.legal_status == "granted"
    assert [one.kind for one in record.content.overlays] == ["pledge"]


def test_the_same_content_has_the_same_key_and_another_content_another():
    row = {"name": "轴承", "context": LONG, "postTime": "2020-01-13"}
    assert achievements.read(row).key == achievements.read(dict(row)).key
    assert achievements.read(row).key != achievements.read({**row, "name": "轴承二"}).key


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.jsonl.zip"])
def test_an_unknown_format_is_refused_by_name(tmp_path, name):
    with pytest.raises(Invalid):
        reading.format_of(tmp_path / name)


def test_a_broken_line_is_one_refused_row_and_the_rest_is_read():
    found = list(reading.rows(b'{"a": 1}\nnot json\n\n[1]\n{"b": 2}', "jsonl"))
    assert [(row.line, row.broken) for row in found] == [
        (1, ""), (2, "not_json"), (4, "not_an_object"), (5, ""),
    ]  # fmt: skip


def test_a_csv_saved_by_a_chinese_spreadsheet_is_read():
    content = "名称;成果介绍\r\n轴承;低噪声\r\n".encode("gb18030")
    row = next(reading.rows(content, "csv"))
    assert row.values == {"名称": "轴承", "成果介绍": "低噪声"}


@pytest.mark.threat("T18")
def test_a_deeply_nested_line_is_refused_and_not_a_crash():
    bomb = b'{"a":' * 200_000 + b"1" + b"}" * 200_000
    assert next(reading.rows(bomb, "jsonl")).broken in ("not_json", "not_an_object")
