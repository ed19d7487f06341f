"""Pictures and papers of the demo: drawings as uploads, data sheets, licences, consents."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from marketplace.demo.content import Row
from marketplace.demo.drawings import raster
from marketplace.web.uploads import Accepted, accept_document, accept_picture

WIDTH, HEIGHT = 800, 600
PROCESSES = 4
Facts = Sequence[tuple[str, str]]


class Drawing(NamedTuple):
    """Which drawing: its motif and seed."""

    key: str
    seed: int


def picture(drawing: Drawing) -> Accepted:
    """The drawing as the market takes an uploaded picture; the same one is drawn once."""
    return _drawn(drawing)


@cache
def _drawn(drawing: Drawing) -> Accepted:
    png = raster(drawing.key, drawing.seed, width=WIDTH, height=HEIGHT)
    plain = io.BytesIO()  # full colours: what is drawn anew from a palette becomes far larger
    Image.open(io.BytesIO(png)).convert("RGB").save(plain, "PNG", compress_level=1)
    return accept_picture(f"{drawing.key}-{drawing.seed}.png", plain.getvalue())


class Studio:
    """Draws ahead in other processes, so that the history does not wait for its pictures."""

    def __init__(self, wanted: Iterable[Drawing]) -> None:
        workers = min(PROCESSES, os.cpu_count() or 1)
        # A fresh interpreter: a fork would copy open connections to the database.
        spawned = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=spawned)
        self._begun: dict[Drawing, Future[Accepted]] = {
            one: self._pool.submit(picture, one) for one in dict.fromkeys(wanted)
        }

    def picture(self, drawing: Drawing) -> Accepted:
        """The drawing, waited for when it is not finished yet."""
        begun = self._begun.get(drawing)
        return picture(drawing) if begun is None else begun.result()

    def close(self) -> None:
        """Let the processes go; what is not drawn yet is not needed any more."""
        self._pool.shutdown(cancel_futures=True)


def licence(organisation: Row) -> bytes:
    """A licence of an organisation, as its verification needs one."""
    facts = [
        ("名称", organisation["name"]["zh"]),
        ("统一社会信用代码", organisation["code"]),
        ("住所", organisation["address"]["zh"]),
        ("成立年份", str(organisation["founded"])),
    ]
    about = [("说明", "本页为演示样张，替代营业执照或法人证书的扫描件，不具任何证明效力。")]
    return _sheet("营业执照（演示样张）", organisation["name"]["zh"], facts=facts, parts=about)


def data_sheet(listing: Row, seller: Row) -> Accepted:
    """The public data sheet of a listing."""
    facts = [
        ("权利人", seller["name"]["zh"]),
        ("技术成熟度", f"TRL {listing['trl']}"),
        ("分类号", "；".join((*listing["ipc"], *listing.get("locarno", ())))),
        ("关键词", "；".join(listing["keywords"]["zh"])),
    ]
    if "patent" in listing:
        facts.insert(1, ("专利（申请）号", listing["patent"]["number"]))
    parts = [
        ("要解决的问题", listing["problem"]["zh"]),
        ("技术方案", listing["solution"]["zh"]),
        ("实测效果", listing["advantage"]["zh"]),
        ("已知瑕疵", listing["defects"]["zh"]),
    ]
    content = _sheet(listing["title"]["zh"], seller["name"]["zh"], facts=facts, parts=parts)
    return accept_document("技术资料页.pdf", content)


def consent(listing: Row, seller: Row, answers: Facts) -> Accepted:
    """The signed answers of co-owners, pledgees and holders of first refusal, on one paper."""
    parts = [("说明", "各方签字页从略。本页为演示样张。")]
    title = f"各方答复：{listing['title']['zh']}"
    content = _sheet(title, seller["name"]["zh"], facts=answers, parts=parts)
    return accept_document("各方答复（演示样张）.pdf", content)


def handed_over(title: str, listing: Row, materials: str) -> bytes:
    """What a party of a deal uploads: a page that says what it stands for."""
    facts = [("标的", listing["title"]["zh"])]
    parts = [("内容", materials or "—"), ("说明", "本页为演示样张，不具任何证明效力。")]
    return _sheet(title, "演示", facts=facts, parts=parts)


def _sheet(title: str, author: str, *, facts: Facts, parts: Facts) -> bytes:
    import typst  # noqa: PLC0415 - 40 MB that only the loader needs

    values = {"title": title, "author": author, "facts": facts, "parts": parts}
    with as_file(files("marketplace.demo") / "data_sheet.typ") as template:
        return typst.compile(
            str(template),
            font_paths=[str(_fonts())],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        )


@cache
def _fonts() -> Path:
    import noto_cjk_sans_otc  # noqa: PLC0415 - needed where papers are made only

    return Path(noto_cjk_sans_otc.FONT_PATH).parent
