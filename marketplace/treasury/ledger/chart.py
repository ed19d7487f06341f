"""The chart of accounts: what each kind of account holds, and which may give to which (L79).

An amount is always moved: one account is debited, another credited, so that the sum over all
accounts is zero whatever happens. No account may fall below zero on its own side.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Where an account's balance stands: what the market's bank holds, or whom it is owed to."""

    DEBIT = "debit"
    CREDIT = "credit"


class Kind(StrEnum):
    """The kinds of accounts of domain.md («Money»)."""

    CLEARING = "clearing"
    VOUCHER = "voucher"
    UNIDENTIFIED = "unidentified"
    DEPOSIT = "deposit"
    ESCROW = "escrow"
    PAYABLE = "payable"
    REFUND = "refund"
    COMMISSION = "commission"
    FORFEITED = "forfeited"
    PROVIDER_FEE = "provider_fee"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart: the kind, and whose or what for (``order:12``, ``bank``).

    ``organisation_id`` puts it onto that organisation's statement.
    """

    kind: Kind
    subject: str
    organisation_id: int | None = None


CODES: dict[Kind, str] = {
    Kind.CLEARING: "1001",
    Kind.VOUCHER: "1101",
    Kind.UNIDENTIFIED: "2001",
    Kind.DEPOSIT: "2101",
    Kind.ESCROW: "2201",
    Kind.PAYABLE: "2301",
    Kind.REFUND: "2401",
    Kind.COMMISSION: "4001",
    Kind.FORFEITED: "4002",
    Kind.PROVIDER_FEE: "5001",
}
DEBIT_KINDS = frozenset({Kind.CLEARING, Kind.VOUCHER, Kind.PROVIDER_FEE})

MOVES: frozenset[tuple[Kind, Kind]] = frozenset(
    {
        # money that arrives
        (Kind.CLEARING, Kind.UNIDENTIFIED),
        (Kind.CLEARING, Kind.DEPOSIT),
        (Kind.CLEARING, Kind.ESCROW),
        (Kind.UNIDENTIFIED, Kind.DEPOSIT),
        (Kind.UNIDENTIFIED, Kind.ESCROW),
        (Kind.UNIDENTIFIED, Kind.REFUND),
        # a voucher: its issuer owes what the buyer need not pay, and pays it or owes it no more
        (Kind.VOUCHER, Kind.ESCROW),
        (Kind.UNIDENTIFIED, Kind.VOUCHER),
        (Kind.REFUND, Kind.VOUCHER),
        # a deposit ends in one way (I6)
        (Kind.DEPOSIT, Kind.ESCROW),
        (Kind.DEPOSIT, Kind.REFUND),
        (Kind.DEPOSIT, Kind.FORFEITED),
        (Kind.FORFEITED, Kind.PAYABLE),
        (Kind.FORFEITED, Kind.COMMISSION),
        (Kind.FORFEITED, Kind.REFUND),
        # an order's money goes to the seller, to the market's commission or back
        (Kind.ESCROW, Kind.PAYABLE),
        (Kind.ESCROW, Kind.COMMISSION),
        (Kind.ESCROW, Kind.REFUND),
        (Kind.PAYABLE, Kind.COMMISSION),
        (Kind.COMMISSION, Kind.REFUND),
        # money that leaves
        (Kind.PAYABLE, Kind.CLEARING),
        (Kind.REFUND, Kind.CLEARING),
        (Kind.PROVIDER_FEE, Kind.CLEARING),
        # money that changes its keeper: a hold is captured, a provider pays out to the bank
        (Kind.CLEARING, Kind.CLEARING),
        (Kind.UNIDENTIFIED, Kind.CLEARING),
    }
)
"""(debited, credited). Nothing leads from one order's or lot's money to another's (L79)."""


def side(kind: Kind) -> Side:
    """The side on which accounts of this kind have their balance."""
    return Side.DEBIT if kind in DEBIT_KINDS else Side.CREDIT


def clearing(provider: str = "bank") -> Account:
    """What a provider holds for the parties: the supervised bank account, or a card provider."""
    return Account(Kind.CLEARING, provider)


def unidentified(provider: str = "bank") -> Account:
    """Money that arrived and is not matched to anything yet."""
    return Account(Kind.UNIDENTIFIED, provider)


def voucher(voucher_id: int) -> Account:
    """科技创新券: what the issuer of one voucher still owes for a buyer."""
    return Account(Kind.VOUCHER, f"voucher:{voucher_id}")


def deposit(deposit_id: int, *, organisation_id: int) -> Account:
    """保证金: one bidder's deposit for one lot."""
    return Account(Kind.DEPOSIT, f"deposit:{deposit_id}", organisation_id)


def escrow(order_id: int) -> Account:
    """资金监管: the buyer's money for one order."""
    return Account(Kind.ESCROW, f"order:{order_id}")


def payable(order_id: int, *, organisation_id: int) -> Account:
    """What one payee of one order is owed; paid out under that order's name only."""
    return Account(Kind.PAYABLE, f"order:{order_id}:{organisation_id}", organisation_id)


def first_paid(order_id: int, *, stage: int, number: int) -> Account:
    """What somebody is paid out of a stage before the seller: a pledgee (L63)."""
    return Account(Kind.PAYABLE, f"order:{order_id}:first:{stage}:{number}")


def refund(reason: str, *, organisation_id: int | None) -> Account:
    """What goes back to a payer; ``reason`` names the deposit, order or payment it is for."""
    return Account(Kind.REFUND, reason, organisation_id)


def commission() -> Account:
    """佣金: the market's own income, the only one."""
    return Account(Kind.COMMISSION, "market")


def forfeited(deposit_id: int) -> Account:
    """A defaulter's deposit until costs and shortfall are taken from it (L28)."""
    return Account(Kind.FORFEITED, f"deposit:{deposit_id}")


def provider_fee(provider: str) -> Account:
    """What a provider keeps for its service."""
    return Account(Kind.PROVIDER_FEE, provider)
