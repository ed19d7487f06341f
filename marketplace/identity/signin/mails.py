"""Flask-Security's mails as events: the room notify renders, keeps and sends them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_security.mail_util import MailUtil

from marketplace.identity.events import MailWanted
from marketplace.identity.signin.outgoing import outgoing
from marketplace.kernel.settings import Settings
from marketplace.web.context import base_context

CONFIRM_DAYS = 2
RESET_HOURS = 2


class MailsAsEvents(MailUtil):
    """Collects mails; addresses in them begin with the configured base URL (T15)."""

    def send_mail(
        self,
        template: str,
        subject: str,  # noqa: ARG002
        recipient: Any,
        sender: Any,  # noqa: ARG002
        body: str | None,  # noqa: ARG002
        html: str | None,  # noqa: ARG002
        **kwargs: Any,
    ) -> None:
        """Want the mail ``template`` (a folder of templates/email) for the recipient."""
        user = kwargs.get("user")
        facts = {
            "name": user.name if user is not None else "",
            "email": user.email if user is not None else "",
            **_links(base_context().settings, kwargs),
        }
        locale = user.locale if user is not None else "zh_Hans_CN"
        outgoing().mails.append(MailWanted(str(recipient), template, locale, facts))


def _links(settings: Settings, kwargs: dict[str, Any]) -> dict[str, Any]:
    links: dict[str, Any] = {}
    if kwargs.get("confirmation_token"):
        token = kwargs["confirmation_token"]
        links["confirm_link"] = absolute(settings, "security.confirm_email", token=token)
        links["confirm_days"] = CONFIRM_DAYS
    if kwargs.get("reset_token"):
        token = kwargs["reset_token"]
        links["reset_link"] = absolute(settings, "security.reset_password", token=token)
        links["reset_hours"] = RESET_HOURS
    return links


def absolute(settings: Settings, endpoint: str, **values: Any) -> str:
    """An address on this market for a mail: never from the Host header of a request."""
    return settings.base_url.rstrip("/") + url_for(endpoint, **values, _external=False)
