"""Pages of the own account."""

from __future__ import annotations

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.identity.organisations import desk_parties, members
from marketplace.identity.organisations import queries as organisations
from marketplace.identity.people import closing, commands, consents, forms, queries
from marketplace.identity.refusals import show_on
from marketplace.identity.signin import sessions
from marketplace.identity.signin.redirects import is_own_path
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.web.access import PUBLIC, SIGNED_IN, access
from marketplace.web.context import base_context, current_context, signed_in
from marketplace.web.forms import MarketForm
from marketplace.web.limits import EXPORT, limited
from marketplace.web.messages import text_of

bp = Blueprint("identity", __name__, url_prefix="/identity")
Page = str | AnyResponse | tuple[str, int]


@bp.get("/start")
@access(SIGNED_IN)
def start() -> AnyResponse:
    """Where a sign-in leads: my desk."""
    place = "home.desk" if "home.desk" in current_app.view_functions else "identity.account"
    return redirect(url_for(place), 303)


@bp.get("/check-mailbox")
@access(PUBLIC)
def check_mailbox() -> str:
    """After registering: what happens next, in the same words for everybody (T14)."""
    return render_template("identity/check_mailbox.html")


@bp.get("/account")
@access(SIGNED_IN)
def account() -> str:
    """My name, language, identity number, relatives, consents."""
    return _account_page()


@bp.post("/account")
@access(SIGNED_IN)
def change_account() -> Page:
    """Change name and language."""
    form = forms.AccountForm(request.form)
    return _done_or_again(
        form,
        lambda: commands.change_person(
            current_context(), commands.ChangePerson(form.name.data, form.locale.data)
        ),
        account=form,
    )


@bp.post("/account/identity-number")
@access(SIGNED_IN)
def set_identity_number() -> Page:
    """Keep the identity card number, sealed; asks for the password first."""
    sessions.require_fresh()
    form = forms.IdentityNumberForm(request.form)
    return _done_or_again(
        form,
        lambda: commands.set_identity_number(current_context(), form.number.data),
        number=form,
    )


@bp.post("/account/relatives")
@access(SIGNED_IN)
def declare_relative() -> Page:
    """Declare a close relative."""
    form = forms.RelativeForm(request.form)
    return _done_or_again(
        form,
        lambda: consents.declare_relative(
            current_context(), label=form.label.data, typed=form.relative_number.data
        ),
        relative=form,
    )


@bp.post("/account/relatives/<int:relative_id>/remove")
@access(SIGNED_IN)
def remove_relative(relative_id: int) -> AnyResponse:
    """Take a declaration back."""
    consents.remove_relative(current_context(), relative_id)
    return redirect(url_for("identity.account"), 303)


@bp.post("/account/consents/<purpose>/withdraw")
@access(SIGNED_IN)
def withdraw_consent(purpose: str) -> AnyResponse:
    """Take a consent back."""
    consents.withdraw_consent(current_context(), purpose)
    flash(_("Your consent is withdrawn."), "success")
    return redirect(url_for("identity.account"), 303)


def _done_or_again(form: MarketForm, act: Callable[[], None], **shown: MarketForm) -> Page:
    """Act when the form holds; otherwise the page again with everything that was typed."""
    if form.validate():
        try:
            act()
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("identity.account"), 303)
    return _account_page(**shown), 422


def _account_page(**shown: MarketForm) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        mine = queries.account(db, ctx.settings.secrets, signed_in().user_id)
    return render_template(
        "identity/account.html",
        mine=mine,
        form=shown.get("account") or forms.AccountForm(name=mine.name, locale=mine.locale),
        number_form=shown.get("number") or forms.IdentityNumberForm(),
        relative_form=shown.get("relative") or forms.RelativeForm(),
        needed=consents.NEEDED,
    )


@bp.get("/security")
@access(SIGNED_IN)
def security_page() -> str:
    """Password, second factor, sessions."""
    ctx = current_context()
    with ctx.reading() as db:
        mine = queries.account(db, ctx.settings.secrets, signed_in().user_id)
    return render_template("identity/security.html", mine=mine)


@bp.post("/security/sign-out-everywhere")
@access(SIGNED_IN)
def sign_out_everywhere() -> AnyResponse:
    """End every session, this one too."""
    commands.sign_out_everywhere(current_context())
    sessions.end(base_context())
    flash(_("You are signed out on all devices."), "success")
    return redirect(url_for("security.login"), 303)


@bp.get("/account/export.json")
@access(SIGNED_IN)
@limited(EXPORT)
def export() -> Response:
    """My data as a file."""
    sessions.require_fresh()
    ctx = current_context()
    with ctx.reading() as db:
        data = closing.export_my_data(db, ctx.settings.secrets, signed_in().user_id)
    answer = Response(closing.as_json(data), mimetype="application/json")
    answer.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return answer


@bp.get("/account/close")
@access(SIGNED_IN)
def close() -> Page:
    """What closing the account means, and what stands against it."""
    sessions.require_fresh()
    return _close_page(forms.CloseForm())


@bp.post("/account/close")
@access(SIGNED_IN)
def close_for_good() -> Page:
    """Close the account."""
    sessions.require_fresh()
    form = forms.CloseForm(request.form)
    if not form.validate():
        return _close_page(form), 422
    closing.close_account(current_context())
    sessions.end(base_context())
    flash(_("Your account is closed and your profile is erased."), "success")
    return redirect("/", 303)


def _close_page(form: forms.CloseForm) -> str:
    with current_context().reading() as db:
        codes = closing.hindrances(db, signed_in().user_id)
    hindrances = [text_of(code) for code in codes]
    return render_template("identity/close.html", form=form, hindrances=hindrances)


@bp.post("/act-for")
@access(SIGNED_IN)
def act_for() -> AnyResponse:
    """Choose the organisation that one acts for; unknown ones and those of others are the same."""
    chosen = request.form.get("organisation_id", type=int)
    with current_context().reading() as db:
        if chosen is None or not organisations.is_member(db, signed_in().user_id, chosen):
            raise NotFound
    session["org"] = chosen
    target = request.form.get("next", "")
    fallback = url_for("identity.organisations.show", organisation_id=chosen)
    return redirect(target if is_own_path(target) else fallback, 303)


@bp.get("/invitations/<link>")
@access(SIGNED_IN)
def invitation(link: str) -> str:
    """An invitation: opening it changes nothing, the button accepts."""
    return render_template("identity/invitation.html", link=link)


@bp.post("/invitations/<link>")
@access(SIGNED_IN)
def accept_invitation(link: str) -> AnyResponse:
    """Join the organisation."""
    session["org"] = members.accept_invitation(current_context(), link)
    flash(_("You are a member now."), "success")
    return redirect(url_for("identity.organisations.index"), 303)


@bp.get("/claim")
@access(SIGNED_IN)
def claim() -> str:
    """Where the code of a desk's sheet is typed."""
    return render_template(
        "identity/claim.html", form=forms.ClaimForm(code=request.args.get("code"))
    )


@bp.post("/claim")
@access(SIGNED_IN)
def claim_party() -> Page:
    """Become the owner of what was entered at a desk."""
    form = forms.ClaimForm(request.form)
    if form.validate():
        try:
            session["org"] = desk_parties.claim_party(current_context(), form.code.data or "")
        except (NotFound, Conflict) as error:
            show_on(form, error)
        else:
            flash(_("You act for it now. Please have it verified before you sign."), "success")
            return redirect(url_for("identity.organisations.index"), 303)
    return render_template("identity/claim.html", form=form), 422
