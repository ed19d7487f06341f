"""One finding of a rule: what is wrong, how severe, which rule and which article say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """``block``: the step is refused; ``warn``: it needs a tick with a reason (rule book, head)."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one step.

    ``code`` is stable; ``rule`` is the number in the rule book (L…); ``article`` is a key of
    ``rules.articles.ARTICLES``; ``facts`` hold the numbers a text needs (money in fen).
    """

    code: str
    severity: Severity
    rule: str
    article: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """True when the step may not go on."""
        return self.severity is Severity.BLOCK


def block(code: str, rule: str, article: str, **facts: object) -> Finding:
    """A finding that refuses the step."""
    return Finding(code, Severity.BLOCK, rule, article, facts)


def warn(code: str, rule: str, article: str, **facts: object) -> Finding:
    """A finding that needs a tick with a reason."""
    return Finding(code, Severity.WARN, rule, article, facts)


def any_block(findings: Iterable[Finding]) -> bool:
    """True when at least one finding refuses the step."""
    return any(finding.blocks for finding in findings)
