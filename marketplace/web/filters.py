"""How money, dates and texts look on a page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import nh3
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from marketplace.kernel.clock import SHANGHAI
from marketplace.web.i18n import current_lang
from rules.amounts import capitals

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_allowed = {
    "p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "blockquote",
    "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "a", "hr",
}  # fmt: skip


def install(app: Flask) -> None:
    """Register the filters of every template."""
    app.jinja_env.filters.update(
        yuan=yuan,
        wan=wan,
        capitals=capitals,
        day=day,
        moment=moment,
        moment_s=moment_seconds,
        clock=clock_ms,
        iso=iso,
        duration=duration,
        number=number,
        percent=percent,
        markdown=markdown,
        filesize=filesize,
    )


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - a tenth of the start, few pages show it

    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def yuan(minor: int | None) -> str:
    """Fen as ``¥1,234,567.50``; whole yuan keep their ``.00`` in commitments."""
    if minor is None:
        return "—"
    sign = "-" if minor < 0 else ""
    return f"{sign}¥{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def wan(minor: int | None) -> str:
    """Fen for lists: ``128 万元`` in Chinese, ``¥1.28 m`` in English; small sums in yuan."""
    if minor is None:
        return "—"
    if abs(minor) < 1_000_000:
        return f"{_trim(Decimal(minor) / 100)} 元" if current_lang() == "zh" else yuan(minor)
    if current_lang() == "zh":
        return f"{_trim(Decimal(minor) / 1_000_000)} 万元"
    if abs(minor) < 100_000_000:
        return f"¥{_trim(Decimal(minor) / 100_000)}k"
    return f"¥{_trim(Decimal(minor) / 100_000_000)}m"


def _trim(value: Decimal) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def day(value: datetime | date | None) -> str:
    """``2026-11-22`` in the people's time zone."""
    if value is None:
        return "—"
    return (_local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


def moment(value: datetime | None) -> str:
    """``2026-11-22 14:30`` in the people's time zone."""
    return "—" if value is None else _local(value).strftime("%Y-%m-%d %H:%M")


def moment_seconds(value: datetime | None) -> str:
    """``2026-11-22 14:30:05`` in the people's time zone."""
    return "—" if value is None else _local(value).strftime("%Y-%m-%d %H:%M:%S")


def clock_ms(value: datetime) -> str:
    """``14:30:05.123``: the time of a bid."""
    return _local(value).strftime("%H:%M:%S.%f")[:-3]


def iso(value: datetime | date) -> str:
    """The machine form for ``<time datetime>``."""
    return (_local(value) if isinstance(value, datetime) else value).isoformat()


def _local(value: datetime) -> datetime:
    return value.astimezone(SHANGHAI)


def duration(value: timedelta | None) -> str:
    """Remaining time in words: its two largest units."""
    if value is None:
        return "—"
    seconds = max(0, int(value.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    if days:
        parts = (ngettext("%(num)s day", "%(num)s days", days), _hours(hours))
    elif hours:
        parts = (_hours(hours), _minutes(minutes))
    elif minutes:
        parts = (_minutes(minutes), "")
    else:
        parts = (ngettext("%(num)s second", "%(num)s seconds", seconds), "")
    return " ".join(part for part in parts if part)


def _hours(hours: int) -> str:
    return ngettext("%(num)s hour", "%(num)s hours", hours) if hours else ""


def _minutes(minutes: int) -> str:
    return ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes else ""


def number(value: int | None) -> str:
    """``1,286``."""
    return "—" if value is None else f"{value:,}"


def percent(value: float | None) -> str:
    """A share as ``18.6%``."""
    return "—" if value is None else f"{value * 100:.1f}%"


def filesize(size: int) -> str:
    """``1.4 MB``."""
    for unit, scale in (("MB", 1024 * 1024), ("KB", 1024)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return str(_("%(size)s bytes", size=size))


def markdown(text: str | None) -> Markup:
    """User text as cleaned HTML: no raw HTML, no images, links marked as foreign (T16)."""
    html = nh3.clean(
        _renderer().render(text or ""),
        tags=_allowed,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return Markup(html)  # noqa: S704 - cleaned on the line above
