"""What other rooms may ask identity, in one place."""

from __future__ import annotations

from marketplace.identity.actors import actor_of
from marketplace.identity.organisations.conflicts import (
    RelatedParty,
    is_barred_for,
    related_to,
    same_person,
)
from marketplace.identity.organisations.inner import (
    BankAccount,
    MemberLine,
    SubmissionLine,
    bank_account,
    contact_of,
    member_lines,
    pending_verifications,
    submissions_of,
    verification_detail,
)
from marketplace.identity.organisations.queries import (
    Card,
    OrganisationView,
    is_member,
    members_of,
    memberships,
    organisation_by_code,
    organisation_cards,
    organisation_counts,
    organisation_names,
    organisation_page,
    verified_cards,
)
from marketplace.identity.people.consents import has_consent
from marketplace.identity.people.queries import (
    PersonLine,
    StaffLine,
    find_people,
    people,
    people_emails,
    person,
    person_names,
    roles_without_second_factor,
    staff,
    staff_ids,
    user_count,
    user_id_by_email,
)
from marketplace.identity.tokens.queries import authenticate

__all__ = [
    "BankAccount",
    "Card",
    "MemberLine",
    "OrganisationView",
    "PersonLine",
    "RelatedParty",
    "StaffLine",
    "SubmissionLine",
    "actor_of",
    "authenticate",
    "bank_account",
    "contact_of",
    "find_people",
    "has_consent",
    "is_barred_for",
    "is_member",
    "member_lines",
    "members_of",
    "memberships",
    "organisation_by_code",
    "organisation_cards",
    "organisation_counts",
    "organisation_names",
    "organisation_page",
    "pending_verifications",
    "people",
    "people_emails",
    "person",
    "person_names",
    "related_to",
    "roles_without_second_factor",
    "same_person",
    "staff",
    "staff_ids",
    "submissions_of",
    "user_count",
    "user_id_by_email",
    "verification_detail",
    "verified_cards",
]
