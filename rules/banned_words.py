"""Words a listing may not use: absolute advertising claims, and 专利 for what is not a patent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Standing = Literal["in_force", "application", "ended", "none"]
"""What the described technology is: a patent in force, an application, an ended right, none."""

GENERAL_RULE = "AD9"
OPEN_LICENCE_RULE = "L66"
WORDING_RULE = "L68"


@dataclass(frozen=True, slots=True)
class WordFound:
    """A word at ``offset`` (characters from 0) and the rule it is against."""

    word: str
    rule: str
    offset: int


_RANKED = (
    r"(?:全国|国内|世界|全球|国际|亚洲|全省|省内|行业|业内|同行|市场|中国|排名|销量|天下|浙江|全市)"
)
_ABSOLUTE = re.compile(
    "|".join(
        (
            r"国家级(?!高新|重点|企业|工程|技术|科技|专精|火炬|星火|新产品|实验|博士|大学|开发区|示范|检测|质检|孵化)",
            r"世界级|宇宙级|殿堂级|最高级别?|顶级|顶尖|极品|极致|终极",
            r"最(?:先进|佳(?!实施|匹配|工艺|参数|值|温度|配比|比例|方案|条件|状态|时间)|优秀|好的?(?!是|在|用|为|采|不|能|选)|新技术"
            r"|强|高端|权威|领先|便宜|低价|受欢迎|具竞争力|专业|环保|安全的)",
            rf"{_RANKED}(?:的)?第一|第一(?:品牌|名牌|家|选择|股)|(?:NO\.?\s?1|TOP\s?1)(?![\d.])",
            rf"{_RANKED}(?:首家|首创|首个|唯一|独家|领先|最大)|首家|独一无二|绝无仅有|史无前例|前无古人|空前绝后",
            r"填补(?:国内|国际|世界)?空白|无可比拟|无与伦比|无人能及|遥遥领先|万无一失|包治百病|根治",
            r"(?:100\s?%|百分之百|百分百|绝对)(?:有效|安全|成功|可靠|盈利|合格|环保|治愈)",
            r"稳赚不赔|保证盈利|零风险|无风险|永不(?:磨损|变形|老化|褪色)",
            r"\bbest(?![\s-]?(?:mode|practice|fit|effort))(?:[\s-]in[\s-]class|[\s-]of[\s-]all)?\b",
            r"\b(?:the\s)?(?:most\sadvanced|number\sone|world(?:'s)?[\s-](?:first|best|leading|class))\b",
            r"\b(?:unique\sin\sthe\sworld|unrivalled|unrivaled|unparalleled|second\sto\snone)\b",
            r"\b(?:risk[\s-]free|guaranteed\s(?:profit|success|results?)|100\s?%\s(?:safe|effective))",
        )
    ),
    re.IGNORECASE,
)

_AS_PATENT = re.compile(
    r"(?<!申请)(?:本|该|我司|公司|国家|发明|实用新型|外观设计|核心|自主)?专利"
    r"(?:号|产品|技术|证书|保护|权|授权|方法|设计)(?!申请|局|审查|代理|法|性|检索|人?为)"
    r"|(?:已|已经)?(?:获得?|取得|拥有|享有|荣获)(?:了)?(?:多项|\d+\s?项|国家|发明|实用新型|中国|授权)*专利(?!申请|代理)"
    r"|\bZL\s?[\d.]{8,}[\dX]?"
    r"|(?<!to be )\bpatented\b|\bpatent\s(?:no|number|protected|right)s?\b\.?",
    re.IGNORECASE,
)


_RESERVED = re.compile("拍卖公告|拍卖会|拍卖师|拍卖|落槌|网拍")


def find_reserved(text: str) -> tuple[WordFound, ...]:
    """L3 (拍卖法 11): words only a licensed 拍卖 may use, for any text of a 挂牌竞价 lot.

    The name of the law itself (拍卖法) is no claim and passes.
    """
    return tuple(
        found
        for found in _matches(_RESERVED, text, "L3")
        if not text.startswith("拍卖法", found.offset)
    )


def find(
    text: str, *, standing: Standing = "none", open_licence: bool = False
) -> tuple[WordFound, ...]:
    """Every objectionable word with its rule and place, in the order of the text.

    Absolute claims (广告法 9) are cited as ``L66`` in an open-licence statement, which may hold
    no promotion at all (细则 86), else as ``AD9``. Words that present the thing as a patent are
    found unless a patent is in force (L68, 细则 101, 广告法 12). Words only: a person decides.
    """
    found = list(_matches(_ABSOLUTE, text, OPEN_LICENCE_RULE if open_licence else GENERAL_RULE))
    if standing != "in_force":
        found += _matches(_AS_PATENT, text, WORDING_RULE)
    return tuple(sorted(found, key=lambda one: one.offset))


def _matches(pattern: re.Pattern[str], text: str, rule: str) -> Iterator[WordFound]:
    for match in pattern.finditer(text):
        yield WordFound(match.group(), rule, match.start())
