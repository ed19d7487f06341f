"""The kinds of papers: their series letter and what must be in them (rule book, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Kind:
    """``template`` in templates/documents; ``required``: facts without which it is not made (★)."""

    letters: str
    template: str
    required: tuple[str, ...]


NOTICE_FACTS = (
    "subject", "opens_at", "ends_at", "place", "display_time", "display_place", "formalities",
    "other",
)  # fmt: skip

KINDS: dict[str, Kind] = {
    # 拍卖法 52: signed by the buyer and the auctioneer; the seller's and the lot's identity (L16)
    "deal_confirmation": Kind(
        "CJ",
        "deal_confirmation.typ",
        ("subject", "buyer", "seller", "organiser", "price_minor", "closed_at", "lot_number"),
    ),
    # 拍卖法 46: time and place, subject, display, formalities, other; 47: the medium (L13)
    "auction_notice": Kind(
        "GG",
        "auction_notice.typ",
        NOTICE_FACTS,
    ),
    # 浙江条例 17, 19: the four contents, the mark, both postings, the objections (L34, L36)
    "publicity_certificate": Kind(
        "GS",
        "publicity_certificate.typ",
        (
            "name",
            "summary",
            "way",
            "price_minor",
            "seller",
            "buyer",
            "related",
            "market_from",
            "market_place",
            "unit_from",
            "unit_place",
            "ends_on",
            "procedure",
        ),
    ),
    # 拍卖法 53: always made, also for unsold lots (L17)
    "auction_record": Kind(
        "BL",
        "auction_record.typ",
        ("subject", "lot_number", "opened_at", "closed_at", "outcome", "first_hash", "last_hash"),
    ),
    # 密封报价: every seal and every opening, in the order of their coming
    "auction_minutes": Kind(
        "KB",
        "auction_minutes.typ",
        ("subject", "lot_number", "written_at", "organiser", "lines"),
    ),
    # 拍卖法 39: what a buyer in default owes once the lot was sold again (L19, L28)
    "default_claim": Kind(
        "WY",
        "default_claim.typ",
        ("subject", "lot_number", "seller", "buyer", "price_minor", "way", "settled_at"),
    ),
    # 成交确认书 of a deal that came about without bidding (rule book, section 4)
    "order_confirmation": Kind(
        "CJ",
        "order_confirmation.typ",
        ("subject", "order_number", "buyer", "seller", "organiser", "price_minor", "agreed_at"),
    ),
    # what arrived, from whom, for what: the payer's proof
    "payment_receipt": Kind(
        "SK",
        "payment_receipt.typ",
        ("payer", "payee", "amount_minor", "received_at", "bank_reference", "reference", "purpose"),
    ),
    # what the bank paid out, to whom, for what: the payee's proof
    "payment_advice": Kind(
        "ZF",
        "payment_advice.typ",
        ("payer", "payee", "amount_minor", "paid_at", "reference", "purpose"),
    ),
    "settlement": Kind(
        "JS",
        "settlement.typ",
        ("order_number", "subject", "buyer", "seller", "price_minor", "stages", "completed_at"),
    ),
    "account_statement": Kind(
        "DZ",
        "account_statement.typ",
        ("organisation", "first", "last", "organiser"),
    ),
    # 民法典 845: what each kind of contract must say is asked by the contract room (L51)
    "contract": Kind(
        "HTW",
        "contract.typ",
        ("contract_number", "title", "project", "parties", "clauses", "words_sha256"),
    ),
    # 电子签名法 13: who signed which file and when (L50)
    "contract_signatures": Kind(
        "QS",
        "contract_signatures.typ",
        ("contract_number", "title", "project", "sha256", "signatures"),
    ),
}


def missing_facts(kind: str, facts: Mapping[str, object]) -> list[str]:
    """The required facts that are absent or empty; raises Invalid for an unknown kind."""
    if kind not in KINDS:
        raise Invalid("papers.unknown_kind", kind=kind)
    return [name for name in KINDS[kind].required if facts.get(name) in (None, "", [], {})]
