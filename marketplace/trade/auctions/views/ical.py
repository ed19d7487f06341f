"""Dates of lots as an iCalendar file (RFC 5545), in Beijing time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from flask import Response, url_for

from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions.queries.calendar import Date
from marketplace.web.i18n import pick

ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19910915T020000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)
LINE_BYTES = 75


def calendar_file(
    name: str, dates: Iterable[Date], *, words: Mapping[str, object], host: str
) -> Response:
    """The file a calendar program reads again every hour; ``words`` names the four kinds."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{host}//auctions//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *ZONE,
    ]
    for one in dates:
        lines += _event(one, words=words, host=host)
    lines.append("END:VCALENDAR")
    body = "".join(f"{part}\r\n" for line in lines for part in _folded(line))
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="auctions.ics"'
    return response


def _event(one: Date, *, words: Mapping[str, object], host: str) -> Iterator[str]:
    address = url_for("trade.auctions.show", auction_id=one.auction_id, _external=True)
    title = pick(one.title, one.title_en)
    yield "BEGIN:VEVENT"
    yield f"UID:auction-{one.auction_id}-{one.kind}@{host}"
    yield f"SEQUENCE:{one.version}"
    yield f"DTSTAMP:{one.at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID=Asia/Shanghai:{_local(one.at)}"
    yield f"SUMMARY:{_text(f'{words[one.kind]} · {title}')}"
    yield f"DESCRIPTION:{_text(f'{one.number} {address}')}"
    yield f"URL:{address}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _local(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y%m%dT%H%M%S}"


def _text(value: str) -> str:
    """A text value: backslash, semicolon, comma and line break escaped; no control character."""
    plain = "".join(char for char in value if char == "\n" or char.isprintable())
    for char, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(char, escaped)
    return plain


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 bytes, a character never cut; what goes on begins with a blank."""
    part = ""
    for char in line:
        if len((part + char).encode()) > LINE_BYTES:
            yield part
            part = " "
        part += char
    yield part
