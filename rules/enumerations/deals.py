"""How technology changes hands: transfer modes, licence and contract kinds, pricing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from rules.enumerations.overlays import Overlay
from rules.enumerations.terms import terms


class TransferMode(StrEnum):
    """The ways of conversion (促进科技成果转化法 16)."""

    ASSIGNMENT = "assignment"
    LICENCE = "licence"
    EQUITY = "equity"
    JOINT = "joint"
    OWN_USE = "own_use"
    OTHER = "other"


class LicenceKind(StrEnum):
    """技术合同解释 25; an unstated kind is a plain licence."""

    EXCLUSIVE = "exclusive"
    SOLE = "sole"
    PLAIN = "plain"
    OPEN = "open"
    CROSS = "cross"
    SUBLICENCE = "sublicence"


class SubjectMatter(StrEnum):
    """What an assignment moves."""

    PATENT = "patent"
    APPLICATION = "application"
    SECRET = "secret"  # noqa: S105 - a technical secret, not a password


TRANSFER_MODES = terms(
    ("assignment", "转让", "Assignment"),
    ("licence", "许可", "Licence"),
    ("equity", "作价投资", "Contribution for shares"),
    ("joint", "合作转化", "Joint conversion"),
    ("own_use", "自行投资", "Own investment"),
    ("other", "其他协商", "Other, as agreed"),
)
LICENCE_KINDS = terms(
    ("exclusive", "独占许可", "Exclusive licence (the owner too is out)"),
    ("sole", "排他许可", "Sole licence (the owner and one licensee)"),
    ("plain", "普通许可", "Non-exclusive licence"),
    ("open", "开放许可", "Open licence"),
    ("cross", "交叉许可", "Cross licence"),
    ("sublicence", "分许可", "Sub-licence"),
)
SUBJECT_MATTERS = terms(
    ("patent", "专利权", "Patent"),
    ("application", "专利申请权", "Right to a patent application"),
    ("secret", "技术秘密", "Technical secret"),
)
CONTRACT_KINDS = terms(
    ("development_commissioned", "技术开发（委托）", "Commissioned development"),
    ("development_joint", "技术开发（合作）", "Joint development"),
    ("transfer", "技术转让", "Transfer"),
    ("licence", "技术许可", "Licence"),
    ("consulting", "技术咨询", "Consulting"),
    ("service", "技术服务", "Service"),
    ("training", "技术培训", "Training"),
    ("brokerage", "技术中介", "Brokerage"),
)
PRICING = terms(
    ("negotiated", "协议定价", "Negotiated"),
    ("listed", "挂牌", "Listed price"),
    ("auction", "拍卖/竞价", "Auction"),
    ("sealed", "密封报价", "Sealed bids"),
)

LICENCE_OVERLAY: Mapping[LicenceKind, Overlay] = {
    LicenceKind.EXCLUSIVE: Overlay.EXCLUSIVE_LICENCE,
    LicenceKind.SOLE: Overlay.SOLE_LICENCE,
    LicenceKind.PLAIN: Overlay.PLAIN_LICENCE,
    LicenceKind.OPEN: Overlay.OPEN_LICENCE,
    LicenceKind.CROSS: Overlay.PLAIN_LICENCE,
    LicenceKind.SUBLICENCE: Overlay.PLAIN_LICENCE,
}
"""What a granted licence of this kind is on the register; a sub-licence is plain (L55)."""

KEEPING_OTHERS_OUT = frozenset({LicenceKind.EXCLUSIVE, LicenceKind.SOLE})

LICENCE_CONFLICTS: Mapping[Overlay, frozenset[LicenceKind]] = {
    Overlay.EXCLUSIVE_LICENCE: frozenset(LicenceKind) - {LicenceKind.SUBLICENCE},
    Overlay.SOLE_LICENCE: frozenset(LicenceKind) - {LicenceKind.SUBLICENCE},
    Overlay.OPEN_LICENCE: KEEPING_OTHERS_OUT,
}
"""Running licence → kinds that may not be granted beside it: 独占 none other, 排他 no third
party, 开放 neither 独占 nor 排他 (section 5, L66). Sub-licences come from the licensee and are
judged by his contract."""


def conflicting(kind: LicenceKind, overlays: Iterable[Overlay]) -> tuple[Overlay, ...]:
    """The running licences that forbid granting ``kind``."""
    return tuple(o for o in overlays if kind in LICENCE_CONFLICTS.get(o, frozenset()))


def contract_kind_of(mode: TransferMode) -> str:
    """The contract kind a mode is registered as; 作价投资 counts as 技术转让 (L48)."""
    if mode is TransferMode.LICENCE:
        return "licence"
    if mode in {TransferMode.ASSIGNMENT, TransferMode.EQUITY}:
        return "transfer"
    return "development_joint"
