"""Sets up Flask-Security: what is switched on, its limits, its words, and what it must not do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    Response,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import user_logged_out
from flask_security import Security
from flask_security.password_util import PasswordUtil
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_confirmed,
    user_registered,
)
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from marketplace.identity.people import passwords
from marketplace.identity.signin import forms, hooks, sessions
from marketplace.identity.signin.datastore import MarketDatastore, commit_leftovers
from marketplace.identity.signin.mails import CONFIRM_DAYS, RESET_HOURS, MailsAsEvents
from marketplace.identity.signin.redirects import drop_foreign_next
from marketplace.identity.signin.totp import OnceTotp
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Settings
from marketplace.web.access import PUBLIC, SIGNED_IN, Access, declare
from marketplace.web.messages import text_of

RULES: dict[str, Access] = {
    "login": PUBLIC,
    "logout": PUBLIC,
    "register": PUBLIC,
    "forgot_password": PUBLIC,
    "reset_password": PUBLIC,
    "send_confirmation": PUBLIC,
    "confirm_email": PUBLIC,
    "two_factor_token_validation": PUBLIC,
    "two_factor_setup": PUBLIC,  # owed by an office: reached before the sign-in is complete
    "two_factor_rescue": PUBLIC,
    "tf_select": PUBLIC,
    "mf_recovery": PUBLIC,
    "mf_recovery_codes": SIGNED_IN,
    "two_factor_setup_validate": SIGNED_IN,
    "change_password": SIGNED_IN,
    "verify": SIGNED_IN,
}


class MarketPasswords(PasswordUtil):
    """New passwords: long enough, and not easy to guess."""

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: ARG002, FBT001 - Flask-Security's signature
        **kwargs: Any,
    ) -> tuple[list[str] | None, str]:
        """The refusals (or None) and the password in one spelling."""
        user = kwargs.get("user")
        about = (
            [user.name, user.email]
            if user is not None
            else [str(kwargs.get("name") or ""), str(kwargs.get("email") or "")]
        )
        code = passwords.refusal(password, about=[*about, about[1].partition("@")[0]])
        facts = {"shortest": passwords.SHORTEST, "longest": passwords.LONGEST}
        return ([text_of(code, facts)] if code else None), passwords.normal(password)


def install(app: Flask, ctx: Context) -> None:
    """Register Flask-Security under /identity and everything that keeps it within bounds."""
    app.config.update(_config(app, ctx.settings))
    datastore = MarketDatastore(ctx)
    security = Security(
        app,
        datastore,
        login_form=forms.SignInForm,
        register_form=forms.RegisterForm,
        forgot_password_form=forms.RecoverForm,
        send_confirmation_form=forms.ConfirmAgainForm,
        verify_form=forms.VerifyAgainForm,
        reset_password_form=forms.NewPasswordForm,
        change_password_form=forms.ChangePasswordForm,
        two_factor_setup_form=forms.SecondFactorForm,
        two_factor_rescue_form=forms.HelpForm,
        two_factor_verify_code_form=forms.CodeForm,
        mf_recovery_form=forms.RecoveryCodeForm,
        mail_util_cls=MailsAsEvents,
        password_util_cls=MarketPasswords,
        totp_cls=OnceTotp,
        render_template=_render,
    )
    security.want_json(lambda _request: False)
    datastore.install(app)
    _quieten(app, security)
    _connect(app)
    hooks.ask_before_confirming(app)
    app.before_request(_before)
    app.after_request(_after(datastore))
    for endpoint, rule in RULES.items():
        declare(app, f"security.{endpoint}", rule)


def _config(app: Flask, settings: Settings) -> dict[str, Any]:
    own = Path(app.root_path) / "translations"
    plain = {
        **_features(),
        **_addresses(),
        **_sentences(),
        "URL_PREFIX": "/identity",
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "RETURN_GENERIC_RESPONSES": True,
        "EMAIL_VALIDATOR_ARGS": {
            "check_deliverability": False,
            # Names such as @demo.example live in the demo and in tests only.
            "test_environment": not settings.is_production,
        },
        "EMAIL_PLAINTEXT": False,
        "EMAIL_HTML": False,
        "EMAIL_SENDER": settings.mail_from,
        "PASSWORD_HASH": passwords.SCHEME,
        "PASSWORD_SCHEMES": [passwords.SCHEME],
        "PASSWORD_SALT": settings.secrets.password_salt,
        "PASSWORD_HASH_PASSLIB_OPTIONS": dict(passwords.hashing_options(settings.mode)),
        "PASSWORD_CONFIRM_REQUIRED": False,
        # What these hash is random already; a slow hash would cost 0.29 s per link.
        "HASHING_SCHEMES": ["hex_sha256"],
        "DATETIME_FACTORY": hooks.now,
        "FRESHNESS": sessions.FRESH,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "CONFIRM_EMAIL_WITHIN": timedelta(days=CONFIRM_DAYS),
        "RESET_PASSWORD_WITHIN": timedelta(hours=RESET_HOURS),
        "TOTP_SECRETS": {"1": settings.secrets.totp_key},
        "TOTP_ISSUER": settings.short_name,
        "TWO_FACTOR_RESCUE_MAIL": settings.contact_email,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [settings.secrets.cipher_key.encode()],
        "I18N_DIRNAME": ["builtin", str(own)],
    }
    return {f"SECURITY_{key}": value for key, value in plain.items()} | {
        "SESSION_PROTECTION": "strong"
    }


def _sentences() -> dict[str, tuple[str, str]]:
    """Where the library's own words say too much, too little or are not for readers.

    They are keys of the catalogue ``flask_security``, like the library's own.
    """
    return {
        "MSG_GENERIC_AUTHN_FAILED": ("The mail address or the password is not right.", "error"),
        "MSG_CONFIRM_REGISTRATION": ("We have sent a mail to %(email)s.", "success"),
        "MSG_CONFIRMATION_REQUEST": (
            "If %(email)s waits for a confirmation, a mail is on its way.",
            "info",
        ),
        "MSG_PASSWORD_RESET_REQUEST": (
            "If %(email)s has an account, a mail is on its way.",
            "info",
        ),
        "MSG_CONFIRMATION_REQUIRED": (
            "Please confirm your mail address first: follow the link in our mail.",
            "error",
        ),
        "MSG_EMAIL_CONFIRMED": ("Your mail address is confirmed. Please sign in.", "success"),
        "MSG_INVALID_CONFIRMATION_TOKEN": ("This link is not good, or was used before.", "error"),
        "MSG_INVALID_RESET_PASSWORD_TOKEN": ("This link is not good, or was used before.", "error"),
        "MSG_TWO_FACTOR_INVALID_TOKEN": ("This code is not right, or was used before.", "error"),
        "MSG_TWO_FACTOR_PERMISSION_DENIED": ("Please begin again with your password.", "error"),
        "MSG_TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": ("The second factor is on.", "success"),
        "MSG_TWO_FACTOR_DISABLED": ("The second factor is off.", "success"),
        "MSG_TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in.", "success"),
        "MSG_TWO_FACTOR_METHOD_NOT_AVAILABLE": ("This is not possible for your account.", "error"),
    }


def _features() -> dict[str, Any]:
    return {
        "REGISTERABLE": True,
        "CONFIRMABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "TRACKABLE": True,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_ALWAYS_VALIDATE": True,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_RESCUE_EMAIL_TEMPLATE": "two_factor_rescue",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "REGISTER_EMAIL_TEMPLATE": "welcome",
        "REGISTER_EMAIL_EXISTING_TEMPLATE": "existing",
        "EMAIL_TEMPLATE_CONFIRM": "confirm",
        "EMAIL_TEMPLATE_PASSWORD_RESET": "reset",
        "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "changed",
        "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "changed",
    }


def _addresses() -> dict[str, Any]:
    return {
        "LOGIN_URL": "/sign-in",
        "LOGOUT_URL": "/sign-out",
        "REGISTER_URL": "/register",
        "RESET_URL": "/recover",
        "CHANGE_URL": "/password",
        "CONFIRM_URL": "/confirm",
        "VERIFY_URL": "/verify",
        "TWO_FACTOR_SETUP_URL": "/second-factor",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/second-factor/code",
        "TWO_FACTOR_RESCUE_URL": "/second-factor/help",
        "TWO_FACTOR_SELECT_URL": "/second-factor/choose",
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/second-factor/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/second-factor/recover",
        "LOGOUT_METHODS": ["POST"],
        "POST_LOGIN_VIEW": "identity.start",
        "POST_LOGOUT_VIEW": "/",
        "POST_REGISTER_VIEW": "identity.check_mailbox",
        "POST_CHANGE_VIEW": "identity.security_page",
        "TWO_FACTOR_POST_SETUP_VIEW": "identity.security_page",
    }


def _quieten(app: Flask, security: Security) -> None:
    """Keep the libraries from loading a person on every request and in every template."""
    manager = security.login_manager
    manager._session_identifier_generator = sessions.this_browser
    manager.user_loader(hooks.person_of_session(manager._user_callback))
    manager.request_loader(lambda _request: None)
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    processors = app.template_context_processors[None]
    processors[:] = [one for one in processors if one.__module__ != "flask_login.utils"]


def _connect(app: Flask) -> None:
    user_authenticated.connect(hooks.signed_in, app)
    user_logged_out.connect(hooks.signed_out, app)
    user_registered.connect(hooks.registered, app)
    user_confirmed.connect(hooks.confirmed, app)
    password_changed.connect(hooks.password_changed, app)
    password_reset.connect(hooks.password_reset, app)
    tf_profile_changed.connect(hooks.second_factor_set, app)
    tf_disabled.connect(hooks.second_factor_removed, app)


def _before() -> AnyResponse | None:
    if request.blueprint != "security":
        return None
    if request.is_json:
        raise UnsupportedMediaType
    drop_foreign_next()
    if request.endpoint == "security.two_factor_token_validation" and hooks.has_no_code_to_give():
        return redirect(url_for("identity.security_page"), 303)
    return None


def _render(template: str, **values: Any) -> str:
    """Render, and remember whether a form on the page was refused."""
    refused = any(getattr(value, "errors", None) for value in values.values())
    g.identity_refused = refused and request.method == "POST"
    return render_template(template, **values)


def _after(datastore: MarketDatastore):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def add(response: Response) -> Response:
        if request.blueprint != "security":
            return response
        commit_leftovers(datastore)
        if request.endpoint == "security.verify" and response.status_code == 302:
            sessions.note_proved()
        if response.status_code == 200 and g.get("identity_refused"):
            response.status_code = 422
        if "identity_retry_after" in g:
            response.status_code = 429
            response.headers["Retry-After"] = str(g.identity_retry_after)
        if response.status_code == 302 and request.method == "POST":
            response.status_code = 303
        return response

    return add
