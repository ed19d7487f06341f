"""The reward calculator for everybody: the worked example of the rule book, in both languages."""

from __future__ import annotations

import pytest

ASKED = {"price": "100万", "costs": "12万", "public": "8万", "taxes": "3万"}


@pytest.mark.law("L38")
def test_the_page_reckons_the_example_of_the_rule_book(client):
    page = client.get(
        "/service/reward", query_string={**ASKED, "income_on": "2026-08-31"}
    ).get_data(as_text=True)
    for words in ("930,000.00", "651,000.00", "455,700.00", "32,550.00", "465,000.00"):
        assert words in page, words
    assert "2027-03-01" in page


def test_more_public_money_than_costs_is_refused_at_its_field(client):
    answer = client.get("/service/reward", query_string={**ASKED, "public": "13万"})
    assert answer.status_code == 422
    assert "error" in answer.get_data(as_text=True)
