"""The forms of signing in: Flask-Security's, with our fields and counted attempts."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from flask_security import forms as fs
from flask_security.confirmable import send_confirmation_instructions
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import hash_password
from wtforms import BooleanField, Form, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, Length

from marketplace.identity.people import consents
from marketplace.identity.signin import throttle
from marketplace.identity.signin.outgoing import outgoing
from marketplace.kernel.errors import TooMany
from marketplace.web.context import base_context, remote_address
from marketplace.web.messages import text_of

TERMS_VERSION = consents.TERMS_VERSION
"""What is ticked at registration."""


def counted(form: Form, kind: str, account: str | None) -> bool:
    """Count an attempt; when it must wait, say for how long on the form (status 429)."""
    try:
        throttle.begin(base_context(), kind, throttle.Who(account or "", remote_address()))
    except TooMany as error:
        form.form_errors.append(text_of(error.code, error.facts))
        g.identity_retry_after = error.facts["retry_after_seconds"]
        return False
    return True


def remember_success(kind: str, account: str) -> None:
    """Clear the account's counter with the commit of this request."""
    outgoing().succeeded.append((kind, account))


def _account(form: Any) -> str:
    """The address of the person whom the page has set on the form."""
    return str(form.user.email)


LABELS = {
    "email": _l("Mail address"),
    "password": _l("Password"),
    "new_password": _l("New password"),
    "new_password_confirm": _l("New password again"),
    "password_confirm": _l("Password again"),
    "code": _l("Code"),
}


class Labelled(Form):
    """Our words for the fields; whatever such a page asks for, it needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Build the form and name its fields."""
        super().__init__(*args, **kwargs)
        for name, text in LABELS.items():
            if name in self:
                self[name].label.text = text
                self[name].flags.required = True


def ask_for_mail(form: Form, kind: str, account: str | None) -> bool:
    """Count a request for a mail; noted in the log for known and unknown addresses alike.

    So both end with one transaction, and the time tells nothing (T14).
    """
    if account and not counted(form, kind, account):
        return False
    outgoing().asked.append(kind)
    return True


class SignInForm(Labelled, fs.LoginForm):
    """E-mail and password. There is no «stay signed in»: a session ends after 12 hours."""

    remember = None

    def validate(self, **kwargs: Any) -> bool:
        """Count, then try. Whoever knows the password is told what else is missing."""
        typed = bool(self.email.data and self.password.data)
        if typed and not counted(self, "sign_in", self.email.data):
            return False
        valid: bool = super().validate(**kwargs)
        if valid:
            remember_success("sign_in", self.email.data)
        elif self.user_authenticated:
            self.form_errors.extend(self.email.errors)
            self.email.errors = []
        return valid


class RegisterForm(Labelled, fs.RegisterFormV2):
    """A person's account: name as on the identity card, e-mail, password, terms."""

    name = StringField(
        _l("Your name"),
        validators=[
            DataRequired(_l("Please enter your name.")),
            Length(max=60, message=_l("The name is too long.")),
        ],
    )
    terms = BooleanField(
        _l("I have read the terms of use and the privacy notice"),
        validators=[DataRequired(_l("Please read and accept the terms and the privacy notice."))],
    )

    def validate(self, **kwargs: Any) -> bool:
        """Count, then check; a known address looks exactly like a new one (T14)."""
        if self.email.data and not counted(self, "register", self.email.data):
            return False
        if isinstance(self.email.data, str):
            self.email.data = self.email.data.strip()
        return bool(super().validate(**kwargs))


class RecoverForm(Labelled, fs.ForgotPasswordForm):
    """Ask for a link to set a new password."""

    def validate(self, **kwargs: Any) -> bool:
        """Count, then look; the same work is done whether the address is known or not (T14)."""
        if not ask_for_mail(self, "recover", self.email.data):
            return False
        valid: bool = super().validate(**kwargs)
        if valid:
            # The page itself hashes once for unknown addresses; known ones cost the same.
            hash_password("not-a-password")
        elif self.user is not None and self.requires_confirmation:
            send_confirmation_instructions(self.user)  # type: ignore[no-untyped-call]
        return valid


class ConfirmAgainForm(Labelled, fs.SendConfirmationForm):
    """Ask for the confirmation mail again."""

    def validate(self, **kwargs: Any) -> bool:
        """Count, then look."""
        if not ask_for_mail(self, "confirm", self.email.data):
            return False
        valid: bool = super().validate(**kwargs)
        return valid


class VerifyAgainForm(Labelled, fs.VerifyForm):
    """Give the password again before something sensitive."""

    def validate(self, **kwargs: Any) -> bool:
        """Count, then try."""
        if self.password.data and not counted(self, "verify", _account(self)):
            return False
        valid: bool = super().validate(**kwargs)
        if valid:
            remember_success("verify", _account(self))
        return valid


class CodeForm(Labelled, fs.TwoFactorVerifyCodeForm):
    """The six digits of the second factor."""

    def validate(self, **kwargs: Any) -> bool:
        """Count, then try: a million codes cannot be tried one after the other."""
        if self.code.data and not counted(self, "code", _account(self)):
            return False
        if isinstance(self.code.data, str):
            self.code.data = "".join(self.code.data.split())
        valid: bool = super().validate(**kwargs)
        if valid:
            remember_success("code", _account(self))
        return valid


class RecoveryCodeForm(Labelled, MfRecoveryForm):
    """One of the printed codes, for a lost phone."""

    def validate(self, **kwargs: Any) -> bool:
        """Count, then try."""
        return not (self.code.data and not counted(self, "code", _account(self))) and bool(
            super().validate(**kwargs)
        )


class NewPasswordForm(Labelled, fs.ResetPasswordForm):
    """A new password after the link of a mail."""


class ChangePasswordForm(Labelled, fs.ChangePasswordForm):
    """A new password, with the present one."""


class SecondFactorForm(fs.TwoFactorSetupForm):
    """Switch the second factor on or off."""

    setup = RadioField(
        _l("Second factor"),
        choices=[
            SelectChoice("authenticator", _l("Authenticator app")),
            SelectChoice("disable", _l("No second factor")),
        ],
        validate_choice=False,
    )


class HelpForm(fs.TwoFactorRescueForm):
    """Ask the market for help with a lost second factor."""

    help_setup = RadioField(
        _l("What you need"), choices=[SelectChoice("help", _l("Ask the market for help"))]
    )
