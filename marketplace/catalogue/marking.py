"""Highlight what matched, as safe HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape
from search.highlight import segments


def marker(marks: Sequence[str]) -> Callable[[str], Markup]:
    """A function that wraps the matching parts of a text in <mark>; everything is escaped."""

    def mark(text: str) -> Markup:
        return Markup("").join(
            Markup("<mark>{}</mark>").format(part) if matched else escape(part)
            for part, matched in segments(text, marks)
        )

    return mark
