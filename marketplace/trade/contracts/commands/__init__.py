"""Writes of the contract room: each takes a Context and is exactly one transaction."""

from __future__ import annotations

from marketplace.trade.contracts.commands.drafting import (
    Amend,
    Fill,
    OpenContract,
    amend,
    fill,
    open_contract,
)
from marketplace.trade.contracts.commands.registering import (
    FillRegistration,
    RecordRegistration,
    fill_registration,
    record_registration,
)
from marketplace.trade.contracts.commands.signing import (
    Agree,
    OpenSigning,
    Sign,
    agree,
    open_signing,
    propose,
    sign,
    void_unsigned,
)

__all__ = [
    "Agree",
    "Amend",
    "Fill",
    "FillRegistration",
    "OpenContract",
    "OpenSigning",
    "RecordRegistration",
    "Sign",
    "agree",
    "amend",
    "fill",
    "fill_registration",
    "open_contract",
    "open_signing",
    "propose",
    "record_registration",
    "sign",
    "void_unsigned",
]
