"""Maturity: the nine readiness levels (GB/T 22900) and the five steps of the county."""

from __future__ import annotations

from collections.abc import Mapping

from rules.enumerations.terms import Term, terms
from rules.findings import Finding, warn

TRL = terms(
    ("1", "看到并说明原理", "Principle observed and stated"),
    ("2", "形成方案和用途设想", "Concept and use stated"),
    ("3", "关键功能在实验室证明可行", "Key function shown in the lab"),
    ("4", "部件或原理样件在实验室通过", "Parts or a bench model validated in the lab"),
    (
        "5",
        "初样在接近真实的条件下通过，小批试制",
        "Model validated in near-real conditions, small trial",
    ),
    ("6", "正样在模拟环境演示", "Prototype shown in a simulated environment"),
    (
        "7",
        "样机在真实环境或中试线运行",
        "Prototype running in a real environment or on a pilot line",
    ),
    ("8", "产品定型并通过试验", "Product settled and qualified by tests"),
    ("9", "稳定批量生产和使用", "Proven in stable serial production and use"),
)

STEPS = terms(
    ("research", "研发", "Research"),
    ("sample", "样品", "Sample"),
    ("small_trial", "小试", "Small trial"),
    ("pilot", "中试", "Pilot"),
    ("production", "量产", "Serial production"),
)

OFFICIAL_WORDS: Mapping[str, str] = {
    "正在研发": "research",
    "已有样品": "sample",
    "通过小试": "small_trial",
    "通过中试": "pilot",
    "可以量产": "production",
}
"""The words of the registration system for the five steps."""

_STEP_OF_TRL: Mapping[int, str] = {
    1: "research",
    2: "research",
    3: "research",
    4: "sample",
    5: "small_trial",
    6: "pilot",
    7: "pilot",
    8: "production",
    9: "production",
}


def step_of_trl(level: int) -> Term:
    """The step a readiness level belongs to (our mapping); raises ``KeyError`` outside 1-9."""
    return STEPS[_STEP_OF_TRL[level]]


def step_of_word(word: str) -> Term | None:
    """The step behind a word of either list, or None."""
    bare = "".join(word.split())
    if bare in OFFICIAL_WORDS:
        return STEPS[OFFICIAL_WORDS[bare]]
    return next((term for term in STEPS.values() if bare in {term.zh, term.value}), None)


def maturity_findings(level: int | None, step: str | None) -> tuple[Finding, ...]:
    """A warning when the level and the step a seller chose do not belong together."""
    if level is None or step is None or _STEP_OF_TRL[level] == step:
        return ()
    facts = {"trl": level, "step": step, "expected": _STEP_OF_TRL[level]}
    return (warn("maturity_mismatch", "L44", "ZM13", **facts),)
