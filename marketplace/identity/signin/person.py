"""The person as Flask-Security sees it: the same row, with the methods of its mixin."""

from __future__ import annotations

from flask_security.core import UserMixin

from marketplace.identity.people.models import SECOND_FACTOR_ROLES, User
from marketplace.web.context import base_context


class Person(UserMixin, User):  # type: ignore[misc]
    """A ``User`` that Flask-Security can sign in."""

    # Set by Flask-Security when a second factor is removed; phones are no factor here.
    tf_phone_number = None

    __hash__ = object.__hash__

    def check_tf_required(
        self,
        tf_setup_methods: list[tuple[str, str]],
        tf_fresh: bool,  # noqa: FBT001 - Flask-Security's signature
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Whether this sign-in needs a second factor: set up, or owed by an office."""
        required, methods = super().check_tf_required(tf_setup_methods, tf_fresh)
        return required or self.check_tf_required_setup(), methods

    def check_tf_required_setup(self) -> bool:
        """Whether an office obliges the person to a second factor (not in the demo)."""
        if base_context().settings.is_demo:
            return False
        return any(role.name in SECOND_FACTOR_ROLES for role in self.roles)
