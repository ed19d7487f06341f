"""The demo's outgoing mails, read from their folder for the local page."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail of the folder."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str = ""


def newest(folder: Path, limit: int = 100) -> list[MailLine]:
    """The newest mails first."""
    paths = sorted(folder.glob("*.eml"), reverse=True)[:limit]
    return [_line(path, with_text=False) for path in paths]


def read(folder: Path, name: str) -> MailLine:
    """One mail with its text; raises NotFound for any name that is no mail of the folder."""
    path = folder / f"{name}.eml"
    if not name.replace("-", "").replace("_", "").isalnum() or not path.is_file():
        raise NotFound
    return _line(path, with_text=True)


def _line(path: Path, *, with_text: bool) -> MailLine:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",)) if with_text else None
    return MailLine(
        name=path.stem,
        to=str(message["to"]),
        subject=str(message["subject"]),
        sent_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        text=body.get_content() if body else "",
    )
