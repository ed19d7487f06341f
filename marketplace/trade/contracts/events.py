"""Facts about contracts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ContractMoved(Event):
    """Something happened to a contract (``action``); ``side`` did it, empty for the market."""

    name: ClassVar[str] = "trade.contract_moved"
    contract_id: int
    order_id: int
    action: str
    state: str
    version: int
    side: str


@dataclass(frozen=True, slots=True)
class ContractSealed(Event):
    """Both have signed the same file: the contract stands (L50)."""

    name: ClassVar[str] = "trade.contract_sealed"
    contract_id: int
    order_id: int
    version: int
    sha256: str
