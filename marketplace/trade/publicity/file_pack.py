"""The file pack of a showing: what protects who decided (浙江条例 19; L36), complete or told so."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel import files
from marketplace.kernel.actor import Actor
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.papers import queries as papers
from marketplace.trade.publicity import policy
from marketplace.trade.publicity.models import Objection, Publicity, PublicityFile
from marketplace.trade.publicity.states import Answer, State
from marketplace.web.exports import safe_cell

PURPOSES = ("decision", "rules", "valuation")
MOST_FILES = 20
PARTS = {
    "decision": "1-决策文件",
    "rules": "2-公示规则",
    "proof": "3-公示证明",
    "objections": "4-异议及处理",
    "valuation": "5-评估或定价依据",
}
ANSWERS = {Answer.OPEN: "处理中", Answer.REJECTED: "不成立", Answer.UPHELD: "成立"}


@dataclass(frozen=True, slots=True)
class AttachFile:
    """An accepted upload of the seller: decision, rules or valuation."""

    publicity_id: int
    purpose: str
    name: str
    media_type: str
    size: int
    sha256: str
    key: str


def attach_file(ctx: Context, command: AttachFile) -> int:
    """Keep a stored file with a showing; its number.

    Raises NotFound, Forbidden for others than the seller's owners and managers, Invalid for an
    unknown purpose, Conflict for too many.
    """
    with ctx.transaction() as tx:
        query = select(Publicity).where(Publicity.id == command.publicity_id).with_for_update()
        row = tx.db.scalar(query)
        if row is None:
            raise NotFound
        if not policy.may_start(tx.actor, seller_organisation_id=row.seller_organisation_id):
            raise Forbidden
        if command.purpose not in PURPOSES:
            raise Invalid("publicity.unknown_purpose")
        known = select(func.count()).where(PublicityFile.publicity_id == row.id)
        if (tx.db.scalar(known) or 0) >= MOST_FILES:
            raise Conflict("publicity.too_many_files", most=MOST_FILES)
        kept = PublicityFile(
            publicity_id=row.id,
            purpose=command.purpose,
            name=command.name,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
            key=command.key,
            uploaded_at=tx.now,
            uploaded_by=tx.actor.user_id,
        )
        tx.db.add(kept)
        tx.db.flush()
        tx.audit("publicity.file", "publicity", row.id, sha256=command.sha256)
        return kept.id


@dataclass(frozen=True, slots=True)
class PackState:
    """The seller's files of a showing and what the pack still misses."""

    files: Sequence[tuple[str, str]]
    missing: tuple[str, ...]


def state_of(db: Session, actor: Actor | None, publicity_id: int) -> PackState | None:
    """For the seller's people and reviewers; None for everybody else."""
    row = db.get(Publicity, publicity_id)
    if row is None or not policy.may_read_objections(
        db, actor, seller_organisation_id=row.seller_organisation_id
    ):
        return None
    kept = _files(db, publicity_id)
    shown = [(one.purpose, one.name) for one in kept]
    return PackState(shown, _missing(row, kept, has_proof=_proof(db, actor, row) is not None))


def pack(ctx: Context, actor: Actor, publicity_id: int) -> bytes:
    """The pack as a ZIP with its list; says «不完整» and what is missing. Raises NotFound."""
    with ctx.reading() as db:
        row = db.get(Publicity, publicity_id)
        if row is None or not policy.may_read_objections(
            db, actor, seller_organisation_id=row.seller_organisation_id
        ):
            raise NotFound
        kept, proof = _files(db, publicity_id), _proof(db, actor, row)
        told = select(Objection).where(Objection.publicity_id == row.id).order_by(Objection.id)
        objections = list(db.scalars(told))
    parts = {
        f"{PARTS['rules']}/异议处理程序.txt": row.procedure.encode(),
        f"{PARTS['proof']}/公示内容.txt": _content(row).encode(),
        f"{PARTS['objections']}/异议及处理.csv": _objections(objections).encode("utf-8-sig"),
        f"{PARTS['valuation']}/定价依据.txt": row.basis.encode(),
    }
    if proof is not None:
        found = files.get(ctx.settings, proof.file_key)
        parts[f"{PARTS['proof']}/{proof.number}.pdf"] = found
    for number, one in enumerate(kept, start=1):
        name = one.name.replace("/", "_").replace("\\", "_")
        parts[f"{PARTS[one.purpose]}/{number:02d}-{name}"] = files.get(ctx.settings, one.key)
    return _zip(_list(row, kept, has_proof=proof is not None), parts)


def _files(db: Session, publicity_id: int) -> list[PublicityFile]:
    query = select(PublicityFile).where(PublicityFile.publicity_id == publicity_id)
    return list(db.scalars(query.order_by(PublicityFile.id)))


def _proof(db: Session, actor: Actor | None, row: Publicity) -> papers.PaperFile | None:
    for one in papers.of_thing(db, actor, thing="publicity", thing_id=row.id):
        if one.kind == "publicity_certificate" and one.sha256:
            return papers.file_of(db, actor, paper_id=one.id)
    return None


def _missing(row: Publicity, kept: list[PublicityFile], *, has_proof: bool) -> tuple[str, ...]:
    """Which of the five parts are not there, in their order (L36)."""
    purposes = {one.purpose for one in kept}
    there = {
        "decision": "decision" in purposes,
        "rules": bool(row.procedure.strip()),
        "proof": has_proof,
        "objections": row.state != State.RUNNING,
        "valuation": "valuation" in purposes,
    }
    return tuple(name for name in PARTS if not there[name])


def _list(row: Publicity, kept: list[PublicityFile], *, has_proof: bool) -> str:
    missing = _missing(row, kept, has_proof=has_proof)
    absent = "、".join(PARTS[name][2:] for name in missing)
    verdict = f"不完整，缺少：{absent}" if missing else "完整"
    lines = [
        "科技成果协议定价转化尽责材料清单",
        f"成果名称：{row.name}",
        f"转让方：{row.seller_name}",
        f"公示版本：第 {row.version} 版",
        f"材料状态：{verdict}",
        "",
        *(f"{words[2:]}：{'缺' if name in missing else '有'}" for name, words in PARTS.items()),
        "",
        *(f"{one.sha256}  {one.name}" for one in kept),
    ]
    return "\r\n".join(lines)


def _content(row: Publicity) -> str:
    return "\r\n".join(
        (
            f"成果名称：{row.name}",
            f"内容摘要：{row.summary}",
            f"拟交易价格：{row.price_minor // 100}.{row.price_minor % 100:02d} 元",
            f"受让方：{row.buyer_name}",
            f"利害关系：{row.related_note if row.related else '无'}",
            f"市场公示起始：{row.market_from.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            f"本单位公示：{row.unit_from.isoformat()}　{row.unit_place}",
            f"公示截止日：{row.ends_on.isoformat()}",
        )
    )


def _objections(rows: list[Objection]) -> str:
    """Who objected stays sealed; what was said and answered is in the pack."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("收到时间", "异议内容", "处理结果", "答复"))
    for one in rows:
        at = f"{one.received_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        cells = (at, one.text, ANSWERS[Answer(one.state)], one.answer)
        writer.writerow([safe_cell(cell) for cell in cells])
    return text.getvalue()


def _zip(listing: str, parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("00-材料清单.txt", listing.encode("utf-8-sig"))
        for name, content in sorted(parts.items()):
            archive.writestr(name, content)
    return buffer.getvalue()
