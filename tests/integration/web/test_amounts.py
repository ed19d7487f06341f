"""What is no amount of money is no bid, by page and by interface: a list and whatever occurs (T3)."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.tables import metadata
from marketplace.trade.auctions.lots import auction_log

LIMIT = 10**15
WRONG_JSON = ("-1", "0", "-0", "1e30", "1e15", "NaN", "Infinity", "-Infinity", '"1,000"', '"190000000"',
              "true", "false", "null", "1.5", "190000000.0", "[190000000]", '{"fen": 1}', '""',
              '"CNY 5"', "1" + "0" * 15 + "1", "1" * 400)  # fmt: skip
WRONG_TYPED = ("-1", "0", "-0", "1e30", "1E5", "NaN", "nan", "inf", "Infinity", "1,00,000", "12,34", "true",
               "USD 1,900,000", "$1900000", "€5", "1900000元整美元", "0x1d4c00", "1_900_000", "1.999",
               "--5", "+-5", "１,９", "壹佰玖拾万", "19万-20万", "1" * 41, "٣٠٠٠٠٠٠", "1;DROP", "\u0000")  # fmt: skip


@pytest.fixture
def doors(site_world):
    """Bob's page and Bob's token before the live lot, and how the lot stands."""
    world = site_world
    world.app.config["WTF_CSRF_ENABLED"] = False
    lot, browser, program = world.ids["live"], world.client("bob"), world.client(None)
    keys = iter(range(10**6))

    def typed(text: str, **more: str):
        data = {"maximum": text, "key": f"t{next(keys)}", "confirm": "1", **more}
        return browser.post(f"/trade/auctions/{lot}/bids", data=data)

    def sent(body: str):
        headers = {"Authorization": f"Bearer {world.ids['token_text']}",
                   "Idempotency-Key": f"j{next(keys)}", "Content-Type": "application/json"}  # fmt: skip
        return program.post(f"/api/v1/auctions/{lot}/bids", data=body.encode(), headers=headers)

    def standing():
        accepted = select(func.count()).where(auction_log.c.kind == "accepted")
        with world.ctx.reading() as db:
            return db.scalar(accepted)

    return SimpleNamespace(world=world, typed=typed, sent=sent, standing=standing)


def refused(answer) -> bool:
    """Refused in words: a form with its error, or an answer that says so."""
    if answer.status_code in (400, 409, 422):
        return True
    return answer.status_code == 200 and (answer.get_json() or {}).get("accepted") is False


@pytest.mark.threat("T3")
def test_a_list_of_what_is_no_amount(doors):
    before = doors.standing()
    for text in WRONG_JSON:
        assert refused(doors.sent(f'{{"maximum_minor": {text}, "confirmed": true}}')), text
    for text in WRONG_TYPED:
        assert refused(doors.typed(text)), text
        assert refused(doors.typed("", quick=text)), text
    assert doors.standing() == before


@pytest.mark.threat("T3")
def test_whatever_is_sent_the_lot_stands_or_rises_by_whole_fen(doors):
    """Every JSON value and every text: never a fault, never a bid that is no positive integer."""
    quiet = settings(
        max_examples=60,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    scalars = st.none() | st.booleans() | st.floats() | st.text(max_size=20)
    wrong = scalars | st.integers(max_value=0) | st.integers(min_value=LIMIT + 1)
    nested = st.lists(wrong, max_size=3) | st.dictionaries(st.text(max_size=5), wrong, max_size=3)

    @quiet
    @given(wrong | nested)
    def by_interface(amount) -> None:
        before = doors.standing()
        assert refused(doors.sent(json.dumps({"maximum_minor": amount, "confirmed": True})))
        assert doors.standing() == before

    @quiet
    @given(st.text(max_size=45), st.booleans())
    def by_page(text, as_button) -> None:
        answer = doors.typed("" if as_button else text, quick=text if as_button else "")
        assert answer.status_code in (303, 422), text

    by_interface()
    by_page()


@pytest.mark.threat("T12")
def test_columns_sent_along_with_a_bid_by_interface_are_refused_and_change_nothing(doors):
    columns = {column.name for table in metadata.sorted_tables for column in table.columns}
    before = doors.standing()
    for name in sorted(columns - {"maximum_minor", "confirmed"}):
        body = {"maximum_minor": 190_000_000, "confirmed": True, name: 1}
        assert refused(doors.sent(json.dumps(body))), name
    assert doors.standing() == before


@pytest.mark.threat("T18")
def test_deep_and_huge_json_is_refused_at_once(doors):
    before, began = doors.standing(), time.monotonic()
    for depth in (1_100, 3_000):
        assert doors.sent('{"maximum_minor":' * depth + "1" + "}" * depth).status_code == 400
    assert doors.sent("[" * 60_000).status_code == 400
    assert doors.sent(f'{{"maximum_minor": {"9" * 60_000}}}').status_code == 400
    assert doors.sent(f'{{"maximum_minor": "{"9" * (27 * 1024 * 1024)}"}}').status_code == 413
    assert time.monotonic() - began < 5
    assert doors.standing() == before
