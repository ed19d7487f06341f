"""Agree to the words, fix the file, sign it, seal it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.papers import queries as papers
from marketplace.papers import steps as paper_steps
from marketplace.trade.contracts import gates, policy, roots, sheets
from marketplace.trade.contracts.basis import Basis, gather
from marketplace.trade.contracts.commands.drafting import ask_complete
from marketplace.trade.contracts.events import ContractSealed
from marketplace.trade.contracts.models import Contract, ContractSignature, ContractVersion
from marketplace.trade.contracts.states import FINAL, SIDES, Action, State
from marketplace.trade.orders import steps as orders


@dataclass(frozen=True, slots=True)
class Agree:
    """Propose, or consent to, the version that was read."""

    contract_id: int
    version: int


def propose(ctx: Context, command: Agree) -> None:
    """Put the draft before the other side; it counts as this side's consent.

    Raises Invalid with what is missing (L51), NotFound, Forbidden, Conflict.
    """
    with ctx.transaction() as tx:
        contract, side = roots.lock_own(tx, command.contract_id, version=command.version)
        row = _bound(tx, contract)
        ask_complete(row)
        roots.move(tx, contract, Action.PROPOSE, side=side)
        roots.add_consent(tx, contract, side)


def agree(ctx: Context, command: Agree) -> None:
    """Consent to the newest version; with the other side's consent the words are settled.

    Raises NotFound, Forbidden, Conflict for another version or state.
    """
    with ctx.transaction() as tx:
        contract, side = roots.lock_own(tx, command.contract_id, version=command.version)
        _bound(tx, contract)
        both = roots.consents_to(tx.db, contract) | {side} == set(SIDES)
        roots.move(tx, contract, Action.AGREE if both else Action.CONSENT, side=side)
        roots.add_consent(tx, contract, side)


@dataclass(frozen=True, slots=True)
class OpenSigning:
    """Fix the file to be signed; ``reasons`` answer warnings by their codes."""

    contract_id: int
    version: int
    reasons: Mapping[str, str] = field(default_factory=dict)


def open_signing(ctx: Context, command: OpenSigning) -> None:
    """Order the file that both will sign; nothing of it can change after.

    Raises Invalid (``contracts.blocked``) when a rule stands against it or a warning has no
    reason, NotFound, Forbidden, Conflict.
    """
    with ctx.transaction() as tx:
        contract, side = roots.lock_own(tx, command.contract_id, version=command.version)
        row = _bound(tx, contract)
        given = {
            code: {"text": text.strip(), "side": side, "user_id": tx.actor.user_id}
            for code, text in command.reasons.items()
            if text.strip()
        }
        _ask_gates(tx, contract, row, reasons=given)
        issued = paper_steps.issue(tx, sheets.contract_order(contract, row))
        contract.reasons, contract.paper_id = given, issued.id
        roots.move(tx, contract, Action.OPEN, side=side)


def _bound(tx: Tx, contract: Contract) -> ContractVersion:
    row = roots.version_of(tx.db, contract)
    roots.ask_binding(tx, contract, price_minor=row.facts["price_minor"])
    return row


def _ask_gates(
    tx: Tx, contract: Contract, row: ContractVersion, *, reasons: Mapping[str, object]
) -> Basis:
    basis = gather(tx.db, contract.order_id)
    found = gates.signing_findings(tx.db, basis, roots.said_in(row), now=tx.now)
    stops = gates.unanswered(found, reasons)
    if stops:
        codes = sorted({one.code for one in stops})
        raise Invalid("contracts.blocked", codes=codes, first=codes[0])
    return basis


@dataclass(frozen=True, slots=True)
class Sign:
    """Sign the exact file whose SHA-256 was shown. ``name`` as typed by the person who signs.

    ``accepts_licences``: the buyer has read the list of running licences (L57).
    """

    contract_id: int
    version: int
    sha256: str
    name: str
    has_read: bool = False
    accepts_licences: bool = False


def sign(ctx: Context, command: Sign) -> None:
    """Sign; the second signature seals the contract and its order goes on (L50).

    The caller has asked for a fresh sign-in. The stored file is hashed again: one changed byte
    and nobody signs. Raises NotFound, Forbidden, Conflict, Invalid.
    """
    if not command.has_read:
        raise Invalid("contracts.read_first")
    file = _file_now(ctx, command.contract_id)
    with ctx.transaction() as tx:
        contract, side = roots.lock_own(tx, command.contract_id, version=command.version)
        if contract.state != State.SIGNING or contract.paper_id != file.paper_id:
            raise Conflict("contracts.not_signing")
        row = _bound(tx, contract)
        _ask_signer(tx, command, file=file)
        basis = _ask_gates(tx, contract, row, reasons=contract.reasons)
        _ask_licences(basis, contract, command, side=side)
        _put_signature(tx, contract, command, side=side, file=file)
        if {one.side for one in roots.signatures_of(tx.db, contract)} == set(SIDES):
            _seal(tx, contract, row, sha256=file.sha256)
        else:
            roots.move(tx, contract, Action.SIGN, side=side)
            orders.note_signature(tx, contract.order_id, side=side)


@dataclass(frozen=True, slots=True)
class _File:
    paper_id: int
    sha256: str
    intact: bool


def _file_now(ctx: Context, contract_id: int) -> _File:
    """The file that waits for signatures and whether its bytes are those that were hashed."""
    with ctx.reading() as db:
        contract = db.get(Contract, contract_id)
        if contract is None or not policy.may_view(ctx.actor, contract):
            raise NotFound
        if contract.paper_id is None:
            raise Conflict("contracts.not_signing")
        paper = papers.of_number(db, contract.paper_id)
    if paper.file_key is None or paper.sha256 is None:
        raise Conflict("contracts.file_awaited")
    digest = hashlib.sha256(sheets.stored(ctx, paper.file_key)).hexdigest()
    return _File(contract.paper_id, paper.sha256, hmac.compare_digest(digest, paper.sha256))


def _ask_signer(tx: Tx, command: Sign, *, file: _File) -> None:
    if not file.intact:
        raise Conflict("contracts.file_damaged")
    if not hmac.compare_digest(command.sha256.lower().encode(), file.sha256.encode()):
        raise Conflict("contracts.changed")
    if command.name.strip() != tx.actor.name.strip():
        raise Invalid("contracts.name_differs", errors={"name": ["contracts.name_differs"]})


def _ask_licences(basis: Basis, contract: Contract, command: Sign, *, side: str) -> None:
    """L57: older licences survive; the buyer ticks that he has read the list."""
    if side != "buyer" or command.accepts_licences or contract.kind != "transfer":
        return
    if sheets.has_licences(basis):
        raise Invalid("contracts.licences_unread")


def _put_signature(tx: Tx, contract: Contract, command: Sign, *, side: str, file: _File) -> None:
    if side in {one.side for one in roots.signatures_of(tx.db, contract)}:
        raise Conflict("contracts.signed_already")
    actor = tx.actor
    if actor.organisation_id is None:
        raise Forbidden
    tx.db.add(
        ContractSignature(
            contract_id=contract.id,
            version=contract.version,
            side=side,
            organisation_id=actor.organisation_id,
            organisation_name=actor.organisation_name,
            user_id=actor.user_id,
            name=command.name.strip(),
            at=tx.now,
            address=actor.address,
            paper_id=file.paper_id,
            sha256=file.sha256,
            accepts_licences=command.accepts_licences,
        )
    )
    tx.db.flush()
    tx.audit("contract.signed", "contract", contract.id, side=side, sha256=file.sha256)


def _seal(tx: Tx, contract: Contract, row: ContractVersion, *, sha256: str) -> None:
    contract.sealed_at = tx.now
    roots.move(tx, contract, Action.SEAL)
    signatures = roots.signatures_of(tx.db, contract)
    paper_steps.issue(tx, sheets.signatures_order(contract, row, signatures))
    orders.mark_signed(tx, contract.order_id)
    tx.emit(ContractSealed(contract.id, contract.order_id, contract.version, sha256))


def void_unsigned(ctx: Context, order_id: int, *, why: str) -> None:
    """The order came to nothing: a contract that is not sealed is void; else nothing happens."""
    with ctx.transaction() as tx:
        contract_id = tx.db.scalar(select(Contract.id).where(Contract.order_id == order_id))
        if contract_id is None:
            return
        contract = roots.lock(tx, contract_id)
        if contract.state not in FINAL:
            roots.move(tx, contract, Action.VOID, why=why)
