"""Who may not bid against whom: the seller's people, related parties, staff, relatives (L5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from marketplace.identity.organisations.models import Membership, Organisation
from marketplace.identity.people.models import Relative, User, UserRole
from marketplace.kernel.db import plainly

Bound = BindParameter[int]


@dataclass(frozen=True, slots=True)
class RelatedParty:
    """How a person bidding for an organisation is related to a seller; all false: not at all."""

    is_staff: bool
    same_organisation: bool
    colleague: bool
    same_credit_code: bool
    same_controller: bool
    same_person: bool
    relative: bool

    def code(self) -> str | None:
        """The first bar in the order of the law, None when there is none."""
        bars = (
            (self.is_staff, "staff"),
            (self.same_organisation, "own_organisation"),
            (self.colleague, "colleague_of_seller"),
            (self.same_credit_code, "same_credit_code"),
            (self.same_controller, "same_controller"),
            (self.same_person, "same_person"),
            (self.relative, "relative"),
        )
        return next((code for applies, code in bars if applies), None)


def related_to(
    db: Session, *, bidder_user_id: int, bidder_organisation_id: int, seller_organisation_id: int
) -> RelatedParty:
    """How the bidder is related to the seller and to the market's staff, by one statement.

    The bidder's organisation counts with its people: a seller's colleague bars it (拍卖法 30:
    nor have others bid). An unknown organisation is related to nobody.
    """
    facts = {
        "person": bidder_user_id,
        "bidder": bidder_organisation_id,
        "seller": seller_organisation_id,
    }
    row = plainly(db, _question(), facts).one_or_none()
    same = bidder_organisation_id == seller_organisation_id
    if row is None:
        return RelatedParty(False, same, False, False, False, False, False)  # noqa: FBT003
    return RelatedParty(
        bool(row.is_staff),
        same,
        bool(row.colleague),
        bool(row.same_credit_code),
        bool(row.same_controller),
        bool(row.same_person),
        bool(row.relative),
    )


@cache
def _question() -> Select[bool, bool, bool, bool, bool, bool]:
    """The statement, built once: every bid asks it, and building it costs more than the answer."""
    person, company = bindparam("person", type_=Integer), bindparam("seller", type_=Integer)
    bidder, seller = aliased(Organisation), aliased(Organisation)
    return (
        select(
            _is_staff(person).label("is_staff"),
            _is_member(person, company).label("colleague"),
            _same_code(bidder, seller).label("same_credit_code"),
            _same_controller(bidder, seller).label("same_controller"),
            _same_number(person, company).label("same_person"),
            _relative(person, company).label("relative"),
        )
        .select_from(bidder)
        .join(seller, seller.id == company)
        .where(bidder.id == bindparam("bidder", type_=Integer))
    )


def is_barred_for(
    db: Session, *, bidder_user_id: int, bidder_organisation_id: int, seller_organisation_id: int
) -> str | None:
    """Why this person may not bid for this organisation on this seller's lot; None: may bid.

    Codes: staff, own_organisation, colleague_of_seller, same_credit_code, same_controller,
    same_person, relative (L5; 拍卖法 22, 30). Asked at sign-up and again at every bid.
    """
    return related_to(
        db,
        bidder_user_id=bidder_user_id,
        bidder_organisation_id=bidder_organisation_id,
        seller_organisation_id=seller_organisation_id,
    ).code()


def same_person(db: Session, user_id: int) -> set[int]:
    """All accounts of one human being: this one, and those with the same identity number."""
    mine, other = aliased(User), aliased(User)
    query = select(other.id).where(
        mine.id == user_id, other.identity_number_print == mine.identity_number_print
    )
    return {user_id, *db.scalars(query)}


def _is_staff(user_id: Bound) -> ColumnElement[bool]:
    return exists().where(UserRole.user_id == user_id)


def _is_member(user_id: Bound, organisation_id: Bound) -> ColumnElement[bool]:
    return exists().where(
        Membership.user_id == user_id,
        Membership.organisation_id == organisation_id,
        Membership.left_at.is_(None),
    )


def _same_code(bidder: type[Organisation], seller: type[Organisation]) -> ColumnElement[bool]:
    # NULL equals nothing: organisations without a code are not related by it.
    return and_(bidder.id != seller.id, bidder.credit_code == seller.credit_code)


def _same_controller(bidder: type[Organisation], seller: type[Organisation]) -> ColumnElement[bool]:
    # NULL equals nothing, so undeclared controllers relate nobody.
    return and_(
        bidder.id != seller.id,
        or_(
            bidder.controller_code == seller.controller_code,
            bidder.controller_code == seller.credit_code,
            seller.controller_code == bidder.credit_code,
        ),
    )


def _insiders(seller_organisation_id: Bound) -> tuple[type[User], ColumnElement[bool]]:
    """Members of the seller and holders of offices: those whose other accounts are barred."""
    insider = aliased(User)
    inside = or_(
        exists().where(UserRole.user_id == insider.id),
        exists().where(
            Membership.user_id == insider.id,
            Membership.organisation_id == seller_organisation_id,
            Membership.left_at.is_(None),
        ),
    )
    return insider, inside


def _same_number(user_id: Bound, seller_organisation_id: Bound) -> ColumnElement[bool]:
    """The clerk's second account: the same identity number as staff or the seller's people."""
    insider, inside = _insiders(seller_organisation_id)
    mine = aliased(User)
    return exists().where(
        mine.id == user_id,
        insider.id != mine.id,
        insider.identity_number_print == mine.identity_number_print,
        inside,
    )


def _relative(user_id: Bound, seller_organisation_id: Bound) -> ColumnElement[bool]:
    """Declared close relatives, in either direction."""
    insider, inside = _insiders(seller_organisation_id)
    mine, declared = aliased(User), aliased(Relative)
    forth = and_(
        declared.user_id == insider.id,
        declared.identity_number_print == mine.identity_number_print,
    )
    back = and_(
        declared.user_id == mine.id,
        declared.identity_number_print == insider.identity_number_print,
    )
    return exists().where(mine.id == user_id, insider.id != mine.id, inside, or_(forth, back))
