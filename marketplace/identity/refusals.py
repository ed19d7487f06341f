"""The words of identity's refusals, and how they get onto a form."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from marketplace.kernel.errors import MarketError
from marketplace.web.messages import register, text_of

register(
    {
        "identity.slow_down": _l(
            "Too many attempts. Try again in %(retry_after_seconds)s seconds."
        ),
        "identity.fresh_needed": _l("Please give your password again first."),
        "identity.password_short": _l("Use at least %(shortest)s characters."),
        "identity.password_long": _l("Use at most %(longest)s characters."),
        "identity.password_guessable": _l(
            "This password is easy to guess. A short sentence of your own is better."
        ),
        "identity.email_invalid": _l("This is not a mail address."),
        "identity.email_taken": _l("This mail address already has an account."),
        "identity.no_such_user": _l("There is no account with this mail address."),
        "identity.name_length": _l("Please enter a name, not longer than the field allows."),
        "identity.unknown_language": _l("Please choose one of the languages."),
        "identity.not_to_oneself": _l("Nobody changes their own offices."),
        "identity.last_administrator": _l("The market keeps at least one administrator."),
        "identity.card_old_form": _l("Please use the number with 18 characters."),
        "identity.card_bad_length": _l("An identity card number has 18 characters."),
        "identity.card_bad_form": _l(
            "An identity card number has 17 digits and a check character."
        ),
        "identity.card_wrong_check": _l(
            "The number does not add up: the last character should be %(expected)s. "
            "Please compare it with the card."
        ),
        "identity.card_no_such_date": _l("The date of birth in the number does not exist."),
        "identity.card_date_in_future": _l("The date of birth in the number is in the future."),
        "identity.relative_known": _l("This number is already declared, or your own."),
        "identity.too_many_relatives": _l("You can declare up to %(most)s relatives."),
        "identity.consent_needed": _l(
            "Without this consent there is no account. You can close the account instead."
        ),
        "identity.organisation_name_length": _l("Please enter the registered name."),
        "identity.unknown_kind": _l("Please choose what kind of organisation it is."),
        "identity.year_impossible": _l("Please check the year."),
        "identity.website_form": _l("An address on the web begins with https://"),
        "identity.name_needs_verification": _l(
            "Name and kind of a verified organisation change by a new verification."
        ),
        "identity.too_many_organisations": _l(
            "You already have %(most)s organisations that are not verified."
        ),
        "identity.bank_number": _l("A bank account has 8 to 30 digits."),
        "identity.bank_consent_needed": _l(
            "Bank data is sensitive: without your separate consent it is not stored."
        ),
        "identity.code_bad_length": _l("The code has 18 characters; this has %(length)s."),
        "identity.code_all_zero": _l("A code of zeros only does not exist."),
        "identity.code_letter_not_used": _l(
            "The letter %(letter)s does not occur in these codes (position %(position)s). "
            "Please check whether it is a digit."
        ),
        "identity.code_bad_form": _l("The character at position %(position)s cannot be in a code."),
        "identity.code_wrong_check": _l(
            "The code does not add up: the last character should be %(expected)s, not %(given)s."
        ),
        "identity.code_taken": _l(
            "This code belongs to %(organisation)s, which is already on the market. "
            "Ask its owner to invite you."
        ),
        "identity.identity_number_needed": _l(
            "A private inventor is verified by identity card: enter its number in your account "
            "first."
        ),
        "identity.papers_wait": _l("Papers are already waiting for a reviewer."),
        "identity.no_papers_wait": _l("No papers are waiting."),
        "identity.licence_needed": _l("Please add the business licence or certificate."),
        "identity.unknown_paper": _l("This kind of paper is not asked for."),
        "identity.already_decided": _l("This has been decided already."),
        "identity.own_organisation": _l("Nobody decides on their own organisation."),
        "identity.move_not_allowed": _l("The organisation's state does not allow this now."),
        "identity.already_member": _l("This person is already a member."),
        "identity.too_many_invitations": _l("Up to %(most)s invitations can wait at a time."),
        "identity.invitation_void": _l("This invitation was used, taken back or has expired."),
        "identity.invitation_other_address": _l(
            "The invitation went to another mail address. Sign in with that one."
        ),
        "identity.claim_void": _l("This code is not known, or it was used already."),
        "identity.claim_by_staff": _l("Staff of the market claim nothing for themselves."),
        "identity.claim_other_person": _l(
            "The sheet belongs to the person whose identity card was seen. Enter the number of "
            "your identity card in your account first."
        ),
        "identity.organisation_suspended": _l("%(organisation)s is suspended at the moment."),
        "identity.last_owner": _l(
            "An organisation keeps an owner. Make somebody else owner first."
        ),
        "identity.still_in_office": _l(
            "You hold an office of the market. An administrator must take it back first."
        ),
        "identity.scopes_needed": _l("Please choose what the token may do."),
        "identity.token_days": _l("A token is good for 1 to 365 days."),
        "identity.too_many_tokens": _l("You have %(most)s tokens already. Revoke one first."),
        "identity.unknown_purpose": _l("There is no such consent."),
    }
)


def show_on(form: Any, error: MarketError) -> None:
    """Put a refusal where it belongs: at its fields, the rest above the form."""
    errors = error.facts.get("errors")
    if not isinstance(errors, dict):
        form.form_errors.append(text_of(error.code, error.facts))
        return
    for name, codes in errors.items():
        texts = [_text(code) for code in codes]
        if name in form:
            form[name].errors = [*form[name].errors, *texts]
        else:
            form.form_errors.extend(texts)


def _text(code: Any) -> str:
    if isinstance(code, dict):
        return text_of(code["code"], code["facts"])
    return text_of(str(code))
