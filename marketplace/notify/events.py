"""Facts about mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class MailQueued(Event):
    """A mail waits to be sent."""

    name: ClassVar[str] = "notify.mail_queued"
    mail_id: int
