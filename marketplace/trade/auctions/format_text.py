"""How a lot is bid for, as its papers say it: in Chinese, whatever language somebody reads in."""

from __future__ import annotations

from marketplace.trade.auctions.models import Auction
from rules.auction_sums import earnest_part_minor

FORMATS = {"english": "加价竞价", "sealed": "密封报价", "dutch": "降价竞价"}


def sentences(auction: Auction) -> list[str]:
    """The rules of the format; empty for rising bids, whose rules the notice has elsewhere."""
    return {"english": _english, "sealed": _sealed, "dutch": _dutch}[auction.format](auction)


def _english(auction: Auction) -> list[str]:
    if auction.has_reserve and auction.reserve_policy == "at_close":
        return [
            "出价未达到保留价时照常加价；结束时最高限价达到保留价的，按不低于保留价的价格成交。"
        ]
    if auction.has_reserve:
        return ["最高限价达到保留价时，当前价即升至保留价。"]
    return []


def _sealed(auction: Auction) -> list[str]:
    given = auction.format_terms
    second = "最高有效报价者成交，成交价为第二高的有效报价，但不低于起始价和已达到的保留价。"
    first = "最高有效报价者成交，成交价为其报价。"
    return [
        "竞买人在自己的设备上封存报价，本市场只收到封存值，任何人（包括工作人员）在揭示前都无法得知金额。",
        "截止前可以重新封存，以最后一次为准。",
        f"截止后 {given['reveal_hours']} 小时内，竞买人须用本机或者回执揭示报价。",
        _unopened(auction),
        second if given["pricing"] == "second" else first,
        "报价相同的，先封存者成交。",
        "开标记录列明全部封存值和全部揭示结果，任何人都可以核验。",
    ]


def _dutch(auction: Auction) -> list[str]:
    given = auction.format_terms
    said = [
        f"自开始时间起，每 {_span(given['interval_seconds'])}降价 {_yuan(given['step_minor'])} 元，"
        f"最低降至 {_yuan(given['floor_minor'])} 元；最低价即为底价，不另设保留价。",
        "最先承接者取得标的，价格为其请求到达服务器之时的价格。",
    ]
    if given.get("sealing_minutes") is None:
        said.append("承接后其他竞买人不再加价。")
    else:
        said += [
            f"承接后 {given['sealing_minutes']} 分钟内，其他竞买人可以封存高于承接价的报价，"
            f"并在其后 {given['reveal_minutes']} 分钟内揭示。",
            f"最高有效报价领先；承接人可以在 {given['topping_minutes']} 分钟内加价一次。",
            _unopened(auction),
        ]
    earnest = earnest_part_minor(auction.deposit_minor, given["floor_minor"])
    if earnest < auction.deposit_minor:
        said.append(
            "保证金超过成交价百分之二十的部分不产生定金的效力（《民法典》第五百八十六条）："
            f"按最低价成交时，{_yuan(earnest)} 元为定金，其余 "
            f"{_yuan(auction.deposit_minor - earnest)} 元不是。"
        )
    return said


def _unopened(auction: Auction) -> str:
    if auction.format_terms.get("forfeits_unrevealed"):
        return "逾期未揭示的报价作废，保证金不予退还。"
    return "逾期未揭示的报价作废，保证金照常退还。"


def _span(seconds: int) -> str:
    return f"{seconds // 60} 分钟" if seconds % 60 == 0 else f"{seconds} 秒"


def _yuan(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"
