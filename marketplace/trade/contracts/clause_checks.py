"""What the words of clauses must not do: contradict the guarantee (L54), monopolise (L58)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from marketplace.trade.contracts.wording import Clause
from rules.findings import Finding, warn

_NOT = r"(?:不得|不准|禁止|限制|不允许|不能)"
_TAKER = r"(?:受让[方人]|被许可[方人]|乙方)"
_GIVER = r"(?:让与[方人]|转让[方人]|许可[方人]|甲方)"
_GAP = r"[^。；\n]"

FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "research_banned",
        re.compile(
            rf"{_NOT}{_GAP}{{0,25}}(?:改进|研发|研究开发|再开发|二次开发)(?!成果的?归)"
            rf"|{_NOT}{_GAP}{{0,20}}使用{_GAP}{{0,4}}改进"
        ),
    ),
    (
        "grant_back_one_sided",
        re.compile(
            rf"(?:改进|后续){_GAP}{{0,20}}(?:无偿|免费|独占){_GAP}{{0,12}}(?:归|转让|许可|提供|回授|属于)"
            rf"{_GAP}{{0,6}}{_GIVER}"
            rf"|{_TAKER}{_GAP}{{0,10}}(?:改进|后续){_GAP}{{0,14}}(?:归|属于|转让给|许可给){_GAP}{{0,4}}{_GIVER}"
        ),
    ),
    (
        "other_sources_barred",
        re.compile(
            rf"{_NOT}{_GAP}{{0,12}}(?:从|向|自)?{_GAP}{{0,8}}(?:其他来源|其他渠道|第三方|第三人|他人|其他单位)"
            rf"{_GAP}{{0,8}}(?:获得|取得|引进|受让|购买|采用){_GAP}{{0,10}}技术"
            rf"|{_NOT}{_GAP}{{0,12}}(?:采用|使用|引进|实施){_GAP}{{0,8}}(?:竞争|同类|类似){_GAP}{{0,4}}技术"
        ),
    ),
    (
        "output_limited",
        re.compile(
            rf"(?:{_NOT}|不得超过|不超过|不高于|不低于){_GAP}{{0,24}}"
            r"(?:产量|生产数量|品种|销售价格|销售渠道|出口市场)"
            rf"|(?:产量|生产数量|品种|销售价格|销售渠道|出口市场){_GAP}{{0,12}}(?:不得|限于|由{_GIVER}(?:决定|确定|批准))"
        ),
    ),
    (
        "tied_in",
        re.compile(
            rf"(?:必须|应当|须|只能|仅能|只得){_GAP}{{0,10}}(?:向|从){_GAP}{{0,8}}(?:{_GIVER}|指定){_GAP}{{0,10}}"
            r"(?:购买|采购|订购|购进)"
            rf"|(?:必须|应当|须|只能){_GAP}{{0,12}}(?:购买|接受|采购){_GAP}{{0,14}}(?:非必需|不必需|并非必需|无关|附带)"
        ),
    ),
    (
        "validity_unchallengeable",
        re.compile(
            rf"(?:不得|放弃|禁止|不质疑|不对){_GAP}{{0,16}}(?:有效性|宣告无效|无效宣告)"
            rf"|不(?:得)?(?:质疑|挑战){_GAP}{{0,12}}(?:专利|知识产权)"
        ),
    ),
)
"""The six cases of 非法垄断技术 (民法典 850; 技术合同解释 10)."""
MUTUAL = re.compile(r"双方|互相|相互|对等|有偿|合理(?:的)?(?:对价|价格|费用)|各方|同等条件")
CONTRADICTS = re.compile(
    rf"(?:概?不|不予|不作|不承担|不对){_GAP}{{0,6}}(?:保证|担保|承诺){_GAP}{{0,30}}"
    r"(?:完整|无误|有效|达到|合法拥有|合法权利|侵权)"
    rf"|(?:完整|有效性?|无误|达到{_GAP}{{0,6}}目标){_GAP}{{0,12}}(?:不予?(?:作)?(?:保证|担保)|概不负责)"
)
SUBLICENCE = re.compile(rf"(?:再许可|分许可|转许可){_GAP}{{0,12}}(?:独占|排他)")
_SENTENCE = re.compile(r"[^。；\n]+")


def clause_findings(clauses: Iterable[Clause]) -> Iterator[Finding]:
    """Every doubtful sentence with its rule: L54, L55, L58. Words only: a person decides."""
    for clause in clauses:
        for sentence in _SENTENCE.findall(clause.text):
            yield from _sentence_findings(clause, sentence)


def _sentence_findings(clause: Clause, sentence: str) -> Iterator[Finding]:
    facts = {"clause": clause.heading, "words": sentence.strip()[:60]}
    if CONTRADICTS.search(sentence):
        yield warn("warranty_contradicted", "L54", "MF870", **facts)
    if SUBLICENCE.search(sentence):
        yield warn("sublicence_is_plain", "L55", "JS25", **facts)
    for code, pattern in FORBIDDEN:
        if not pattern.search(sentence):
            continue
        if code == "grant_back_one_sided" and MUTUAL.search(sentence):
            continue  # mutual or paid: no monopoly
        yield warn(code, "L58", "JS10", **facts)
