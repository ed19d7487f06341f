"""The inbox, the choice about mail, and the demo's mailbox."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.kernel.errors import NotFound
from marketplace.notify import commands, mailbox, queries, texts
from marketplace.web import messages
from marketplace.web.access import PUBLIC, SIGNED_IN, access
from marketplace.web.context import base_context, current_context, signed_in

bp = Blueprint("notify", __name__, url_prefix="/notify")
messages.register({"notify.unknown_choice": _l("Please choose one of the three ways.")})


@bp.get("/inbox")
@access(SIGNED_IN)
def inbox() -> str:
    """The person's notices, newest first."""
    person = signed_in().user_id
    with current_context().reading() as db:
        page = queries.inbox(db, person, request.args.get("after"))
        choice = queries.mail_choice(db, person)
    return render_template("notify/inbox.html", page=page, choice=choice, texts=texts)


@bp.post("/inbox/read")
@access(SIGNED_IN)
def mark_read() -> Response:
    """Mark one or all as read; one leads on to what it is about."""
    notice_id = request.form.get("notice", type=int)
    commands.mark_read(current_context(), commands.MarkRead(notice_id))
    return redirect(url_for("notify.inbox"), 303)


@bp.post("/inbox/mail")
@access(SIGNED_IN)
def choose_mail() -> Response:
    """Keep how the person wants mail."""
    commands.choose_mail(current_context(), commands.ChooseMail(request.form.get("mail", "")))
    return redirect(url_for("notify.inbox"), 303)


@bp.get("/off/<off_token>")
@access(PUBLIC)
def off(off_token: str) -> str:
    """Ask once more before mail is switched off: a link scanner must not do it."""
    return render_template("notify/off.html", off_token=off_token, done=False)


@bp.post("/off/<off_token>")
@access(PUBLIC)
def switch_off(off_token: str) -> str:
    """Switch mail off without signing in."""
    commands.switch_off(current_context(), off_token)
    return render_template("notify/off.html", off_token=off_token, done=True)


@bp.get("/mailbox")
@access(PUBLIC)
def demo_mailbox() -> str:
    """The demo market's outgoing mails; no such page outside the demo."""
    folder = _demo_folder()
    title = _("Outgoing mail of the demo market")
    return render_template("notify/mailbox.html", mails=mailbox.newest(folder), title=title)


@bp.get("/mailbox/<name>")
@access(PUBLIC)
def demo_mail(name: str) -> str:
    """One outgoing mail of the demo market."""
    return render_template("notify/mail.html", mail=mailbox.read(_demo_folder(), name))


def _demo_folder() -> Path:
    settings = base_context().settings
    if not settings.is_demo or settings.mail_url != "folder":
        raise NotFound
    return settings.mail_folder
