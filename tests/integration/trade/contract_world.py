"""Agreed deals and what the two sides do with their contract."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.kernel import files
from marketplace.kernel.clock import SHANGHAI
from marketplace.papers import queries as papers
from marketplace.showcase.listings.content import digest, from_json, to_json
from marketplace.showcase.listings.models import ListingConsent, ListingVersion
from marketplace.trade.contracts import commands, queries
from marketplace.trade.contracts.forms_of_law import form_of
from marketplace.trade.contracts.models import Contract
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.terms import DealTerms, PriceForm, Stage
from tests.integration.trade.world import Person, TradeWorld
from tests.unit.trade.contract_cases import TYPED, YUAN

PRICE = 920_000 * YUAN
TWO_STAGES = (
    Stage("资料交接", 3_000, "技术资料四册", 10),
    Stage("登记", 7_000, "著录项目变更手续", 60, needs_certificate=True),
)


class DealWorld(TradeWorld):
    """Alice sells, Bob buys; the deal was agreed by an offer."""

    def __init__(self, ctx, clock) -> None:
        super().__init__(ctx, clock)
        self.origins = itertools.count(1)
        self.today = clock().astimezone(SHANGHAI).date()

    def restate(self, listing_id: int | None = None, **changes: Any) -> None:
        """Change what the published version of a listing says; ``patent`` changes the right."""
        with self.ctx.transaction() as tx:
            query = select(ListingVersion).where(
                ListingVersion.listing_id == (listing_id or self.listing_id)
            )
            row = tx.db.scalars(query.order_by(ListingVersion.version.desc())).first()
            content = from_json(row.content)
            right = changes.pop("patent", {})
            if right is not None:
                changes["patent"] = replace(content.patent, **right)
            else:
                changes["patent"] = None
            row.content = to_json(replace(content, **changes))
            row.sha256 = digest(row.content)

    def consent(self, party: str, name: str, answer: str) -> None:
        """What somebody answered about the listing, on record."""
        with self.ctx.transaction() as tx:
            tx.db.add(
                ListingConsent(
                    listing_id=self.listing_id,
                    party=party,
                    name=name,
                    answer=answer,
                    answered_on=self.clock().astimezone(SHANGHAI).date(),
                    recorded_at=tx.now,
                    recorded_by=self.alice.id,
                )
            )

    def agreed(self, mode: str = "assignment", **terms: Any) -> int:
        """An order that waits for its contract."""
        self.restate(
            patent={"filed_on": date(self.today.year - 8, 2, 9), "status_checked_on": self.today},
            transfer_modes=("assignment", "licence", "joint", "other"),
        )
        stages = TWO_STAGES if mode == "assignment" else ()
        form = terms.pop("price_form", PriceForm.STAGES if stages else PriceForm.ONE_SUM)
        deal = DealTerms(mode, PRICE, form, stages, **terms)
        with self.ctx.transaction() as tx:
            return orders.open_order(
                tx,
                orders.Agreed(
                    origin="offer",
                    origin_id=next(self.origins),
                    listing_id=self.listing_id,
                    buyer_organisation_id=self.bob.organisation_id,
                    buyer_name=self.bob.actor.organisation_name,
                    terms=deal,
                    way="fixed",
                ),
            )

    def begun(self, order_id: int | None = None, kind: str = "") -> int:
        order_id = order_id or self.agreed()
        return commands.open_contract(self.alice.ctx, commands.OpenContract(order_id, kind))

    def row(self, contract_id: int) -> Contract:
        with self.ctx.reading() as db:
            return db.get_one(Contract, contract_id)

    def order(self, contract_id: int) -> Order:
        with self.ctx.reading() as db:
            return db.get_one(Order, db.get_one(Contract, contract_id).order_id)

    def page(self, contract_id: int, person: Person, **asked: Any):
        with self.ctx.reading() as db:
            return queries.page(db, queries.Asked(contract_id, person.actor, self.clock(), **asked))

    def version(self, contract_id: int) -> int:
        return self.row(contract_id).version

    def fill(self, contract_id: int, person: Person | None = None, **blanks: str) -> int:
        """Everything the form asks, in one go; ``blanks`` override."""
        kind = self.row(contract_id).kind
        names = form_of(kind).blanks
        typed = {name: text for name, text in {**TYPED, **blanks}.items() if name in names}
        command = commands.Fill(contract_id, self.version(contract_id), typed)
        return commands.fill((person or self.alice).ctx, command)

    def propose(self, contract_id: int, person: Person | None = None) -> None:
        command = commands.Agree(contract_id, self.version(contract_id))
        commands.propose((person or self.alice).ctx, command)

    def agree(self, contract_id: int, person: Person | None = None) -> None:
        command = commands.Agree(contract_id, self.version(contract_id))
        commands.agree((person or self.bob).ctx, command)

    def amend(self, contract_id: int, person: Person, why: str = "按双方商谈", **more: Any) -> int:
        command = commands.Amend(contract_id, self.version(contract_id), why=why, **more)
        return commands.amend(person.ctx, command)

    def consented(self, contract_id: int | None = None) -> int:
        contract_id = contract_id or self.begun()
        self.fill(contract_id)
        self.propose(contract_id)
        self.agree(contract_id)
        return contract_id

    def open_signing(self, contract_id: int, person: Person | None = None, **reasons: str) -> None:
        command = commands.OpenSigning(contract_id, self.version(contract_id), reasons)
        commands.open_signing((person or self.alice).ctx, command)

    def at_signing(self, contract_id: int | None = None, **reasons: str) -> int:
        contract_id = self.consented(contract_id)
        self.open_signing(contract_id, **reasons)
        self.deliver()
        return contract_id

    def sign(self, contract_id: int, person: Person, **changes: Any) -> None:
        values = {
            "sha256": self.paper(contract_id).sha256 or "",
            "name": person.actor.name,
            "has_read": True,
            **changes,
        }
        command = commands.Sign(contract_id, self.version(contract_id), **values)
        commands.sign(person.ctx, command)

    def sealed(self, contract_id: int | None = None) -> int:
        contract_id = self.at_signing(contract_id)
        self.sign(contract_id, self.alice)
        self.clock.forward(minutes=3)
        self.sign(contract_id, self.bob)
        self.deliver()
        return contract_id

    def paper(self, contract_id: int) -> papers.PaperState:
        with self.ctx.reading() as db:
            return papers.of_number(db, db.get_one(Contract, contract_id).paper_id)

    def file(self, contract_id: int) -> bytes:
        return files.get(self.ctx.settings, self.paper(contract_id).file_key)

    def spoil(self, contract_id: int) -> bytes:
        """Change one byte of the stored file; the changed content."""
        key = self.paper(contract_id).file_key
        path = self.ctx.settings.home / "files" / key
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
        return bytes(content)

    def pass_days(self, days: int) -> None:
        self.clock.now += timedelta(days=days)
