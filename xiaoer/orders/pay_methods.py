"""付款方式 (R383 to R390): which ones exist, and what to say about each. Data, not code."""

from dataclasses import dataclass

from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class Method:
    code: str
    label: T
    say: T
    source: str


_ALL = (
    Method(
        "instalment",
        T("信用卡分期", "Credit-card instalments"),
        T(
            "亲，支持信用卡分期付款，满足条件的付款页面会显示期数，手续费以银行为准。",
            "Instalments by credit card: the payment page shows the terms, the fee is the bank's.",
        ),
        "R384",
    ),
    Method(
        "credit_card",
        T("信用卡支付", "Credit card"),
        T("亲，可以用信用卡在线支付，不收您手续费。", "A credit card works online, without any fee for you."),
        "R300; R497",
    ),
    Method(
        "quick",
        T("快捷支付", "Quick payment"),
        T("亲，可以用绑定了支付宝的银行卡快捷支付。", "A bank card bound to Alipay pays at once."),
        "R385",
    ),
    Method(
        "netbank",
        T("网银支付", "Online banking"),
        T("亲，开通了网上银行的银行卡可以用网银支付。", "A card with online banking works."),
        "R386",
    ),
    Method(
        "friend",
        T("找人代付", "Somebody else pays"),
        T(
            "亲，拍下后可以选择找人代付，由对方付款；如有退款会退到代付人账户。",
            "After ordering choose pay-by-another; a refund goes to the payer.",
        ),
        "R387; R210",
    ),
    Method(
        "card_topup",
        T("消费卡", "Phone top-up card"),
        T("亲，可以用手机话费卡给账户充值后付款。", "A mobile top-up card charges the account."),
        "R388",
    ),
    Method(
        "outlet",
        T("网点支付", "Partner outlets"),
        T(
            "亲，可以到支付宝合作的便利店、邮局、药店等网点用现金或刷卡付款。",
            "Alipay's partner outlets take cash or card.",
        ),
        "R389",
    ),
    Method(
        "balance",
        T("支付宝余额", "Alipay balance"),
        T("亲，支付宝账户余额可以直接付款。", "The Alipay balance pays directly."),
        "R390",
    ),
)
METHODS = {one.code: one for one in _ALL}
