"""Words and small judgements of reviews and disputes. Pure: no Django, no clock, no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xiaoer.kernel.i18n import T

RATINGS: dict[str, T] = {"good": T("好评", "Good"), "neutral": T("中评", "Neutral"), "bad": T("差评", "Bad")}
RANK = {"bad": 0, "neutral": 1, "good": 2}
MOODS: dict[str, T] = {"good": T("满意", "Pleased"), "neutral": T("一般", "Mixed"), "bad": T("不满", "Displeased")}

TOPICS: dict[str, T] = {
    "quality": T("商品质量", "Goods quality"),
    "size": T("尺码", "Size"),
    "colour": T("颜色/色差", "Colour"),
    "logistics": T("物流", "Delivery"),
    "packaging": T("包装", "Packaging"),
    "service": T("客服服务", "Service"),
    "price": T("价格", "Price"),
    "wrong": T("错发/漏发", "Wrong or missing"),
}

DEPARTMENTS: dict[str, T] = {
    "warehouse": T("仓库", "Warehouse"),
    "product": T("商品部", "Product"),
    "courier": T("快递对接", "Courier desk"),
    "service": T("客服部", "Customer service"),
    "operations": T("运营", "Operations"),
}
DEPARTMENT_OF: dict[str, str] = {
    "quality": "product",
    "size": "product",
    "colour": "product",
    "logistics": "courier",
    "packaging": "warehouse",
    "service": "service",
    "price": "operations",
    "wrong": "warehouse",
}
"""Who is told first about a topic (R829, R448)."""

CAUSES: dict[str, T] = {**TOPICS, "malicious": T("疑似恶意评价", "Probably malicious"), "other": T("其他", "Other")}

VERDICTS: dict[str, T] = {"confirmed": T("属实", "Confirmed"), "unfounded": T("不属实", "Unfounded")}

OUTCOMES: dict[str, T] = {
    "won": T("胜诉（支持卖家）", "Won"),
    "lost": T("败诉（支持买家）", "Lost"),
    "partly": T("部分支持", "Partly"),
    "settled": T("协商一致", "Settled"),
}
DISPUTE_KINDS: dict[str, T] = {
    "refund": T("退款纠纷", "Refund dispute"),
    "rights": T("售后维权", "Rights claim"),
    "complaint": T("投诉", "Complaint to the platform"),
}
SOLUTIONS: dict[str, T] = {
    "partial_refund": T("部分退款", "Partial refund"),
    "refund": T("全额退款", "Full refund"),
    "return_refund": T("退货退款", "Return and refund"),
    "exchange": T("换货", "Exchange"),
    "reship": T("补发", "Reship"),
    "compensation": T("补偿", "Compensation"),
    "arbitration": T("请平台仲裁", "Arbitration by the platform"),
}
CHANNELS: dict[str, T] = {
    "platform_chat": T("旺旺/平台聊天", "Platform chat"),
    "hotline": T("服务电话", "Service hotline"),
    "qq": T("QQ/微信等站外", "QQ, WeChat and others outside"),
    "document": T("单据/照片", "Papers or photos"),
}
CHATS = ("platform_chat", "hotline", "qq")
"""Records of talks; only those of the rule `dispute_evidence_channels` are accepted as evidence (R292)."""


def rating_of_stars(stars: int, good_from: int, bad_until: int) -> str:
    """好/中/差 by stars, where a platform has stars only."""
    return "good" if stars >= good_from else "bad" if stars <= bad_until else "neutral"


def better(before: str, after: str) -> bool:
    return RANK[after] > RANK[before]


@dataclass(frozen=True, slots=True)
class Window:
    """When a complaint about a deal is possible: from the third to the sixtieth day after it (R203, R205)."""

    opens: datetime
    ends: datetime

    def standing(self, at: datetime) -> str:
        return "too_early" if at < self.opens else "over" if at >= self.ends else "open"


def complaint_window(deal_at: datetime, first_day: int, last_day: int) -> Window:
    return Window(deal_at + timedelta(days=first_day), deal_at + timedelta(days=last_day))


def authenticity_claim(paid_fen: int, freight_fen: int, multiple: int) -> int:
    """正品保障赔付上限 (R200): a multiple of the price really paid, and the postage."""
    return max(paid_fen, 0) * multiple + max(freight_fen, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """Won and lost of some judged disputes."""

    won: int = 0
    lost: int = 0
    partly: int = 0
    settled: int = 0

    @property
    def judged(self) -> int:
        return self.won + self.lost + self.partly

    @property
    def permille(self) -> int | None:
        """Won of those that were judged; half a point for a ruling that gave both sides something."""
        return (self.won * 2 + self.partly) * 500 // self.judged if self.judged else None


def tally(outcomes: Sequence[str]) -> Tally:
    return Tally(*(sum(one == name for one in outcomes) for name in ("won", "lost", "partly", "settled")))


def by_evidence(
    disputes: Sequence[tuple[str, frozenset[str]]], items: Sequence[str]
) -> Mapping[str, tuple[Tally, Tally]]:
    """Per item of the checklist: how it went with this evidence and without it (胜败学习)."""
    return {
        item: (
            tally([outcome for outcome, held in disputes if item in held]),
            tally([outcome for outcome, held in disputes if item not in held]),
        )
        for item in items
    }
