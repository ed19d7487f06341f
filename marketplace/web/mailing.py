"""Render a mail from its templates and hand it over: to a folder as .eml, or to SMTP."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, render_template
from flask_babel import force_locale
from flask_mailman import EmailMultiAlternatives, Mail
from flask_mailman.backends.smtp import EmailBackend

from marketplace.kernel.ids import token
from marketplace.kernel.settings import Settings
from marketplace.web.pages import Market


def install(app: Flask) -> None:
    """Let the mail library know the app: without it no message can be built."""
    Mail(app)


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered mail."""

    to: str
    subject: str
    text: str
    html: str


def render(
    settings: Settings, *, to: str, message: str, locale: str, facts: Mapping[str, Any]
) -> Letter:
    """Fill templates/email/<message>/{subject.txt,body.txt,body.html} in the reader's language."""
    values = {**facts, "market": Market(settings), "base_url": settings.base_url}
    with force_locale(locale):
        subject = render_template(f"email/{message}/subject.txt", **values)
        text = render_template(f"email/{message}/body.txt", **values)
        html = render_template(f"email/{message}/body.html", **values)
    return Letter(to, " ".join(subject.split()), text, html)


def send(settings: Settings, letter: Letter) -> None:
    """Deliver; raises OSError or smtplib.SMTPException when the server does not take it."""
    mail = EmailMultiAlternatives(
        letter.subject, letter.text, from_email=settings.mail_from, to=[letter.to]
    )
    mail.attach_alternative(letter.html, "text/html")
    if settings.mail_url == "folder":
        write_eml(settings.mail_folder, mail.message().as_bytes())
        return
    server = urlsplit(settings.mail_url)
    with EmailBackend(
        host=server.hostname,
        port=server.port or 587,
        username=unquote(server.username or "") or None,
        password=unquote(server.password or "") or None,
        use_tls=server.scheme == "smtp+tls",
        use_ssl=server.scheme == "smtps",
        timeout=15,
    ) as backend:
        backend.send_messages([mail])


def write_eml(folder: Path, content: bytes) -> Path:
    """Write one mail whole; names sort by time."""
    path = folder / f"{time.time_ns()}-{token()[:8]}.eml"
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    draft.replace(path)
    return path
