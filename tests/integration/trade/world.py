"""The cast and the moves of the trade stories, on real rows of a real database."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace import wiring
from marketplace.identity.organisations.models import Membership, Organisation
from marketplace.identity.people.models import Role, User, UserRole
from marketplace.identity.signin import sessions
from marketplace.kernel.actor import Actor, MemberRole, StaffRole
from marketplace.kernel.context import Context
from marketplace.kernel.relay import deliver_one
from marketplace.notify.models import Notice as InboxNotice
from marketplace.showcase.listings.content import (
    ListingContent,
    Owner,
    PatentFacts,
    digest,
    to_json,
)
from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.commands import BidAnswer, PlaceBid, Terms
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.payments import instructions
from marketplace.treasury.payments.lines import RecordLine, record_line
from marketplace.treasury.payments.models import Instruction
from rules.days import local_date

CODES = {
    "seller": "12330000470095000G",
    "bob": "91330624MA2D8L0B1X",
    "carol": "91330624MA2D8L0B2X",
    "dora": "91330624MA2D8L0B3X",
    "mallory": "91330624MA2D8L0B4X",
}
YUAN = 100
START = 800_000 * YUAN
STEP = 20_000 * YUAN
DEPOSIT = 120_000 * YUAN


@dataclass(frozen=True)
class Person:
    """Somebody of the cast: the actor and the context acting for him."""

    actor: Actor
    ctx: Context

    @property
    def id(self) -> int:
        return self.actor.user_id

    @property
    def organisation_id(self) -> int:
        return self.actor.organisation_id


class TradeWorld:
    """Everybody and the one lot; methods are what people do."""

    def __init__(self, ctx: Context, clock) -> None:
        self.ctx, self.clock = ctx, clock
        self.keys = itertools.count(1)
        self.alice = self.member("Alice", "越州理工大学", code=CODES["seller"], kind="university")
        self.bob = self.member("Bob", "浙江启衡汽车部件有限公司", code=CODES["bob"])
        self.carol = self.member("Carol", "新昌恒颂轴承有限公司", code=CODES["carol"])
        self.dora = self.member("Dora", "绍兴冷拓制冷科技有限公司", code=CODES["dora"])
        self.mallory = self.member("Mallory", "无关贸易有限公司", code=CODES["mallory"])
        self.hugo = self.officer("Hugo", StaffRole.AUCTIONEER)
        self.tao = self.officer("Tao", StaffRole.TREASURER)
        self.tess = self.officer("Tess", StaffRole.TREASURER)
        self.rui = self.officer("Rui", StaffRole.REVIEWER)
        self.listing_id = self.listing()

    # -- rows -------------------------------------------------------------------------------

    def member(
        self, name: str, organisation: str, *, code: str, kind: str = "enterprise",
        role: MemberRole = MemberRole.OWNER, limit: int | None = None,
    ) -> Person:  # fmt: skip
        with self.ctx.transaction() as tx:
            row = Organisation(
                name=organisation,
                kind=kind,
                credit_code=code,
                state="verified",
                verified_at=tx.now,
                created_at=tx.now,
            )
            tx.db.add(row)
            tx.db.flush()
            organisation_id = row.id
        return self.join(name, organisation_id, role=role, limit=limit)

    def join(
        self, name: str, organisation_id: int, *, role: MemberRole = MemberRole.OWNER,
        limit: int | None = None,
    ) -> Person:  # fmt: skip
        user_id = self._user(name)
        with self.ctx.transaction() as tx:
            organisation = tx.db.get_one(Organisation, organisation_id)
            tx.db.add(
                Membership(
                    user_id=user_id,
                    organisation_id=organisation_id,
                    role=role.value,
                    bid_limit_minor=limit,
                    joined_at=tx.now,
                )
            )
            actor = Actor(
                user_id=user_id,
                name=name,
                organisation_id=organisation_id,
                organisation_name=organisation.name,
                organisation_kind=organisation.kind,
                organisation_verified=True,
                credit_code=organisation.credit_code,
                member_role=role,
                bid_limit_minor=limit,
            )
        return Person(actor, self.ctx.acting(actor))

    def officer(self, name: str, office: StaffRole) -> Person:
        user_id = self._user(name)
        with self.ctx.transaction() as tx:
            role = tx.db.scalar(select(Role).where(Role.name == office.value))
            if role is None:
                role = Role(name=office.value)
                tx.db.add(role)
                tx.db.flush()
            tx.db.add(UserRole(user_id=user_id, role_id=role.id, granted_at=tx.now))
        actor = Actor(user_id=user_id, name=name, staff_roles=frozenset({office}))
        return Person(actor, self.ctx.acting(actor))

    def _user(self, name: str) -> int:
        with self.ctx.transaction() as tx:
            number = next(self.keys)
            row = User(
                email=f"{name.lower()}{number}@demo.example",
                name=name,
                fs_uniquifier=f"u{number}",
                confirmed_at=tx.now,
                created_at=tx.now,
            )
            tx.db.add(row)
            tx.db.flush()
            return row.id

    def listing(
        self, *, seller: Person | None = None, title: str = "谐波减速器柔轮热处理工艺"
    ) -> int:
        seller = seller or self.alice
        with self.ctx.transaction() as tx:
            content = ListingContent(
                kind="patent",
                title=title,
                title_en="Heat treatment of flexsplines for harmonic reducers",
                cluster="robots",
                patent=PatentFacts(
                    number="201310699744.2", status_checked_on=tx.now.date(), legal_status="granted"
                ),
                owners=(Owner(name=seller.actor.organisation_name),),
                transfer_modes=("assignment",),
                pricing_mode="auction",
                price_minor=START,
                defects="年费已缴至第 12 年；无质押；无在先许可。",
            )
            row = Listing(
                kind="patent", state="published", organisation_id=seller.organisation_id,
                organisation_name=seller.actor.organisation_name, created_by=seller.id,
                created_at=tx.now, changed_at=tx.now, title=title, number=f"20131069{next(self.keys):04d}.2",
                cluster="robots", pricing_mode="auction", price_minor=START,
                published_version=1, last_version=1, published_at=tx.now,
                expires_at=tx.now + timedelta(days=180),
            )  # fmt: skip
            tx.db.add(row)
            tx.db.flush()
            stored = to_json(content)
            tx.db.add(
                ListingVersion(
                    listing_id=row.id, version=1, state="approved", content=stored,
                    sha256=digest(stored), acknowledged={}, submitted_at=tx.now,
                    submitted_by=seller.id, decided_at=tx.now,
                )
            )  # fmt: skip
            return row.id

    # -- what people do -----------------------------------------------------------------------

    def terms(self, **changes: Any) -> Terms:
        """A 挂牌竞价 that opens in 8 days and runs 2, without findings."""
        now = self.clock()
        plain = Terms(
            mode="listed_bidding",
            start_minor=START,
            ladder=((0, STEP),),
            deposit_minor=DEPOSIT,
            opens_at=now + timedelta(days=8),
            ends_at=now + timedelta(days=10),
            display_from=now,
            display_place="本市场网站及新昌县科技大市场二楼展厅",
            formalities="实名注册、单位核验、缴纳保证金后取得号牌。",
            remarks="出价不可撤回；成交后三个工作日内签订成交确认书。",
            defects="年费已缴至第 12 年；无质押；无在先许可。",
            deposit_account="浙江沃洲银行（演示），户名：竞买保证金专户，账号尾号 3316",
            valuation_reason="经三家评估机构询价。",
        )
        return replace(plain, **changes)

    def announce(self, *, reasons: Mapping[str, str] | None = None, **changes: Any) -> int:
        """Draft and publish a lot."""
        listing_id = changes.pop("listing_id", self.listing_id)
        auction_id = commands.draft_auction(
            self.hugo.ctx, commands.DraftAuction(listing_id, self.terms(**changes))
        )
        commands.publish_notice(self.hugo.ctx, commands.PublishNotice(auction_id, reasons or {}))
        return auction_id

    def open(self, **changes: Any) -> int:
        """A published lot half a minute after its opening."""
        auction_id = self.announce(**changes)
        self.clock.forward(days=8, seconds=30)
        return auction_id

    def sign_up(self, person: Person, auction_id: int, *, version: int = 1) -> str:
        return commands.sign_up(
            person.ctx,
            commands.SignUp(auction_id, version, accepts_rules=True, accepts_defects=True),
        )

    def pay(self, person: Person, auction_id: int) -> int:
        """The bank shows the transfer, Tao enters it, and the outbox admits the bidder."""
        with self.ctx.reading() as db:
            deposit = db.scalars(
                select(Deposit).where(
                    Deposit.auction_id == auction_id,
                    Deposit.organisation_id == person.organisation_id,
                )
            ).one()
        self.transfer(person, deposit.reference, deposit.amount_minor)
        self.deliver()
        return deposit.id

    def transfer(
        self, person: Person, remark: str, amount_minor: int, *, direction: str = "in",
        name: str | None = None, account: str | None = None,
    ) -> int:  # fmt: skip
        """A line of the bank's list, as Tao enters it; its number."""
        line = RecordLine(
            direction=direction,
            booked_on=local_date(self.clock()),
            amount_minor=amount_minor,
            bank_reference=f"BANK-{next(self.keys)}",
            counter_name=name or person.actor.organisation_name,
            counter_account=account or f"62220000{person.organisation_id:010d}",
            remark=remark,
        )
        return record_line(self.tao.ctx, line)

    def instruct(self) -> int:
        """Tess approves, Tao sends: everything that may go to the bank; the batch."""
        with self.ctx.reading() as db:
            waiting = list(
                db.scalars(select(Instruction.id).where(Instruction.state == "proposed"))
            )
        for number in waiting:
            instructions.approve(self.tess.ctx, number)
        return instructions.send(self.tao.ctx)

    def bank_pays(self) -> list[int]:
        """The bank carries out what was sent to it, and its list says so; the lines."""
        with self.ctx.reading() as db:
            sent = list(db.scalars(select(Instruction).where(Instruction.state == "sent")))
        return [
            self.transfer(
                self.tao, row.reference, row.amount_minor, direction="out",
                name=row.payee_name, account="6222000000000000",
            )
            for row in sent
        ]  # fmt: skip

    def admit(self, auction_id: int, *people: Person) -> None:
        """Signed up and paid."""
        for person in people or (self.bob, self.carol):
            self.sign_up(person, auction_id)
            self.pay(person, auction_id)

    def bid(
        self, person: Person, auction_id: int, yuan: int, *, key: str | None = None,
        confirmed: bool = False,
    ) -> BidAnswer:  # fmt: skip
        command = PlaceBid(
            auction_id, yuan * YUAN, key or f"key-{next(self.keys)}", confirmed=confirmed
        )
        return commands.place_bid(person.ctx, command)

    def deliver(self) -> int:
        """Run the relay until nothing is due."""
        handlers = wiring.handlers()
        indexer = [name for name in handlers if name.startswith("catalogue.")]
        count = 0
        while deliver_one(self.ctx, handlers, apart_from=indexer):
            count += 1
        return count

    def inbox(self, person: Person) -> list[tuple[str, dict[str, Any]]]:
        """(kind, facts) of a person's notices, oldest first."""
        with self.ctx.reading() as db:
            rows = db.scalars(
                select(InboxNotice).where(InboxNotice.user_id == person.id).order_by(InboxNotice.id)
            )
            return [(row.kind, row.facts) for row in rows]

    def close(self, auction_id: int) -> None:
        """Let the lot's time pass and close it."""
        self.clock.now = self.ends_at(auction_id) + timedelta(seconds=2)
        assert commands.close_due(self.ctx) == 1

    def ends_at(self, auction_id: int):
        from marketplace.trade.auctions import queries

        with self.ctx.reading() as db:
            return queries.room(db, auction_id, now=self.clock()).ends_at

    def room(self, auction_id: int):
        from marketplace.trade.auctions import queries

        with self.ctx.reading() as db:
            return queries.room(db, auction_id, now=self.clock())


class Browser:
    """A person's browser on the whole site: a session as the sign-in makes it, CSRF tokens too."""

    def __init__(self, app, world: TradeWorld, person: Person | None = None) -> None:
        self.client = app.test_client()
        if person is not None:
            self._sign_in(world, person)

    def _sign_in(self, world: TradeWorld, person: Person) -> None:
        with world.ctx.reading() as db:
            uniquifier = db.get_one(User, person.id).fs_uniquifier
        now = world.clock()
        with self.client.session_transaction() as session:
            session.update(
                sessions.values(
                    now=now,
                    is_staff=person.actor.is_staff,
                    organisation_id=person.actor.organisation_id,
                )
            )
            agent = self.client.environ_base["HTTP_USER_AGENT"]
            session.update(_user_id=uniquifier, _fresh=True, _id=sessions.browser_of(agent))

    def get(self, path: str, **query: object):
        return self.client.get(path, query_string=query or None)

    def text(self, path: str, **query: object) -> str:
        answer = self.get(path, **query)
        assert answer.status_code == 200, (
            path,
            answer.status_code,
            answer.get_data(as_text=True)[:500],
        )
        return answer.get_data(as_text=True)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **form: object):
        page = self.client.get("/trade/auctions").get_data(as_text=True)
        found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
        token = {"csrf_token": found[1]} if found else {}
        return self.client.post(path, data={**token, **form}, headers=headers)
