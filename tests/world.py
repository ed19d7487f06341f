"""The cast in one small market: who is there, what lies on the shelf, which lots run.

Alice sells (owner of a verified enterprise), Bob bids (university), Carol bids (enterprise), Grace
brokers (agency), Rui reviews, Lin holds the hammer, Tao keeps the money, Adam administers, and
Mallory is signed in, belongs to nothing and must see nothing. Everything is made by the rooms' own
commands; ``client`` signs in through the identity room's own pages.
"""

from __future__ import annotations

import html
import re
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace import wiring
from marketplace.identity import commands as identity
from marketplace.identity.actors import actor_of
from marketplace.identity.people.consents import declare_relative
from marketplace.imports import uploading
from marketplace.kernel.actor import MemberRole, StaffRole
from marketplace.kernel.context import Context
from marketplace.kernel.relay import deliver_one
from marketplace.trade.auctions import commands as lots
from marketplace.trade.auctions.heads import publish_heads
from marketplace.trade.auctions.queries.heads import days
from marketplace.trade.sessions import commands as sessions
from marketplace.treasury.payments import instructions, lines, statements
from rules.patent_numbers import check_character
from tests import builders
from tests.builders import YUAN, Papers
from tests.integration.identity.acting import CODES, PASSWORD, mails, post

RESERVE = 2_913_717 * YUAN
BOB_MAXIMUM = 1_737_913 * YUAN
CAROL_MAXIMUM = 1_000_000 * YUAN
"""What nobody may see while the lot runs; the leader's price shows 1,020,000 only."""
STAFF = {
    "rui": StaffRole.REVIEWER,
    "lin": StaffRole.AUCTIONEER,
    "tao": StaffRole.TREASURER,
    "adam": StaffRole.ADMINISTRATOR,
}
GUEST = "郑观澜"
"""Who came to the desk of the hall without an account."""
HOUSES = {
    "alice": ("剡溪轴承有限公司", "enterprise", CODES[0]),
    "bob": ("越州理工大学", "university", CODES[2]),
    "carol": ("新昌恒颂轴承有限公司", "enterprise", CODES[3]),
    "grace": ("天姥知识产权代理有限公司", "agency", CODES[1]),
}
PEOPLE = (*HOUSES, "anna", *STAFF, "mallory")


@dataclass
class World:
    """People by name (``world.acting["alice"]``) and things by name (``world.ids["live"]``)."""

    ctx: Context
    clock: Any
    acting: dict[str, Context] = field(default_factory=dict)
    papers: dict[str, Papers] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    app: Flask | None = None
    _sessions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, name: str | None) -> FlaskClient:
        """A browser: signed in as the person, or nobody's for None. Each call is a new one."""
        browser = self._browser(name)
        if name is None:
            return browser
        if name not in self._sessions:
            self._sessions[name] = sign_in(browser, self.papers[name].email)
        with browser.session_transaction() as held:
            held.update(self._sessions[name])
            held["fs_paa"] = time.time()  # Flask-Security asks the machine's clock how fresh it is
        return browser

    def _browser(self, name: str | None) -> FlaskClient:
        assert self.app is not None, "the world has no site: ask for the fixture site_world"
        browser = self.app.test_client()
        place = PEOPLE.index(name) + 1 if name else 0
        browser.environ_base["REMOTE_ADDR"] = f"10.0.0.{place + 1}"  # limits count per address
        return browser

    def user_id(self, name: str) -> int:
        actor = self.acting[name].actor
        assert actor is not None
        return actor.user_id

    def house_id(self, name: str) -> int:
        return int(self.ids[f"house_{name}"])

    def deliver(self) -> None:
        """Let the outbox run dry, apart from the search index; mails need the site's templates."""
        handlers = wiring.handlers()
        later = ("catalogue.",) if self.app else ("catalogue.", "notify.send_mail")
        apart = [name for name in handlers if name.startswith(later)]
        while deliver_one(self.ctx, handlers, apart_from=apart):
            pass


def sign_in(browser: FlaskClient, email: str) -> dict[str, Any]:
    """Sign in as a browser does, with the second factor where an office owes it; the session."""
    answer = post(browser, "/identity/sign-in", {"email": email, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    if "/second-factor" in answer.location:
        _set_up_second_factor(browser)
    with browser.session_transaction() as held:
        assert "sid" in held, "not signed in"
        return dict(held)


def _set_up_second_factor(browser: FlaskClient) -> None:
    setup = "/identity/second-factor"
    page = post(browser, setup, {"setup": "authenticator"}).get_data(as_text=True)
    key = _found(r'<code class="mono">([^<]+)', page).replace("-", "")
    action = html.unescape(_found(r'action="(/identity/second-factor/[^"]+)"', page))
    token = _found(r'name="csrf_token" value="([^"]+)"', page)
    answer = browser.post(action, data={"code": pyotp.TOTP(key).now(), "csrf_token": token})
    assert answer.status_code == 303, answer.get_data(as_text=True)


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found.group(1)


# -- making it -----------------------------------------------------------------------------------


def make_world(ctx: Context, clock: Any) -> World:
    """Everybody and everything; the clock stands in the middle of the live lot afterwards."""
    world = World(ctx, clock)
    for number, name in enumerate(PEOPLE, start=1):
        _enter(world, name, builders.private_papers(name, 7300 + number))
    _join_anna(world)
    _fill_shelf(world)
    _fill_demands(world)
    _run_lots(world)
    _leave_traces(world)
    _leave_bank_lines(world)
    _make_deals(world)
    world.deliver()
    return world


def _enter(world: World, name: str, papers: Papers) -> None:
    roles = (STAFF[name],) if name in STAFF else ()
    user_id = builders.person(world.ctx, name.title(), papers, roles=roles)
    house_id = None
    if name in HOUSES:
        title, kind, code = HOUSES[name]
        house_id = builders.organisation(
            world.ctx, user_id, title, kind=kind, code=code, papers=papers
        )
        world.ids[f"house_{name}"] = house_id
    world.papers[name] = papers
    world.acting[name] = _acting(world.ctx, user_id, house_id)
    builders.keep_private(world.acting[name], papers)


def _acting(ctx: Context, user_id: int, house_id: int | None) -> Context:
    with ctx.reading() as db:
        return ctx.acting(actor_of(db, user_id, organisation_id=house_id))


def _join_anna(world: World) -> None:
    """Anna drafts for Alice's house and may not sell."""
    house_id, user_id = world.house_id("alice"), world.user_id("anna")
    with world.ctx.transaction() as tx:
        identity.add_member(tx, house_id, user_id, role=MemberRole.MEMBER)
    world.acting["anna"] = _acting(world.ctx, user_id, house_id)


def patent_number(body: str) -> str:
    """The number with its check character."""
    return f"{body}.{check_character(body)}"


def _fill_shelf(world: World) -> None:
    alice, rui, ids = world.acting["alice"], world.acting["rui"], world.ids
    made = builders.listing_content(alice)
    ids["listing"] = builders.published_listing(alice, rui, made, files=True)
    for name, number in (("sold", "201310699745"), ("live", "201310699746")):
        patent = builders.listing_content(
            alice, number=patent_number(number), title=f"轴承套圈磨削方法（{name}）"
        )
        ids[f"{name}_listing"] = builders.published_listing(alice, rui, patent)
    for name in ("upcoming", "unannounced"):
        know_how = builders.listing_content(
            alice, kind="achievement", title=f"轴承清洗工艺（{name}）"
        )
        files = name == "upcoming"
        ids[f"{name}_listing"] = builders.published_listing(alice, rui, know_how, files=files)
    for name in ("hall", "next"):
        know_how = builders.listing_content(
            alice, kind="achievement", title=f"套圈淬火工艺（{name}）"
        )
        ids[f"{name}_listing"] = builders.published_listing(alice, rui, know_how)
    ids["draft_listing"] = builders.draft_listing(alice, "patent", files=True)
    ids["submitted_listing"] = builders.draft_listing(alice, "achievement", files=True)
    waiting = builders.listing_content(alice, kind="achievement", title="尚在审核的保持架涂层")
    builders.submit_listing(alice, ids["submitted_listing"], waiting)


def _fill_demands(world: World) -> None:
    alice, rui, ids = world.acting["alice"], world.acting["rui"], world.ids
    ids["demand"] = builders.submitted_demand(alice, builders.demand_content(alice))
    builders.approve(rui, "demand", ids["demand"])
    waiting = builders.demand_content(alice, title="尚在审核的退磁难题")
    ids["submitted_demand"] = builders.submitted_demand(alice, waiting)
    ids["draft_demand"] = builders.draft_demand(alice)


def _run_lots(world: World) -> None:
    """One lot sold, one live with bids, one upcoming with an applicant, one not announced yet."""
    days, ids, lin = timedelta(days=1), world.ids, world.acting["lin"]
    plans: tuple[tuple[str, int, int, dict[str, Any]], ...] = (
        ("sold", 5, 2, {}),
        ("live", 8, 4, {"reserve_minor": RESERVE, "commission_hundredths": 150}),
        ("upcoming", 20, 3, {}),
    )
    for name, opens, runs, more in plans:
        terms = builders.lot_terms(lin, opens_in=opens * days, runs=runs * days, **more)
        ids[name] = builders.announced_lot(lin, ids[f"{name}_listing"], terms)
    terms = builders.lot_terms(lin, opens_in=30 * days, runs=3 * days)
    ids["draft_lot"] = builders.drafted_lot(lin, ids["unannounced_listing"], terms)
    for name in ("sold", "live"):
        for bidder in ("bob", "carol"):
            builders.sign_up(world.acting[bidder], ids[name])
            ids[f"deposit_{name}_{bidder}"] = builders.pay_deposit(
                world.acting["tao"], ids[name], world.acting[bidder]
            )
    builders.sign_up(world.acting["carol"], ids["upcoming"])
    _plan_sessions(world)
    world.deliver()
    _sell(world)
    _bid_live(world)
    sessions.open_session(lin, ids["session"])


def _plan_sessions(world: World) -> None:
    """A session in the hall and online with a guest, and one that is only planned; Cleo records."""
    days, ids, lin = timedelta(days=1), world.ids, world.acting["lin"]
    papers = builders.private_papers("cleo", 7398)
    ids["user_cleo"] = builders.person(world.ctx, "Cleo", papers, roles=(StaffRole.CLERK,))
    plan = sessions.PlanSession(
        title="轴承工艺专场", title_en="Bearing processes", venue="新昌县科技大市场二楼报告厅",
        mode="listed_bidding", place="both", running="sequence",
        starts_at=world.ctx.clock() + 7 * days, auctioneer_id=world.user_id("lin"),
        clerk_id=ids["user_cleo"],
    )  # fmt: skip
    ids["session"] = sessions.plan_session(lin, plan)
    ids["session_plan"] = sessions.plan_session(
        lin, replace(plan, title="尚在筹备的专场", starts_at=world.ctx.clock() + 40 * days)
    )
    for name in ("hall", "next"):
        terms = builders.lot_terms(lin, opens_in=6 * days, runs=3 * days, place="both")
        ids[f"{name}_lot"] = builders.announced_lot(lin, ids[f"{name}_listing"], terms)
        sessions.add_lot(lin, ids["session"], auction_id=ids[f"{name}_lot"])
    sessions.announce_session(lin, ids["session"])
    entry = identity.Entry(GUEST, builders.private_papers("walt", 7397).identity_number)
    guest = sessions.CheckIn(
        ids["session"], entry, (ids["hall_lot"],), rules_read=True, defects_told=True
    )
    ids["guest"] = sessions.check_in(lin, guest).guest_id


def _sell(world: World) -> None:
    world.clock.forward(days=5, hours=1)
    builders.bid(world.acting["carol"], world.ids["sold"], 800_000)
    builders.bid(world.acting["bob"], world.ids["sold"], 900_000)
    world.clock.forward(days=2)
    assert lots.close_due(world.ctx) == 1
    world.deliver()


def _bid_live(world: World) -> None:
    world.clock.forward(days=1)
    builders.bid(world.acting["carol"], world.ids["live"], CAROL_MAXIMUM // YUAN)
    builders.bid(world.acting["bob"], world.ids["live"], BOB_MAXIMUM // YUAN)
    lots.watch(world.acting["grace"], lots.WatchAuction(world.ids["live"], follow=True))
    assert publish_heads(world.ctx) > 0
    with world.ctx.reading() as db:
        world.ids["heads_day"] = days(db).items[0].day.isoformat()


def _leave_bank_lines(world: World) -> None:
    """A line nobody has matched, one on its way back, one that goes back next, a file to take."""
    tao = world.acting["tao"]
    numbers = [builders.bank_line(tao, "陈某某", fen) for fen in (300_00, 200_00, 100_00)]
    returned = [lines.DecideLine(number, "无此款项") for number in numbers[1:]]
    lines.return_line(tao, returned[0])
    instructions.send(tao)
    lines.return_line(tao, returned[1])
    day = builders.today(world.ctx).isoformat()
    head = "交易日期,收入金额,对方户名,对方账号,附言,交易流水号"
    row = f"{day},500.00,李某某,6222000011113333,货款,FILE-1"
    text = f"{head}\n{row}\n"
    statements.look_at(tao, statements.SendStatement("bank.csv", text.encode()))


def _leave_traces(world: World) -> None:
    """An invitation, a token, papers that wait for Rui: what more pages need to show."""
    grace, ids = world.acting["grace"], world.ids
    invitation = identity.Invite(
        world.house_id("grace"), world.papers["mallory"].email, MemberRole.MEMBER
    )
    identity.invite(grace, invitation)
    letter = mails(world.ctx, "invitation")[-1]
    ids["invitation_link"] = letter["facts"]["invitation_link"].rpartition("/")[2]
    made = identity.create_token(
        world.acting["bob"], identity.CreateToken("script", frozenset({"bids:write"}))
    )
    ids["token"], ids["token_text"] = made.id, made.token
    declare_relative(
        grace, label="配偶", typed=builders.private_papers("mei", 7399).identity_number
    )
    sheet = "名称,数量\n,\n".encode()
    ids["upload"] = uploading.accept(
        world.acting["alice"], uploading.Upload("achievements", "goods.csv", sheet)
    )
    title, kind, code = HOUSES["carol"]
    paper = identity.Paper("licence", "licence.pdf", "application/pdf", builders.PDF_BYTES)
    ids["submission"] = identity.submit_verification(
        world.acting["carol"],
        identity.SubmitVerification(
            world.house_id("carol"), title, kind, code, flags=frozenset(), papers=(paper,)
        ),
    )


def _make_deals(world: World) -> None:
    """Bob negotiates with Alice; one deal stands in public; the sold lot's contract is begun."""
    alice, bob, rui = (world.acting[name] for name in ("alice", "bob", "rui"))
    ids = world.ids
    for name, mode in (("talked", "negotiated"), ("shown", "negotiated"), ("priced", "listed")):
        made = builders.listing_content(
            alice, kind="achievement", title=f"保持架注塑工艺（{name}）", pricing_mode=mode,
            price_minor=900_000 * YUAN,
        )  # fmt: skip
        ids[f"{name}_listing"] = builders.published_listing(alice, rui, made)
    ids["offer"] = builders.offered(bob, ids["talked_listing"], 700_000)
    with builders.state_founded(world.ctx, world.house_id("alice")):
        shown = builders.offered(bob, ids["shown_listing"], 800_000)
        ids["shown_order"] = builders.accepted(alice, shown)
    ids["publicity"] = builders.shown_in_public(alice, ids["shown_order"])
    ids["objection"] = builders.objection(world.ctx, ids["publicity"])
    ids["order"] = builders.order_of_lot(world.ctx, ids["sold"])
    ids["contract"] = builders.begun_contract(alice, ids["order"])


@pytest.fixture
def world(ctx: Context, clock: Any) -> World:
    """The cast on a fresh database, without a site."""
    return make_world(ctx, clock)


@pytest.fixture
def site_world(world: World, app: Flask) -> World:
    """The cast and the whole site before them."""
    world.app = app
    return world
