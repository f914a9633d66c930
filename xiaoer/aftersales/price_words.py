"""Words of a price difference (退差价): why it is asked, what the buyer is told. Pure."""

from xiaoer.aftersales.words import BUYER
from xiaoer.kernel.i18n import T

CAUSES: dict[str, T] = {
    "price_cut": T("商品降价", "The price was cut"),
    "promotion": T("参加活动", "A promotion began"),
    "coupon": T("券后更低", "Cheaper with a coupon"),
}
TEXTS: dict[str, T] = {
    "asked": T(
        "差价申请已收到，客服会在 {until} 前核价答复；只退商品差价，不退运费",
        "Received. The prices are checked and answered before {until}; the goods' difference only, no freight",
    ),
    "deferred": T(
        "活动期间咨询较多，差价会在活动结束（{until}）后为您处理",
        "The difference is settled after the event ({until})",
    ),
    "granted": T("核定差价 {amount}，等待打款", "{amount} was granted and is waiting for payment"),
    "paid": T("差价 {amount} 已退，请留意到账", "{amount} was paid; watch for its arrival"),
    "refused": T("差价申请未通过：{answer}", "The difference was refused: {answer}"),
    "withdrawn": BUYER["withdrawn"],
}
LABELS: dict[str, T] = {
    "cause": T("差价原因", "Cause"),
    "promotion": T("活动", "Event"),
    "rule_fen": T("按规则应退差价", "Difference by the rules"),
    "prices": T("核价", "Prices"),
    "way": T("退款方式", "Way of payment"),
    "channel_rule": T("退款方式", "Way of payment"),
    "until": T("可申请至", "May be asked until"),
    "deferred_until": T("活动结束", "Event ends"),
}
WAYS: dict[str, T] = {
    "transfer": T("小额转账", "Transfer"),
    "refund_application": T("走退款申请", "Refund application"),
}
CHOICES = {"cause": CAUSES, "way": WAYS}
