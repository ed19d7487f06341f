"""What a demand says: one frozen value, kept as JSON in every version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """A complete demand as it is reviewed and shown; budgets in fen, ``deadline`` included."""

    title: str
    text: str
    wanted: str
    cluster: str
    title_en: str = ""
    industry: str = ""
    keywords: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    budget_low_minor: int | None = None
    budget_high_minor: int | None = None
    deadline: date | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON values of every field."""
        values = asdict(self)
        values["deadline"] = self.deadline.isoformat() if self.deadline else None
        values["keywords"], values["modes"] = list(self.keywords), list(self.modes)
        return values

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> Content:
        """The reverse of ``as_json``."""
        deadline = values.get("deadline")
        return Content(
            **{
                **values,
                "deadline": date.fromisoformat(deadline) if deadline else None,
                "keywords": tuple(values.get("keywords", ())),
                "modes": tuple(values.get("modes", ())),
            }
        )
