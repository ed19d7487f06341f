"""The states of a patent case and what may be done in each (rule book, section 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.enumerations.terms import Permission


class PatentState(StrEnum):
    """One value per case; the string is stored and never changes."""

    FILED = "filed"
    PUBLISHED = "published"
    EXAMINATION = "examination"
    ALLOWED = "allowed"
    GRANTED = "granted"
    GRACE = "grace"
    LAPSED_RESTORABLE = "lapsed_restorable"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    ABANDONED = "abandoned"
    INVALID = "invalid"
    INVALID_PART = "invalid_part"
    WITHDRAWN = "withdrawn"
    DEEMED_WITHDRAWN = "deemed_withdrawn"
    DEEMED_ABANDONED = "deemed_abandoned"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class StateRules:
    """What a state means: its words, whether it may be sold or licensed, what may follow.

    ``what`` is sold: the "application" right, the "patent", or nothing; ``case_words`` are the
    office's own words for import, ``rule`` the rule behind a warning or a block.
    """

    zh: str
    en: str
    what: str
    sell: Permission
    licence: Permission
    next: tuple[PatentState, ...] = ()
    case_words: tuple[str, ...] = ()
    rule: str = ""


_ALLOW, _WARN, _BLOCK = Permission.ALLOW, Permission.WARN, Permission.BLOCK
_S = PatentState
_NO_RIGHT = (_BLOCK, _BLOCK)

STATES: Mapping[PatentState, StateRules] = {
    _S.FILED: StateRules(
        "受理", "Filed", "application", _ALLOW, _ALLOW,
        (_S.PUBLISHED, _S.GRANTED, _S.WITHDRAWN, _S.REJECTED, _S.DEEMED_WITHDRAWN),
        ("新案审查", "等待公布", "受理"), "L59",
    ),
    _S.PUBLISHED: StateRules(
        "公布", "Published", "application", _ALLOW, _ALLOW,
        (_S.EXAMINATION, _S.WITHDRAWN, _S.DEEMED_WITHDRAWN),
        ("公布完成", "等待实审请求", "公布", "公开"), "L59",
    ),
    _S.EXAMINATION: StateRules(
        "实质审查", "In examination", "application", _WARN, _ALLOW,
        (_S.ALLOWED, _S.REJECTED, _S.DEEMED_WITHDRAWN, _S.WITHDRAWN),
        ("进入实审", "一通出案待答复", "实质审查", "实质审查的生效"), "L59",
    ),
    _S.ALLOWED: StateRules(
        "待登记", "Allowed", "application", _ALLOW, _ALLOW,
        (_S.GRANTED, _S.DEEMED_ABANDONED),
        ("待发授权办登通知书", "等年登印费", "等待颁证公告"), "L59",
    ),
    _S.GRANTED: StateRules(
        "有效", "In force", "patent", _ALLOW, _ALLOW,
        (_S.GRACE, _S.EXPIRED, _S.ABANDONED, _S.INVALID, _S.INVALID_PART),
        ("专利权维持", "有效", "授权", "有权"),
    ),
    _S.GRACE: StateRules(
        "年费滞纳期", "Fee late", "patent", _WARN, _WARN,
        (_S.GRANTED, _S.LAPSED_RESTORABLE),
        ("等年费滞纳金",), "L65",
    ),
    _S.LAPSED_RESTORABLE: StateRules(
        "未缴年费终止，等恢复", "Lapsed, may be restored", "", *_NO_RIGHT,
        (_S.GRANTED, _S.LAPSED),
        ("未缴年费终止，等恢复", "未缴年费终止等恢复"), "L56",
    ),
    _S.LAPSED: StateRules(
        "未缴年费终止失效", "Lapsed for unpaid fees", "", *_NO_RIGHT,
        case_words=("未缴年费终止失效", "未缴年费", "未缴年费专利权终止"), rule="L56",
    ),
    _S.EXPIRED: StateRules(
        "届满终止失效", "Expired", "", *_NO_RIGHT,
        case_words=("届满终止失效", "期限届满", "专利权有效期届满"), rule="L56",
    ),
    _S.ABANDONED: StateRules(
        "放弃专利权", "Abandoned", "", *_NO_RIGHT,
        case_words=("放弃专利权", "避重放弃", "避免重复授权", "放弃"), rule="L56",
    ),
    _S.INVALID: StateRules(
        "无效宣告失效", "Declared invalid", "", *_NO_RIGHT,
        case_words=("无效宣告失效", "全部无效"), rule="L67",
    ),
    _S.INVALID_PART: StateRules(
        "部分无效（仍有效）", "Invalid in part, in force", "patent", _ALLOW, _ALLOW,
        (_S.GRACE, _S.EXPIRED, _S.ABANDONED, _S.INVALID),
        ("部分无效",), "L67",
    ),
    _S.WITHDRAWN: StateRules(
        "撤回", "Withdrawn", "", *_NO_RIGHT, case_words=("撤回", "主动撤回"), rule="L59",
    ),
    _S.DEEMED_WITHDRAWN: StateRules(
        "视为撤回", "Deemed withdrawn", "application", _WARN, _BLOCK,
        (_S.FILED, _S.EXAMINATION),
        ("逾期视撤，等恢复", "逾期视撤等恢复", "视为撤回", "逾期视撤失效"), "L59",
    ),
    _S.DEEMED_ABANDONED: StateRules(
        "视为放弃", "Deemed abandoned", "application", _WARN, _BLOCK,
        (_S.ALLOWED,),
        ("视为放弃", "视为放弃取得专利权"), "L59",
    ),
    _S.REJECTED: StateRules(
        "驳回", "Rejected", "application", _WARN, _BLOCK,
        (_S.EXAMINATION,),
        ("驳回等复审请求", "驳回"), "L59",
    ),
}  # fmt: skip
"""The table of section 5. Withdrawn for good may not be sold; what may still be restored or
reviewed (deemed withdrawn, deemed abandoned, rejected) warns."""

IN_FORCE = frozenset({_S.GRANTED, _S.GRACE, _S.INVALID_PART})
APPLICATIONS = frozenset({_S.FILED, _S.PUBLISHED, _S.EXAMINATION, _S.ALLOWED})
ENDED = frozenset(_S) - IN_FORCE - APPLICATIONS

_WORDS: Mapping[str, PatentState] = {
    word: state for state, rules in STATES.items() for word in (*rules.case_words, rules.zh)
}


def state_of_case_word(word: str) -> PatentState | None:
    """The state behind one of the office's case words, or None when it is not known.

    Exports write several words ("授权 | 权利转移", "撤回-视为撤回"): the first part that is
    known counts, its finer half before its coarser. Else the longest known word of four
    characters or more inside the text: shorter ones mislead (未授权 holds 授权).
    """
    bare = "".join(word.split()).replace(",", "，")
    for part in re.split(r"[|;；/]", bare):
        coarse, _, fine = part.partition("-")
        for candidate in (part, fine, coarse):
            if candidate in _WORDS:
                return _WORDS[candidate]
    inside = [known for known in _WORDS if len(known) >= 4 and known in bare]
    return _WORDS[max(inside, key=len)] if inside else None


def may_follow(before: PatentState, after: PatentState) -> bool:
    """True when the table allows the step; invalidity may follow the end of a granted right."""
    ended_grant = {_S.LAPSED, _S.EXPIRED, _S.ABANDONED}
    if after is _S.INVALID and before in ended_grant | {_S.GRACE, _S.LAPSED_RESTORABLE}:
        return True
    return after in STATES[before].next
