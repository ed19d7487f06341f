"""The facts of a contract: what the order and the register say, and the parties' own blanks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from marketplace.showcase.listings.content import LicenceGranted, PatentFacts
from marketplace.trade.contracts.basis import Basis, Party
from marketplace.trade.contracts.forms_of_law import OF_A_RIGHT, Form, form_of
from marketplace.trade.contracts.price_words import money, payment_plan, royalty_terms
from marketplace.trade.orders.pledges import claims_of
from rules.enumerations import (
    APPLICATIONS,
    LICENCE_KINDS,
    OVERLAYS,
    STATES,
    Overlay,
    PatentState,
    SubjectMatter,
)
from rules.fee_schedule import expiry
from rules.patent_numbers import PatentKind

RIGHTS = {"patent": "专利权", "application": "专利申请权", "secret": "技术秘密"}
IN_LICENCE = {"patent": "专利", "application": "专利申请", "secret": "技术秘密"}
PATENT_ITEMS = ("name", "owner", "filed_on", "application_number", "patent_number", "term_until")
"""发明创造的名称、专利申请人或专利权人、申请日、申请号、专利号、有效期限 (民法典 845; L51)."""
NONE_STATED = "无"
NO_NUMBER_YET = "申请中"


def fixed_facts(basis: Basis, kind: str) -> dict[str, Any]:
    """What follows from order, register and listing; no party can write over it."""
    form, order = form_of(kind), basis.order
    subject = str(basis.subject) if kind in OF_A_RIGHT else str(SubjectMatter.SECRET)
    return {
        "kind": kind,
        "subject": subject,
        "title": form.title(subject),
        "project": order.title,
        "order_number": order.order_number,
        "seller_role": form.seller_role,
        "buyer_role": form.buyer_role,
        "first": form.first,
        "seller": _party(basis.seller),
        "buyer": _party(basis.buyer),
        "price_minor": order.price_minor,
        "stages": [_stage(basis, index) for index in range(len(order.stages))],
        "patents": _patents(basis) if kind in OF_A_RIGHT else [],
        "holds": sorted(_holds(basis, kind, subject)),
        **_texts(basis, kind, subject),
    }


def first_blanks(basis: Basis, form: Form) -> dict[str, str]:
    """What the blanks say before anybody filled them: known facts and the form's own words."""
    terms, lot = basis.order.terms, basis.lot
    content = lot.content if lot else None
    known = {
        "object": content.summary if content else "",
        "goal": content.advantage if content else "",
        "plan": _plan(basis),
        "materials": "；".join(one.delivers for one in basis.order.stages),
        "deliverables": "；".join(one.delivers for one in basis.order.stages),
        "licence_area": terms.licence_area,
        "licence_field": terms.licence_field,
        "licence_until": terms.licence_until,
        "remarks": terms.text,
    }
    return {name: known.get(name) or form.defaults.get(name, "") for name in form.blanks}


def missing(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> tuple[str, ...]:
    """The ★ items that are absent: blanks by name, patent items as ``patent.name``.

    A document with a missing one is not generated (L51; rule book, section 4).
    """
    form = form_of(facts["kind"])
    absent = [name for name in form.required if not blanks.get(name, "").strip()]
    absent += [f"{side}.{name}" for side in ("seller", "buyer") for name in ("name", "credit_code")
               if not facts[side][name]]  # fmt: skip
    if facts["subject"] != "secret" and facts["kind"] in OF_A_RIGHT and not facts["patents"]:
        absent.append("patents")
    for patent in facts["patents"]:
        absent += [f"patent.{name}" for name in PATENT_ITEMS if not patent.get(name)]
    return tuple(absent)


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "credit_code": party.credit_code}


def _stage(basis: Basis, index: int) -> dict[str, Any]:
    one = basis.order.stages[index]
    return {
        "title": one.title,
        "amount_minor": one.amount_minor,
        "delivers": one.delivers,
        "days": one.days,
        "needs_certificate": one.needs_certificate,
    }


def _patents(basis: Basis) -> list[dict[str, str]]:
    patent, lot = basis.patent, basis.lot
    if patent is None or lot is None:
        return []
    owners = "、".join(owner.name for owner in lot.owners) or lot.organisation_name
    pending = PatentState(patent.legal_status) in APPLICATIONS
    return [
        {
            "name": lot.title,
            "owner": owners,
            "filed_on": patent.filed_on.isoformat() if patent.filed_on else "",
            "application_number": patent.number,
            "patent_number": NO_NUMBER_YET if pending else f"ZL{patent.number}",
            "term_until": _term_until(patent),
            "granted_on": patent.granted_on.isoformat() if patent.granted_on else "",
            "kind": {"I": "发明", "U": "实用新型", "D": "外观设计"}.get(patent.patent_kind, ""),
        }
    ]


def _term_until(patent: PatentFacts) -> str:
    if patent.filed_on is None:
        return ""
    ends = expiry(cast("PatentKind", patent.patent_kind), patent.filed_on) - timedelta(days=1)
    return ends.isoformat()


def _holds(basis: Basis, kind: str, subject: str) -> set[str]:
    """The conditions that clauses ask for."""
    lot, found = basis.lot, {subject}
    if basis.order.terms.royalty is not None:
        found.add("royalty")
    if lot is not None and kind in OF_A_RIGHT:
        if len(lot.owners) > 1:
            found.add("co_owners")
        if any(one.kind == Overlay.PLEDGE for one in lot.encumbrances):
            found.add("pledge")
        if kind == "transfer" and lot.content.service_result:
            found.add("service_result")
    return found


def _texts(basis: Basis, kind: str, subject: str) -> dict[str, str]:
    """The sentences of the standard clauses that follow from the facts."""
    order, lot = basis.order, basis.lot
    words = RIGHTS if kind == "transfer" else IN_LICENCE
    royalty = order.terms.royalty
    form = form_of(kind)
    return {
        "right": words[subject],
        "seller_name": basis.seller.name,
        "buyer_name": basis.buyer.name,
        "price": money(order.price_minor),
        "payment_plan": payment_plan(order.stages, order.terms.price_form),
        "royalty_terms": royalty_terms(royalty, form.buyer_role, form.seller_role),
        "legal_status": _status(basis),
        "defects": (lot.defects if lot else "") or NONE_STATED,
        "encumbrances": _encumbrances(basis),
        "older_licences": _older(lot.licences) if lot else NONE_STATED,
        "licence_kind_words": LICENCE_KINDS[order.terms.licence_kind or "plain"].zh,
        "sublicence_words": _sublicence(form, allowed=order.terms.sublicence),
        "late_stage": _late_stage(basis),
        "owners": "、".join(owner.name for owner in lot.owners) if lot else "",
        "co_owner_consents": _consents(basis),
        "completer_statement": _completers(basis),
        "pledge_payout": _pledge(basis),
    }


def _plan(basis: Basis) -> str:
    return "；".join(
        f"第{number}期：{one.title}，自该期款项到达监管账户之日起{one.days}日内完成"
        for number, one in enumerate(basis.order.stages, start=1)
    )


def _status(basis: Basis) -> str:
    patent = basis.patent
    if patent is None:
        return NONE_STATED
    state = STATES[PatentState(patent.legal_status)].zh
    checked = patent.status_checked_on
    return f"{state}（{checked.isoformat()}查询）" if checked else state


def _encumbrances(basis: Basis) -> str:
    lot = basis.lot
    if lot is None or not lot.encumbrances:
        return NONE_STATED
    return "；".join(
        "，".join(part for part in (OVERLAYS[Overlay(one.kind)].zh, one.holder, one.note) if part)
        for one in lot.encumbrances
    )


def _older(licences: tuple[LicenceGranted, ...]) -> str:
    lines = [
        "，".join(
            part
            for part in (
                LICENCE_KINDS[one.kind].zh if one.kind in LICENCE_KINDS else one.kind,
                one.licensee,
                one.area,
                one.use,
                f"至{one.until.isoformat()}" if one.until else "",
            )
            if part
        )
        for one in licences
    ]
    return "；".join(lines) or NONE_STATED


def _sublicence(form: Form, *, allowed: bool) -> str:
    if not allowed:
        return f"未经{form.seller_role}书面同意，{form.buyer_role}不得再许可他人实施。"
    return f"{form.buyer_role}得再许可他人实施；再许可均为普通许可。"


def _late_stage(basis: Basis) -> str:
    held = [str(n) for n, one in enumerate(basis.order.stages, 1) if one.needs_certificate]
    if not held:
        return ""
    return f"第{'、'.join(held)}期价款在取得国家知识产权局的手续合格通知书后支付。"


def _consents(basis: Basis) -> str:
    answers = basis.lot.answers if basis.lot else ()
    agreed = [
        f"{one.name}（{one.answered_on.isoformat()}）"
        for one in answers
        if one.party == "owner" and one.answer == "consented"
    ]
    return "；".join(agreed) or NONE_STATED


def _completers(basis: Basis) -> str:
    words = {"waived": "放弃优先受让", "wants": "主张优先受让", "asked": "已征询，尚未答复"}
    lot = basis.lot
    if lot is None:
        return NONE_STATED
    answers = {one.name: one for one in lot.answers if one.party == "first_refusal"}
    lines = []
    for holder in lot.first_refusal_holders:
        answer = answers.get(holder.name)
        said = words.get(answer.answer, "已征询") if answer else "尚未征询"
        lines.append(f"{holder.name}：{said}")
    told = "；".join(lines) or "没有登记享有优先受让权的完成人"
    return f"完成人在同等条件下享有优先受让的权利（民法典第八百四十七条）。征询情况：{told}。"


def _pledge(basis: Basis) -> str:
    lot = basis.lot
    pledges = [one for one in lot.encumbrances if one.kind == Overlay.PLEDGE] if lot else []
    parts = {one.holder: one for one in claims_of(lot, basis.order.price_minor)} if lot else {}
    lines = []
    for one in pledges:
        part = parts.get(one.holder)
        first = f"，价款中的{money(part.amount_minor)}首先支付给质权人" if part else ""
        lines.append(f"质权人{one.holder}已经书面同意{first}，用于提前清偿所担保的债务或者提存")
    return "；".join(lines) + "（民法典第四百四十四条）。" if lines else NONE_STATED


def terms_over(facts: Mapping[str, Any], today: date) -> tuple[str, ...]:
    """The patents of the list whose term has ended (L51)."""
    return tuple(
        one["application_number"]
        for one in facts["patents"]
        if one["term_until"] and date.fromisoformat(one["term_until"]) < today
    )
