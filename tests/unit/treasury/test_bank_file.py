"""A bank's statement as banks really write it: every dirty row is refused by itself, by name."""

from __future__ import annotations

import codecs
from datetime import date

import pytest

from marketplace.kernel.sheets.reading import rows
from marketplace.treasury.payments.bank_file import parse
from marketplace.treasury.payments.matching import codes_in, same_name

TODAY = date(2026, 11, 22)
HEAD = "交易日期,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要,交易流水号"
GOOD = "2026-11-21,,368000.00,368000.00,浙江恒颂轴承有限公司,6222 0000 1111 2222,DD0143-7FQ4KD,N1"


def read(*lines: str, head: str = HEAD, encoding: str = "utf-8"):
    text = "\n".join([head, *lines])
    return parse(list(rows(text.encode(encoding), "csv")), today=TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_good_row_is_read_whatever_the_encoding(encoding):
    (row,) = read(GOOD, encoding=encoding).rows
    assert (row.direction, row.amount_minor, row.bank_reference) == ("in", 368_000_00, "N1")
    assert (row.counter_account, row.remark) == ("6222000011112222", "DD0143-7FQ4KD")
    assert row.balance_minor == 368_000_00


@pytest.mark.parametrize(
    ("head", "line", "direction", "minor"),
    [
        ("记账日期,收入金额,支出金额,对方户名,对方账号,附言,流水号",
         "20261121,\"1,200.50\",0.00,甲公司,62220000111122,货款,A", "in", 120050),
        ("交易日期,交易金额,借贷标志,对方户名,对方账号,用途,交易流水号",
         "2026/11/21,12.00,借,银行,62220000111122,手续费,B", "out", 1200),
        ("日期,金额,对方名称,对方账号,备注,凭证号",
         "2026年11月21日,-3.00,银行,,手续费,C", "out", 300),
        ("日期,金额,对方名称,对方账号,备注,凭证号",
         "２０２６－１１－２１,＋３００,甲公司,６２２２００００１１１１２２,货款,D", "in", 30000),
    ],
)  # fmt: skip
def test_several_banks_columns_are_understood(head, line, direction, minor):
    found = read(line, head=head)
    assert found.problems == ()
    assert (found.rows[0].direction, found.rows[0].amount_minor) == (direction, minor)


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (",,100.00,,甲,62220000111122,x,N2", "booked_on", "missing"),
        ("昨天,,100.00,,甲,62220000111122,x,N2", "booked_on", "not_a_date"),
        ("2026-13-41,,100.00,,甲,62220000111122,x,N2", "booked_on", "not_a_date"),
        ("2026-11-23,,100.00,,甲,62220000111122,x,N2", "booked_on", "in_the_future"),
        ("2026-11-21,,,,甲,62220000111122,x,N2", "amount", "missing"),
        ("2026-11-21,5.00,100.00,,甲,62220000111122,x,N2", "amount", "both_sides"),
        ("2026-11-21,,-100.00,,甲,62220000111122,x,N2", "amount", "negative"),
        ("2026-11-21,,1e30,,甲,62220000111122,x,N2", "income", "not_an_amount"),
        ("2026-11-21,,NaN,,甲,62220000111122,x,N2", "income", "not_an_amount"),
        ("2026-11-21,,100.005,,甲,62220000111122,x,N2", "income", "too_precise"),
        ("2026-11-21,,\"1,00\",,甲,62220000111122,x,N2", "income", "bad_grouping"),
        ("2026-11-21,,100.00,坏,甲,62220000111122,x,N2", "balance", "not_an_amount"),
        ("2026-11-21,,100.00,,甲,12,x,N2", "counter_account", "not_an_account"),
        ("2026-11-21,,100.00,,甲,62E10,x,N2", "counter_account", "not_an_account"),
        ("2026-11-21,,100.00,,甲,62220000111122,x,", "bank_reference", "missing"),
        (f"2026-11-21,,100.00,,{'长' * 121},62220000111122,x,N2", "counter_name", "too_long"),
        ("2026-11-21,,100.00,,甲,62220000111122,x,N1", "bank_reference", "twice"),
        ("2026-11-21,,100.00,,甲,62220000111122,x,N2,多,余", "", "too_many_cells"),
    ],
)  # fmt: skip
def test_a_dirty_row_is_refused_with_its_line_field_and_reason_and_the_good_ones_stay(
    line, field, reason
):
    found = read(GOOD, line)
    assert [row.bank_reference for row in found.rows] == ["N1"]
    (problem,) = found.problems
    assert (problem.line, problem.field, problem.reason) == (3, field, reason)
    assert not found.unbroken


def test_the_balances_say_in_which_order_the_bank_lists_and_what_is_missing():
    second = "2026-11-21,68000.00,,300000.00,乙公司,62220000111133,付款,N2"
    for lines in ((GOOD, second), (second, GOOD)):
        found = read(*lines)
        assert [row.bank_reference for row in found.rows] == ["N1", "N2"]
        assert (found.opening_minor, found.closing_minor) == (0, 300_000_00)
        assert found.unbroken
    gap = read(GOOD, second.replace("300000.00", "299999.00"))
    assert not gap.unbroken


@pytest.mark.parametrize(
    "remark",
    ["DD0143-7FQ4KD", "dd01437fq4kd 第一期", "付款ＤＤ０１４３－７ＦＱ４ＫＤ", "DD 0143 7FQ4KD。"],
)
def test_a_code_is_found_however_the_payer_wrote_it(remark):
    assert "DD0143-7FQ4KD" in codes_in(remark)


@pytest.mark.parametrize("remark", ["", "货款", "DD0143", "7FQ4KD", "DD0143-7FQ4K"])
def test_half_a_code_is_none(remark):
    assert codes_in(remark) == set()


def test_a_name_is_the_same_whatever_its_brackets_and_width():
    assert same_name("浙江（绍兴）轴承有限公司", "浙江(绍兴)轴承 有限公司")
    assert not same_name("浙江恒颂轴承有限公司", "浙江恒颂轴承有限公司工会")


def test_a_file_in_no_known_encoding_is_refused():
    from marketplace.kernel.errors import Invalid

    with pytest.raises(Invalid):
        list(rows(codecs.BOM_UTF16_LE + "交易日期".encode("utf-16-le") + b"\xff", "csv"))
