"""What can be reviewed: every room registers how its kind is shown, checked and decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flask_babel import LazyString
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context

Decision = Literal["approve", "return", "suspend"]
CheckState = Literal["ok", "warn", "block"]


@dataclass(frozen=True, slots=True)
class Check:
    """One automatic check. ``code`` names its sentence in ``web.messages``."""

    code: str
    state: CheckState
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """How the thing is shown at the desk: a template, its values, and what may be decided."""

    template: str
    values: Mapping[str, object]
    decisions: tuple[Decision, ...] = ("approve", "return")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to choose from: its code, short name, and the words to the other side."""

    code: str
    label: LazyString
    text: LazyString


@dataclass(frozen=True, slots=True)
class Decide:
    """A reviewer's decision about one open case."""

    case_id: int
    thing_id: int
    version: int
    decision: Decision
    reasons: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that is reviewed.

    ``decide`` is a command of the room: it begins the one transaction, moves its own aggregate
    and calls ``review.steps.close_case`` in it, so that both stand or fall together.
    """

    label: LazyString
    preview: Callable[[Session, int, int], Preview]
    checks: Callable[[Session, int, int, datetime], Sequence[Check]]
    decide: Callable[[Context, Decide], None]
    reasons: Sequence[Reason] = ()


SUBJECTS: dict[str, Subject] = {}


def register(kind: str, subject: Subject) -> None:
    """Make a kind reviewable; a kind has one subject."""
    SUBJECTS[kind] = subject


def subject_of(kind: str) -> Subject:
    """The subject of a kind; raises KeyError when its room is not there."""
    return SUBJECTS[kind]
