"""Listings by the thousand: texts of a kilobyte put together from the trade's own words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert, select, update

from marketplace.catalogue import indexing
from marketplace.kernel.context import Context
from marketplace.kernel.settings import DEFAULT_CLUSTERS
from marketplace.showcase.listings.content import ListingContent, Owner, PatentFacts
from marketplace.showcase.listings.imports import ImportedListing, put_imported
from marketplace.showcase.listings.models import Listing, ListingFile
from tests.bench.board import say
from tests.integration.identity.acting import CODES, organisation, person

BATCH = 1_000
_WORDS = (
    "轴承 保持架 滚动体 磨削 淬火 润滑 密封 噪声 振动 寿命 精度 载荷 主轴 丝杠 导轨 减速器 电机 "
    "压缩机 蒸发器 冷凝 阀芯 制冷剂 换热 织机 纱线 经编 染色 纤维 涂层 复合材料 铝合金 铸造 锻压 "
    "焊接 检测 视觉 传感器 控制器 算法 机器人 夹具 装配 电池 隔膜 电解液 催化 发酵 提纯 缓释 抗体 "
    "多肽 制剂 底盘 转向 制动 悬架 轻量化 仿真 能耗 排放 回收 防腐 耐磨 疲劳 在线 自动 低温 高速 "
    "bearing compressor sensor robot battery textile coating welding"
)
_JOINTS = "采用 通过 提高 降低 实现 结合 避免 改善 用于 形成"
WORDS, JOINTS = _WORDS.split(), _JOINTS.split()
IPC = ("F16C33/38", "F25B31/00", "D04B21/00", "B25J9/16", "H01M10/0525", "A61K9/00", "B62D5/04")
MODES = (("assignment",), ("licence",), ("assignment", "licence"), ("joint",), ("equity",))


@dataclass(frozen=True)
class Article:
    """What a seller would write."""

    title: str
    summary: str
    text: str


def article(number: int, *, glue: str = "") -> Article:
    """The text of a number, always the same; ``glue`` stands between its words.

    The shop under comparison cannot tell Chinese words apart: it gets them with spaces.
    """
    chance = random.Random(number)

    def sentence(words: int) -> str:
        parts = [chance.choice(JOINTS if at % 3 == 2 else WORDS) for at in range(words)]
        return glue.join(parts)

    title = f"{sentence(5)}{glue}{number:06d}"
    text = "。".join(sentence(14) for _ in range(9))
    return Article(title, sentence(12), text)


def content(number: int) -> ListingContent:
    """A patent or an achievement with everything a list shows."""
    words, chance = article(number), random.Random(-number)
    patent = PatentFacts(number="", patent_kind=chance.choice("IUD"), legal_status="granted")
    is_patent = number % 2 == 0
    return ListingContent(
        kind="patent" if is_patent else "achievement",
        title=words.title,
        summary=words.summary,
        solution=words.text,
        cluster=chance.choice(DEFAULT_CLUSTERS)[0],
        ipc=(chance.choice(IPC),) if is_patent else (),
        trl=chance.randint(1, 9),
        keywords=tuple(chance.sample(WORDS, 4)),
        patent=patent if is_patent else None,
        owners=(Owner(f"新昌{chance.choice(WORDS)}有限公司"),),
        transfer_modes=chance.choice(MODES),
        pricing_mode="listed" if number % 3 else "negotiated",
        price_minor=chance.randint(50, 50_000) * 1_000_000 if number % 3 else None,
        files=(number + 1,) if number % 2 else (),
    )


def _rows(count: int) -> Iterator[ImportedListing]:
    today = date.today()
    for number in range(count):
        day = today - timedelta(days=number % 900)
        yield ImportedListing("bench", str(number), content(number), source_date=day)


def fill(ctx: Context, count: int) -> None:
    """Store so many listings in bulk, every second a seller's own, and index them all at once."""
    rows, done = _rows(count), 0
    while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
        with ctx.transaction() as tx:
            put_imported(tx, batch)
        done += len(batch)
        if done % 20_000 == 0:
            say(f"{done:,} listings stored")
    _hand_over(ctx)
    if count > 20_000:
        say(f"indexing {count:,} listings (some minutes)")
    indexing.rebuild(ctx)


def _hand_over(ctx: Context) -> None:
    """Records with an even id become an organisation's own listings, each with a picture."""
    seller = organisation(ctx, person(ctx, "Seller"), "新昌轴承有限公司", code=CODES[0])
    own = (
        update(Listing)
        .where(Listing.id % 2 == 0)
        .values(source=None, source_key=None, source_date=None, organisation_id=seller,
                picture_id=Listing.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    with ctx.transaction() as tx:
        tx.db.execute(own)
        ids = tx.db.scalars(select(Listing.id).where(Listing.id % 2 == 0)).all()
        pictures = [
            {"id": one, "listing_id": one, "role": "picture", "public": True, "name": "a.png",
             "media_type": "image/png", "size": 1, "sha256": "", "key": f"bench/{one}",
             "uploaded_at": tx.now}
            for one in ids
        ]  # fmt: skip
        tx.db.execute(insert(ListingFile), pictures)
