"""Who may do what to people and organisations."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, MemberRole, StaffRole


def may_grant_roles(actor: Actor) -> bool:
    """Only an administrator gives and takes offices; a token never does."""
    return actor.has(StaffRole.ADMINISTRATOR) and actor.scopes is None


def may_read_organisation(actor: Actor | None, organisation_id: int) -> bool:
    """The inner page of an organisation: its members (in any role) and reviewers."""
    return actor is not None and (
        actor.organisation_id == organisation_id or actor.has(StaffRole.REVIEWER)
    )


def may_manage_organisation(actor: Actor, organisation_id: int) -> bool:
    """Profile and papers: owners and managers of this organisation."""
    return actor.organisation_id == organisation_id and actor.member_role in (
        MemberRole.OWNER,
        MemberRole.MANAGER,
    )


def may_manage_members(actor: Actor, organisation_id: int) -> bool:
    """Members and their roles: owners of this organisation."""
    return actor.organisation_id == organisation_id and actor.member_role is MemberRole.OWNER


def may_decide_verification(actor: Actor, organisation_id: int, member_ids: set[int]) -> bool:
    """A reviewer, but never of an organisation he belongs or belonged to (T13)."""
    return (
        actor.has(StaffRole.REVIEWER)
        and actor.organisation_id != organisation_id
        and actor.user_id not in member_ids
        and actor.scopes is None
    )


def may_read_licence(actor: Actor | None, organisation_id: int) -> bool:
    """Uploaded papers: owners and managers of the organisation, and reviewers."""
    return actor is not None and (
        may_manage_organisation(actor, organisation_id) or actor.has(StaffRole.REVIEWER)
    )


def may_suspend_organisation(actor: Actor, organisation_id: int) -> bool:
    """Reviewers and administrators, never of the organisation they act for."""
    return (
        actor.has(StaffRole.REVIEWER, StaffRole.ADMINISTRATOR)
        and actor.organisation_id != organisation_id
        and actor.scopes is None
    )
