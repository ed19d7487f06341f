"""What every enumerated term has: a stable value, a Chinese and an English text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Language = Literal["zh", "en"]


class Permission(StrEnum):
    """Whether a step is free, needs a tick with a reason, or is refused."""

    ALLOW = "allow"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of an enumeration; ``value`` is what the database and the API hold."""

    value: str
    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The text in one of the two languages."""
        return self.zh if language == "zh" else self.en


def terms(*entries: tuple[str, str, str]) -> Mapping[str, Term]:
    """A table of terms by value, in the given order."""
    return {value: Term(value, zh, en) for value, zh, en in entries}
