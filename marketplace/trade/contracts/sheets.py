"""What is printed of a contract: the file to sign, the record of its signatures, a preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.kernel import files
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Invalid
from marketplace.papers.rendering import Sheet, render
from marketplace.papers.steps import Order
from marketplace.trade.contracts.basis import Basis
from marketplace.trade.contracts.facts import missing
from marketplace.trade.contracts.models import Contract, ContractSignature, ContractVersion
from marketplace.trade.contracts.wording import numeral
from rules.enumerations import OVERLAYS

TEMPLATE = "contract.typ"
LICENCE_OVERLAYS = frozenset(one for one in OVERLAYS if str(one).endswith("_licence"))


def paper_facts(contract: Contract, row: ContractVersion) -> dict[str, Any]:
    """A version as printed: head, parties, patents, numbered clauses, annexes."""
    facts = row.facts
    sides = ("seller", "buyer") if facts["first"] == "seller" else ("buyer", "seller")
    return {
        "contract_number": contract.number,
        "version": row.version,
        "title": facts["title"],
        "project": facts["project"],
        "order_number": facts["order_number"],
        "parties": [
            _party(facts, side, letter) for side, letter in zip(sides, "甲乙", strict=True)
        ],
        "patents": facts["patents"],
        "clauses": [
            {"key": one["key"], "heading": f"{numeral(index)}、{one['heading']}",
             "lines": one["text"].split("\n")}
            for index, one in enumerate(row.clauses, start=1)
        ],
        "words_sha256": row.sha256,
    }  # fmt: skip


def _party(facts: dict[str, Any], side: str, letter: str) -> dict[str, str]:
    blanks = facts["blanks"]
    return {
        "role": f"{facts[f'{side}_role']}（{letter}方）",
        "name": facts[side]["name"],
        "credit_code": facts[side]["credit_code"],
        "address": blanks.get(f"{side}_address", ""),
        "contact": blanks.get(f"{side}_contact", ""),
    }


def contract_order(contract: Contract, row: ContractVersion) -> Order:
    """The paper that both will sign."""
    return Order(
        kind="contract",
        title=f"{contract.title} {contract.number}",  # the check page shows it: nothing of the deal
        facts=paper_facts(contract, row),
        thing="contract",
        thing_id=contract.id,
        version=row.version,
        parties=_parties(contract),
    )


def signatures_order(
    contract: Contract, row: ContractVersion, signatures: Sequence[ContractSignature]
) -> Order:
    """The record of the signatures: who, when, under which file (电子签名法 13; L50)."""
    return Order(
        kind="contract_signatures",
        title=f"电子签署记录 {contract.number}",
        facts={
            "contract_number": contract.number,
            "version": row.version,
            "title": contract.title,
            "project": row.facts["project"],
            "sha256": signatures[0].sha256,
            "signatures": [
                {
                    "role": row.facts[f"{one.side}_role"],
                    "organisation": one.organisation_name,
                    "name": one.name,
                    "at": _precise(one),
                    "sha256": one.sha256,
                }
                for one in signatures
            ],
        },
        thing="contract",
        thing_id=contract.id,
        version=row.version,
        parties=_parties(contract),
    )


def _parties(contract: Contract) -> tuple[int, int]:
    return contract.seller_organisation_id, contract.buyer_organisation_id


def _precise(one: ContractSignature) -> str:
    return f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S.%f}"[:-3]


def ask_whole(row: ContractVersion) -> None:
    """Raise Invalid: a document with a missing ★ item is not generated (L51)."""
    absent = missing(row.facts, row.facts["blanks"])
    if absent:
        raise Invalid("contracts.incomplete", missing=absent, count=len(absent))


def preview(ctx: Context, contract: Contract, row: ContractVersion) -> bytes:
    """The PDF as it would be signed, marked as a preview; raises Invalid when ★ is missing."""
    ask_whole(row)
    facts = {**paper_facts(contract, row), "is_preview": True}
    sheet = Sheet(
        template=TEMPLATE,
        number=contract.number,
        title=contract.title,
        code="签署稿生成后给出",
        version=row.version,
        issued_at=row.at,
        facts_sha256=row.sha256,
        verify_url=f"{ctx.settings.base_url}/papers/verify",
        market_name=ctx.settings.name,
    )
    return render(sheet, facts)


def has_licences(basis: Basis) -> bool:
    """Whether licences run that survive an assignment (L57)."""
    lot = basis.lot
    if lot is None:
        return False
    return bool(lot.licences) or any(one.kind in LICENCE_OVERLAYS for one in lot.encumbrances)


def stored(ctx: Context, file_key: str) -> bytes:
    """The bytes of a stored file; none when it is gone, so that its hash cannot match."""
    try:
        return files.get(ctx.settings, file_key)
    except FileNotFoundError:
        return b""
