"""The components: what a macro promises about money, state, time and words that stand beside colour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from jinja2 import StrictUndefined

from marketplace.kernel import assets
from marketplace.web import filters, i18n

NOW = datetime(2031, 5, 6, 6, 30, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def app() -> Flask:
    """A bare application with the real filters; an attribute a macro guesses at fails loudly."""
    app = Flask(
        "components",
        template_folder=str(assets.folder() / "templates"),
        static_folder=str(assets.folder() / "static"),
    )
    app.jinja_env.undefined = StrictUndefined
    i18n.install(app)
    filters.install(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token-of-the-session"
    return app


@pytest.fixture
def render(app):
    """Render one line of template in English."""

    def _render(text: str, **values) -> str:
        with app.test_request_context("/?lang=en"):
            return app.jinja_env.from_string(text).render(**values)

    return _render


def listing(**changes):
    return {
        "id": 7, "url": "/showcase/listings/7", "title": "A <cage>", "number": "ZL201611184520.8",
        "verified": True, "owner": "An institute", "kind": "Invention", "price_minor": 128_000_000,
    } | changes  # fmt: skip


ROW = '{% from "components/listing.html" import listing_row %}{{ listing_row(item) }}'


def test_a_listing_row_needs_only_its_required_attributes(render):
    page = render(ROW, item=listing())
    assert 'data-listing-id="7"' in page
    assert "A &lt;cage&gt;" in page
    assert "Verified" in page
    assert "TRL" not in page


def test_a_listing_row_shows_state_with_date_and_maturity_as_scale_and_number(render):
    page = render(ROW, item=listing(status="In force", status_on=date(2031, 5, 1), trl=8))
    assert 'In force <time datetime="2031-05-01">2031-05-01</time>' in page
    assert "#i-trl-8" in page
    assert "<b>8</b>" in page


def test_an_unverified_listing_carries_no_verified_mark(render):
    assert "i-verified" not in render(ROW, item=listing(verified=False))


def test_the_watch_button_works_as_a_form_and_tells_its_state(render):
    text = '{% from "components/listing.html" import watch_button %}{{ watch_button("/w", true) }}'
    page = render(text)
    assert 'method="post" action="/w"' in page
    assert 'value="token-of-the-session"' in page
    assert 'aria-pressed="true"' in page
    assert 'name="watch" value="0"' in page


PRICE = '{% from "components/money.html" import price %}'


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("price(none)", "Negotiable"),
        ("price(128000050, exact=true)", "¥1,280,000.50"),
        ('price(132000000, exact=true, size="xl")', "¥1,320,000<"),
        ("price(4750000, live=true)", "price-live"),
    ],
)
def test_a_price_reads_as_its_use_demands(render, call, words):
    assert words in render(PRICE + "{{ " + call + " }}")


def test_a_chinese_price_sets_its_unit_apart(app):
    with app.test_request_context("/?lang=zh"):
        text = PRICE + "{{ price(6000000, 8000000) }}"
        assert app.jinja_env.from_string(text).render() == (
            '<span class="price">6–8<small>万元</small></span>'
        )


COUNTDOWN = (
    '{% from "components/time.html" import countdown %}'
    "{{ countdown(now + left, now, soon_seconds=300) }}"
)


@pytest.mark.parametrize(
    ("seconds", "shown", "soon"),
    [(278, "00:04:38", True), (301, "00:05:01", False), (-5, "00:00:00", True)],
)
def test_a_countdown_stands_right_without_javascript(render, seconds, shown, soon):
    page = render(COUNTDOWN, now=NOW, left=timedelta(seconds=seconds))
    assert shown in page
    assert ("countdown-soon" in page) is soon
    assert f'data-ends-at-ms="{int(NOW.timestamp() * 1000) + seconds * 1000}"' in page


def test_a_countdown_over_a_day_speaks_in_days(render):
    assert "3 days" in render(COUNTDOWN, now=NOW, left=timedelta(days=3, hours=19))


def test_the_patent_strip_says_every_year_in_words(render):
    years = [
        {"number": 1, "fee_minor": 90_000, "state": "paid"},
        {"number": 2, "fee_minor": 800_000, "state": "late"},
        {"number": 3, "fee_minor": 400_000, "state": "open"},
    ]
    text = (
        '{% from "components/listing.html" import patent_strip %}{{ patent_strip(y, "Term", 2) }}'
    )
    page = render(text, y=years)
    assert "Year 1: ¥900.00, paid" in page
    assert "Year 2: ¥8,000.00, overdue" in page
    assert 'class="t6 late"' in page
    assert "today" in page


STATE = '{% from "components/auction.html" import my_state %}{{ my_state(s, "Title", "Text") }}'


@pytest.mark.parametrize(
    "state", ["leading", "outbid", "waiting", "won", "lost", "refused", "watching"]
)
def test_my_state_is_colour_and_icon_and_words(render, state):
    page = render(STATE, s=state)
    assert f'class="my-state {state}"' in page
    assert "<use href=" in page
    assert "<b>Title</b><p>Text</p>" in page


BID = {
    "action": "/trade/auctions/7/bids", "minimum_minor": 134_000_000, "key": "k-1",
    "rules": "A bid cannot be withdrawn.", "maximum": "", "error": None,
    "abnormal_minor": None, "limit_minor": None,
}  # fmt: skip
FORM = (
    '{% from "components/auction.html" import bid_form %}{{ bid_form(bid, [(134000000, "low")]) }}'
)


def test_enter_in_the_bid_form_checks_and_never_takes_a_quick_amount(render):
    page = render(FORM, bid=BID)
    assert page.index('name="review"') < page.index('name="quick"')


def test_the_bid_form_works_as_a_plain_form(render):
    page = render(FORM, bid=BID)
    assert 'method="post" action="/trade/auctions/7/bids"' in page
    assert 'name="key" value="k-1"' in page
    assert 'name="quick" value="134000000"' in page
    assert 'name="csrf_token" value="token-of-the-session"' in page


def test_a_refused_bid_keeps_what_was_typed_and_names_the_reason(render):
    page = render(FORM, bid=BID | {"maximum": "12<", "error": "Too low"})
    assert 'value="12&lt;"' in page
    assert 'aria-invalid="true"' in page
    assert "<span>Too low</span>" in page


def test_the_ladder_marks_my_bids_in_words(render):
    rows = [
        {
            "alias": "Bidder 17", "mine": True, "automatic": True, "channel": "hall",
            "amount_minor": 130_000_000, "at": NOW,
        }
    ]  # fmt: skip
    page = render('{% from "components/auction.html" import ladder %}{{ ladder(rows) }}', rows=rows)
    assert "for me" in page
    assert "Hall" in page
    assert "14:30:08" in page


def test_checks_name_their_outcome_for_those_who_do_not_see_the_colour(render):
    text = '{% from "components/records.html" import checks %}{{ checks(items) }}'
    page = render(text, items=[{"tone": "bad", "title": "Number", "text": "wrong"}])
    assert 'aria-label="Not passed"' in page


def test_a_change_says_before_and_now(render):
    page = render('{% from "components/records.html" import change %}{{ change("a", "b") }}')
    assert "before:" in page
    assert "now:" in page


def test_the_pager_leaves_out_what_does_not_exist(render):
    text = '{% from "components/lists.html" import pager %}{{ pager("1-20", none, "/next") }}'
    page = render(text)
    assert 'rel="next" href="/next"' in page
    assert 'rel="prev"' not in page


def test_facets_keep_the_rest_of_the_query_and_what_is_chosen(render):
    groups = [
        {
            "name": "cluster", "label": "Cluster", "more": 1,
            "options": [
                {"value": "a", "label": "Bearings", "count": 3, "selected": False},
                {"value": "b", "label": "Robots", "count": "1,000+", "selected": True},
            ],
        }
    ]  # fmt: skip
    text = '{% from "components/lists.html" import facets %}{{ facets(g, "/c", [("q", "x")]) }}'
    page = render(text, g=groups)
    assert '<input type="hidden" name="q" value="x">' in page
    assert 'value="b" checked' in page
    assert '<details class="facet-more" open>' in page


def test_money_on_a_scale_fills_it(render):
    text = (
        '{% from "components/money.html" import stagebar %}'
        '{{ stagebar([("released", 30), ("held", 0), ("owed", 70)], "in words") }}'
    )
    page = render(text)
    assert 'aria-label="in words"' in page
    assert 'x="30.00%"' in page
    assert "held" not in page
