"""The enumerations of the rule book (section 5): stable values with Chinese and English texts."""

from __future__ import annotations

from rules.enumerations.deals import (
    CONTRACT_KINDS,
    LICENCE_KINDS,
    PRICING,
    SUBJECT_MATTERS,
    TRANSFER_MODES,
    LicenceKind,
    SubjectMatter,
    TransferMode,
    conflicting,
    contract_kind_of,
)
from rules.enumerations.fields import (
    ORGANISATION_FLAGS,
    ORGANISATION_KINDS,
    STRATEGIC_INDUSTRIES,
    TECHNOLOGY_FIELDS,
)
from rules.enumerations.maturity import (
    STEPS,
    TRL,
    maturity_findings,
    step_of_trl,
    step_of_word,
)
from rules.enumerations.overlays import OVERLAYS, Overlay, OverlayRules, overlays_in
from rules.enumerations.patent_states import (
    APPLICATIONS,
    ENDED,
    IN_FORCE,
    STATES,
    PatentState,
    StateRules,
    may_follow,
    state_of_case_word,
)
from rules.enumerations.terms import Permission, Term

__all__ = [
    "APPLICATIONS",
    "CONTRACT_KINDS",
    "ENDED",
    "IN_FORCE",
    "LICENCE_KINDS",
    "ORGANISATION_FLAGS",
    "ORGANISATION_KINDS",
    "OVERLAYS",
    "PRICING",
    "STATES",
    "STEPS",
    "STRATEGIC_INDUSTRIES",
    "SUBJECT_MATTERS",
    "TECHNOLOGY_FIELDS",
    "TRANSFER_MODES",
    "TRL",
    "LicenceKind",
    "Overlay",
    "OverlayRules",
    "PatentState",
    "Permission",
    "StateRules",
    "SubjectMatter",
    "Term",
    "TransferMode",
    "conflicting",
    "contract_kind_of",
    "maturity_findings",
    "may_follow",
    "overlays_in",
    "state_of_case_word",
    "step_of_trl",
    "step_of_word",
]
