"""Bids of the floor that were keyed while the line was cut: signed, merged by sequence, or refused.

The console signs each with a key it was given when the session opened. What counts is what the
hall believed: the board when the line was cut, and after it only the hall's own calls. As soon as
the log says something else, this line and all after it are stale.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from itertools import pairwise

from marketplace.kernel import cipher
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.kernel.settings import Secrets
from marketplace.trade.auctions.commands.hall import HallAnswer
from marketplace.trade.auctions.queries import in_hall
from marketplace.trade.sessions import policy, roots
from marketplace.trade.sessions.commands.console import FloorBid, Up, seen_now, take_floor_bid
from marketplace.trade.sessions.models import SaleSession

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class QueuedBid:
    """A line of the console's queue. ``sequence`` counts up; ``seen_view`` is of the cut."""

    sequence: int
    auction_id: int
    paddle: int
    amount_minor: int
    seen_view: int
    key: str
    signature: str

    def text(self, session_id: int) -> str:
        """What is signed."""
        return "|".join(
            str(part)
            for part in (
                session_id,
                self.sequence,
                self.auction_id,
                self.paddle,
                self.amount_minor,
                self.seen_view,
                self.key,
            )
        )


def signing_key(keys: Secrets, session: SaleSession) -> str:
    """The key of this opening of a session; another opening has another."""
    opened = session.opened_at.isoformat() if session.opened_at else ""
    return cipher.fingerprint(keys, f"hall-console:{session.id}:{opened}")


def merge_queue(ctx: Context, session_id: int, *, lines: tuple[QueuedBid, ...]) -> list[HallAnswer]:
    """Take the lines in their order, in one transaction: one answer each.

    Sent again after a lost answer, each line gets its stored answer. Raises Forbidden for others
    and for a signature that does not hold, Invalid for lines out of order or of several lots,
    Conflict while the lot is paused (the console keeps them) or not up.
    """
    if not 0 < len(lines) <= MOST_LINES:
        raise Invalid("sessions.queue_size", most=MOST_LINES)
    one_lot = len({(line.auction_id, line.seen_view) for line in lines}) == 1
    rising = all(a.sequence < b.sequence for a, b in pairwise(lines))
    if not (one_lot and rising):
        raise Invalid("sessions.queue_order")
    return ctx.together(lambda tx: _merge(tx, session_id, lines))


def _merge(tx: Tx, session_id: int, lines: tuple[QueuedBid, ...]) -> list[HallAnswer]:
    session = roots.known(tx.db, session_id)
    if not policy.may_run(tx.actor, session):
        raise Forbidden
    _check_signatures(tx, session, lines)
    _refuse_paused(tx, lines[0].auction_id, session=session)
    answers: list[HallAnswer] = []
    believed = lines[0].seen_view
    as_believed = True
    for line in lines:
        bid = FloorBid(
            Up(session.id, line.auction_id, line.seen_view),
            line.paddle,
            line.amount_minor,
            line.key,
        )
        answer = take_floor_bid(tx, seen_now(bid, believed) if as_believed else bid)
        answers.append(answer)
        as_believed = as_believed and answer.leads_at == (str(line.paddle), line.amount_minor)
        believed += 1
    tx.audit("session.queue_merged", "session", session.id, lines=len(lines))
    return answers


def _check_signatures(tx: Tx, session: SaleSession, lines: tuple[QueuedBid, ...]) -> None:
    key = signing_key(tx.settings.secrets, session)
    for line in lines:
        right = hmac.new(key.encode(), line.text(session.id).encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, line.signature):
            raise Forbidden("sessions.bad_signature")


def _refuse_paused(tx: Tx, auction_id: int, *, session: SaleSession) -> None:
    """A silent console pauses its lot: first the clerk resumes, then what was called is taken."""
    if not session.is_rehearsal and in_hall.hall_lot(tx.db, auction_id, now=tx.now).paused:
        raise Conflict("sessions.queue_waits")
