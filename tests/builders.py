"""Builders: how tests make people, organisations, listings, demands and lots by the rooms' commands.

A builder takes a Context and what matters to the story; everything else has a believable default.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.exchange.demands import commands as demands
from marketplace.exchange.demands import desk as demand_desk
from marketplace.exchange.demands.content import Content as DemandContent
from marketplace.identity import commands as identity
from marketplace.identity.organisations.models import Organisation
from marketplace.identity.people.commands import set_identity_number
from marketplace.kernel import files
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Invalid
from marketplace.review.queries import open_case_of
from marketplace.review.subjects import Decide, subject_of
from marketplace.showcase.listings import desk as listing_desk
from marketplace.showcase.listings import drafts, filing, submission
from marketplace.showcase.listings.content import ListingContent
from marketplace.showcase.listings.findings import key_of
from marketplace.trade.auctions import commands as lots
from marketplace.trade.auctions import drafts as lot_drafts
from marketplace.trade.contracts import commands as contracts
from marketplace.trade.offers import commands as offers
from marketplace.trade.offers import rounds
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.terms import DealTerms
from marketplace.trade.publicity import commands as publicity
from marketplace.treasury.deposits import queries as deposits
from marketplace.treasury.payments.lines import RecordLine, record_line
from marketplace.web import uploads
from rules.findings import Finding
from tests.integration.identity.acting import PASSWORD
from tests.integration.showcase.stage import PDF_BYTES, content, png

YUAN = 100
OBJECTOR, OBJECTOR_PHONE = "异议人甲乙丙", "13905759977"
_references = itertools.count(1)
for _desk in (listing_desk, demand_desk):  # a site does this by importing the rooms' pages
    _desk.install()


@dataclass(frozen=True, slots=True)
class Papers:
    """What somebody keeps to himself: none of it may ever reach a lower role."""

    email: str
    phone: str
    identity_number: str
    bank_account: str
    contact_email: str

    def values(self) -> tuple[str, ...]:
        return (
            self.email,
            self.phone,
            self.identity_number,
            self.bank_account,
            self.contact_email,
        )


def today(ctx: Context) -> date:
    return ctx.clock().astimezone(SHANGHAI).date()


def private_papers(name: str, number: int) -> Papers:
    """Values that occur nowhere else, so that one search finds a leak."""
    return Papers(
        email=f"{name}.k{number}q@people.example",
        phone=f"1390575{number:04d}",
        identity_number=_identity_number(number),
        bank_account=f"62284801{number:011d}",
        contact_email=f"office.{name}.z{number}@houses.example",
    )


def _identity_number(number: int) -> str:
    """A well-formed number of a person who does not exist (order number of the day varies)."""
    body = f"33062419800214{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def person(ctx: Context, name: str, papers: Papers, *, roles: tuple[StaffRole, ...] = ()) -> int:
    """A person with a confirmed account and the common password."""
    command = identity.CreateUser(papers.email, name, PASSWORD, roles)
    return identity.create_user(ctx, command)


def organisation(
    ctx: Context, owner_id: int, name: str, *, kind: str, code: str, papers: Papers
) -> int:
    """A verified organisation with contact data, owned by the person."""
    profile = identity.Profile(
        name=name,
        kind=kind,
        name_en=f"House of {papers.email.split('.')[0].title()}",
        region="330624",
        about=f"{name}，位于新昌县，从事技术研发与转化。",
        clusters=("bearings",),
        contact_name="联络人",
        contact_phone=papers.phone,
        contact_email=papers.contact_email,
    )
    known = identity.KnownOrganisation(
        profile,
        credit_code=code,
        verified_at=ctx.clock(),
        reverify_at=identity.due_after(ctx.clock(), 6),
        owner_id=owner_id,
    )
    with ctx.transaction() as tx:
        return identity.put_known(tx, known)


def keep_private(ctx: Context, papers: Papers) -> None:
    """The acting person's identity number; the acting owner's bank account."""
    from marketplace.identity.organisations.commands import set_bank_account

    set_identity_number(ctx, papers.identity_number)
    organisation_id = ctx.actor.organisation_id if ctx.actor else None
    if organisation_id is not None:
        set_bank_account(ctx, organisation_id, number=papers.bank_account, consents=True)


# -- listings -----------------------------------------------------------------------------------


def listing_content(ctx: Context, **changes: Any) -> ListingContent:
    """A content that no check objects to; ``kind="achievement"`` has no patent."""
    return content(today(ctx), **changes)


def draft_listing(ctx: Context, kind: str = "achievement", *, files: bool = False) -> int:
    """A draft of the acting seller, with a picture, a public and a confidential document."""
    listing_id = drafts.start_draft(ctx, drafts.StartDraft(kind))  # type: ignore[arg-type]
    if files:
        picture = uploads.accept_picture("drawing.png", png())
        paper = uploads.accept_document("report.pdf", PDF_BYTES)
        for role, upload in (("picture", picture), ("public", paper), ("confidential", paper)):
            command = filing.AttachFile(listing_id, role, upload, f"{role} 附件")  # type: ignore[arg-type]
            filing.attach_file(ctx, command)
    return listing_id


def submit_listing(ctx: Context, listing_id: int, made: ListingContent) -> None:
    """Declared; every warning is answered as a seller would."""
    command = submission.SubmitListing(listing_id, made, declared=True)
    try:
        submission.submit_listing(ctx, command)
    except Invalid as error:
        if error.code != "listing.unanswered":
            raise
        asked: list[Finding] = error.facts["findings"]  # type: ignore[assignment]
        answers = {key_of(one): "已核对，书面材料随附。" for one in asked}
        submission.submit_listing(ctx, replace(command, acknowledged=answers))


def approve(ctx: Context, kind: str, thing_id: int, version: int = 1) -> None:
    """The acting reviewer approves the open case about a thing."""
    with ctx.reading() as db:
        case_id = open_case_of(db, kind, thing_id)
    assert case_id is not None, f"no open case about {kind} {thing_id}"
    subject_of(kind).decide(ctx, Decide(case_id, thing_id, version, "approve"))


def published_listing(seller: Context, reviewer: Context, made: ListingContent, **more: Any) -> int:
    """A listing that was submitted and approved."""
    listing_id = draft_listing(seller, made.kind, **more)
    submit_listing(seller, listing_id, made)
    approve(reviewer, "listing", listing_id)
    return listing_id


# -- demands ------------------------------------------------------------------------------------


def demand_content(ctx: Context, **changes: Any) -> DemandContent:
    plain = DemandContent(
        title="深沟球轴承在线振动检测",
        text="装配线每分钟下线四十套轴承，现靠人工听音抽检，漏检率百分之三，需要在线、不停线的振动检测办法。",
        wanted="检出率不低于 99.5%，节拍不超过 1.5 秒。",
        cluster="bearings",
        title_en="In-line vibration test for deep-groove ball bearings",
        keywords=("轴承", "振动"),
        modes=("joint",),
        budget_low_minor=300_000 * YUAN,
        budget_high_minor=500_000 * YUAN,
        deadline=today(ctx) + timedelta(days=90),
    )
    return replace(plain, **changes)


def draft_demand(ctx: Context) -> int:
    return demands.save_draft(ctx, demands.SaveDraft(None, {"title": "尚未写完的需求"}))


def submitted_demand(ctx: Context, made: DemandContent) -> int:
    demand_id = draft_demand(ctx)
    demands.submit(ctx, demands.SubmitDemand(demand_id, made))
    return demand_id


# -- lots ---------------------------------------------------------------------------------------


def lot_terms(ctx: Context, *, opens_in: timedelta, runs: timedelta, **changes: Any) -> lots.Terms:
    """The terms of a 挂牌竞价 without findings that block."""
    opens_at = ctx.clock() + opens_in
    plain = lots.Terms(
        mode="listed_bidding",
        start_minor=800_000 * YUAN,
        ladder=((0, 20_000 * YUAN),),
        deposit_minor=120_000 * YUAN,
        opens_at=opens_at,
        ends_at=opens_at + runs,
        display_from=ctx.clock(),
        display_place="本市场网站及新昌县科技大市场二楼展厅",
        formalities="实名注册、单位核验、缴纳保证金后取得号牌。",
        remarks="出价不可撤回；成交后三个工作日内签订成交确认书。",
        defects="年费已缴；无质押；无在先许可。",
        deposit_account="浙江沃洲银行（演示），户名：竞买保证金专户，账号尾号 3316",
        valuation_reason="经三家评估机构询价。",
    )
    return replace(plain, **changes)


def drafted_lot(auctioneer: Context, listing_id: int, terms: lots.Terms) -> int:
    return lots.draft_auction(auctioneer, lots.DraftAuction(listing_id, terms))


def announced_lot(auctioneer: Context, listing_id: int, terms: lots.Terms) -> int:
    """A lot whose notice is out; warnings are answered as an auctioneer would."""
    auction_id = drafted_lot(auctioneer, listing_id, terms)
    with auctioneer.reading() as db:
        _auction, found = lot_drafts.checked(db, auctioneer, auction_id=auction_id)
    reasons = {one.code: "已核对材料并在公告中披露。" for one in found if not one.blocks}
    lots.publish_notice(auctioneer, lots.PublishNotice(auction_id, reasons))
    return auction_id


def sign_up(ctx: Context, auction_id: int, **changes: Any) -> None:
    command = lots.SignUp(auction_id, version=1, accepts_rules=True, accepts_defects=True)
    lots.sign_up(ctx, replace(command, **changes))


def pay_deposit(treasurer: Context, auction_id: int, bidder: Context) -> int:
    """The treasurer finds the bidder's transfer on the bank's statement; the deposit's id."""
    actor = bidder.actor
    assert actor is not None
    assert actor.organisation_id is not None
    with treasurer.reading() as db:
        line = deposits.of_bidder(db, auction_id, organisation_id=actor.organisation_id)
    assert line is not None
    transfer = RecordLine(
        direction="in",
        booked_on=today(treasurer),
        amount_minor=line.amount_minor,
        bank_reference=f"BANK-{next(_references)}",
        counter_name=actor.organisation_name,
        counter_account=f"62220000{actor.organisation_id:010d}",
        remark=line.reference,
    )
    record_line(treasurer, transfer)
    return line.id


def bank_line(treasurer: Context, name: str, amount_minor: int, remark: str = "") -> int:
    """A transfer on the bank's list, typed by the treasurer; the line's number."""
    number = next(_references)
    transfer = RecordLine(
        "in", today(treasurer), amount_minor, f"BANK-{number}", name, f"6222{number:012d}", remark
    )
    return record_line(treasurer, transfer)


def bid(ctx: Context, auction_id: int, yuan: int) -> lots.BidAnswer:
    command = lots.PlaceBid(auction_id, yuan * YUAN, f"key-{next(_references)}", confirmed=True)
    answer = lots.place_bid(ctx, command)
    assert answer.accepted, answer
    return answer


# -- deals --------------------------------------------------------------------------------------


def offered(buyer: Context, listing_id: int, yuan: int) -> int:
    """An open offer of the acting buyer; its attachment is a PDF."""
    kept = files.put(buyer.settings, PDF_BYTES, area="offers")
    paper = rounds.Attachment("plan.pdf", "application/pdf", kept.size, kept.sha256, kept.key)
    proposal = rounds.Proposal(DealTerms("assignment", yuan * YUAN), "请考虑", files=(paper,))
    return offers.make_offer(buyer, offers.MakeOffer(listing_id, 1, proposal))


def accepted(seller: Context, offer_id: int) -> int:
    """The order of an offer's first round."""
    return offers.accept(seller, offers.Accept(offer_id, 1))


@contextmanager
def state_founded(ctx: Context, organisation_id: int) -> Iterator[None]:
    """The organisation is state-founded meanwhile."""
    for flag in (True, False):
        with ctx.transaction() as tx:
            tx.db.get_one(Organisation, organisation_id).state_founded = flag
        if flag:
            yield


def shown_in_public(seller: Context, order_id: int) -> int:
    """A public notice that runs."""
    return publicity.start(
        seller,
        publicity.Start(
            order_id, summary="注塑一次成型，尺寸稳定。", basis="询价", completers=("俞素琴",),
            related=False, related_note="", procedure="书面提出，十个工作日内答复。",
            contact="科研处", unit_place="公告栏", unit_from=today(seller),
        ),
    )  # fmt: skip


def objection(ctx: Context, publicity_id: int) -> int:
    """Somebody objects; who he is may reach the seller and the reviewers only."""
    said = publicity.Object(publicity_id, OBJECTOR, OBJECTOR_PHONE, "本人为共同完成人。")
    return publicity.object_to(ctx, said)


def order_of_lot(ctx: Context, auction_id: int) -> int:
    """The order that the closing of a sold lot opened."""
    query = select(Order.id).where(Order.origin == "auction", Order.origin_id == auction_id)
    with ctx.reading() as db:
        return db.scalars(query).one()


def begun_contract(party: Context, order_id: int) -> int:
    """The first draft of an order's contract."""
    return contracts.open_contract(party, contracts.OpenContract(order_id, ""))
