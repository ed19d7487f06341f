"""The standard form of each kind of contract: its clauses as data, its blanks, what it must say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from marketplace.kernel.errors import Invalid
from rules.enumerations import TransferMode, contract_kind_of

FOLDER = Path(__file__).parent / "clauses"
KINDS = (
    "transfer",
    "licence",
    "development_commissioned",
    "development_joint",
    "consulting",
    "service",
)
OF_A_RIGHT = ("transfer", "licence")
"""The kinds that name patents (民法典 845: six items each)."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class StandardClause:
    """One clause of a form: ``when`` all of these facts hold, ``unless`` one of those does."""

    key: str
    heading: str
    text: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def belongs(self, holds: frozenset[str]) -> bool:
        """Whether the clause is in a contract for which these things hold."""
        return set(self.when) <= holds and not set(self.unless) & holds


@dataclass(frozen=True, slots=True)
class Form:
    """A standard form. ``required`` blanks are ★ of the rule book's section 4."""

    kind: str
    titles: Mapping[str, str]
    seller_role: str
    buyer_role: str
    first: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    defaults: Mapping[str, str]
    clauses: tuple[StandardClause, ...]

    @property
    def blanks(self) -> tuple[str, ...]:
        """Everything the parties may fill in, ★ first."""
        return (*self.required, *self.optional)

    def title(self, subject: str) -> str:
        """The contract's name for what it moves."""
        return self.titles.get(subject) or self.titles["secret"]


@lru_cache(maxsize=8)
def form_of(kind: str) -> Form:
    """The standard form of a kind; raises Invalid for one the market has no form of."""
    if kind not in KINDS:
        raise Invalid("contracts.unknown_kind")
    own, common = _read(kind), _read("common")
    return Form(
        kind=kind,
        titles=own["titles"],
        seller_role=own["seller_role"],
        buyer_role=own["buyer_role"],
        first=own["first"],
        required=tuple(own["required"]),
        optional=tuple(own["optional"]),
        defaults={**common["defaults"], **own["defaults"]},
        clauses=tuple(_clause(one) for one in (*own["clause"], *common["clause"])),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _clause(kept: Mapping[str, Any]) -> StandardClause:
    return StandardClause(
        key=kept["key"],
        heading=kept["heading"],
        text=kept["text"],
        when=tuple(kept.get("when", ())),
        unless=tuple(kept.get("unless", ())),
    )


def kinds_for(mode: TransferMode) -> tuple[str, ...]:
    """The kinds a deal may be written as, the usual one first (L48: 作价投资 as 转让)."""
    usual = contract_kind_of(mode)
    if usual in OF_A_RIGHT:
        return (usual,)
    return (usual, *(kind for kind in KINDS if kind not in (*OF_A_RIGHT, usual)))
