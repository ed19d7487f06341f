"""Copies of a contract's words for those who may see it: the preview as PDF, the Word file."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.context import Context
from marketplace.trade.contracts import queries, roots, sheets, word_export
from marketplace.trade.contracts.models import Contract, ContractVersion


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to download."""

    name: str
    content: bytes


def preview(ctx: Context, contract_id: int, *, version: int | None) -> Copy:
    """The PDF as it would be signed; raises NotFound, Invalid while a ★ item is missing (L51)."""
    contract, row = _version(ctx, contract_id, version)
    return Copy(f"{contract.number}-v{row.version}.pdf", sheets.preview(ctx, contract, row))


def word(ctx: Context, contract_id: int, *, version: int | None) -> Copy:
    """The same words as a Word file; raises NotFound, Invalid while a ★ item is missing (L51)."""
    contract, row = _version(ctx, contract_id, version)
    return Copy(f"{contract.number}-v{row.version}.docx", word_export.word_file(contract, row))


def _version(
    ctx: Context, contract_id: int, version: int | None
) -> tuple[Contract, ContractVersion]:
    with ctx.reading() as db:
        contract = queries.visible(db, ctx.actor, contract_id=contract_id)
        return contract, roots.version_of(db, contract, version)
