"""Why a buyer wants her money back (退款原因), and what follows from it: whose fault, what proof. Pure."""

from dataclasses import dataclass
from typing import Literal

from xiaoer.kernel.i18n import T

Fault = Literal["seller", "buyer", "courier", "platform", "unknown"]

FAULTS: dict[str, T] = {
    "seller": T("卖家责任", "Seller's fault"),
    "buyer": T("买家原因", "Buyer's side"),
    "courier": T("快递责任", "Courier's fault"),
    "platform": T("平台责任", "Platform's fault"),
    "unknown": T("责任待定", "Not yet known"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `no_reason` falls under the seven days; `proof` needs photos (R081); `kinds` are the flows it fits."""

    code: str
    zh: str
    en: str
    fault: Fault
    no_reason: bool = False
    proof: bool = False
    kinds: tuple[str, ...] = ("return", "refund_only")

    @property
    def label(self) -> T:
        return T(self.zh, self.en)


_ALL = ("return", "refund_only", "exchange")

REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("no_reason", "七天无理由退货", "No-reason return within seven days", "buyer", True, kinds=("return",)),
        Reason("size", "尺码/颜色不合适", "Size or colour does not suit", "buyer", True, kinds=("return", "exchange")),
        Reason(
            "not_wanted", "不想要了/拍错了", "No longer wanted, or bought by mistake", "buyer", kinds=("refund_only",)
        ),
        Reason("refused_delivery", "拒签退回", "Delivery refused, parcel went back", "buyer", True),
        Reason("quality", "质量问题", "Quality problem", "seller", proof=True, kinds=_ALL),
        Reason("not_as_described", "与描述不符", "Not as described", "seller", proof=True, kinds=_ALL),
        Reason("wrong_goods", "卖家发错货", "Wrong goods sent", "seller", proof=True, kinds=_ALL),
        Reason("missing", "少件/漏发", "Something is missing", "seller", proof=True),
        Reason("damaged", "收到商品破损", "Arrived broken", "courier", proof=True, kinds=_ALL),
        Reason("fake", "假冒品牌", "Counterfeit", "seller", proof=True),
        Reason("late", "未按约定时间发货", "Not shipped as promised", "seller", kinds=("refund_only",)),
        Reason("not_received", "快递一直未送到/未收到货", "Parcel never arrived", "courier", kinds=("refund_only",)),
        Reason("agreed", "与卖家协商一致", "Agreed with the seller", "unknown", kinds=_ALL),
        Reason("other", "其他", "Other", "unknown"),
    )
}

REFUSALS: dict[str, T] = {
    "out_of_window": T("已超过申请期限", "The time to apply is over"),
    "excluded_goods": T("商品不适用七天无理由", "Goods without no-reason return"),
    "no_proof": T("凭证不足，请补充", "The proof does not suffice; please add to it"),
    "not_intact": T("商品已使用、洗涤或吊牌缺失", "Used, washed or tags missing"),
    "wrong_amount": T("退款金额与约定不符", "The amount is not what was agreed"),
    "shipped": T("商品已发出，请收到后再申请或拒签", "The goods are on their way; refuse delivery or apply afterwards"),
    "wrong_kind": T("请改选正确的售后类型", "Please choose the right kind of request"),
    "other": T("其他原因（须说明）", "Another reason (say which)"),
}
"""What an agent may give as the reason of a refusal; the first two are checked against the rules (C09, R740)."""

PARCEL_REFUSALS: dict[str, T] = {
    "freight_collect": T("到付件", "Freight collect"),
    "broken": T("外包装破损严重，未签收", "Badly broken outside, not accepted"),
    "not_ours": T("不是本店商品", "Not our goods"),
}

CHANNELS: dict[str, T] = {
    "platform": T("平台原路退回", "Back the way it was paid, by the platform"),
    "alipay": T("支付宝转账", "Alipay transfer"),
    "wechat": T("微信原路退回", "WeChat, back the way it was paid"),
    "bank": T("银行转账", "Bank transfer"),
    "points": T("积分退回", "Points given back"),
    "coupon": T("发放优惠券", "Coupon given"),
    "gift": T("寄出赠品", "Gift sent"),
}


def reasons_for(kind: str) -> list[Reason]:
    return [reason for reason in REASONS.values() if kind in reason.kinds]
