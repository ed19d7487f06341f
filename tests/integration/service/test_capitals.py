"""Amounts in Chinese capitals, and the pages of the tools in both languages."""

from __future__ import annotations

import re

import pytest

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PATHS = ("/service/", "/service/fees", "/service/numbers", "/service/capitals", "/service/reward")


@pytest.mark.parametrize(
    ("typed", "capitals"),
    [
        ("1,280,000", "壹佰贰拾捌万元整"),
        ("128万", "壹佰贰拾捌万元整"),
        ("¥2,345.60", "贰仟叁佰肆拾伍元陆角整"),
        ("１０００５", "壹万零伍元整"),
        ("0.07", "柒分"),
    ],
)
def test_an_amount_is_written_in_capitals(client, typed, capitals):
    page = client.get("/service/capitals", query_string={"amount": typed}).get_data(as_text=True)
    assert capitals in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Please enter an amount."),
        ("-5", "An amount is never below zero."),
        ("30万-100万", "Please enter one amount, not a range."),
        ("12,34", "The commas do not stand between thousands"),
        ("0.001", "The smallest unit is one fen"),
        ("99999999999999999", "more than ten trillion yuan"),
        ("abc", "This is not an amount of money."),
        ("面议", "has no figure"),
    ],
)
def test_a_refused_amount_is_explained_and_kept(client, typed, message):
    answer = client.get("/service/capitals", query_string={"amount": typed, "lang": "en"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert not typed or f'value="{typed}"' in page


@pytest.mark.parametrize("path", PATHS)
def test_the_tools_stand_in_both_languages(client, settings, path):
    pages = {}
    for lang in ("zh", "en"):
        page = client.get(path, query_string={"lang": lang}).get_data(as_text=True)
        pages[lang] = page.split('<main id="main"')[1].split("</main>")[0]
    assert len(CHINESE.findall(pages["zh"])) > 40
    english = pages["en"].replace("128万", "")
    assert CHINESE.findall(english) == []
