"""Words that the general segmenter should keep whole: the field's terms and the county's names."""

from __future__ import annotations

from search.synonym_pairs import PAIRS

_NAMES = """
新昌 新昌县 嵊州 绍兴 柯桥 诸暨 上虞 浙江 浙江省 浙江大学 浙江理工大学 浙江工业大学 科技大市场
科技成果 职务成果 技术需求 成果转化 产学研 高新技术企业 实用新型 外观设计 揭榜挂帅 中试 小试 量产
面议 挂牌竞价
"""

#: Sorted, so that every process teaches the segmenter the same words in the same order.
DOMAIN_WORDS = tuple(
    sorted(
        {name for chinese, _ in PAIRS for name in chinese if 2 <= len(name) <= 7}
        | set(_NAMES.split())
    )
)
