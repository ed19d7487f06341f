"""Pages about the members of an organisation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.identity.organisations import forms, inner, members
from marketplace.identity.policy import may_manage_members, may_read_organisation
from marketplace.identity.refusals import show_on
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Conflict, Invalid, NotFound, TooMany
from marketplace.web.access import SIGNED_IN, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.forms import YuanField

bp = Blueprint("members", __name__, url_prefix="/organisations/<int:organisation_id>/members")
Page = str | AnyResponse | tuple[str, int]


@bp.get("")
@access(SIGNED_IN)
def index(organisation_id: int) -> str:
    """Who belongs to the organisation, and who is invited."""
    return _page(organisation_id, forms.InviteForm())


@bp.post("")
@access(SIGNED_IN)
def invite(organisation_id: int) -> Page:
    """Invite somebody by mail; the answer is the same whether the address is known or not."""
    form = forms.InviteForm(request.form)
    if form.validate():
        try:
            members.invite(current_context(), _invitation(organisation_id, form))
        except TooMany as error:
            show_on(form, error)
            return _page(organisation_id, form), 429
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            flash(_("The invitation is on its way by mail."), "success")
            return _back(organisation_id)
    return _page(organisation_id, form), 422


def _invitation(organisation_id: int, form: forms.InviteForm) -> members.Invite:
    role = MemberRole(form.role.data)
    return members.Invite(organisation_id, form.email.data or "", role, _limit(form.bid_limit))


def _limit(field: YuanField) -> int | None:
    return field.minor


@bp.post("/invitations/<int:invitation_id>/revoke")
@access(SIGNED_IN)
def revoke(organisation_id: int, invitation_id: int) -> AnyResponse:
    """Take an invitation back."""
    members.revoke_invitation(
        current_context(), organisation_id=organisation_id, invitation_id=invitation_id
    )
    return _back(organisation_id)


@bp.post("/<int:user_id>")
@access(SIGNED_IN)
def change(organisation_id: int, user_id: int) -> Page:
    """Change a member's role and limit."""
    form = forms.MemberForm(request.form)
    if not form.validate():
        return _page(organisation_id, forms.InviteForm(), failed=form), 422
    role = MemberRole(form.role.data)
    members.change_member(
        current_context(),
        members.ChangeMember(organisation_id, user_id, role, _limit(form.bid_limit)),
    )
    return _back(organisation_id)


@bp.post("/<int:user_id>/remove")
@access(SIGNED_IN)
def remove(organisation_id: int, user_id: int) -> AnyResponse:
    """End a membership."""
    members.remove_member(current_context(), organisation_id=organisation_id, user_id=user_id)
    return _back(organisation_id)


@bp.post("/leave")
@access(SIGNED_IN)
def leave(organisation_id: int) -> AnyResponse:
    """Leave the organisation."""
    members.leave(current_context(), organisation_id)
    if session.get("org") == organisation_id:
        session["org"] = None
    return redirect(url_for("identity.organisations.index"), 303)


def _back(organisation_id: int) -> AnyResponse:
    where = url_for("identity.members.index", organisation_id=organisation_id)
    return redirect(where, 303)


def _page(
    organisation_id: int, form: forms.InviteForm, *, failed: forms.MemberForm | None = None
) -> str:
    if not may_read_organisation(signed_in(), organisation_id):
        raise NotFound
    ctx = current_context()
    with ctx.reading() as db:
        own = inner.own_organisation(db, ctx.settings.secrets, organisation_id)
        lines = inner.member_lines(db, organisation_id)
        waiting = inner.open_invitations(db, organisation_id, ctx.clock())
    return render_template(
        "identity/organisations/members.html",
        own=own,
        lines=lines,
        waiting=waiting,
        form=form,
        failed=failed,
        actor=signed_in(),
        owns=may_manage_members(signed_in(), organisation_id),
        member_form=forms.MemberForm,
    )
