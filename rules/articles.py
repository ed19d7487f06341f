"""The articles the findings cite, with the words a page shows for them."""

from __future__ import annotations

import re
from collections.abc import Mapping

LAWS: Mapping[str, tuple[str, str]] = {
    "PM": ("《拍卖法》", "Auction Law"),
    "SPC": ("《最高人民法院关于人民法院网络司法拍卖若干问题的规定》", "Online court auction rules"),
    "CG": ("《促进科技成果转化法》", "Law on Promoting the Conversion of Results"),
    "ZC": ("《浙江省促进科技成果转化条例》", "Zhejiang conversion regulation"),
    "ZM": ("《浙江省技术市场条例》", "Zhejiang technology market regulation"),
    "MF": ("《民法典》", "Civil Code"),
    "JS": ("《最高人民法院关于审理技术合同纠纷案件适用法律若干问题的解释》",
           "Judicial interpretation on technology contracts"),
    "ZL": ("《专利法》", "Patent Law"),
    "XZ": ("《专利法实施细则》", "Implementing Regulations of the Patent Law"),
    "EC": ("《电子商务法》", "E-commerce Law"),
    "AD": ("《广告法》", "Advertising Law"),
    "TE": ("《技术进出口管理条例》", "Regulations on Technology Import and Export"),
}  # fmt: skip
"""The short names of the rule book; the court rules are a model here, they bind courts only."""

_KEY = re.compile(r"([A-Z]+)(\d+)")


def article_text(key: str, language: str = "zh") -> str:
    """``"PM45"`` → 《拍卖法》第45条 / "Auction Law, article 45"; "" for an empty key.

    Raises ``KeyError`` for an unknown law.
    """
    if not key:
        return ""
    shape = _KEY.fullmatch(key)
    if shape is None:
        raise KeyError(key)
    zh, en = LAWS[shape[1]]
    return f"{zh}第{shape[2]}条" if language == "zh" else f"{en}, article {shape[2]}"
