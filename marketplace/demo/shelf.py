"""How the demo's listings came about: typed, pictured, submitted, decided, renewed, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from marketplace.demo import sheets
from marketplace.demo.cast import Cast
from marketplace.demo.content import Row, rows
from marketplace.demo.drawings import MOTIFS
from marketplace.demo.history import Stage, Step
from marketplace.demo.sheets import Drawing, Studio
from marketplace.demo.wares import SOURCE, Ware
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.review.queries import open_case_of
from marketplace.review.subjects import Decide, Decision
from marketplace.showcase.listings import own
from marketplace.showcase.listings.consents import Party, SetConsent, set_consent
from marketplace.showcase.listings.content import ListingContent
from marketplace.showcase.listings.decisions import decide
from marketplace.showcase.listings.drafts import SaveDraft, StartDraft, save_draft, start_draft
from marketplace.showcase.listings.filing import AttachFile, attach_file
from marketplace.showcase.listings.findings import findings, key_of
from marketplace.showcase.listings.freshness import RecordStatusProof, record_status_proof
from marketplace.showcase.listings.submission import SubmitListing, submit_listing
from marketplace.showcase.listings.surroundings import surroundings
from marketplace.showcase.listings.typed import typed_of

LONG_AGO = {"herb-fingerprint": 192}
"""Published so many days ago instead: its time on sale is over and it has expired."""
RETURNED = {"thin-ring-fixture": 1.2}
"""Submitted so many days ago and sent back with reasons."""
CHANGED = {"hub-seal": 320_000}
"""On sale, and a change of the price (yuan) lies at the review desk."""
UNFINISHED = "deep-groove"
REVIEWERS = ("rui", "wenhao")
UNTIL_SHOWN_HOURS = 22
STALE_DAYS = 60
LOOKED_UP_DAYS_AGO = 9
SHEET_FROM_TRL = 8
RETURN_WORDS = (
    ("figures", "unclear"),
    "请注明椭圆度 3 μm 的测量条件和样本数，并补充夹具结构和适用的套圈尺寸范围。",
)
WORDS = {"consented": "书面同意", "waived": "书面放弃优先受让", "asked": "已书面告知，尚未答复"}
PARTIES: Mapping[str, Party] = {
    "owner": "owner",
    "first_refusal": "first_refusal",
    "pledgee": "pledgee",
}
BEGUN = {
    "title": ["深沟球轴承沟道超精油石在线修整方法"],
    "title_en": ["In-process dressing of superfinishing stones for raceways"],
    "cluster": ["bearings"],
    "summary": ["每加工 400 件自动修整一次油石，沟道粗糙度 Ra 保持在 0.025 μm 以内。"],
    "problem": ["油石钝化后沟道出现振纹，靠工人听声换石，每班停机 3 次。"],
    "keywords": ["超精加工；油石；修整"],
}
REASONS = {
    "fee_in_grace": "滞纳期年费由卖方在合同登记前缴清，已写入权利负担说明。",
    "running_licence_survives": "已许可项目在权利负担中列明，受让方签约前书面确认。",
    "first_refusal_not_asked": "已书面告知，等待答复；公告或签约前完成。",
    "first_refusal_unanswered": "已书面告知，答复期届满前不签约。",
    "state_warns": "尚未授权，按专利申请权转让，费用和驳回风险由双方在合同中约定。",
    "lapses_before_registration": "缴费日临近，卖方承诺合同登记前缴清。",
}
REASON = "已知悉并在权利负担与瑕疵说明中列明。"


_Doing = Callable[[datetime], None]


@dataclass
class Shelf:
    """The listings of the content, from their first line to what they are today."""

    stage: Stage
    cast: Cast
    studio: Studio
    starts: Mapping[str, int] = field(
        default_factory=lambda: {row["listing"]: row["start_yuan"] for row in rows("auction")}
    )

    def steps(self) -> Iterator[Step]:
        """Everything that is done to every listing."""
        for row in rows("listing"):
            submitted = self.submitted_at(row)
            yield Step(submitted - timedelta(hours=3), self._draft(row))
            yield Step(submitted, self._submit(row))
            yield from self._after(row, submitted)
        yield Step(self.stage.minutes(-200), self._begin_another)

    def first_needed(self) -> Iterator[tuple[str, datetime]]:
        """(organisation, instant) at which it must be verified to sell."""
        for row in rows("listing"):
            yield row["seller"], self.submitted_at(row) - timedelta(hours=3)

    def submitted_at(self, row: Row) -> datetime:
        """When the seller submitted it: a working day before it was published."""
        key, days = row["key"], float(row["published_days_ago"])
        if key in RETURNED:
            return self.stage.days_ago(RETURNED[key], key)
        if row.get("state") == "submitted":
            return self.stage.days_ago(days, key)
        shown = self.stage.days_ago(LONG_AGO.get(key, days), key)
        return shown - timedelta(hours=UNTIL_SHOWN_HOURS)

    def _after(self, row: Row, submitted: datetime) -> Iterator[Step]:
        key, state = row["key"], row.get("state", "published")
        if state == "submitted":
            return
        if key in RETURNED:
            yield Step(submitted + timedelta(hours=5), self._decide(row, "return"))
            return
        yield Step(submitted + timedelta(hours=UNTIL_SHOWN_HOURS), self._decide(row, "approve"))
        if key in CHANGED:
            yield Step(self.stage.minutes(-150), self._change(row, CHANGED[key]))
        old = self.stage.now - submitted > timedelta(days=STALE_DAYS)
        if "patent" in row and old and state != "sold":
            again = self.stage.days_ago(LOOKED_UP_DAYS_AGO, key)
            yield Step(again, self._look_up(row))

    # -- what is done ---------------------------------------------------------------------------

    def _draft(self, row: Row) -> _Doing:
        def draft(at: datetime) -> None:
            ctx, ware = self.stage.acting(row["by"], at), self._ware(row, at)
            number = start_draft(ctx, StartDraft(row["kind"]))
            self.stage.ids["listing", row["key"]] = number
            typed = typed_of(ware.content())
            save_draft(ctx, SaveDraft(number, tuple(typed), typed))
            self._attach(ctx, number, row)
            self._ask_parties(ctx, number, ware, at=at)

        return draft

    def _attach(self, ctx: Context, number: int, row: Row) -> None:
        drawing = Drawing(row["drawing"]["key"], row["drawing"]["seed"])
        caption = MOTIFS[drawing.key].zh
        attach_file(ctx, AttachFile(number, "picture", self.studio.picture(drawing), caption))
        if row["trl"] >= SHEET_FROM_TRL and row["pricing"] != "negotiated":
            sheet = sheets.data_sheet(row, self.cast.organisations[row["seller"]])
            attach_file(ctx, AttachFile(number, "public", sheet, "技术资料页"))

    def _ask_parties(self, ctx: Context, number: int, ware: Ware, *, at: datetime) -> None:
        answers = ware.answers()
        if not answers:
            return
        seller = self.cast.organisations[ware.row["seller"]]
        told = [(name, WORDS[answer]) for _party, name, answer in answers]
        paper = sheets.consent(ware.row, seller, told)
        file_id = attach_file(ctx, AttachFile(number, "evidence", paper, "各方答复"))
        for party, name, answer in answers:
            day = (at - timedelta(days=3)).astimezone(SHANGHAI).date()
            set_consent(ctx, SetConsent(number, PARTIES[party], name, answer, day, file_id))

    def _submit(self, row: Row) -> _Doing:
        def submit(at: datetime) -> None:
            self._send(row, self._ware(row, at).content(), at)

        return submit

    def _send(self, row: Row, content: ListingContent, at: datetime) -> None:
        """Submit as the owner of the house, answering each warning as a seller would."""
        ctx = self.stage.acting(self.cast.seller_of(row["seller"]), at)
        number = self.stage.ids["listing", row["key"]]
        with ctx.reading() as db:
            draft = own.draft(db, ctx.actor, number)
            roles = {line.id: line.role for line in draft.files}
            whole = own.with_files(content, list(roles))
            about = surroundings(db, draft, roles, at.astimezone(SHANGHAI).date())
        found = [one for one in findings(whole, about) if not one.blocks]
        answers = {key_of(one): REASONS.get(one.code, REASON) for one in found}
        command = SubmitListing(number, content, declared=True, acknowledged=answers)
        self.stage.ids["version", row["key"]] = submit_listing(ctx, command)

    def _decide(self, row: Row, decision: Decision) -> _Doing:
        def carry_out(at: datetime) -> None:
            number = self.stage.ids["listing", row["key"]]
            ctx = self.stage.acting(REVIEWERS[number % len(REVIEWERS)], at)
            with ctx.reading() as db:
                case_id = open_case_of(db, "listing", number) or 0
            version = self.stage.ids["version", row["key"]]
            reasons, text = RETURN_WORDS if decision == "return" else ((), "")
            decide(ctx, Decide(case_id, number, version, decision, reasons, text))

        return carry_out

    def _change(self, row: Row, price_yuan: int) -> _Doing:
        def change(at: datetime) -> None:
            content = replace(
                self._ware(row, at).content(),
                price_minor=price_yuan * 100,
                price_note="含一次现场技术交底。",
            )
            self._send(row, content, at)

        return change

    def _look_up(self, row: Row) -> _Doing:
        """The legal status is looked up again; by a reviewer where the right has ended."""

        def look_up(at: datetime) -> None:
            ended = row.get("state") == "suspended"
            who = REVIEWERS[0] if ended else self.cast.seller_of(row["seller"])
            command = RecordStatusProof(
                self.stage.ids["listing", row["key"]],
                legal_status=row["patent"]["status"],
                checked_on=at.astimezone(SHANGHAI).date(),
                source=SOURCE,
            )
            record_status_proof(self.stage.acting(who, at), command)

        return look_up

    def _begin_another(self, at: datetime) -> None:
        """A seller has begun a listing and gone to lunch."""
        ctx = self.stage.acting("alice", at)
        number = start_draft(ctx, StartDraft("achievement"))
        self.stage.ids["listing", UNFINISHED] = number
        save_draft(ctx, SaveDraft(number, tuple(BEGUN), BEGUN))
        picture = self.studio.picture(Drawing("deep_groove", 901))
        attach_file(ctx, AttachFile(number, "picture", picture, MOTIFS["deep_groove"].zh))

    def _ware(self, row: Row, at: datetime) -> Ware:
        return Ware(
            row,
            self.cast.organisations,
            self.stage.today,
            at.astimezone(SHANGHAI).date(),
            self.starts.get(row["key"]),
        )


def drawings() -> Iterator[Drawing]:
    """Every drawing the listings show, those needed first first."""
    for row in sorted(rows("listing"), key=lambda one: -one["published_days_ago"]):
        yield Drawing(row["drawing"]["key"], row["drawing"]["seed"])
    yield Drawing("deep_groove", 901)
