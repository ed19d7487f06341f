"""What every kind of import speaks of: a record, a refusal, a table of columns."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.kernel.sheets import cleaning
from marketplace.kernel.sheets.cleaning import Unclean
from rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be taken: its field, a stable reason and the facts of its sentence."""

    field: str
    reason: str
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)


class RowRefused(ValueError):
    """A row with at least one problem that cannot be cleaned."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{one.field}: {one.reason}" for one in self.problems))


@dataclass(frozen=True, slots=True)
class Record:
    """A clean record: the source's own key, its date there, and the content for its room."""

    key: str
    dated: date | None
    content: Any
    notes: tuple[Problem, ...] = ()


class Cells:
    """Reads the cells of one row and gathers every problem, not only the first."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def read(self, name: str, keys: Sequence[str], clean: Callable[[Any], Any]) -> Any:
        """The cleaned value of the first filled column of ``keys``; None when it is refused."""
        value = cleaning.first(self.values, keys)
        try:
            return clean(value)
        except Unclean as error:
            self.refuse(name, error.reason, **error.facts)
        except Refused as error:
            self.refuse(name, error.code, **error.facts)
        return None

    def needed(self, name: str, keys: Sequence[str], *, longest: int) -> str:
        """A text that must be there; an overlong one is refused, never cut."""
        found = cleaning.text(cleaning.first(self.values, keys))
        if not found:
            self.refuse(name, "missing")
        elif len(found) > longest:
            self.refuse(name, "too_long", length=len(found), longest=longest)
        return found

    def refuse(self, name: str, reason: str, **facts: object) -> None:
        """Note a problem that refuses the row."""
        self.problems.append(Problem(name, reason, facts))

    def note(self, name: str, reason: str, **facts: object) -> None:
        """Note something that was cleaned or left out, without refusing the row."""
        self.notes.append(Problem(name, reason, facts))

    def done(self) -> tuple[Problem, ...]:
        """Raise RowRefused when anything was refused; the notes otherwise."""
        if self.problems:
            raise RowRefused(self.problems)
        return tuple(self.notes)


def key_of(*parts: object) -> str:
    """A stable key for records whose source gives none: a digest of what identifies them."""
    body = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(body.encode()).hexdigest()[:24]
