"""The words of notices by kind; every room registers its own when its views are imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice's title and body with %(named)s facts."""

    title: LazyString
    body: LazyString


WORDINGS: dict[str, Wording] = {}


def register(texts: Mapping[str, tuple[LazyString, LazyString]]) -> None:
    """Add a room's notice texts: kind → (title, body)."""
    WORDINGS.update({kind: Wording(*pair) for kind, pair in texts.items()})


def title_of(kind: str, facts: Mapping[str, Any]) -> str:
    """The notice's title in the language of the reader; raises KeyError for an unknown kind."""
    return str(WORDINGS[kind].title) % dict(facts)


def body_of(kind: str, facts: Mapping[str, Any]) -> str:
    """The notice's body in the language of the reader; raises KeyError for an unknown kind."""
    return str(WORDINGS[kind].body) % dict(facts)
