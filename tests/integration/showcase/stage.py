"""The cast of the listing stories and what they do, on a real database."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import event, select

from marketplace import wiring
from marketplace.kernel.actor import Actor, MemberRole, StaffRole
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.relay import deliver_one
from marketplace.review.models import ReviewCase
from marketplace.review.subjects import Decide
from marketplace.showcase.listings import (
    decisions,
    desk,
    drafts,
    filing,
    submission,
    wording,
)
from marketplace.showcase.listings.content import ListingContent, Owner, PatentFacts
from marketplace.showcase.listings.models import Listing
from marketplace.web import uploads
from tests.integration.identity.acting import CODES, acting, join, organisation, person

NUMBER = "201310699744.2"
OTHER_NUMBER = "202010123456.2"


@dataclass
class Cast:
    """Alice sells, Anna drafts for her, Bob is elsewhere, Rui reviews, Mallory sees nothing."""

    ctx: Context
    clock: Any
    alice: Context
    anna: Context
    reader: Context
    bob: Context
    mallory: Context
    rui: Context
    hugo: Context
    tao: Context
    adam: Context

    def today(self) -> date:
        return self.clock().astimezone(SHANGHAI).date()

    def content(self, **changes: Any) -> ListingContent:
        return content(self.today(), **changes)

    def start(self, *, who: Context | None = None, kind: str = "patent") -> int:
        return drafts.start_draft(who or self.alice, drafts.StartDraft(kind))  # type: ignore[arg-type]

    def submit(
        self, listing_id: int, *, who: Context | None = None, reasons=None, **changes
    ) -> int:
        made = changes.pop("content", None) or self.content(**changes)
        command = submission.SubmitListing(listing_id, made, True, reasons or {})
        return submission.submit_listing(who or self.alice, command)

    def decide(
        self, listing_id: int, decision: str = "approve", text: str = "", *, who=None
    ) -> None:
        case = self.case(listing_id)
        command = Decide(case.id, listing_id, case.version, decision, (), text)  # type: ignore[arg-type]
        decisions.decide(who or self.rui, command)

    def case(self, listing_id: int) -> ReviewCase:
        with self.ctx.reading() as db:
            query = select(ReviewCase).where(
                ReviewCase.kind == "listing",
                ReviewCase.thing_id == listing_id,
                ReviewCase.state == "open",
            )
            found = db.scalar(query)
            assert found is not None, "no open case"
            return found

    def published(self, **changes: Any) -> int:
        who = changes.pop("who", None)
        listing_id = self.start(who=who, kind=changes.get("kind", "patent"))
        self.submit(listing_id, who=who, **changes)
        self.decide(listing_id)
        return listing_id

    def row(self, listing_id: int) -> Listing:
        with self.ctx.reading() as db:
            return db.get_one(Listing, listing_id)

    def attach(self, listing_id: int, role: str, *, who: Context | None = None) -> int:
        accepted = uploads.accept_picture("a.png", png()) if role == "picture" else pdf()
        command = filing.AttachFile(listing_id, role, accepted, f"{role} of the listing")  # type: ignore[arg-type]
        return filing.attach_file(who or self.alice, command)

    def deliver(self) -> None:
        """Let the outbox run dry, apart from the search index."""
        handlers = wiring.handlers()
        apart = [name for name in handlers if name.startswith("catalogue")]
        while deliver_one(self.ctx, handlers, apart_from=apart):
            pass


def content(today: date, **changes: Any) -> ListingContent:
    """A patent in force that no check objects to."""
    patent = changes.pop("patent", None) or PatentFacts(
        number=changes.pop("number", NUMBER),
        patent_kind="I",
        filed_on=date(2013, 12, 18),
        granted_on=date(2016, 5, 4),
        legal_status="granted",
        status_checked_on=today - timedelta(days=3),
        status_source="国家知识产权局公开查询",
    )
    plain = ListingContent(
        kind="patent",
        title="低噪声深沟球轴承保持架及其装配方法",
        title_en="Low-noise cage for deep-groove ball bearings",
        summary="两段曲率兜孔，使滚珠始终两点接触，降低啸叫。",
        problem="轴承在 3,000 r/min 以上时，滚珠与兜孔单侧贴合，形成啸叫。",
        solution="兜孔由单一球面改为入口和底部两段不同曲率，用弹性胀具一次压合。",
        advantage="6204 轴承振动值由 46 dB 降至 38 dB，检测报告 2025-0817。",
        economics="单套成本 2.71 元。",
        industries=("equipment",),
        cluster="bearings",
        ipc=("F16C 33/38",),
        trl=7,
        step="pilot",
        keywords=("轴承", "保持架"),
        patent=patent,
        owners=(Owner("剡溪轴承研究院", 10_000),),
        inventors=("俞素琴",),
        defects="未发现瑕疵；无质押、无在先许可。",
        transfer_modes=("assignment",),
        pricing_mode="listed",
        price_minor=128_000_000,
    )
    if changes.get("kind") == "achievement":
        plain = replace(plain, patent=None, ipc=())
    return replace(plain, **changes)


def cast_of(ctx: Context, clock: Any) -> Cast:
    people = {name: person(ctx, name) for name in ("Alice", "Anna", "Reader", "Bob", "Mallory")}
    seller = organisation(ctx, people["Alice"], "剡溪轴承研究院", code=CODES[0])
    other = organisation(ctx, people["Bob"], "新昌恒颂轴承有限公司", code=CODES[1])
    join(ctx, seller, people["Anna"], MemberRole.MEMBER)
    join(ctx, seller, people["Reader"], MemberRole.READ_ONLY)
    staff = {
        "Rui": StaffRole.REVIEWER,
        "Hugo": StaffRole.AUCTIONEER,
        "Tao": StaffRole.TREASURER,
        "Adam": StaffRole.ADMINISTRATOR,
    }
    offices = {name: acting(ctx, person(ctx, name, role)) for name, role in staff.items()}
    desk.install()
    wording.register()
    return Cast(
        ctx=ctx,
        clock=clock,
        alice=acting(ctx, people["Alice"], seller),
        anna=acting(ctx, people["Anna"], seller),
        reader=acting(ctx, people["Reader"], seller),
        bob=acting(ctx, people["Bob"], other),
        mallory=acting(ctx, people["Mallory"]),
        rui=offices["Rui"],
        hugo=offices["Hugo"],
        tao=offices["Tao"],
        adam=offices["Adam"],
    )


class Site:
    """The whole site in a test client, seen by whoever is put in front of it."""

    def __init__(self, app, ctx: Context) -> None:
        self.app, self.actor = app, None
        app.config["WTF_CSRF_ENABLED"] = False  # tokens have their own tests
        app.extensions["market.actor_loader"] = lambda: self.actor
        self.client = app.test_client()

    def as_(self, who: Context | None):
        self.actor: Actor | None = who.actor if who else None
        return self.client

    def page(self, who: Context | None, path: str, *, status: int = 200, lang: str = "en") -> str:
        mark = "&" if "?" in path else "?"
        answer = self.as_(who).get(f"{path}{mark}lang={lang}")
        assert answer.status_code == status, (
            answer.status_code,
            answer.get_data(as_text=True)[:800],
        )
        return answer.get_data(as_text=True)


class Parsed(HTMLParser):
    """What in a page could run: scripts without src, event handlers, script addresses."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.danger: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.danger.append("script")
        if tag in ("iframe", "object", "embed", "base"):
            self.danger.append(tag)
        for name, value in given.items():
            plain = "".join(value.split()).lower()
            leads = name in ("href", "src", "action", "formaction", "xlink:href", "data", "poster")
            scripted = plain.startswith(("javascript:", "data:text", "vbscript:"))
            if name.startswith("on") or name == "srcdoc" or (leads and scripted):
                self.danger.append(f"{tag} {name}={value}")


class Statements:
    """The SELECT statements that an engine executed."""

    def __init__(self, engine) -> None:
        self.engine, self.seen = engine, []

    def _note(self, _conn, _cursor, statement, *_rest) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            self.seen.append(statement)

    def __enter__(self) -> Statements:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)


def png(width: int = 64, height: int = 48) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(target, "PNG")
    return target.getvalue()


PDF_BYTES = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def pdf() -> uploads.Accepted:
    return uploads.accept_document("报告.pdf", PDF_BYTES)


@pytest.fixture
def cast(ctx, clock) -> Cast:
    return cast_of(ctx, clock)


@pytest.fixture
def site(cast, app) -> Site:
    return Site(app, cast.ctx)
