"""Who must act next and by when: one pure function over an order and its stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeVar

from marketplace.trade.orders.states import STAGE_FINAL, StageState, State
from rules.days import local_date, term_end

Whose = Literal["buyer", "seller", "both", "market", ""]


class Pending(Protocol):
    """What must be known of an order."""

    @property
    def state(self) -> str: ...
    @property
    def sign_by(self) -> datetime: ...
    @property
    def needs_publicity(self) -> bool: ...
    @property
    def publicity_cleared_at(self) -> datetime | None: ...


class PendingStage(Protocol):
    """What must be known of a stage."""

    @property
    def stage(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def called_at(self) -> datetime | None: ...
    @property
    def deliver_by(self) -> datetime | None: ...
    @property
    def delivered_at(self) -> datetime | None: ...
    @property
    def needs_certificate(self) -> bool: ...
    @property
    def certificate_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """``what`` names the act for the page's words; ``by`` is None where no term runs."""

    whose: Whose
    what: str
    by: datetime | None = None
    stage: int | None = None


Stage = TypeVar("Stage", bound=PendingStage)
NOBODY = Turn("", "")


def current(stages: Sequence[Stage]) -> Stage | None:
    """The stage that is being worked on: the first that has not ended."""
    return next((one for one in stages if one.state not in STAGE_FINAL), None)


def turn_of(order: Pending, stages: Sequence[PendingStage], options: Mapping[str, int]) -> Turn:
    """The next act. ``options``: ``stage_payment_days`` and ``acceptance_days``."""
    if order.state == State.AGREED:
        if order.needs_publicity and order.publicity_cleared_at is None:
            return Turn("seller", "start_publicity")
        return Turn("both", "sign", order.sign_by)
    if order.state == State.PUBLICITY:
        return Turn("market", "publicity_runs")
    if order.state == State.DISPUTED:
        return Turn("market", "decide_dispute")
    now = current(stages)
    if order.state != State.SIGNED or now is None:
        return NOBODY
    return _stage_turn(now, options)


def _stage_turn(stage: PendingStage, options: Mapping[str, int]) -> Turn:
    number = stage.stage
    match stage.state:
        case StageState.DUE:
            by = _after(stage.called_at, options["stage_payment_days"])
            return Turn("buyer", "pay", by, number)
        case StageState.FUNDED:
            return Turn("seller", "deliver", stage.deliver_by, number)
        case StageState.DELIVERED:
            by = _after(stage.delivered_at, options["acceptance_days"])
            return Turn("buyer", "accept", by, number)
        case StageState.ACCEPTED:
            if stage.needs_certificate and stage.certificate_on is None:
                return Turn("seller", "show_certificate", None, number)
            return Turn("market", "voucher_settles", None, number)
        case _:
            return NOBODY


def is_late(turn: str, act_by: datetime | None, *, now: datetime) -> bool:
    """True when one side's term to act is over."""
    return turn in ("buyer", "seller") and act_by is not None and now > act_by


def rescindable_on(urged_at: datetime | None, *, days: int) -> date | None:
    """The first day on which the other side may rescind; None while nobody was urged."""
    if urged_at is None:
        return None
    return term_end(local_date(urged_at), days) + timedelta(days=1)


def _after(start: datetime | None, days: int) -> datetime | None:
    return None if start is None else start + timedelta(days=days)
