"""Facts about people and organisations that other rooms may care about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class MailWanted(Event):
    """A mail is to be sent; the room notify keeps and sends it."""

    name: ClassVar[str] = "identity.mail_wanted"
    to: str
    message: str
    locale: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrganisationFounded(Event):
    """A person entered an organisation and became its first owner."""

    name: ClassVar[str] = "identity.organisation_founded"
    organisation_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class OrganisationChanged(Event):
    """Something that cards or the search can see has changed (name, kind, verification)."""

    name: ClassVar[str] = "identity.organisation_changed"
    organisation_id: int


@dataclass(frozen=True, slots=True)
class VerificationSubmitted(Event):
    """Papers wait for a reviewer."""

    name: ClassVar[str] = "identity.verification_submitted"
    verification_id: int
    organisation_id: int
    organisation_name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class VerificationWithdrawn(Event):
    """The papers are no longer to be read."""

    name: ClassVar[str] = "identity.verification_withdrawn"
    verification_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class VerificationDecided(Event):
    """A reviewer verified or returned an organisation; ``decision`` is the new state."""

    name: ClassVar[str] = "identity.verification_decided"
    verification_id: int
    organisation_id: int
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class VerificationDue(Event):
    """An organisation must be verified again (L69); ``paused`` once its grace is over."""

    name: ClassVar[str] = "identity.verification_due"
    organisation_id: int
    paused: bool


@dataclass(frozen=True, slots=True)
class MemberInvited(Event):
    """A mail address was offered a membership."""

    name: ClassVar[str] = "identity.member_invited"
    organisation_id: int
    invitation_id: int


@dataclass(frozen=True, slots=True)
class MemberJoined(Event):
    """A person became a member."""

    name: ClassVar[str] = "identity.member_joined"
    organisation_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class MemberLeft(Event):
    """A person is no longer a member."""

    name: ClassVar[str] = "identity.member_left"
    organisation_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class RoleGranted(Event):
    """A person holds an office of the market."""

    name: ClassVar[str] = "identity.role_granted"
    user_id: int
    role: str


@dataclass(frozen=True, slots=True)
class RoleRevoked(Event):
    """A person no longer holds an office."""

    name: ClassVar[str] = "identity.role_revoked"
    user_id: int
    role: str


@dataclass(frozen=True, slots=True)
class AccountClosed(Event):
    """A person left the market; the profile is erased, deals keep the number only (L76)."""

    name: ClassVar[str] = "identity.account_closed"
    user_id: int
