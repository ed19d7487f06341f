"""Rows of demands (技术需求) → demand contents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from marketplace.exchange.demands.content import Content
from marketplace.imports.records import Cells, Record, key_of
from marketplace.kernel.sheets import cleaning
from rules.amounts import parse_amount

COLUMNS: dict[str, tuple[str, ...]] = {
    "key": ("key", "id", "编号"),
    "title": ("title", "name", "名称", "需求名称"),
    "title_en": ("title_en", "英文名称"),
    "text": ("context", "text", "需求描述", "内容"),
    "wanted": ("wanted", "期望结果", "技术指标"),
    "industry": ("classification", "industry", "行业"),
    "modes": ("cooperationMethod", "modes", "合作方式"),
    "period": ("time", "period", "有效期"),
    "deadline": ("deadline", "截止日期"),
    "low": ("budget_low", "预算下限（元）"),
    "high": ("budget_high", "budget", "预算上限（元）"),
    "keywords": ("keywords", "关键词"),
    "cluster": ("cluster", "产业集群"),
    "dated": ("postTime", "date", "发布日期"),
}
MODES = {
    "技术转让": "transfer",
    "转让": "transfer",
    "技术许可": "licence",
    "许可": "licence",
    "委托开发": "development",
    "合作开发": "joint",
    "技术入股": "equity",
    "技术咨询": "consulting",
    "其他": "other",
}
BRANCHES = {
    name: name
    for name in (
        "农、林、牧、渔业", "采矿业", "制造业", "电力、热力、燃气、及水生产和供应业",
        "电力、热力、燃气及水生产和供应业", "建筑业", "批发和零售业", "交通运输、仓储和邮政业",
        "住宿和餐饮业", "信息传输、软件和信息技术服务业", "金融业", "房地产业", "租赁和商务服务业",
        "科学研究和技术服务业", "水利、环境和公共设施管理业", "居民服务、修理和其他服务业", "教育",
        "卫生和社会工作", "文化、体育和娱乐业", "公共管理、社会保障和社会组织", "国际组织",
    )
}  # fmt: skip
LONGEST_TITLE, LONGEST_TEXT = 200, 20_000


def read(values: Mapping[str, Any]) -> Record:
    """One demand; raises RowRefused naming every cell that cannot be taken."""
    cells = Cells(values)
    title = cleaning.line(cells.needed("title", COLUMNS["title"], longest=LONGEST_TITLE))
    text = cells.needed("text", COLUMNS["text"], longest=LONGEST_TEXT)
    dated = cells.read("dated", COLUMNS["dated"], cleaning.day)
    low, high = (cells.read(name, COLUMNS[name], _amount) for name in ("low", "high"))
    if low is not None and high is not None and low > high:
        cells.refuse("high", "below_lower_end")
    modes, unknown = cleaning.choices(cleaning.first(values, COLUMNS["modes"]), MODES)
    for word in unknown:
        cells.refuse("modes", "unknown_choice", given=word[:40])
    content = Content(
        title=title,
        title_en=cleaning.line(cleaning.first(values, COLUMNS["title_en"])),
        text=text,
        wanted=cleaning.text(cleaning.first(values, COLUMNS["wanted"])),
        cluster=cleaning.line(cleaning.first(values, COLUMNS["cluster"])),
        industry=branches(cleaning.line(cleaning.first(values, COLUMNS["industry"]))),
        keywords=cleaning.names(cleaning.first(values, COLUMNS["keywords"])),
        modes=modes,
        budget_low_minor=low,
        budget_high_minor=high,
        deadline=_deadline(cells),
    )
    key = cleaning.line(cleaning.first(values, COLUMNS["key"]))
    return Record(key or key_of("demand", title, dated, text), dated, content, cells.done())


def branches(given: str) -> str:
    """Glued industry names apart; a name that is not known stays as it is."""
    words, rest = cleaning.unglue(given, BRANCHES)
    return given if rest else "；".join(dict.fromkeys(words))


def _deadline(cells: Cells) -> date | None:
    named = cells.read("deadline", COLUMNS["deadline"], cleaning.day)
    if named is not None:
        return cast("date", named)
    period = cells.read("period", COLUMNS["period"], cleaning.days)
    if not period:
        return None
    if len(period) == 2 and period[1] < period[0]:
        cells.refuse("period", "ends_before_it_begins")
    return cast("date", max(period))


def _amount(value: Any) -> int | None:
    given = cleaning.line(value)
    return parse_amount(given) if given else None
