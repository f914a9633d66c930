"""Words of vouchers (本地生活卡券): reasons, coupon states, what the buyer is told. Pure."""

from xiaoer.kernel.i18n import T

VOUCHER_REASONS: dict[str, T] = {
    "unused": T("未使用随时退", "Unused, refundable any time"),
    "expired": T("过期自动退", "Expired, refunded by itself"),
    "not_delivered": T("商家未按约定提供服务", "Service not given as agreed"),
}
COUPON_STATES: dict[str, T] = {
    "unused": T("未使用", "Unused"),
    "used": T("已核销", "Used"),
    "held": T("退款中", "Being refunded"),
    "refunded": T("已退款", "Refunded"),
}
TEXTS: dict[str, T] = {
    "requested": T("退款申请已提交，系统自动审核中", "Sent; the system agrees by itself"),
    "granted": T(
        "系统已同意退款 {amount}（{pieces} 张未使用），将在 {until} 前原路退回支付账户",
        "{amount} for {pieces} unused coupons was agreed and comes back the way it was paid before {until}",
    ),
    "disputed": T(
        "与商家意见不一致，已申请平台客服介入，请等待处理",
        "Shop and buyer disagree; the platform's service was called in",
    ),
    "executed": T("退款 {amount} 已原路退回，请留意到账", "{amount} went back the way it was paid"),
    "closed": T("平台判定不予退款：{answer}", "The platform decided against a refund: {answer}"),
    "withdrawn": T("您已撤销退款，券可继续使用", "Withdrawn; the coupons can be used again"),
}
LABELS: dict[str, T] = {
    "pieces": T("张数", "Coupons"),
    "unit": T("每张约", "Each about"),
    "expired_at": T("过期时间", "Expired"),
}
