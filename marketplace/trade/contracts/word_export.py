"""The contract as a Word file for the parties' lawyers: the same words, not the signed document."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from marketplace.trade.contracts.models import Contract, ContractVersion
from marketplace.trade.contracts.sheets import ask_whole, paper_facts

FONT = "宋体"
PATENT_COLUMNS = (
    ("name", "名称"),
    ("owner", "申请人／专利权人"),
    ("filed_on", "申请日"),
    ("application_number", "申请号"),
    ("patent_number", "专利号"),
    ("term_until", "有效期限至"),
)


def word_file(contract: Contract, row: ContractVersion) -> bytes:
    """The .docx; raises Invalid when a ★ item is missing (L51)."""
    import docx  # noqa: PLC0415 - needed by one download

    ask_whole(row)
    facts = paper_facts(contract, row)
    document = docx.Document()
    _set_font(document)
    document.core_properties.title = str(facts["title"])
    document.core_properties.author = ""
    document.add_heading(str(facts["title"]), level=0)
    document.add_paragraph(
        f"合同编号：{contract.number}　第 {row.version} 版　订单：{facts['order_number']}"
    )
    document.add_paragraph(f"项目名称：{facts['project']}")
    for party in facts["parties"]:
        _party(document, party)
    for clause in facts["clauses"]:
        document.add_heading(clause["heading"], level=1)
        for line in clause["lines"]:
            document.add_paragraph(line)
        if clause["key"] == "patents":
            _patents(document, facts["patents"])
    document.add_paragraph(f"文本摘要 SHA-256：{row.sha256}")
    document.add_paragraph("本文件供审阅和修改，不具签署效力；签署以市场生成的固定文件为准。")
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _set_font(document: Any) -> None:
    """A Chinese font also for the East Asian characters, which Word keeps apart."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - see above

    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)


def _party(document: Any, party: Mapping[str, str]) -> None:
    document.add_paragraph(f"{party['role']}：{party['name']}")
    document.add_paragraph(f"统一社会信用代码：{party['credit_code']}")
    document.add_paragraph(f"住所：{party['address']}")
    if party["contact"]:
        document.add_paragraph(f"联系人：{party['contact']}")


def _patents(document: Any, patents: list[dict[str, str]]) -> None:
    table = document.add_table(rows=1, cols=len(PATENT_COLUMNS), style="Table Grid")
    for cell, (_name, heading) in zip(table.rows[0].cells, PATENT_COLUMNS, strict=True):
        cell.text = heading
    for patent in patents:
        cells = table.add_row().cells
        for cell, (name, _heading) in zip(cells, PATENT_COLUMNS, strict=True):
            cell.text = patent[name]
