"""What a sign-in page wants to leave behind: mails and audit notes, kept until its commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g

from marketplace.identity.events import MailWanted
from marketplace.identity.people.models import User


@dataclass(frozen=True, slots=True)
class PersonNote:
    """An audit note about a person whose number may only be known after the flush."""

    action: str
    user: User
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Outgoing:
    """The mails, notes and cleared attempts of one request."""

    mails: list[MailWanted] = field(default_factory=list)
    notes: list[PersonNote] = field(default_factory=list)
    succeeded: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.mails or self.notes or self.succeeded or self.asked)


def outgoing() -> Outgoing:
    """What this request has collected so far."""
    if "identity_outgoing" not in g:
        g.identity_outgoing = Outgoing()
    held: Outgoing = g.identity_outgoing
    return held


def take() -> Outgoing:
    """Everything collected, and start anew."""
    held = outgoing()
    g.identity_outgoing = Outgoing()
    return held
