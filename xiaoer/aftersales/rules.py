"""The arithmetic of after-sales: windows, exclusions, freight, refund amounts. Pure; numbers come in as arguments.

The full policy engine grows here. Sources: C08 (freight), C09 (168 hours), C32 (where money goes), C39, C50, R740.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from xiaoer.aftersales.reasons import REASONS, Reason
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import pro_rata_cumulative, split

EXCLUDED_WORDS: dict[str, tuple[str, ...]] = {
    "custom": ("定作", "定制"),
    "fresh": ("鲜活", "生鲜"),
    "digital": ("数字化", "软件", "充值"),
    "digital_download": ("数字化", "在线下载"),
    "opened_media": ("音像", "拆封"),
    "newspaper": ("报纸", "期刊"),
}
"""Category of a line -> words by which the rule `no_reason_excluded_by_law` names it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One bought line as refunds see it: pieces and fen bought, and what was granted before."""

    line: int
    bought: int
    paid_fen: int
    gone: int = 0
    granted_fen: int = 0

    @property
    def left_fen(self) -> int:
        return max(0, self.paid_fen - self.granted_fen)

    def worth(self, qty: int) -> int:
        """What the next `qty` pieces are worth: shares of the price paid; the last piece takes the remainder.

        Pieces that are gone already (refunded elsewhere while a case ran) are worth nothing more.
        """
        there = max(0, min(qty, self.bought - self.gone))
        return min(pro_rata_cumulative(self.paid_fen, self.bought, self.gone, there), self.left_fen)


def no_reason_until(signed_at: datetime, hours: timedelta, clock: str, zone: str) -> datetime:
    """The end of the no-reason window: 168 h from 00:00 of the day after signing (C09, R409), or from signing."""
    if clock == "exact_sign_time":
        return signed_at + hours
    local = signed_at.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date() + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone))
    return midnight + hours


def excluded(category: str, said: Iterable[str]) -> str | None:
    """The item of the exclusion list under which goods of this category fall, or None."""
    words = EXCLUDED_WORDS.get(category, ())
    return next((item for item in said for word in words if word in item), None)


def fault_of(reason: Reason, responsibility: str) -> str:
    """The row of the freight matrix: no_reason is not a fault; the platform's fault is borne like the courier's."""
    if responsibility == "buyer":
        return "no_reason" if reason.no_reason and reason.code != "refused_delivery" else "buyer"
    return {"seller": "seller", "courier": "courier", "platform": "courier"}.get(responsibility, "unknown")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who pays the way out and the way back, who advances the latter, and why (运费判定)."""

    outbound: str
    back: str
    advance: str
    why: T
    sources: tuple[str, ...]

    def data(self) -> dict[str, object]:
        return {
            "outbound": self.outbound,
            "back": self.back,
            "advance": self.advance,
            "zh": self.why.zh,
            "en": self.why.en,
            "sources": list(self.sources),
        }


_PAYER = {"seller": T("卖家", "the seller"), "buyer": T("买家", "the buyer")}
_CASE = {
    "seller": T("卖家责任", "The seller is at fault"),
    "courier": T(
        "快递或平台责任，由卖家先行承担并向责任方追偿", "Courier or platform at fault: the seller bears it first"
    ),
    "buyer": T("买家原因", "The buyer's own doing"),
    "no_reason": T("七天无理由", "No-reason return"),
    "unknown": T("责任待定，认定后结算", "Responsibility still open, settled when found"),
}


def freight_verdict(
    fault: str, free_shipping: bool, outbound: str, back: str, advance: str, sources: Sequence[str]
) -> Verdict:
    """Put the matrix's answer (C08) into words. `advance`: shop_label or buyer, of use only when the seller pays back."""
    shipping = T("包邮商品", "free shipping") if free_shipping else T("非包邮商品", "freight paid by the buyer")
    zh = f"{_CASE[fault].zh}，{shipping.zh}：发货运费由{_PAYER[outbound].zh}承担，退货运费由{_PAYER[back].zh}承担"
    en = f"{_CASE[fault].en}, {shipping.en}: {_PAYER[outbound].en} bears the way out, {_PAYER[back].en} the way back"
    if back == "seller":
        shop = advance == "shop_label"
        zh += "；店铺提供面单上门取件，无需垫付" if shop else "；请先垫付运费（拒收到付），收货后返还"
        en += "; the shop sends a label" if shop else "; the buyer advances it (no freight collect) and is repaid"
    else:
        advance = "buyer"
    return Verdict(outbound, back, advance, T(zh, en), ("C08", *dict.fromkeys(sources)))


def freight_share(freight_fen: int, goods_fen: int, before_fen: int, now_fen: int) -> int:
    """The part of the outbound freight that belongs to goods worth `now_fen`, after `before_fen` went back earlier."""
    if freight_fen <= 0 or goods_fen <= 0:
        return 0
    before = min(before_fen, goods_fen)
    return pro_rata_cumulative(freight_fen, goods_fen, before, min(now_fen, goods_fen - before))


def spread(total: int, pieces: Sequence[tuple[Piece, int]]) -> list[int]:
    """Share a chosen total over lines: by their worth, never more on a line than is left of it."""
    worths = [piece.worth(qty) for piece, qty in pieces]
    if total == sum(worths):
        return worths
    if 0 < total <= sum(worths):
        return list(split(total, worths))
    if total <= 0:
        return [0 for _ in pieces]
    room = [piece.left_fen - worth for (piece, _), worth in zip(pieces, worths, strict=True)]
    more = min(total - sum(worths), sum(room))
    extra = list(split(more, room)) if more > 0 else [0 for _ in pieces]
    return [worth + add for worth, add in zip(worths, extra, strict=True)]


def accepted(received: int, damaged: int, responsibility: str) -> int:
    """Pieces that count for the refund: damaged ones are the buyer's loss only when the damage is on her side."""
    return received - damaged if responsibility == "buyer" else received


def window_problem(
    reason: Reason, now: datetime, no_reason_end: datetime | None, after_sale_end: datetime | None
) -> T | None:
    """Why a reason can no longer be given, or None. What has no clock yet (not signed, not succeeded) is open."""
    if reason.no_reason and no_reason_end is not None and now >= no_reason_end:
        return T(
            "七天无理由退货期已过；如有质量问题请选择相应原因并上传照片",
            "The no-reason time is over; for a quality problem choose that reason and add photos",
        )
    if not reason.no_reason and after_sale_end is not None and now >= after_sale_end:
        return T("售后申请期已过，请联系客服协商处理", "The time for after-sales requests is over; please ask an agent")
    return None


def refusal_problem(
    why: str, reason: Reason, now: datetime, no_reason_end: datetime | None, is_excluded: bool
) -> T | None:
    """A refusal must be true: neither "too late" within the time nor "excluded" for ordinary goods (R739, R740)."""
    if why == "out_of_window" and (no_reason_end is None or now < no_reason_end):
        return T("申请在期限之内，不能以超期为由拒绝", "The request came in time; it cannot be refused as late")
    if why == "excluded_goods" and (not is_excluded or not reason.no_reason):
        return T(
            "该商品不在不适用七天无理由的范围内，不能以此拒绝", "These goods are not excluded from no-reason returns"
        )
    return None


def reason_of(code: str) -> Reason:
    return REASONS[code]
