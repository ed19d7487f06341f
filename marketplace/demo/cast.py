"""Who is in the demo: organisations that are founded and verified, people who join, offices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace.demo import sheets
from marketplace.demo.content import Row, rows
from marketplace.demo.history import Stage, Step
from marketplace.identity import commands as identity
from marketplace.identity.organisations.states import Kind
from marketplace.identity.people.commands import set_identity_number
from marketplace.identity.signin.forms import TERMS_VERSION
from marketplace.kernel.actor import MemberRole, StaffRole
from marketplace.review.queries import open_case_of
from marketplace.review.subjects import Decide, subject_of

MARKET = "market"
OPENED_DAYS_AGO = 440
"""The market's own people are there before the oldest deal of the board."""
KNOWN_DAYS_AGO = 60
AHEAD_DAYS = 6
"""An organisation comes so long before it first does something."""
YOUNGEST_DAYS = 24
RENEWED_DAYS_AGO = 45
RENEWAL_AFTER_DAYS = 150
WAITING = "mingce"
"""Its papers lie at the review desk when the demo is loaded."""
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
IDENTITY_NUMBERS = {"bojun": "330624195802140009", "huizhen": "330624197609180008"}
"""Well formed and never given out: the order number 000 does not exist."""


@dataclass
class Cast:
    """The organisations and people of the content by key."""

    stage: Stage
    organisations: Mapping[str, Row] = field(
        default_factory=lambda: {row["key"]: row for row in rows("organisation")}
    )
    people: Mapping[str, Row] = field(
        default_factory=lambda: {row["key"]: row for row in rows("person")}
    )

    def steps(self, first_needed: Mapping[str, datetime]) -> Iterator[Step]:
        """Everybody's coming; ``first_needed`` says when an organisation first does something."""
        for key, row in self.organisations.items():
            people = self.people_of(key)
            if key == MARKET:
                yield Step(self.stage.days_ago(OPENED_DAYS_AGO), self._open_market)
            elif not people:
                yield Step(self.stage.days_ago(KNOWN_DAYS_AGO, key), self._enter(row))
            else:
                yield from self._coming(row, people, self._founded_at(key, first_needed))

    def people_of(self, organisation: str) -> list[Row]:
        """The people of an organisation, its owner first."""
        found = [row for row in self.people.values() if row["organisation"] == organisation]
        return sorted(found, key=lambda row: row["organisation_role"] != "owner")

    def seller_of(self, organisation: str) -> str:
        """Who may sign for the organisation: its owner here."""
        key: str = self.people_of(organisation)[0]["key"]
        return key

    def _founded_at(self, key: str, first_needed: Mapping[str, datetime]) -> datetime:
        if key == WAITING:
            return self.stage.minutes(-26 * 60)
        youngest = self.stage.days_ago(YOUNGEST_DAYS, key)
        needed = first_needed.get(key, youngest) - timedelta(days=AHEAD_DAYS)
        return min(youngest, needed)

    def _coming(self, row: Row, people: list[Row], founded: datetime) -> Iterator[Step]:
        owner = people[0]["key"]
        yield Step(founded, lambda at: self._found(row, owner, at))
        yield Step(founded + timedelta(minutes=40), lambda at: self._submit(row, owner, at))
        if row["key"] == WAITING:
            return
        yield Step(founded + timedelta(hours=26), lambda at: self._verify(row["key"], at))
        for person in people[1:]:
            yield Step(founded + timedelta(days=2), self._join(row["key"], owner, person))
        if founded < self.stage.now - timedelta(days=RENEWAL_AFTER_DAYS):
            renewed = self.stage.days_ago(RENEWED_DAYS_AGO, row["key"])
            yield Step(renewed, lambda at: self._submit(row, owner, at))
            yield Step(renewed + timedelta(hours=20), lambda at: self._verify(row["key"], at))

    # -- what they do -------------------------------------------------------------------------

    def _open_market(self, at: datetime) -> None:
        row, people = self.organisations[MARKET], self.people_of(MARKET)
        for person in people:
            self._account(person, at)
        owner_id = self.stage.ids["person", people[0]["key"]]
        known = _known(row, owner_id=owner_id, verified_at=at, reverify_at=None)
        with self.stage.at(at).transaction() as tx:
            number = identity.put_known(tx, known)
            for person in people[1:]:
                member = self.stage.ids["person", person["key"]]
                role = MemberRole(person["organisation_role"])
                identity.add_member(tx, number, member, role=role)
        self.stage.ids["organisation", MARKET] = number
        self.stage.houses.update({person["key"]: number for person in people})

    def _enter(self, row: Row) -> Any:
        def enter(at: datetime) -> None:
            due = identity.due_after(at, 6)
            with self.stage.at(at).transaction() as tx:
                known = _known(row, owner_id=None, verified_at=at, reverify_at=due)
                self.stage.ids["organisation", row["key"]] = identity.put_known(tx, known)

        return enter

    def _account(self, person: Row, at: datetime) -> None:
        offices = set(person.get("market_roles", ())) & set(StaffRole)
        command = identity.CreateUser(
            email=person["email"],
            name=person["name"][person["language"]],
            password=self.stage.password,
            roles=tuple(sorted(StaffRole(one) for one in offices)),
            locale=LOCALES[person["language"]],
        )
        self.stage.ids["person", person["key"]] = identity.create_user(self.stage.at(at), command)
        with self.stage.acting(person["key"], at).transaction() as tx:
            for purpose in ("terms", "privacy"):
                identity.give_consent(tx, purpose=purpose, version=TERMS_VERSION)

    def _found(self, row: Row, owner: str, at: datetime) -> None:
        person = self.people[owner]
        self._account(person, at)
        if row["kind"] == Kind.INDIVIDUAL:
            set_identity_number(self.stage.acting(owner, at), IDENTITY_NUMBERS[owner])
        profile = _profile(row, contact=person["name"]["zh"])
        number = identity.found_organisation(self.stage.acting(owner, at), profile)
        self.stage.ids["organisation", row["key"]] = number
        self.stage.houses[owner] = number

    def _join(self, organisation: str, owner: str, person: Row) -> Any:
        def join(at: datetime) -> None:
            self._account(person, at)
            number = self.stage.ids["organisation", organisation]
            role = MemberRole(person["organisation_role"])
            with self.stage.acting(owner, at).transaction() as tx:
                member = self.stage.ids["person", person["key"]]
                identity.add_member(tx, number, member, role=role)
            self.stage.houses[person["key"]] = number

        return join

    def _submit(self, row: Row, owner: str, at: datetime) -> None:
        paper = identity.Paper(
            "licence", "营业执照（演示样张）.pdf", "application/pdf", sheets.licence(row)
        )
        command = identity.SubmitVerification(
            organisation_id=self.stage.ids["organisation", row["key"]],
            name=row["name"]["zh"],
            kind=row["kind"],
            credit_code=row["code"],
            flags=frozenset(row["flags"]),
            papers=(paper,),
        )
        number = identity.submit_verification(self.stage.acting(owner, at), command)
        self.stage.ids["verification", row["key"]] = number

    def _verify(self, organisation: str, at: datetime) -> None:
        ctx = self.stage.acting("rui", at)
        number = self.stage.ids["verification", organisation]
        with ctx.reading() as db:
            case_id = open_case_of(db, "organisation", number)
        decision = Decide(case_id or 0, number, 1, "approve", text="执照与登记信息一致（演示）。")
        subject_of("organisation").decide(ctx, decision)


def _known(
    row: Row, *, owner_id: int | None, verified_at: datetime, reverify_at: datetime | None
) -> identity.KnownOrganisation:
    return identity.KnownOrganisation(
        profile=_profile(row, contact=row["short"]["zh"]),
        credit_code=row["code"],
        flags=frozenset(row["flags"]),
        verified_at=verified_at,
        reverify_at=reverify_at,
        owner_id=owner_id,
    )


def _profile(row: Row, *, contact: str) -> identity.Profile:
    return identity.Profile(
        name=row["name"]["zh"],
        kind=row["kind"],
        name_en=row["name"]["en"],
        region=row["region"],
        address=row["address"]["zh"],
        about=row["about"]["zh"],
        about_en=row["about"]["en"],
        founded_year=row["founded"],
        clusters=tuple(row["clusters"]),
        contact_name=contact,
        contact_phone=row["phone"],
        contact_email=row["email"],
    )
