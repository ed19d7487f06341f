"""Domain events: facts in the past tense, frozen, made of JSON-friendly values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """A fact. ``name`` is ``<function>.<what_happened>`` and never changes once released."""

    name: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """The fact as JSON values."""
        return asdict(self)
