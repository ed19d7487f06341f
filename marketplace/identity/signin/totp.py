"""The second factor: a code is good once, also for two requests at the same instant."""

from __future__ import annotations

from flask_security.totp import Totp
from passlib.exc import UsedTokenError
from passlib.totp import TotpMatch
from sqlalchemy import or_, select, update

from marketplace.identity.people.models import User
from marketplace.identity.signin.person import Person
from marketplace.web.context import base_context


class OnceTotp(Totp):
    """Remembers the last accepted time step of each person in the database."""

    def get_last_counter(self, user: Person) -> int | None:  # type: ignore[override]
        """The last accepted step."""
        with base_context().reading() as db:
            return db.scalar(select(User.totp_counter).where(User.id == user.id))

    def set_last_counter(self, user: Person, tmatch: TotpMatch) -> None:  # type: ignore[override]
        """Take the step if nobody has; raises UsedTokenError (the code counts as wrong)."""
        unused = or_(User.totp_counter.is_(None), User.totp_counter < tmatch.counter)
        with base_context().transaction() as tx:
            taken = tx.db.execute(
                update(User)
                .where(User.id == user.id, unused)
                .values(totp_counter=tmatch.counter)
                .execution_options(synchronize_session=False)
            )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise UsedTokenError(expire_time=tmatch.expire_time)

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The set-up code as an inline picture."""
        import segno  # noqa: PLC0415 - needed by one page

        code = segno.make(self.get_totp_uri(username, totp))
        return code.svg_data_uri(scale=4, border=2, light="white")
