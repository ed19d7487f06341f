"""A small market to search in, and a way to index any documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from search.backends.whoosh import WhooshBackend
from search.engine import open_backend
from search.model import PUBLIC, VISIBILITY, Change, Document

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000

Indexed = Callable[[Iterable[Document]], WhooshBackend]


def record(identity: str, title: str, **parts: object) -> Document:
    """A public patent listing with the given title; ``keys`` are added to the visibility."""
    keys = {VISIBILITY: (PUBLIC,), **parts.pop("keys", {})}  # type: ignore[dict-item]
    values: dict[str, object] = {"version": 1, "kind": "patent", **parts}
    return Document(id=identity, title=title, keys=keys, **values)  # type: ignore[arg-type]


@pytest.fixture
def indexed(tmp_path: Path) -> Iterator[Indexed]:
    """Indexes documents in one batch and gives the backend."""
    opened: list[WhooshBackend] = []

    def index(documents: Iterable[Document]) -> WhooshBackend:
        backend = open_backend(tmp_path / f"index-{len(opened)}", writable=True)
        opened.append(backend)
        backend.apply([Change.put(document) for document in documents], 1)
        return backend

    yield index
    for backend in opened:
        backend.close()


def market() -> list[Document]:
    """Eight records of a county market."""
    return [
        record(
            "listing:1",
            "一种高精度圆锥滚子轴承",
            summary="用于汽车轮毂的轴承，游隙小，寿命提高30%。",
            applicant="新昌县皮尔轴承有限公司",
            keywords=("圆锥滚子轴承", "轮毂"),
            keys={"region": ("330624",), "ipc": ("F16C19/36",), "cluster": ("bearings",)},
            numbers={"price_minor": 50_000_00, "trl": 8, "published_ms": NOW_MS - 2 * DAY_MS},
            codes=("ZL201810123456.7", "CN108123456A"),
        ),
        record(
            "listing:2",
            "轴承套圈超精加工自动上料装置",
            summary="机械手抓取套圈，节拍6秒。",
            applicant="浙江五洲新春集团",
            keys={"region": ("330624",), "ipc": ("F16C33/64",), "cluster": ("bearings",)},
            numbers={"price_minor": 20_000_00, "trl": 9, "published_ms": NOW_MS - 9 * DAY_MS},
        ),
        record(
            "listing:3",
            "热泵用微通道换热器",
            summary="制冷剂充注量减少40%，能效提高。",
            kind="achievement",
            keys={
                "region": ("330600",),
                "ipc": ("F25B39/00", "F28D1/053"),
                "cluster": ("refrigeration",),
            },
            numbers={"price_minor": None, "trl": 6, "published_ms": NOW_MS - DAY_MS},
        ),
        record(
            "listing:4",
            "固态电池电解质及其制备方法",
            summary="电导率达到3 mS/cm，LiFePO4 正极。",
            keys={"region": ("330100",), "ipc": ("H01M10/0562",), "cluster": ("auto",)},
            numbers={"price_minor": 300_000_00, "trl": 4, "published_ms": NOW_MS - 400 * DAY_MS},
        ),
        record(
            "demand:1",
            "寻求轴承噪声在线检测技术",
            summary="检测节拍小于2秒，适用于深沟球轴承。",
            kind="demand",
            keys={"region": ("330624",), "cluster": ("bearings",)},
            numbers={"published_ms": NOW_MS - 3 * DAY_MS, "ends_ms": NOW_MS + 5 * DAY_MS},
        ),
        record(
            "demand:2",
            "喷气织机断纱检测",
            summary="要求误报率低于1%。",
            kind="demand",
            keys={"region": ("330624",), "cluster": ("textile",)},
            numbers={"published_ms": NOW_MS - 4 * DAY_MS, "ends_ms": NOW_MS + 2 * DAY_MS},
        ),
        record(
            "listing:5",
            "协作机器人谐波减速器",
            summary="传动精度小于30角秒，5G-NR 远程运维。",
            keys={"region": ("330624",), "ipc": ("F16H49/00", "B25J17/00"), "cluster": ("robots",)},
            numbers={
                "price_minor": 80_000_00,
                "trl": 7,
                "published_ms": NOW_MS - 5 * DAY_MS,
                "ends_ms": NOW_MS - DAY_MS,
            },
        ),
        record(
            "listing:6",
            "保密的轴承钢热处理工艺",
            summary="仅供授权人员查看。",
            keys={"visibility": ("hidden",), "region": ("330624",), "cluster": ("bearings",)},
            numbers={"published_ms": NOW_MS},
        ),
    ]
