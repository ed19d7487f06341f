"""What the market checks of a listing by itself: what is missing, too long, or wrongly worded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from marketplace.showcase.listings.consents import Answer
from marketplace.showcase.listings.content import ListingContent
from rules import banned_words
from rules.banned_words import Standing
from rules.enumerations import APPLICATIONS, IN_FORCE, PRICING, STEPS, maturity_findings
from rules.enumerations.patent_states import PatentState
from rules.findings import Finding, block, warn

LONGEST: Mapping[str, int] = {
    "title": 120,
    "title_en": 240,
    "summary": 300,
    "summary_en": 600,
    "problem": 4_000,
    "solution": 8_000,
    "advantage": 4_000,
    "economics": 4_000,
    "defects": 2_000,
    "base_price_basis": 1_000,
    "price_note": 500,
}
"""Characters of each text; the form shows the same limits."""
NEEDED = ("title", "summary", "problem", "solution", "advantage", "cluster", "keywords", "owners")
MOST_KEYWORDS, MOST_SYMBOLS, MOST_ROWS = 20, 20, 30
CONTACT = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"
    r"|[a-z0-9_.+-]{1,64}@[a-z0-9-]{1,64}\.[a-z0-9]{2}"
    r"|(?:微信|wechat|QQ)\s{0,3}号?\s{0,3}[:：]?\s{0,3}[a-z0-9_-]{5,}",
    re.IGNORECASE | re.ASCII,
)
OPPOSITE = re.compile(
    r"不(?:保证|担保|承诺)(?:其|该)?(?:技术|专利|权利)?(?:的)?(?:有效|完整|无误|真实|合法)|概不负责"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the checks must know beside the content.

    ``files`` maps file ids to roles; ``state_founded`` and ``state_owned`` are the seller's.
    ``fresh_days`` is the option ``status_fresh_days``.
    """

    today: date
    seller_name: str = ""
    state_founded: bool = False
    state_owned: bool = False
    fresh_days: int = 90
    files: Mapping[int, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()


def content_findings(content: ListingContent, about: Surroundings) -> Iterator[Finding]:
    """Missing and overlong fields, maturity, price, wording (L35, L43, L44, L54, L68)."""
    yield from _missing(content)
    yield from _too_long(content)
    yield from _advantage(content)
    if content.step and content.step in STEPS:
        yield from maturity_findings(content.trl, content.step)
    yield from _price(content, about)
    yield from _wording(content)


def _missing(content: ListingContent) -> Iterator[Finding]:
    for name in NEEDED:
        if not getattr(content, name):
            yield block("field_missing", "L44", "ZM13", field=name)
    if content.trl is None:
        yield block("field_missing", "L44", "ZM13", field="trl")
    if not content.defects.strip():
        yield block("defects_missing", "L7", "PM27")
    if not content.transfer_modes:
        yield block("field_missing", "L44", "ZM13", field="transfer_modes")
    if content.kind == "patent" and content.patent is None:
        yield block("field_missing", "L44", "ZM13", field="number")


def _too_long(content: ListingContent) -> Iterator[Finding]:
    for name, most in LONGEST.items():
        if len(getattr(content, name)) > most:
            yield block("field_too_long", "L44", "", field=name, most=most)
    counted = {"keywords": MOST_KEYWORDS, "ipc": MOST_SYMBOLS, "locarno": MOST_SYMBOLS}
    rows = ("owners", "overlays", "licences", "first_refusal", "inventors")
    for name, most in {**counted, **dict.fromkeys(rows, MOST_ROWS)}.items():
        if len(getattr(content, name)) > most:
            yield block("too_many_values", "L44", "", field=name, most=most)


def _advantage(content: ListingContent) -> Iterator[Finding]:
    """The advantage holds a number (domain page): without one it is praise, not a fact."""
    if content.advantage and not any(character.isdigit() for character in content.advantage):
        yield block("advantage_without_number", "L44", "ZM13")


def _price(content: ListingContent, about: Surroundings) -> Iterator[Finding]:
    mode, price = content.pricing_mode, content.price_minor
    if mode not in PRICING:
        yield block("field_missing", "L33", "ZC16", field="pricing_mode")
    if mode == "listed" and not price:
        yield block("price_missing", "L33", "ZC16")
    if price is not None and price <= 0:
        yield block("price_not_positive", "L33", "ZC16")
    if "open" in content.licence_kinds and (mode != "listed" or not price):
        yield block("open_licence_needs_price", "L66", "ZL50")
    # L35 (促进科技成果转化条例 17): a reasonable base price with its basis, for flagged sellers.
    has_base = content.base_price_minor and content.base_price_basis.strip()
    if about.state_founded and mode in ("listed", "auction", "sealed") and not has_base:
        yield block("base_price_missing", "L35", "ZC17")
    if about.state_owned:
        yield warn("state_owned_seller", "L43", "")


def _wording(content: ListingContent) -> Iterator[Finding]:
    standing = standing_of(content)
    is_open = "open" in content.licence_kinds
    for name in ("title", "summary", "problem", "solution", "advantage", "economics", "price_note"):
        text = getattr(content, name)
        for found in banned_words.find(text, standing=standing, open_licence=is_open):
            # L68 (细则 101): an application may not be called 专利, least of all in its title.
            make = block if found.rule == "L68" and name == "title" else warn
            yield make("word", found.rule, "", word=found.word, field=name)
        contact = CONTACT.search(text)
        if contact:
            yield block("contact_in_text", "L75", "", field=name, text=contact.group())
    for text in (content.solution, content.price_note, content.defects):
        opposite = OPPOSITE.search(text)
        if opposite:
            yield warn("guarantee_denied", "L54", "MF870", text=opposite.group())


def standing_of(content: ListingContent) -> Standing:
    """What the described technology is, for its wording (L68)."""
    if content.patent is None:
        return "none"
    state = PatentState(content.patent.legal_status)
    if state in IN_FORCE:
        return "in_force"
    return "application" if state in APPLICATIONS else "ended"
