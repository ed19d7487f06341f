"""What may lie over a patent: pledge, preservation, running licences, and their effect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.enumerations.terms import Permission

_ALLOW, _WARN, _BLOCK = Permission.ALLOW, Permission.WARN, Permission.BLOCK


class Overlay(StrEnum):
    """Entries of the register that stand beside the state (细则 106); many at a time."""

    PLEDGE = "pledge"
    PRESERVATION = "preservation"
    SUSPENSION = "suspension"
    EXCLUSIVE_LICENCE = "exclusive_licence"
    SOLE_LICENCE = "sole_licence"
    PLAIN_LICENCE = "plain_licence"
    OPEN_LICENCE = "open_licence"
    COMPULSORY_LICENCE = "compulsory_licence"
    TERM_COMPENSATION = "term_compensation"
    REGISTER_CHANGE = "register_change"
    STATE_SECRET = "state_secret"  # noqa: S105 - a classification, not a password


@dataclass(frozen=True, slots=True)
class OverlayRules:
    """The words of an overlay and its effect on a sale and on a new plain licence.

    ``lifted_by_consent``: the pledgee's consent turns the block into nothing. What exclusive,
    sole and open licences mean for other licences is in ``LICENCE_CONFLICTS``.
    """

    zh: str
    en: str
    sell: Permission
    licence: Permission
    rule: str
    article: str
    lifted_by_consent: bool = False


OVERLAYS: Mapping[Overlay, OverlayRules] = {
    Overlay.PLEDGE: OverlayRules(
        "质押", "Pledged", _BLOCK, _BLOCK, "L63", "MF444", lifted_by_consent=True
    ),
    Overlay.PRESERVATION: OverlayRules("保全", "Preserved by court", _BLOCK, _WARN, "L64", "XZ104"),
    Overlay.SUSPENSION: OverlayRules(
        "中止", "Proceedings suspended", _BLOCK, _WARN, "L64", "XZ103"
    ),
    Overlay.EXCLUSIVE_LICENCE: OverlayRules(
        "独占许可", "Exclusive licence running", _WARN, _BLOCK, "L57", "JS24"
    ),
    Overlay.SOLE_LICENCE: OverlayRules(
        "排他许可", "Sole licence running", _WARN, _BLOCK, "L57", "JS24"
    ),
    Overlay.PLAIN_LICENCE: OverlayRules(
        "普通许可", "Non-exclusive licence running", _WARN, _ALLOW, "L57", "JS24"
    ),
    Overlay.OPEN_LICENCE: OverlayRules(
        "开放许可", "Open licence running", _WARN, _ALLOW, "L66", "ZL51"
    ),
    Overlay.COMPULSORY_LICENCE: OverlayRules(
        "强制许可", "Compulsory licence", _WARN, _ALLOW, "L57", "XZ106"
    ),
    Overlay.TERM_COMPENSATION: OverlayRules(
        "期限补偿", "Term compensated", _ALLOW, _ALLOW, "L56", "ZL42"
    ),
    Overlay.REGISTER_CHANGE: OverlayRules(
        "著录变更中", "Register change under way", _WARN, _WARN, "L61", "ZL10"
    ),
    Overlay.STATE_SECRET: OverlayRules(
        "国防/保密", "Defence or state secret", _BLOCK, _BLOCK, "L33", "CG18"
    ),
}

_MORE_WORDS: Mapping[str, Overlay] = {
    "专利权质押": Overlay.PLEDGE,
    "质押登记": Overlay.PLEDGE,
    "许可": Overlay.PLAIN_LICENCE,
    "许可备案": Overlay.PLAIN_LICENCE,
}
_WORDS: Mapping[str, Overlay] = {rules.zh: overlay for overlay, rules in OVERLAYS.items()} | dict(
    _MORE_WORDS
)


def overlays_in(text: str) -> frozenset[Overlay]:
    """The overlays named in a status text such as "授权 | 质押"; an unstated licence is plain."""
    parts = re.split(r"[|;；,，、/]", "".join(text.split()))
    return frozenset(_WORDS[part] for part in parts if part in _WORDS)
