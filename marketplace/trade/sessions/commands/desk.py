"""The check-in desk: a paddle for who is present, known by name and papers, deposit on its way."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.identity import commands as identity
from marketplace.identity.commands import Entry
from marketplace.kernel import cipher
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.auctions.commands import guests
from marketplace.trade.auctions.commands.guests import HALL_PADDLES
from marketplace.trade.auctions.queries import in_hall
from marketplace.trade.sessions import policy, roots
from marketplace.trade.sessions.models import Guest, SaleSession

CHECKED_IN = ("announced", "open")


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Who stands at the desk, with the papers shown, and the lots (auction ids) he wants.

    Both ticks are needed for everybody: the rules were read out (L15), the defects told (L7).
    ``paddle`` None: the lowest that is free.
    """

    session_id: int
    entry: Entry
    auction_ids: tuple[int, ...]
    rules_read: bool
    defects_told: bool
    paddle: int | None = None
    hides_name: bool = False


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The guest, the lots he has this paddle for, and those where he bids online already."""

    guest_id: int
    paddle: int
    auction_ids: tuple[int, ...]
    online: tuple[int, ...]


def check_in(ctx: Context, command: CheckIn) -> CheckedIn:
    """Give out a paddle, or more lots for a paddle already given.

    A party has one paddle in a session, and one in a lot: where it signed up online it bids
    online. Raises Forbidden with the rule that bars (L5), Invalid for what the papers do not
    bear or a missing tick, Conflict for a paddle that is taken, a lot or a session that is over.
    """
    if not (command.rules_read and command.defects_told):
        raise Invalid("auctions.ticks_needed")
    if not command.auction_ids:
        raise Invalid("sessions.lots_needed")
    with ctx.transaction() as tx:
        session = _receiving(tx, command.session_id)
        party = identity.enter_party(tx, command.entry)
        guest = _guest(tx, session, command, party=party)
        here, online = _lots(tx, session, command, guest=guest)
        for auction_id in here:
            _enter(tx, auction_id, guest=guest)
        tx.audit("session.checked_in", "session", session.id, guest=guest.id, paddle=guest.paddle)
        return CheckedIn(guest.id, guest.paddle, tuple(here), tuple(online))


def _receiving(tx: Tx, session_id: int) -> SaleSession:
    if not policy.may_check_in(tx.actor):
        raise Forbidden
    session = roots.locked(tx, session_id)
    if session.place == "web" or session.is_rehearsal:
        raise Conflict("sessions.no_hall")
    if session.state not in CHECKED_IN:
        raise Conflict("sessions.move_refused", state=session.state, action="check_in")
    return session


def _guest(tx: Tx, session: SaleSession, command: CheckIn, *, party: identity.Entered) -> Guest:
    query = select(Guest).where(
        Guest.session_id == session.id, Guest.organisation_id == party.organisation_id
    )
    guest = tx.db.scalar(query)
    if guest is None:
        guest = Guest(
            session_id=session.id,
            paddle=_paddle(tx, session, wanted=command.paddle),
            organisation_id=party.organisation_id,
            organisation_name=party.name,
            entered_at=tx.now,
            entered_by=tx.actor.user_id,
        )
        tx.db.add(guest)
    if party.user_id == tx.actor.user_id:
        raise Forbidden("auctions.barred.staff")
    guest.user_id, guest.holder_name = party.user_id, command.entry.person.strip()
    guest.hides_name, guest.rules_read_at = command.hides_name, tx.now
    if party.claim_code:
        guest.claim_sealed = cipher.seal(tx.settings.secrets, party.claim_code)
    tx.db.flush()
    return guest


def _paddle(tx: Tx, session: SaleSession, *, wanted: int | None) -> int:
    taken = set(tx.db.scalars(select(Guest.paddle).where(Guest.session_id == session.id)))
    if wanted is not None:
        if wanted not in HALL_PADDLES:
            raise Invalid("sessions.paddle_range", first=1, last=HALL_PADDLES.stop - 1)
        if wanted in taken:
            raise Conflict("auctions.paddle_taken", paddle=wanted)
        return wanted
    free = next((number for number in HALL_PADDLES if number not in taken), None)
    if free is None:
        raise Conflict("auctions.no_paddle_left")
    return free


def _lots(
    tx: Tx, session: SaleSession, command: CheckIn, *, guest: Guest
) -> tuple[list[int], list[int]]:
    """(lots to enter him for, lots where his party bids online), by id, as they are locked."""
    of_session = {lot.auction_id for lot in roots.lots_of(tx.db, session.id)}
    wanted = sorted(set(command.auction_ids))
    if not set(wanted) <= of_session:
        raise NotFound
    online = {
        one.auction_id
        for one in in_hall.entered(tx.db, wanted)
        if one.organisation_id == guest.organisation_id and one.paddle != str(guest.paddle)
    }
    return [one for one in wanted if one not in online], sorted(online)


def _enter(tx: Tx, auction_id: int, *, guest: Guest) -> None:
    """A lot he has this paddle for already: its notice may have been corrected since."""
    mine = [
        one
        for one in in_hall.entered(tx.db, [auction_id])
        if one.organisation_id == guest.organisation_id
    ]
    if mine:
        if not mine[0].is_current:
            guests.accept_for_guest(tx, auction_id, paddle=guest.paddle)
        return
    guests.enter_guest(
        tx,
        auction_id,
        guest=guests.Guest(
            organisation_id=guest.organisation_id,
            organisation_name=guest.organisation_name,
            user_id=guest.user_id,
            paddle=guest.paddle,
            hides_name=guest.hides_name,
        ),
    )


def claim_code(ctx: Context, guest_id: int) -> str:
    """The code on the sheet of a guest without an account, empty for others; for the desk."""
    if not policy.may_check_in(ctx.actor):
        raise Forbidden
    with ctx.reading() as db:
        guest = db.get(Guest, guest_id)
    if guest is None:
        raise NotFound
    return cipher.unseal(ctx.settings.secrets, guest.claim_sealed) if guest.claim_sealed else ""
