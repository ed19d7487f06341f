"""The interface keeps to its own description, pages by key, and a bid's key is one intent."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PROBLEM = {"code", "message", "request_id"}


@pytest.fixture
def api(site_world):
    return site_world.client(None)


@pytest.fixture
def bid(site_world, api):
    """Bob's program bids on the live lot."""
    path = f"/api/v1/auctions/{site_world.ids['live']}/bids"

    def send(key, maximum, token=site_world.ids["token_text"]):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        return api.post(path, json={"maximum_minor": maximum}, headers=headers)

    return send


def test_whatever_is_asked_the_answer_is_as_described(site_world):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site_world.app)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 15
    headers = {
        "Authorization": f"Bearer {site_world.ids['token_text']}",
        "Accept-Encoding": "identity",  # nobody unpacks between a test and its site
    }
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        def answers(case):
            case.call_and_validate(checks=CHECKS, headers=headers)

        answers()


@pytest.mark.parametrize("path", ["/organisations", "/auctions/{live}/events"])
def test_a_key_beyond_every_database_is_refused_in_words(site_world, api, path):
    path = path.format(live=site_world.ids["live"])
    assert api.get(f"/api/v1{path}?after={2**31 - 1}").status_code == 200
    refused = api.get(f"/api/v1{path}?after={2**31}")
    assert refused.status_code == 422
    assert "after" in refused.get_json()["errors"]


def test_every_failure_is_described_as_it_is_answered(api):
    spec = api.get("/api/v1/openapi.json").get_json()
    for path, methods in spec["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    (shape,) = answer["content"].values()
                    assert shape["schema"]["$ref"].endswith("/ProblemSchema"), (path, status)


def test_an_address_a_method_and_an_input_that_are_none_are_told_in_json(api):
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/listings", 405),
        ("GET", "/api/v1/listings/999999", 404),
        ("GET", "/api/v1/listings?kind=land", 422),
        ("GET", "/api/v1/organisations?after=zz", 422),
        ("GET", "/api/v1/auctions?after=zz", 422),
    ):
        answer = api.open(path, method=method)
        assert (answer.status_code, answer.is_json) == (status, True), path
        assert set(answer.get_json()) >= PROBLEM
    assert "GET" in api.delete("/api/v1/listings").headers["Allow"]


def test_pages_go_on_by_key_without_a_gap_or_a_double(api, monkeypatch):
    monkeypatch.setattr("marketplace.api.listings.PAGE", 2)
    every = {row["id"] for row in api.get("/api/v1/organisations").get_json()["items"]}
    met, after = [], "0"
    while after is not None:
        page = api.get(f"/api/v1/organisations?after={after}").get_json()
        met += [row["id"] for row in page["items"]]
        after = page["next"]
    assert len(met) == len(set(met)) > 2
    assert every < set(met)


def test_the_same_key_gets_the_same_answer_and_another_bid_under_it_is_refused(bid):
    asked = bid("one-intent", 50).get_json()["minimum_next_minor"]
    first = bid("k1", asked * 2).get_json()
    again = bid("k1", asked * 2).get_json()
    assert first["accepted"]
    assert again == {**first, "replayed": True}
    other = bid("k1", asked * 3).get_json()
    assert (other["accepted"], other["reason"]) == (False, "key_reused")


def test_a_bid_without_key_or_token_or_scope_is_no_bid(bid):
    missing = bid("", 100)
    assert missing.status_code == 422
    assert "Idempotency-Key" in missing.get_json()["errors"]
    assert bid("k" * 65, 100).status_code == 422
    assert bid("k", 100, token="mkt_none").status_code == 401


def test_the_documentation_page_needs_no_other_host(api):
    page = api.get("/api/v1/").get_data(as_text=True)
    assert "/api/v1/listings/{listing_id}" in page
    assert not re.findall(
        r'<(?:script|link|img|iframe)[^>]+(?:src|href)="https?://(?!localhost)', page
    )
