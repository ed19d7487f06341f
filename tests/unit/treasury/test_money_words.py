"""What money is for and what is booked has its words on every page and paper that shows it."""

from __future__ import annotations

import ast

from marketplace import wiring
from marketplace.treasury.ledger.words import ACTION_WORDS, THING_WORDS
from marketplace.treasury.payments import purposes, slips
from marketplace.treasury.payments.words import PURPOSE_WORDS
from tests.test_architecture import ROOT

BOOKING = {"Post", "book", "_book", "_post"}
OF_ISSUERS = {"voucher"}
"""What no party of the market is asked for."""


def booked() -> set[str]:
    """The actions that the treasury's source writes into the ledger."""
    found = set()
    for path in (ROOT / "marketplace" / "treasury").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BOOKING:
                by_name = [one.value for one in node.keywords if one.arg == "action"]
                at = 1 if getattr(node.func, "id", "") == "Post" else 2
                for one in by_name or node.args[at : at + 1]:
                    if isinstance(one, ast.Constant):
                        found.add(one.value)
    return found


def test_every_action_of_the_ledger_has_its_words():
    assert {"arrived", "receipt", "captured", "moved", "given_back"} <= booked()
    assert booked() == set(ACTION_WORDS)


def test_every_purpose_that_parties_pay_for_has_its_words_and_its_slip():
    wiring.handlers()
    known = set(purposes.known())
    assert known >= {"deposit", "order_stage", "order_royalty"}
    assert known - OF_ISSUERS == set(PURPOSE_WORDS) == set(slips.PURPOSES)
    assert known <= set(THING_WORDS)
