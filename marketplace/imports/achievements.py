"""Rows of achievements (科技成果) → listing contents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.imports.records import Cells, Record, key_of
from marketplace.kernel.sheets import cleaning
from marketplace.showcase.listings.content import ListingContent
from rules.amounts import parse_amount
from rules.enumerations.maturity import step_of_word
from rules.refusals import AmountRefused

COLUMNS: dict[str, tuple[str, ...]] = {
    "key": ("key", "id", "编号"),
    "title": ("title", "name", "名称", "成果名称"),
    "title_en": ("title_en", "英文名称"),
    "summary": ("summary", "一句话简介", "简介"),
    "text": ("context", "text", "solution", "成果介绍", "内容"),
    "problem": ("problem", "解决的问题"),
    "advantage": ("advantage", "优势"),
    "economics": ("economics", "funding", "经济效益"),
    "use": ("scope", "应用领域", "应用范围"),
    "early": ("earlyApplication", "前期应用"),
    "industry": ("industry", "行业", "技术领域"),
    "branch": ("classification", "国民经济行业"),
    "maturity": ("maturity", "成熟度"),
    "trl": ("trl", "TRL", "技术就绪度"),
    "modes": ("cooperationMethod", "transfer_modes", "合作方式"),
    "price": ("price", "价格", "价格（元）"),
    "keywords": ("keywords", "关键词"),
    "cluster": ("cluster", "产业集群"),
    "right": ("zlxx", "知识产权"),
    "status": ("jstgfs", "状态"),
    "dated": ("postTime", "date", "发布日期"),
}
MODES = {
    "完全转让": "assignment",
    "转让": "assignment",
    "技术转让": "assignment",
    "许可转让": "licence",
    "许可": "licence",
    "技术许可": "licence",
    "技术入股": "equity",
    "作价入股": "equity",
    "作价投资": "equity",
    "合作生产": "joint",
    "合作转化": "joint",
    "合作开发": "joint",
    "自行投资": "own_use",
    "其他": "other",
    "其他协商": "other",
}
LONGEST_TITLE, LONGEST_TEXT, LONGEST_SUMMARY = 200, 20_000, 160


def read(values: Mapping[str, Any]) -> Record:
    """One achievement; raises RowRefused naming every cell that cannot be taken."""
    cells = Cells(values)
    title = cleaning.line(cells.needed("title", COLUMNS["title"], longest=LONGEST_TITLE))
    text = cells.needed("text", COLUMNS["text"], longest=LONGEST_TEXT)
    dated = cells.read("dated", COLUMNS["dated"], cleaning.day)
    modes = _modes(cells)
    content = ListingContent(
        kind="achievement",
        title=title,
        title_en=cleaning.line(_get(values, "title_en")),
        summary=cleaning.line(_get(values, "summary")) or opening(text),
        problem=cleaning.text(_get(values, "problem")),
        solution=text,
        advantage=cleaning.text(_get(values, "advantage")),
        economics=cleaning.text(_get(values, "economics")),
        industries=cleaning.names(_get(values, "industry")),
        cluster=cleaning.line(_get(values, "cluster")),
        keywords=cleaning.names(_get(values, "keywords")),
        trl=cells.read("trl", COLUMNS["trl"], _level),
        step=_step(cells),
        transfer_modes=modes,
        pricing_mode="listed" if _has_price(cells) else "negotiated",
        price_minor=_price(cells),
        price_note=_price_note(cells),
        extra=_extra(values),
    )
    key = cleaning.line(_get(values, "key")) or key_of("achievement", title, dated, text)
    return Record(key, dated, content, cells.done())


def _get(values: Mapping[str, Any], name: str) -> Any:
    return cleaning.first(values, COLUMNS[name])


def opening(text: str) -> str:
    """The first sentence, for sources that give no summary; never cut inside a word run."""
    first = text.replace("\n", " ")
    for mark in ("。", "；", "！", "？"):
        first = first.split(mark)[0]
    return first if len(first) <= LONGEST_SUMMARY else f"{first[: LONGEST_SUMMARY - 1]}…"


def _modes(cells: Cells) -> tuple[str, ...]:
    given = cleaning.first(cells.values, COLUMNS["modes"])
    found, unknown = cleaning.choices(given, MODES)
    for word in unknown:
        cells.refuse("modes", "unknown_choice", given=word[:40])
    return found


def _step(cells: Cells) -> str:
    word = cleaning.line(cleaning.first(cells.values, COLUMNS["maturity"]))
    if not word:
        return ""
    term = step_of_word(word)
    if term is None:
        cells.refuse("maturity", "unknown_choice", given=word[:40])
        return ""
    return term.value


def _level(value: Any) -> int | None:
    word = cleaning.line(value).upper().removeprefix("TRL").strip()
    if not word:
        return None
    if not (word.isdigit() and word.isascii() and 1 <= int(word) <= 9):
        raise cleaning.Unclean("not_a_level", given=word[:10])
    return int(word)


def _price(cells: Cells) -> int | None:
    given = cleaning.line(cleaning.first(cells.values, COLUMNS["price"]))
    if not given:
        return None
    try:
        return parse_amount(given)
    except AmountRefused as error:
        if error.code == "range":
            cells.note("price", "range_kept_as_text", given=given)
        else:
            cells.refuse("price", error.code, given=given[:40])
        return None


def _has_price(cells: Cells) -> bool:
    return _price(Cells(cells.values)) is not None


def _price_note(cells: Cells) -> str:
    given = cleaning.line(cleaning.first(cells.values, COLUMNS["price"]))
    return given if given and not _has_price(cells) and any(one.isdigit() for one in given) else ""


def _extra(values: Mapping[str, Any]) -> dict[str, str]:
    kept = {
        name: cleaning.text(_get(values, name))
        for name in ("use", "early", "branch", "right", "status")
    }
    return {name: value for name, value in kept.items() if value}
