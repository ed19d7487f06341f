"""What other rooms, the command line and the demo may do to people and organisations."""

from __future__ import annotations

from marketplace.identity.organisations.commands import (
    KnownOrganisation,
    Profile,
    add_member,
    change_profile,
    found_organisation,
    put_known,
)
from marketplace.identity.organisations.desk_parties import (
    Entered,
    Entry,
    claim_party,
    enter_party,
)
from marketplace.identity.organisations.members import (
    ChangeMember,
    Invite,
    accept_invitation,
    change_member,
    invite,
    leave,
    remove_member,
)
from marketplace.identity.organisations.standing import reinstate, suspend, sweep_due
from marketplace.identity.organisations.verification import (
    Paper,
    SubmitVerification,
    decide,
    decide_verification,
    due_after,
    submit_verification,
    withdraw_verification,
)
from marketplace.identity.people.commands import (
    CreateUser,
    create_user,
    grant,
    grant_role,
    reset_second_factor,
    revoke_role,
    set_password,
)
from marketplace.identity.people.consents import give_consent, withdraw_consent
from marketplace.identity.tokens.commands import CreateToken, NewToken, create_token, revoke_token

__all__ = [
    "ChangeMember",
    "CreateToken",
    "CreateUser",
    "Entered",
    "Entry",
    "Invite",
    "KnownOrganisation",
    "NewToken",
    "Paper",
    "Profile",
    "SubmitVerification",
    "accept_invitation",
    "add_member",
    "change_member",
    "change_profile",
    "claim_party",
    "create_token",
    "create_user",
    "decide",
    "decide_verification",
    "due_after",
    "enter_party",
    "found_organisation",
    "give_consent",
    "grant",
    "grant_role",
    "invite",
    "leave",
    "put_known",
    "reinstate",
    "remove_member",
    "reset_second_factor",
    "revoke_role",
    "revoke_token",
    "set_password",
    "submit_verification",
    "suspend",
    "sweep_due",
    "withdraw_consent",
    "withdraw_verification",
]
