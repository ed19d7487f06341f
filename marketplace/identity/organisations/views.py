"""Pages of an organisation for its own people: states, profile, papers, bank account."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from marketplace.identity.organisations import commands, forms, inner, queries, verification
from marketplace.identity.policy import (
    may_manage_organisation,
    may_read_licence,
    may_read_organisation,
)
from marketplace.identity.refusals import show_on
from marketplace.identity.signin import sessions
from marketplace.kernel import files
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.web import uploads
from marketplace.web.access import SIGNED_IN, access
from marketplace.web.context import base_context, current_context, signed_in
from marketplace.web.i18n import pick
from marketplace.web.limits import UPLOAD, limited
from rules.days import local_date

bp = Blueprint("organisations", __name__, url_prefix="/organisations")
Page = str | AnyResponse | tuple[str, int]
PAPER_BYTES = 10 * uploads.MB
PAPER_TYPES = ("application/pdf", "image/png", "image/jpeg")


@bp.get("")
@access(SIGNED_IN)
def index() -> str:
    """The organisations I belong to, and which one I act for."""
    with current_context().reading() as db:
        mine = queries.memberships(db, signed_in().user_id)
    return render_template("identity/organisations/index.html", mine=mine, actor=signed_in())


@bp.get("/new")
@access(SIGNED_IN)
def new() -> str:
    """Enter an organisation."""
    region = base_context().settings.region
    return _profile_page(forms.ProfileForm(region=region), None)


@bp.post("/new")
@access(SIGNED_IN)
def create() -> Page:
    """Enter it and act for it from now on."""
    form = _with_clusters(forms.ProfileForm(request.form))
    if form.validate():
        try:
            number = commands.found_organisation(current_context(), form.profile())
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            session["org"] = number
            return redirect(url_for("identity.organisations.verify", organisation_id=number), 303)
    return _profile_page(form, None), 422


@bp.get("/<int:organisation_id>")
@access(SIGNED_IN)
def show(organisation_id: int) -> str:
    """The organisation from the inside: its state in one of five forms, and what to do next."""
    own = _own(organisation_id)
    return render_template(
        "identity/organisations/show.html",
        own=own,
        # The verification is due at the end of a day: people name the day, not the instant.
        last_day=own.reverify_at and local_date(own.reverify_at - timedelta(seconds=1)),
        actor=signed_in(),
        manages=may_manage_organisation(signed_in(), organisation_id),
    )


@bp.get("/<int:organisation_id>/edit")
@access(SIGNED_IN)
def edit(organisation_id: int) -> str:
    """The profile's form."""
    own = _managed(organisation_id)
    return _profile_page(forms.ProfileForm(obj=own), own)


@bp.post("/<int:organisation_id>/edit")
@access(SIGNED_IN)
def change(organisation_id: int) -> Page:
    """Change the profile."""
    own = _managed(organisation_id)
    form = _with_clusters(forms.ProfileForm(request.form))
    if form.validate():
        try:
            commands.change_profile(current_context(), organisation_id, form.profile())
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            flash(_("The profile is saved."), "success")
            return _back(organisation_id)
    return _profile_page(form, own), 422


@bp.get("/<int:organisation_id>/verification")
@access(SIGNED_IN)
def verify(organisation_id: int) -> str:
    """The form for claims and papers, filled with what is known."""
    own = _managed(organisation_id)
    claims = own.submission.claims if own.submission else {}
    form = forms.VerificationForm(
        name=claims.get("name") or own.name,
        kind=claims.get("kind") or own.kind,
        credit_code=claims.get("credit_code") or own.credit_code,
        controller_code=claims.get("controller_code") or own.controller_code,
        flags=claims.get("flags", []),
    )
    return _verification_page(form, own)


@bp.post("/<int:organisation_id>/verification")
@access(SIGNED_IN)
@limited(UPLOAD)
def submit(organisation_id: int) -> Page:
    """Hand claims and papers to the reviewers."""
    own = _managed(organisation_id)
    form = forms.VerificationForm(request.form)
    if form.validate():
        try:
            verification.submit_verification(current_context(), _submission(own.id, form))
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            flash(_("Your papers are with the reviewers."), "success")
            return _back(organisation_id)
    return _verification_page(form, own), 422


def _submission(
    organisation_id: int, form: forms.VerificationForm
) -> verification.SubmitVerification:
    return verification.SubmitVerification(
        organisation_id,
        name=form.name.data or "",
        kind=form.kind.data or "",
        credit_code=form.credit_code.data or "",
        controller_code=form.controller_code.data or "",
        flags=frozenset(form.flags.data or ()),
        papers=tuple(
            _paper(what, request.files[what])
            for what in verification.DOCUMENT_KINDS
            if what in request.files and request.files[what].filename
        ),
    )


def _paper(what: str, sent: FileStorage) -> verification.Paper:
    try:
        content = uploads.read(sent.stream, limit=PAPER_BYTES)
        accepted = uploads.accept_document(sent.filename or "", content)
        if accepted.media_type not in PAPER_TYPES:
            raise Invalid("upload.not_a_document")
    except Invalid as error:
        facts = {"code": error.code, "facts": dict(error.facts)}
        raise Invalid(errors={what: [facts]}) from error
    return verification.Paper(what, accepted.name, accepted.media_type, accepted.content)


@bp.post("/<int:organisation_id>/verification/withdraw")
@access(SIGNED_IN)
def withdraw(organisation_id: int) -> AnyResponse:
    """Take waiting papers back."""
    verification.withdraw_verification(current_context(), organisation_id)
    return _back(organisation_id)


@bp.get("/<int:organisation_id>/papers/<int:submission_id>/<int:index>")
@access(SIGNED_IN)
def paper(organisation_id: int, submission_id: int, index: int) -> Response:
    """One uploaded paper, for the organisation's managers and for reviewers, as a download."""
    ctx = current_context()
    if not may_read_licence(signed_in(), organisation_id):
        raise NotFound
    with ctx.reading() as db:
        found = inner.verification_detail(db, submission_id)
    if found.organisation_id != organisation_id or not 0 <= index < len(found.documents):
        raise NotFound
    document = found.documents[index]
    content = files.get(ctx.settings, document["key"])
    return uploads.serve(content, name=document["name"], media_type=document["type"])


@bp.get("/<int:organisation_id>/bank")
@access(SIGNED_IN)
def bank(organisation_id: int) -> str:
    """The account for payments; asks for the password first."""
    sessions.require_fresh()
    own = _managed(organisation_id)
    return render_template("identity/organisations/bank.html", own=own, form=forms.BankForm())


@bp.post("/<int:organisation_id>/bank")
@access(SIGNED_IN)
def set_bank(organisation_id: int) -> Page:
    """Keep the account, with consent."""
    sessions.require_fresh()
    own = _managed(organisation_id)
    form = forms.BankForm(request.form)
    if form.validate():
        try:
            commands.set_bank_account(
                current_context(),
                organisation_id,
                number=form.number.data,
                consents=bool(form.consent.data),
                bank_name=form.bank_name.data or "",
            )
        except Invalid as error:
            show_on(form, error)
        else:
            flash(_("The bank account is saved."), "success")
            return _back(organisation_id)
    return render_template("identity/organisations/bank.html", own=own, form=form), 422


def _back(organisation_id: int) -> AnyResponse:
    return redirect(url_for("identity.organisations.show", organisation_id=organisation_id), 303)


def _own(organisation_id: int) -> inner.OwnOrganisation:
    """The inner page; outsiders cannot tell it from one that does not exist."""
    if not may_read_organisation(signed_in(), organisation_id):
        raise NotFound
    ctx = current_context()
    with ctx.reading() as db:
        return inner.own_organisation(db, ctx.settings.secrets, organisation_id)


def _managed(organisation_id: int) -> inner.OwnOrganisation:
    own = _own(organisation_id)
    if not may_manage_organisation(signed_in(), organisation_id):
        raise Forbidden
    return own


def _with_clusters(form: forms.ProfileForm) -> forms.ProfileForm:
    known = base_context().settings.clusters
    form.clusters.choices = [SelectChoice(one.key, pick(one.zh, one.en)) for one in known]
    return form


def _profile_page(form: forms.ProfileForm, own: inner.OwnOrganisation | None) -> str:
    return render_template(
        "identity/organisations/profile.html", form=_with_clusters(form), own=own
    )


def _verification_page(form: forms.VerificationForm, own: inner.OwnOrganisation) -> str:
    # Nothing is stored as optional that will be asked for: papers on file count, else a file.
    form.licence.flags.required = not (own.submission and own.submission.documents)
    form.credit_code.flags.required = form.kind.data != "individual"
    return render_template("identity/organisations/verification.html", form=form, own=own)
