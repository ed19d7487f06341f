"""The demo's bank: transfers come, instructions are approved, sent and carried out, a statement."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.demo.cast import Cast
from marketplace.demo.history import Stage, Step
from marketplace.identity.organisations.commands import set_bank_account
from marketplace.kernel.errors import Conflict
from marketplace.treasury.payments import instructions, queries
from marketplace.treasury.payments.lines import DecideLine, RecordLine, book_fee, record_line
from marketplace.treasury.payments.statements import SendStatement, look_at, take_statement
from rules.days import local_date

TREASURER, SECOND_TREASURER = "tao", "qian"
BANK = "沃洲村镇银行（演示）"
KEEPS_ITS_ACCOUNT = ("junxing", "jinsuo", "chengze", "lengtuo", "hengsong")
"""Sellers whose owner gave the account for payouts; the others' payouts wait for it."""
GIVEN_DAYS_AGO = 23
MONTHS_TRANSFERS = (
    ("in", 99_960_00, "浙江启衡汽车部件有限公司", "技术许可费"),
    ("in", 30_000_00, "绍兴远帆贸易有限公司（演示）", "代付 竞价保证金"),
    ("out", 86_50, BANK, "账户管理及汇划手续费"),
    ("in", 1_274_31, BANK, "监管账户结息"),
)
"""What the statement brings that nobody has typed: without a code, of a third party, charges."""
HEAD = (
    "交易日期",
    "收入金额",
    "支出金额",
    "账户余额",
    "对方户名",
    "对方账号",
    "附言",
    "交易流水号",
)
STATEMENT_MINUTES = -95
TREASURERS_DAYS = (50.1, 36.3, 20.8, 10.4, 0.9)
LAST_CARRIED_OUT = 1
"""What was sent later is with the bank when the demo is loaded."""


@dataclass
class Bank:
    """What the treasurers do beside single deals."""

    stage: Stage
    cast: Cast

    def steps(self) -> Iterator[Step]:
        """Accounts for payouts, the treasurers' days, and yesterday's statement."""
        for house in KEEPS_ITS_ACCOUNT:
            at = self.stage.days_ago(GIVEN_DAYS_AGO, house)
            yield Step(at, self._give_account(house))
        for days in TREASURERS_DAYS:
            yield Step(self.stage.days_ago(days), lambda at: approve_all(self.stage, at))
            sent = self.stage.days_ago(days) + timedelta(hours=1)
            yield Step(sent, lambda at: send(self.stage, at))
            paid = sent + timedelta(hours=20)
            if days > LAST_CARRIED_OUT:
                yield Step(paid, lambda at: carry_out(self.stage, at))
        yield Step(self.stage.minutes(STATEMENT_MINUTES), self._take_statement)

    def _give_account(self, house: str) -> Callable[[datetime], None]:
        def give(at: datetime) -> None:
            number, owner = self.stage.ids["organisation", house], self.cast.seller_of(house)
            account = f"62208811{number:010d}"
            set_bank_account(
                self.stage.acting(owner, at), number, number=account, consents=True, bank_name=BANK
            )

        return give

    def _take_statement(self, at: datetime) -> None:
        """Yesterday's closing: what was typed is known already, the rest is new."""
        ctx = self.stage.acting(TREASURER, at)
        sent = SendStatement("监管账户对账单（演示）.csv", self._statement(at), "0031")
        take_statement(ctx, look_at(ctx, sent))
        with ctx.reading() as db:
            waiting = queries.lines(db, "open").page.items
        for one in waiting:
            if one.direction == "out":
                book_fee(ctx, DecideLine(one.id, "银行手续费，按月列支。"))

    def _statement(self, at: datetime) -> bytes:
        yesterday = local_date(at) - timedelta(days=1)
        rows = sorted(
            (one.booked_on, one.direction, one.amount_minor, one.counter_name, one.remark,
             one.bank_reference)
            for one in _all_lines(self.stage) if one.booked_on <= yesterday
        )  # fmt: skip
        rows += [
            (yesterday, direction, minor, name, remark, f"DEMO-ST-{number}")
            for number, (direction, minor, name, remark) in enumerate(MONTHS_TRANSFERS, start=1)
        ]
        text, balance = io.StringIO(), 0
        sheet = csv.writer(text)
        sheet.writerow(HEAD)
        for day, direction, minor, name, remark, reference in rows:
            balance += minor if direction == "in" else -minor
            income, expense = ("", _yuan(minor)) if direction == "out" else (_yuan(minor), "")
            account = f"62208822{len(name):010d}"
            sheet.writerow(
                (day.isoformat(), income, expense, _yuan(balance), name, account, remark, reference)
            )
        return text.getvalue().encode("utf-8-sig")


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _all_lines(stage: Stage) -> Iterator[queries.Line]:
    for tab in ("open", "done"):
        cursor: str | None = None
        while True:
            with stage.ctx.reading() as db:
                page = queries.lines(db, tab, cursor=cursor).page
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                break


def approve_all(stage: Stage, at: datetime) -> None:
    """The second treasurer approves what is above the limit and whose payee is known."""
    with stage.ctx.reading() as db:
        waiting = queries.instructions(db, "proposed").page.items
    for one in waiting:
        with contextlib.suppress(Conflict):  # a seller who has not given his account yet
            instructions.approve(stage.acting(SECOND_TREASURER, at), one.id)


def send(stage: Stage, at: datetime) -> None:
    """Everything approved goes to the bank in one batch."""
    with stage.ctx.reading() as db:
        approved = queries.instructions(db, "approved").page.items
    if approved:
        instructions.send(stage.acting(TREASURER, at))


def carry_out(stage: Stage, at: datetime) -> None:
    """The bank's list shows what it carried out."""
    with stage.ctx.reading() as db:
        sent = queries.instructions(db, "sent").page.items
    for one in sent:
        line = RecordLine(
            direction="out",
            booked_on=local_date(at),
            amount_minor=one.amount_minor,
            bank_reference=f"DEMO-OUT-{one.id:06d}",
            counter_name=one.payee_name,
            counter_account=f"6220880000000{one.payee_tail}",
            remark=one.reference,
            counter_bank=one.payee_bank,
        )
        record_line(stage.acting(TREASURER, at), line)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that comes: from whom (the key of a person), how much in fen, the remark."""

    person: str
    name: str
    amount_minor: int
    remark: str
    reference: str


def come(stage: Stage, at: datetime, transfer: Transfer) -> None:
    """The bank shows a transfer, and the treasurer enters it."""
    line = RecordLine(
        direction="in",
        booked_on=local_date(at),
        amount_minor=transfer.amount_minor,
        bank_reference=transfer.reference,
        counter_name=transfer.name,
        counter_account=f"62208800{stage.houses[transfer.person]:010d}",
        remark=transfer.remark,
        counter_bank=BANK,
    )
    record_line(stage.acting(TREASURER, at), line)
