"""Facts about vouchers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class VoucherSettled(Event):
    """The issuer owes nothing any more: he has paid, or the voucher went back."""

    name: ClassVar[str] = "treasury.voucher_settled"
    voucher_id: int
    order_id: int
