"""The search page, its suggestions, and its results as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from marketplace.catalogue import asking, facets, files, queries
from marketplace.catalogue.asking import Asked
from marketplace.catalogue.marking import marker
from marketplace.catalogue.queries import Results
from marketplace.catalogue.sources import split
from marketplace.kernel.clock import to_ms
from marketplace.showcase.listings import labels
from marketplace.showcase.listings.queries import ListingCard
from marketplace.web import messages
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context
from marketplace.web.i18n import current_lang
from marketplace.web.limits import EXPORT, SEARCH, SUGGEST, limited

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")
messages.register(
    {
        "search.text_too_long": _l("The search text is too long; 1,000 characters are enough."),
        "search.too_many_values": _l("Too many filters at once. Please take some away."),
        "search.too_many_filters": _l("Too many filters at once. Please take some away."),
        "search.page_window": _l("You have come very far. Please narrow the search instead."),
        "search.bad_cursor": _l(
            "This page of results does not exist any more. Please search again."
        ),
        "search.too_costly": _l("This search is too broad. Please add a word or a filter."),
        "search.deadline": _l("This search took too long. Please add a word or a filter."),
        "search.busy": _l("Many people are searching right now. Please try again in a moment."),
    }
)
SORTS = (
    ("relevance", _l("Best match")),
    ("newest", _l("Newest")),
    ("price_asc", _l("Price, lowest first")),
    ("price_desc", _l("Price, highest first")),
    ("trl", _l("Most mature first")),
    ("ending", _l("Ending soon")),
)


@bp.get("/")
@access(PUBLIC)
@limited(SEARCH)
def search() -> str | AnyResponse:
    """Everything that can be found, with facets; a patent number leads straight to its record."""
    asked = _asked()
    ctx = current_context()
    query = asking.query_of(asked, lang=current_lang(), now_ms=to_ms(ctx.clock()))
    with ctx.reading() as db:
        results = queries.search(db, ctx.settings, query)
        if results.page.number_hit and not asked.cursor:
            return redirect(_record(results.page.number_hit), 302)
        words = facets.Words(db, ctx.settings, results.page)
    return render_template("catalogue/search.html", **_values(asked, results, words))


@bp.get("/suggest")
@access(PUBLIC)
@limited(SUGGEST)
def suggest() -> Response:
    """Words that begin with ``q``, in characters, pinyin or initials."""
    found = queries.suggestions(current_context().settings, request.args.get("q", "")[:60])
    return jsonify(
        suggestions=[
            {"text": one.text, "url": url_for("catalogue.search", q=one.text)} for one in found
        ]
    )


@bp.get("/results.csv")
@access(PUBLIC)
@limited(EXPORT)
def as_csv() -> Response:
    """The first thousand results as CSV."""
    return _file(files.csv_lines, "text/csv", "results.csv")


@bp.get("/results.xlsx")
@access(PUBLIC)
@limited(EXPORT)
def as_xlsx() -> Response:
    """The first thousand results as a workbook."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(files.xlsx_bytes, kind, "results.xlsx")


@bp.get("/results.rss")
@access(PUBLIC)
@limited(SEARCH)
def as_rss() -> Response:
    """The newest results of this search as a feed."""
    ctx, asked = current_context(), _asked()
    with ctx.reading() as db:
        rows = files.rows(db, ctx, asked, most=50, newest=True)
    base = ctx.settings.base_url
    page = render_template("catalogue/feed.xml", rows=rows, asked=asked, base=base)
    return Response(page, mimetype="application/rss+xml")


def _asked() -> Asked:
    return asking.read(request.args.to_dict(flat=False))


def _record(identity: str) -> str:
    prefix, number = split(identity)
    if prefix == "demand":
        return url_for("exchange.demands.show", demand_id=number)
    return url_for("showcase.listings.show", listing_id=number)


def _file(write: Callable[[list[files.Row]], Any], kind: str, name: str) -> Response:
    ctx = current_context()
    with ctx.reading() as db:
        rows = files.rows(db, ctx, _asked(), most=files.MOST)
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(write(rows), mimetype=kind, headers=headers)


def _values(asked: Asked, results: Results, words: facets.Words) -> dict[str, Any]:
    path, page = url_for("catalogue.search"), results.page
    mark = marker(page.marks)
    kept = [pair for pair in asked.pairs() if pair[0] in ("q", "sort", "view", "plain")]
    return {
        "asked": asked,
        "page": page,
        "rows": [_row(one, mark) for one in results.found],
        "total": facets.total_words(page),
        "groups": facets.groups(page, asked, words),
        "chips": facets.chips(asked, words, path),
        "kept": kept,
        "kept_for_sort": [pair for pair in asked.pairs() if pair[0] != "sort"],
        "sorts": SORTS,
        "next_url": asked.address(path, cursor=page.next_cursor) if page.next_cursor else None,
        "first_url": asked.address(path) if asked.cursor else None,
        "views": {
            view: Asked(
                asked.text, asked.filters, asked.typed, asked.sort, view, asked.translate
            ).address(path)
            for view in ("list", "table")
        },
        "exports": {
            name: asked.address(url_for(f"catalogue.as_{name}")) for name in ("csv", "xlsx", "rss")
        },
        "plain_url": Asked(
            asked.text, asked.filters, asked.typed, asked.sort, asked.view, translate=False
        ).address(path),
    }


def _row(found: queries.Found, mark: Callable[[str], Any]) -> dict[str, Any]:
    if found.demand is not None:
        return {"full": found.full, "demand": found.demand}
    card = found.listing
    assert card is not None  # noqa: S101 - Found holds one of the two
    return {"full": found.full, "item": _item(card, mark)}


def _item(card: ListingCard, mark: Callable[[str], Any]) -> dict[str, Any]:
    item = labels.card_item(
        card,
        url=url_for("showcase.listings.show", listing_id=card.id),
        picture=_picture(card),
    )
    return {**item, "title": mark(str(item["title"])), "summary": mark(str(item["summary"] or ""))}


def _picture(card: ListingCard) -> str | None:
    if card.picture_id is None:
        return None
    return url_for("showcase.listings.thumbnail", listing_id=card.id, file_id=card.picture_id)
