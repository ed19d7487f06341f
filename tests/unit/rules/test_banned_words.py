"""The review desk's automatic wording checks."""

from __future__ import annotations

import pytest

from rules.banned_words import find, find_reserved


def words(text: str, **facts) -> list[str]:
    return [one.word for one in find(text, **facts)]


@pytest.mark.law("L66")
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("国内最先进的轴承磨削工艺", "最先进"),
        ("销量行业第一", "行业第一"),
        ("国家级产品", "国家级"),
        ("顶级工艺", "顶级"),
        ("最佳选择", "最佳"),
        ("填补国内空白", "填补国内空白"),
        ("全球首创的纺纱技术", "全球首创"),
        ("绝对安全", "绝对安全"),
        ("100%有效", "100%有效"),
        ("独一无二的设计", "独一无二"),
        ("The best bearing of its kind", "best"),
        ("the most advanced robot", "the most advanced"),
        ("a world-leading process", "world-leading"),
        ("稳赚不赔", "稳赚不赔"),
    ],
)
def test_absolute_claims_are_found(text: str, word: str) -> None:
    found = find(text)
    assert [(one.word, one.rule) for one in found] == [(word, "AD9")]
    assert text[found[0].offset :].startswith(word)
    assert [one.rule for one in find(text, open_licence=True)] == ["L66"]


@pytest.mark.law("L66")
@pytest.mark.parametrize(
    "text",
    [
        "第一步，将第一轴承座安装于第一部件",
        "第一，提高效率；第二，降低成本",
        "最佳实施方式中温度为60℃",
        "转速最好是每分钟三千转",
        "最高温度与最大载荷",
        "国家级高新技术企业与国家级重点实验室",
        "best mode of carrying out the invention",
        "使合格率提高到 99.2%",
    ],
)
def test_ordinary_technical_language_passes(text: str) -> None:
    assert words(text) == []


@pytest.mark.law("L68")
@pytest.mark.parametrize(
    "text",
    [
        "专利号：待定",
        "本专利技术可用于高速轴承",
        "已获得发明专利3项",
        "ZL201310699744.2",
        "our patented technology",
        "patent no. 123",
        "专利产品",
    ],
)
def test_an_application_or_an_ended_right_may_not_be_called_a_patent(text: str) -> None:
    for standing in ("application", "ended", "none"):
        assert {one.rule for one in find(text, standing=standing)} == {"L68"}
    assert find(text, standing="in_force") == ()


@pytest.mark.law("L68")
@pytest.mark.parametrize(
    "text",
    [
        "已申请发明专利，专利申请号 202010123456.2",
        "专利申请(未授权)",
        "专利申请权转让",
        "委托专利代理机构办理",
        "patent application pending",
    ],
)
def test_an_application_called_an_application_passes(text: str) -> None:
    assert words(text, standing="application") == []


def test_words_come_in_the_order_of_the_text() -> None:
    found = find("专利产品，国内第一，顶级")
    assert [one.word for one in found] == ["专利产品", "国内第一", "顶级"]
    assert [one.offset for one in found] == sorted(one.offset for one in found)


@pytest.mark.law("L3")
def test_words_reserved_for_licensed_auctions_are_found() -> None:
    found = find_reserved("本次拍卖公告：拍卖师落槌成交。依据《拍卖法》")
    assert [(one.word, one.rule) for one in found] == [
        ("拍卖公告", "L3"),
        ("拍卖师", "L3"),
        ("落槌", "L3"),
    ]
    assert find_reserved("挂牌竞价公告，价高者得") == ()
