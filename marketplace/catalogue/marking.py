"""Highlight what matched, as safe HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from search.highlight import highlight


def marker(marks: Sequence[str]) -> Callable[[str], Markup]:
    """A function that wraps the matching parts of a text in <mark>; everything is escaped."""

    def mark(text: str) -> Markup:
        return Markup("").join(
            Markup("<mark>{}</mark>").format(one.text) if one.marked else escape(one.text)
            for one in highlight(text, marks)
        )

    return mark
