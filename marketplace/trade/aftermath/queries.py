"""Reads of what follows a lot: each side its own part, nothing for others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.papers import queries as papers
from marketplace.papers.queries import PaperLine
from marketplace.trade.aftermath import policy
from marketplace.trade.aftermath.models import AftermathHistory, Annulment, Default, Talk
from marketplace.trade.auctions import aftermath as lots
from marketplace.trade.auctions.aftermath import Bidder, Sale
from marketplace.treasury.deposits import queries as deposits

MOST = 100
DEFAULT = (
    "state", "order_id", "price_minor", "buyer_commission_minor", "seller_commission_minor",
    "kept_minor", "opened_at", "consented_at", "second_minor", "second_organisation_id",
    "offered_at", "offer_until", "second_order_id", "rerun_auction_id", "settled_at",
    "resale_minor", "shortfall_minor", "owed_minor", "costs_part_minor", "shortfall_part_minor",
    "rest_part_minor",
)  # fmt: skip
TALK = (
    "state", "price_minor", "opened_at", "invited_at", "expires_at", "seller_at", "bidder_at",
    "offer_id", "bidder_organisation_id", "signup_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DefaultLine:
    """A default as its page shows it. Amounts in fen."""

    state: str
    order_id: int
    price_minor: int
    buyer_commission_minor: int
    seller_commission_minor: int
    kept_minor: int
    opened_at: datetime
    consented_at: datetime | None
    second_minor: int | None
    second_organisation_id: int | None
    offered_at: datetime | None
    offer_until: datetime | None
    second_order_id: int | None
    rerun_auction_id: int | None
    settled_at: datetime | None
    resale_minor: int | None
    shortfall_minor: int | None
    owed_minor: int | None
    costs_part_minor: int | None
    shortfall_part_minor: int | None
    rest_part_minor: int | None


@dataclass(frozen=True, slots=True)
class TalkLine:
    """Talks as the page shows them. Amount in fen."""

    state: str
    price_minor: int
    opened_at: datetime
    invited_at: datetime | None
    expires_at: datetime | None
    seller_at: datetime | None
    bidder_at: datetime | None
    offer_id: int | None
    bidder_organisation_id: int
    signup_id: int


@dataclass(frozen=True, slots=True)
class AnnulmentLine:
    """A proposal or a decision to undo the sale."""

    state: str
    reason: str
    text: str
    proposed_at: datetime
    proposed_by: int
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history; the person's name for the market's offices only."""

    thing: str
    action: str
    state: str
    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class AfterPage:
    """What one reader sees. ``side``: staff, seller, second or bidder; parts that are not his
    business are None or empty. ``best`` is the runner-up or the leader below the reserve; only
    staff sees his name.
    """

    sale: Sale
    side: str
    round: int
    next_id: int | None
    default: DefaultLine | None
    talk: TalkLine | None
    annulments: tuple[AnnulmentLine, ...]
    best: Bidder | None
    deposit_state: str
    may_bind: bool
    may_run: bool
    may_annul: bool
    history: tuple[Happened, ...]
    papers: tuple[PaperLine, ...]

    @property
    def waiting(self) -> AnnulmentLine | None:
        """The proposal that waits for a second person."""
        return next((one for one in self.annulments if one.state == "waiting"), None)


def page(db: Session, actor: Actor, auction_id: int) -> AfterPage:
    """The page of one lot; raises NotFound for who has no part in it, and while it runs."""
    of = lots.sale(db, auction_id)
    default, talk = db.get(Default, auction_id), db.get(Talk, auction_id)
    side = _side(actor, of, default, talk)
    inner = side in ("staff", "seller")
    own = {
        "seller": of.seller_organisation_id,
        "second": default.second_organisation_id if default else None,
        "bidder": talk.bidder_organisation_id if talk else None,
    }.get(side)
    return AfterPage(
        sale=of,
        side=side,
        round=lots.round_of(db, auction_id),
        next_id=lots.next_of(db, auction_id),
        default=_line(DefaultLine, DEFAULT, default) if side != "bidder" else None,
        talk=_line(TalkLine, TALK, talk) if side != "second" else None,
        annulments=_annulments(db, auction_id) if side == "staff" else (),
        best=_best(db, of) if inner else None,
        deposit_state=_deposit(db, auction_id, own) if not inner else "",
        may_bind=policy.may_bind(actor, own),
        may_run=policy.may_run(actor),
        may_annul=policy.may_annul(db, actor, of),
        history=_history(db, auction_id, names=side == "staff") if inner else (),
        papers=_papers(db, actor, auction_id) if inner else (),
    )


def _side(actor: Actor, of: Sale, default: Default | None, talk: Talk | None) -> str:
    if policy.may_look(actor):
        return "staff"
    if policy.is_side(actor, of.seller_organisation_id):
        return "seller"
    if default is not None and policy.is_side(actor, default.second_organisation_id):
        return "second"
    invited = talk is not None and talk.invited_at is not None
    if talk is not None and invited and policy.is_side(actor, talk.bidder_organisation_id):
        return "bidder"
    raise NotFound


def _line(made: Callable[..., Any], names: tuple[str, ...], row: object | None) -> Any:
    return None if row is None else made(**{name: getattr(row, name) for name in names})


def _best(db: Session, of: Sale) -> Bidder | None:
    if of.outcome == "sold":
        return lots.runner_up(db, of.auction_id)
    return lots.leader_below(db, of.auction_id)


def _deposit(db: Session, auction_id: int, organisation_id: int | None) -> str:
    if organisation_id is None:
        return ""
    found = deposits.of_bidder(db, auction_id, organisation_id=organisation_id)
    return found.state if found else ""


def _annulments(db: Session, auction_id: int) -> tuple[AnnulmentLine, ...]:
    columns = (getattr(Annulment, name) for name in AnnulmentLine.__slots__)
    query = select(*columns).where(Annulment.auction_id == auction_id).order_by(Annulment.id.desc())
    return tuple(AnnulmentLine(*row) for row in db.execute(query))


def _history(db: Session, auction_id: int, *, names: bool) -> tuple[Happened, ...]:
    query = select(AftermathHistory).where(AftermathHistory.auction_id == auction_id)
    if not names:
        query = query.where(AftermathHistory.thing != "annulment")
    rows = list(db.scalars(query.order_by(AftermathHistory.id.desc()).limit(MOST)))
    people = (
        identity.person_names(db, {row.user_id for row in rows if row.user_id}) if names else {}
    )
    return tuple(
        Happened(row.thing, row.action, row.state, row.at, people.get(row.user_id or 0, ""),
                 row.text)
        for row in rows
    )  # fmt: skip


def _papers(db: Session, actor: Actor, auction_id: int) -> tuple[PaperLine, ...]:
    found = papers.of_thing(db, actor, thing="auction", thing_id=auction_id)
    return tuple(one for one in found if one.kind == "default_claim")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Something that waits for the market, in its list."""

    auction_id: int
    number: str
    title: str
    title_en: str
    thing: str
    state: str
    since: datetime


def open_cases(db: Session) -> list[OpenCase]:
    """Defaults, talks and annulments that are not over, oldest first; for the offices."""
    found: list[tuple[int, str, str, datetime]] = []
    defaults = select(Default).where(Default.state != "settled").limit(MOST)
    found += [(one.auction_id, "default", one.state, one.opened_at) for one in db.scalars(defaults)]
    talks = select(Talk).where(Talk.state.in_(("possible", "invited"))).limit(MOST)
    found += [(one.auction_id, "talk", one.state, one.opened_at) for one in db.scalars(talks)]
    waiting = select(Annulment).where(Annulment.state == "waiting").limit(MOST)
    found += [
        (one.auction_id, "annulment", one.state, one.proposed_at) for one in db.scalars(waiting)
    ]
    titles = lots.titles(db, {one[0] for one in found})
    return [
        OpenCase(auction_id, *titles[auction_id], thing, state, since)
        for auction_id, thing, state, since in sorted(found, key=lambda one: one[3])
    ]
