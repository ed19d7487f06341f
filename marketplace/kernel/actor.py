"""Who acts: a person, the organisation acted for, and the rights that follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class StaffRole(StrEnum):
    """The market's own offices."""

    REVIEWER = "reviewer"
    AUCTIONEER = "auctioneer"
    CLERK = "clerk"
    TREASURER = "treasurer"
    ADMINISTRATOR = "administrator"


class MemberRole(StrEnum):
    """What a person may do for the organisation, from most to least."""

    OWNER = "owner"
    MANAGER = "manager"
    MEMBER = "member"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person in one request, acting for at most one organisation.

    ``via`` tells the door: web, api, cli or job. ``address`` is the network address, kept
    for the audit log only. ``scopes`` narrows what an API token may do (None: no narrowing).
    ``unread`` notices wait for the person of a session (None: not asked).
    """

    user_id: int
    name: str = ""
    organisation_id: int | None = None
    organisation_name: str = ""
    organisation_kind: str = ""
    organisation_verified: bool = False
    selling_paused: bool = False
    credit_code: str | None = None
    member_role: MemberRole | None = None
    bid_limit_minor: int | None = None
    staff_roles: frozenset[StaffRole] = field(default_factory=frozenset)
    email_confirmed: bool = True
    via: str = "web"
    address: str = ""
    request_id: str = ""
    scopes: frozenset[str] | None = None
    unread: int | None = None

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_roles)

    def has(self, *roles: StaffRole) -> bool:
        """True when the person holds one of these offices."""
        return not self.staff_roles.isdisjoint(roles)

    @property
    def may_sell(self) -> bool:
        """Owners and managers of a verified organisation may sell and pay.

        Selling pauses when the verification was not renewed in time (L69).
        """
        return (
            self.organisation_verified
            and not self.selling_paused
            and self.member_role in (MemberRole.OWNER, MemberRole.MANAGER)
        )

    @property
    def may_draft(self) -> bool:
        """Everybody in an organisation but read-only members may draft."""
        return self.organisation_id is not None and self.member_role not in (
            None,
            MemberRole.READ_ONLY,
        )
