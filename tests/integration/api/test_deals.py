"""Deals by the interface: names only with consent, figures only where five deals stand behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from marketplace.showcase.deals import steps
from marketplace.showcase.deals.models import Deal
from rules.days import local_date


@pytest.fixture
def board(ctx, clock):
    """Put deals of a cluster onto the board."""

    def put(cluster: str, count: int, **changes) -> None:
        with ctx.transaction() as tx:
            for number in range(count):
                values = {
                    "origin": "order",
                    "origin_id": f"{cluster}-{number}",
                    "title": f"工艺 {number}",
                    "kind": "patent",
                    "cluster": cluster,
                    "mode": "assignment",
                    "way": "fixed",
                    "price_minor": (number + 1) * 10_000_00,
                    "agreed_on": local_date(clock()) - timedelta(days=number),
                    "trl": 5,
                }
                steps.record(tx, steps.RecordDeal(**{**values, **changes}))

    with ctx.transaction() as tx:
        tx.db.execute(delete(Deal))
    return put


def test_a_name_that_was_kept_secret_is_null_and_paging_goes_by_key(client, board):
    board("robots", 31, seller_name="越州理工大学")
    first = client.get("/api/v1/deals").get_json()
    assert len(first["items"]) == 30
    assert {one["buyer_name"] for one in first["items"]} == {None}
    assert {one["seller_name"] for one in first["items"]} == {"越州理工大学"}
    rest = client.get("/api/v1/deals", query_string={"after": first["next"]}).get_json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    seen = {one["id"] for one in first["items"] + rest["items"]}
    assert len(seen) == 31
    assert (
        client.get("/api/v1/deals", query_string={"cluster": "textile"}).get_json()["items"] == []
    )


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_a_figure_needs_five_deals(client, board, count, shown):
    board("robots", count)
    answer = client.get("/api/v1/deals/index").get_json()
    assert answer["k"] == 5
    found = [one for one in answer["items"] if (one["by"], one["value"]) == ("cluster", "robots")]
    assert bool(found) is shown
    assert all(one["deals"] >= 5 for one in answer["items"])
    if shown:
        assert (found[0]["low_minor"], found[0]["median_minor"]) == (20_000_00, 30_000_00)


def test_one_hidden_group_cannot_be_told_by_subtraction(client, board):
    board("robots", 6)
    board("textile", 5)
    board("bearings", 4)
    answer = client.get("/api/v1/deals/index").get_json()
    values = {one["value"] for one in answer["items"] if one["by"] == "cluster"}
    assert values == {"robots"}, "with textile shown, the four of bearings could be subtracted"
