"""What stands before a signature: words, rights, consents, publicity, freshness, others' gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.options import option
from marketplace.trade.contracts.basis import Basis, deal_of, right_of
from marketplace.trade.contracts.clause_checks import clause_findings
from marketplace.trade.contracts.facts import fixed_facts, missing, terms_over
from marketplace.trade.contracts.forms_of_law import OF_A_RIGHT
from marketplace.trade.contracts.wording import Clause
from marketplace.trade.orders.pledges import claims
from marketplace.trade.publicity import queries as publicity
from rules import ownership
from rules.days import local_date
from rules.findings import Finding, block, warn

Gate = Callable[[Session, int], Finding | None]
"""Asked with the database and the order's number; None when nothing stands against signing."""
GATES: dict[str, Gate] = {}


def register(name: str, gate: Gate) -> None:
    """Add another room's gate; called once when that room is imported."""
    GATES[name] = gate


@dataclass(frozen=True, slots=True)
class Said:
    """The words that are judged: facts, blanks and clauses of one version."""

    facts: Mapping[str, Any]
    blanks: Mapping[str, str]
    clauses: Sequence[Clause]

    @property
    def moves_a_right(self) -> bool:
        return self.facts["kind"] in OF_A_RIGHT


def word_findings(said: Said, *, now: datetime) -> tuple[Finding, ...]:
    """What the words alone are missing or do: L51, L54, L55, L58."""
    over = terms_over(said.facts, local_date(now))
    return (
        *(block("item_missing", "L51", "MF845", item=name)
          for name in missing(said.facts, said.blanks)),
        *(block("patent_term_over", "L51", "MF845", number=number) for number in over),
        *clause_findings(said.clauses),
    )  # fmt: skip


def signing_findings(
    db: Session, basis: Basis, said: Said, *, now: datetime
) -> tuple[Finding, ...]:
    """All that stands against signing now: the words, L34, L53, L56, L62-L64, freshness.

    Running licences (L57) are asked of the buyer alone, when he signs.
    """
    others = (gate(db, basis.order.order_id) for gate in GATES.values())
    return (
        *word_findings(said, now=now),
        *_order(db, basis),
        *_rights(basis, said, now=now),
        *_pledges(db, basis),
        *(_freshness(db, basis, now=now) if said.moves_a_right else ()),
        *_changed(basis, said),
        *(found for found in others if found is not None),
    )


def _changed(basis: Basis, said: Said) -> tuple[Finding, ...]:
    """Order or register say something else by now; only the day of a look-up may differ."""
    now = fixed_facts(basis, said.facts["kind"])
    if all(said.facts[name] == now[name] for name in now if name != "legal_status"):
        return ()
    return (block("facts_changed", "L51", "MF845"),)


def unanswered(found: Sequence[Finding], reasons: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What still stops: every block, and warnings for which nobody gave a reason."""
    return tuple(one for one in found if one.blocks or not reasons.get(one.code))


def _order(db: Session, basis: Basis) -> tuple[Finding, ...]:
    if not basis.order.is_open:
        return (block("order_not_open", "L51", ""),)
    if basis.order.needs_publicity and not publicity.is_clear(db, basis.order.order_id):
        return (block("publicity_owed", "L34", "ZC17"),)
    return ()


def _rights(basis: Basis, said: Said, *, now: datetime) -> tuple[Finding, ...]:
    if not said.moves_a_right:
        return ()
    if basis.lot is None:
        return (block("listing_gone", "L64", ""),)
    deal = deal_of(basis)
    right = right_of(basis.lot, last_day=basis.last_day)
    return ownership.findings(deal, right, today=local_date(now))


def _pledges(db: Session, basis: Basis) -> tuple[Finding, ...]:
    """L63: what a pledgee gets first can only be paid to an account that is known."""
    order = basis.order
    found = claims(db, basis.lot, order_id=order.order_id, price_minor=order.price_minor)
    return tuple(
        block("pledge_account_missing", "L63", "MF444", holder=one.holder)
        for one in found
        if not one.account_tail
    )


def _freshness(db: Session, basis: Basis, *, now: datetime) -> tuple[Finding, ...]:
    """The legal status is asked again at the contract; a sold listing takes no new proof."""
    lot = basis.lot
    if lot is None or lot.patent is None:
        return ()
    checked = lot.status_checked_on
    age = (local_date(now) - checked).days if checked else None
    if age is not None and age <= option(db, "status_fresh_days"):
        return ()
    made = warn if lot.state == "sold" else block
    return (made("status_stale", "L64", "XZ103", days=age if age is not None else "?"),)
