"""An office for somebody who is in the story already."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.identity.people.models import Role, UserRole
from marketplace.kernel.actor import StaffRole


def give(world, user_id: int, office: StaffRole) -> None:
    with world.ctx.transaction() as tx:
        role = tx.db.scalars(select(Role).where(Role.name == office.value)).one()
        tx.db.add(UserRole(user_id=user_id, role_id=role.id, granted_at=tx.now))
