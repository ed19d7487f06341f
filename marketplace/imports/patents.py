"""Rows of patents → listing contents; numbers are checked, foreign ones kept as published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.imports.achievements import LONGEST_SUMMARY, opening
from marketplace.imports.records import Cells, Record, key_of
from marketplace.kernel.sheets import cleaning
from marketplace.showcase.listings.content import ListingContent, Overlay, Owner, PatentFacts
from rules.enumerations.patent_states import PatentState, state_of_case_word
from rules.ipc import parse_ipc, split_symbols
from rules.patent_numbers import ApplicationNumber, parse_application_number
from rules.publication_numbers import PublicationNumber, parse_publication_number
from rules.refusals import NumberRefused

COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "名称", "专利名称"),
    "title_en": ("title_en", "英文名称"),
    "abstract": ("abstract", "摘要"),
    "abstract_en": ("abstract_en", "英文摘要"),
    "claim": ("main_claim", "主权项", "权利要求"),
    "app_no": ("app_no", "application_number", "申请号", "专利号"),
    "pub_no": ("pub_no", "publication_number", "公开号", "公告号", "公开（公告）号"),
    "filed": ("app_date", "filed", "申请日"),
    "published": ("pub_date", "公开日", "公告日"),
    "granted": ("granted", "授权公告日"),
    "applicants": ("applicants", "assignees", "申请人", "专利权人"),
    "inventors": ("inventors", "发明人"),
    "ipc": ("ipc", "ipc_main", "分类号", "IPC"),
    "kind": ("kind", "专利类型"),
    "status": ("legal_status", "法律状态"),
    "office": ("office", "国家或地区"),
    "agency": ("agency", "代理机构"),
    "address": ("address", "地址"),
    "keywords": ("keywords", "关键词"),
    "key": ("key", "id", "编号", "group"),
}
KINDS = {
    "发明申请": "I",
    "授权发明": "I",
    "发明": "I",
    "实用新型": "U",
    "外观设计": "D",
    "I": "I",
    "U": "U",
    "D": "D",
}
STATUS_WORDS = {
    "授权": PatentState.GRANTED,
    "未缴年费": PatentState.LAPSED,
    "权利终止": PatentState.LAPSED,
    "期限届满": PatentState.EXPIRED,
    "实质审查": PatentState.EXAMINATION,
    "公开": PatentState.PUBLISHED,
    "驳回": PatentState.REJECTED,
    "撤回-视为撤回": PatentState.DEEMED_WITHDRAWN,
    "撤回-主动撤回": PatentState.WITHDRAWN,
    "撤回-未指定类型": PatentState.WITHDRAWN,
    "放弃-视为放弃": PatentState.DEEMED_ABANDONED,
    "放弃-未指定类型": PatentState.ABANDONED,
    "放弃-主动放弃": PatentState.ABANDONED,
    "避免重复授权": PatentState.ABANDONED,
    "全部撤销": PatentState.INVALID,
    "无效": PatentState.INVALID,
}
OVERLAYS = {"质押": "pledge", "许可": "plain_licence"}
LONGEST_TITLE, LONGEST_TEXT = 400, 60_000


def read(values: Mapping[str, Any]) -> Record:
    """One patent; raises RowRefused naming every cell that cannot be taken."""
    cells = Cells(values)
    title = cleaning.line(cells.needed("title", COLUMNS["title"], longest=LONGEST_TITLE))
    abstract = cells.needed("abstract", COLUMNS["abstract"], longest=LONGEST_TEXT)
    number = _application(cells)
    publication = _publication(cells)
    patent = _facts(cells, number, publication)
    content = ListingContent(
        kind="patent",
        title=title,
        title_en=cleaning.line(_get(values, "title_en")),
        summary=opening(abstract)[:LONGEST_SUMMARY],
        summary_en=cleaning.text(_get(values, "abstract_en")),
        solution=abstract,
        ipc=_symbols(cells),
        keywords=cleaning.names(_get(values, "keywords")),
        patent=patent,
        owners=tuple(Owner(name) for name in cleaning.names(_get(values, "applicants"))),
        inventors=cleaning.names(_get(values, "inventors")),
        overlays=_overlays(values),
        extra=_extra(values, publication),
    )
    key = cleaning.line(_get(values, "pub_no")) or (number.canonical if number else "")
    key = key or key_of("patent", cleaning.line(_get(values, "key")), title)
    dated = cells.read("published", COLUMNS["published"], cleaning.day)
    return Record(key, dated, content, cells.done())


def _get(values: Mapping[str, Any], name: str) -> Any:
    return cleaning.first(values, COLUMNS[name])


def _application(cells: Cells) -> ApplicationNumber | None:
    given = cleaning.line(_get(cells.values, "app_no"))
    if not given or not _is_chinese(cells, given):
        return None
    try:
        return parse_application_number(given)
    except NumberRefused as error:
        cells.refuse("app_no", error.code, **{**error.facts, "given": given})
        return None


def _publication(cells: Cells) -> PublicationNumber | None:
    given = cleaning.line(_get(cells.values, "pub_no"))
    if not given.upper().startswith("CN"):
        return None  # another office's number has another form: kept as it stands
    try:
        return parse_publication_number(given)
    except NumberRefused as error:
        if error.code == "missing_kind_code":  # half a number: kept as text, not as a number
            cells.note("pub_no", error.code, given=given)
        else:
            cells.refuse("pub_no", error.code, **{**error.facts, "given": given})
        return None


def _is_chinese(cells: Cells, given: str) -> bool:
    office = cleaning.line(_get(cells.values, "office"))
    return (office in ("", "中国") and not given[:2].isalpha()) or given.upper().startswith(
        ("CN", "ZL")
    )


def _facts(
    cells: Cells, number: ApplicationNumber | None, publication: PublicationNumber | None
) -> PatentFacts:
    filed = cells.read("filed", COLUMNS["filed"], cleaning.day)
    granted = cells.read("granted", COLUMNS["granted"], cleaning.day)
    return PatentFacts(
        number=number.canonical if number else "",
        patent_kind=_kind(cells, number, publication),
        filed_on=filed,
        granted_on=granted or _grant_day(cells, publication),
        legal_status=_status(cells),
        status_source="import",
    )


def _kind(
    cells: Cells, number: ApplicationNumber | None, publication: PublicationNumber | None
) -> str:
    word = cleaning.line(_get(cells.values, "kind"))
    if word and word not in KINDS:
        cells.refuse("kind", "unknown_choice", given=word[:40])
    told = KINDS.get(word, "")
    shown = number.kind if number else publication.kind if publication else ""
    if told and shown and told != shown:
        cells.refuse("kind", "kind_mismatch", given=word, expected=shown)
    return shown or told or "I"


def _grant_day(cells: Cells, publication: PublicationNumber | None) -> date | None:
    if publication is None or publication.stage != "granted":
        return None
    found = Cells(cells.values).read("published", COLUMNS["published"], cleaning.day)
    return found if isinstance(found, date) else None


def _status(cells: Cells) -> str:
    words = [part.strip() for part in cleaning.line(_get(cells.values, "status")).split("|")]
    if not words[0]:
        return ""
    for word in words:
        state = STATUS_WORDS.get(word) or state_of_case_word(word)
        if state is not None:
            return str(state.value)
    cells.note("status", "unknown_status", given=words[0][:40])
    return ""


def _overlays(values: Mapping[str, Any]) -> tuple[Overlay, ...]:
    words = {part.strip() for part in cleaning.line(_get(values, "status")).split("|")}
    return tuple(Overlay(kind) for word, kind in OVERLAYS.items() if word in words)


def _symbols(cells: Cells) -> tuple[str, ...]:
    given = _get(cells.values, "ipc")
    listed = given if isinstance(given, list) else split_symbols(cleaning.text(given))
    found = []
    for symbol in listed:
        try:
            found.append(parse_ipc(str(symbol)).canonical)
        except NumberRefused as error:
            cells.note("ipc", error.code, given=str(symbol)[:40])
    return tuple(dict.fromkeys(found))


def _extra(values: Mapping[str, Any], publication: PublicationNumber | None) -> dict[str, str]:
    kept = {
        name: cleaning.text(_get(values, name)) for name in ("claim", "office", "agency", "status")
    }
    kept["publication"] = (
        publication.canonical if publication else cleaning.line(_get(values, "pub_no"))
    )
    return {name: value for name, value in kept.items() if value}
