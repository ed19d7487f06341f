"""The books under any order of events: no fen appears, none is lost, every account is explained."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from marketplace import invariants
from marketplace.instance import make_context
from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.errors import Conflict
from marketplace.kernel.settings import Settings
from marketplace.treasury.deposits import steps as deposits
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.escrow import steps as escrow
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import CODES, Kind, Side, clearing, side, unidentified
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.ledger.models import Entry
from marketplace.treasury.ledger.periods import ClosePeriod, close_period
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import instructions, lines, refunds
from marketplace.treasury.payments.models import Instruction, StatementLine
from rules.days import local_date
from tests.conftest import FakeClock, _secrets

TAO = Actor(901, "Tao", staff_roles=frozenset({StaffRole.TREASURER}))
TESS = Actor(902, "Tess", staff_roles=frozenset({StaffRole.TREASURER}))
AMOUNTS = st.sampled_from([1, 99, 50_000_00, 60_000_00, 120_000_00, 200_000_00])
BIDDERS = st.integers(1, 3)
DEPOSIT, CHARGE = 60_000_00, 50_00


CAREFUL = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Money(RuleBasedStateMachine):
    """One lot with three bidders and the order that may follow, and a bank that does what it is
    told; the model is two numbers: what the bank holds, and what it took for itself.
    """

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="market-money-"))
        shutil.copy(self.template, self.home / "market.db")
        url = f"sqlite:///{self.home / 'market.db'}"
        known = Settings(home=self.home, database_url=url, secrets=_secrets, mode="test",
                         base_url="http://localhost")  # fmt: skip
        self.ctx = make_context(known, FakeClock())
        self.numbers = itertools.count(1)
        self.bank_minor = self.charges_minor = 0
        self.ended = self.applied = False

    @initialize(begins=st.sampled_from(["signed up", "paid", "won", "ordered"]), winner=BIDDERS)
    def three_sign_up(self, begins: str, winner: int) -> None:
        """Some stories begin in the middle, so that what follows an order is reached often."""
        with self.ctx.transaction() as tx:
            self.codes = {
                number: deposits.expect(
                    tx,
                    deposits.Expected(
                        1, "XC-1", "标的", number, f"竞买{number}号", 70 + number, DEPOSIT
                    ),
                )
                for number in (1, 2, 3)
            }
        if begins != "signed up":
            for number in (1, 2, 3):
                self.a_bidder_pays_what_is_asked(number)
        if begins in ("won", "ordered"):
            self.the_lot_ends(winner)
        if begins == "ordered":
            self.the_winners_ends(winner, applies=True)

    def _line(self, direction: str, amount: int, name: str, remark: str) -> None:
        made = lines.RecordLine(
            direction, local_date(self.ctx.clock()), amount, f"N{next(self.numbers)}", name,
            "6222000011112222", remark,
        )  # fmt: skip
        lines.record_line(self.ctx.acting(TAO), made)
        self.bank_minor += amount if direction == "in" else 0

    @rule(who=BIDDERS)
    def a_bidder_pays_what_is_asked(self, who: int) -> None:
        self._line("in", DEPOSIT, f"竞买{who}号", self.codes[who])

    @rule(who=BIDDERS, amount=AMOUNTS, named=st.booleans())
    def money_comes(self, who: int, amount: int, named: bool) -> None:
        self._line("in", amount, f"竞买{who}号" if named else "陌生人", self.codes[who])

    def _open(self, model, *conditions) -> list:
        with self.ctx.reading() as db:
            return list(db.scalars(select(model).where(*conditions).order_by(model.id)))

    @rule(who=BIDDERS, back=st.booleans())
    def a_treasurer_decides(self, who: int, back: bool) -> None:
        for line in self._open(StatementLine, StatementLine.state == "open")[:1]:
            try:
                if back:
                    lines.return_line(self.ctx.acting(TAO), lines.DecideLine(line.id, "退"))
                else:
                    lines.match_line(
                        self.ctx.acting(TAO), lines.MatchLine(line.id, self.codes[who])
                    )
            except Conflict:
                pass

    @precondition(lambda self: self._open(Deposit, Deposit.state == "held"))
    @rule(winner=st.one_of(st.none(), BIDDERS))
    def the_lot_ends(self, winner: int | None) -> None:
        with self.ctx.transaction() as tx:
            deposits.conclude(tx, 1, winner_organisation_id=winner)
        self.ended = True

    @precondition(lambda self: self.ended)
    @rule(who=BIDDERS, applies=st.booleans())
    def the_winners_ends(self, who: int, applies: bool) -> None:
        try:
            with self.ctx.transaction() as tx:
                if applies:
                    deposits.apply(tx, 1, organisation_id=who, order_id=5)
                    self.applied = True
                else:
                    deposits.forfeit(tx, 1, organisation_id=who, why="悔")
        except Conflict:
            pass

    @precondition(lambda self: self.applied)
    @rule(amount=AMOUNTS, fee=st.sampled_from([0, 7]))
    def the_order_pays_out(self, amount: int, fee: int) -> None:
        try:
            with self.ctx.transaction() as tx:
                wanted = escrow.Release(5, "XD-5", 1, 8, "卖方", amount, fee)
                escrow.release(tx, wanted)
        except Conflict:
            pass

    @precondition(lambda self: self.applied)
    @rule(who=BIDDERS, amount=AMOUNTS)
    def the_order_gives_back(self, who: int, amount: int) -> None:
        try:
            with self.ctx.transaction() as tx:
                escrow.refund(tx, escrow.Refund(5, "XD-5", who, f"竞买{who}号", amount, "解除"))
        except Conflict:
            pass

    @precondition(lambda self: self._open(Instruction, Instruction.state != "done"))
    @rule()
    def two_treasurers_send(self) -> None:
        for row in self._open(Instruction, Instruction.state == "proposed"):
            with contextlib.suppress(Conflict):  # the seller gave no account
                instructions.approve(self.ctx.acting(TESS), row.id)
        with contextlib.suppress(Conflict):
            instructions.send(self.ctx.acting(TAO))

    @precondition(lambda self: self._open(Instruction, Instruction.state == "sent"))
    @rule()
    def the_bank_pays(self) -> None:
        row = self._open(Instruction, Instruction.state == "sent")[0]
        self._line("out", row.amount_minor, row.payee_name, row.reference)
        self.bank_minor -= row.amount_minor

    def _held(self) -> int:
        with self.ctx.reading() as db:
            return ledger.balance_of(db, escrow_account(5))

    @precondition(lambda self: self.applied)
    @rule(who=BIDDERS, more=st.sampled_from([1, DEPOSIT]))
    def nobody_is_given_more_than_there_is(self, who: int, more: int) -> None:
        """Over-refunds and over-releases are refused, and leave nothing behind."""
        too_much, before = self._held() + more, self._counts()
        back = escrow.Refund(5, "XD-5", who, f"竞买{who}号", too_much, "多退")
        on = escrow.Release(5, "XD-5", 2, 8, "卖方", too_much, 0)
        for step, wanted in ((escrow.refund, back), (escrow.release, on)):
            with pytest.raises(Conflict), self.ctx.transaction() as tx:
                step(tx, wanted)
        assert self._counts() == before

    def _counts(self) -> tuple[int, int]:
        return len(self._open(Entry)), len(self._open(Instruction))

    @precondition(lambda self: self.bank_minor > CHARGE)
    @rule()
    def the_bank_charges(self) -> None:
        self._line("out", CHARGE, "银行", "手续费")
        line = self._open(StatementLine, StatementLine.direction == "out")[-1]
        lines.book_fee(self.ctx.acting(TAO), lines.DecideLine(line.id, "手续费"))
        self.bank_minor -= CHARGE
        self.charges_minor += CHARGE

    @precondition(lambda self: not self._open(Deposit, Deposit.state == "returning"))
    @rule()
    def the_month_is_over_and_closed(self) -> None:
        """A line that comes late is booked in the running month; the closed one stays as it is."""
        last = local_date(self.ctx.clock())
        self.ctx.clock.forward(days=32)
        closed = close_period(self.ctx.acting(TAO), ClosePeriod(last))
        before = len(self._open(Entry, Entry.booked_on <= closed))
        late = lines.RecordLine(
            "in", last, 1_00, f"N{next(self.numbers)}", "陌生人", "6222000011112222", "迟到的流水"
        )
        lines.record_line(self.ctx.acting(TAO), late)
        self.bank_minor += 1_00
        arrived = [Move(clearing("bank"), unidentified("bank"), 1_00)]
        with pytest.raises(Conflict), self.ctx.transaction() as tx:
            post(tx, Post("late", "arrived", "bank_line", 1, arrived, booked_on=closed))
        assert len(self._open(Entry, Entry.booked_on <= closed)) == before

    @invariant()
    def every_fen_is_somewhere(self) -> None:
        with self.ctx.reading() as db:
            totals = {
                side_: sum(
                    sum(ledger.balances(db, kind).values())
                    for kind in Kind
                    if kind in CODES and side(kind) is side_
                )
                for side_ in Side
            }
            bank = ledger.balance_of(db, clearing("bank"))
        assert bank == self.bank_minor
        assert totals[Side.DEBIT] == totals[Side.CREDIT] == self.bank_minor + self.charges_minor

    @invariant()
    def verify_finds_nothing(self) -> None:
        assert list(invariants._money(self.ctx)) == []

    @invariant()
    def a_deposit_is_held_only_whole(self) -> None:
        for deposit in self._open(Deposit, Deposit.state == "held"):
            with self.ctx.reading() as db:
                held = ledger.balances(db, Kind.DEPOSIT)[f"deposit:{deposit.id}"]
            assert held == DEPOSIT

    def teardown(self) -> None:
        self.ctx.engine.dispose()
        shutil.rmtree(self.home)


@pytest.mark.slow
def test_the_machine_finds_a_refund_that_the_payment_does_not_remember(
    sqlite_template, monkeypatch
):
    """The control: money goes back, and the payment could go back once more."""
    monkeypatch.setattr(
        refunds, "_shares", lambda receipts, wanted: [(receipts[0][0], wanted)] if receipts else []
    )
    Money.template = sqlite_template
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Money, settings=settings(CAREFUL, phases=[Phase.generate]))


@pytest.mark.threat("T6")
@pytest.mark.slow
def test_no_order_of_events_makes_or_loses_money(sqlite_template):
    Money.template = sqlite_template
    run_state_machine_as_test(Money, settings=CAREFUL)
