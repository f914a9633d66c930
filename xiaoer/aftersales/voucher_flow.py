"""What is legal in a coupon refund (卡券退款) under the Kuaishou local-life rule (R596 to R609). Pure.

The merchant must agree (R599): there is no refusal. Shop and buyer who disagree call the platform in (R608), which may
pay first (R609).
"""

from pydantic import Field

from xiaoer.aftersales import forms
from xiaoer.aftersales.flow import BUYER, PAYER, PLATFORM, STAFF
from xiaoer.aftersales.forms import Form, _choice, _field
from xiaoer.aftersales.voucher_words import VOUCHER_REASONS
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T

SYSTEM = frozenset({"system", "clock"})
ALL = ("*",)

AGREES = Starts("voucher_agrees", "coupon_refund_starts", "系统同意退款", "The system agrees", "system")
PAID = Starts("voucher_paid", "coupon_refund_paid", "退回支付账户", "Paid back", "finance")
RULING = Starts("voucher_ruling", "platform_joins_after", "平台客服介入", "The platform answers", "platform")


class AskVoucher(Form):
    """未使用随时退款: how many of the unused coupons (empty: all of them)."""

    lot: int = _field("卡券", "Coupons of")
    reason: str = _choice(
        "原因", "Reason", {key: VOUCHER_REASONS[key] for key in ("unused", "not_delivered")}, "unused"
    )
    pieces: int | None = _field(
        "退几张", "How many", None, ge=1, help=T("留空退全部未使用的", "Empty: all unused ones")
    )
    note: str = _field("说明", "Explanation", "", max_length=500)
    photos: list[int] = Field(default_factory=list, max_length=9, json_schema_extra={"zh": "凭证照片", "en": "Photos"})


class Dispute(Form):
    """申请快手客服介入 (R608): either side, with its reason."""

    text: str = _field("申请介入的理由", "Why the platform should step in", min_length=2, max_length=500)


# fmt: off
VOUCHER = Flow(
    "voucher_refund",
    "卡券退款",
    "Voucher refund",
    "aftersales",
    states=(
        State("requested", "系统审核中", "The system checks", "open", "system"),
        State("granted", "待退回支付账户", "To be paid back", "open", "finance"),
        State("disputed", "平台客服介入中", "With the platform", "waiting", "platform"),
        State("executed", "已退款", "Refunded", "done"),
        State("closed", "平台判不退", "Closed by the platform", "dropped"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
    ),
    begins=(AGREES,),
    moves=(
        Move("agree", "requested", "granted", "系统自动同意", "Agreed by the system", SYSTEM, None, None, (PAID,), ALL),
        Move("merchant_agree", "requested", "granted", "商家同意退款", "Agreed by the shop", STAFF, Perm.AFTERSALES_DECIDE,
             forms.Note, (PAID,), ALL, "primary"),
        Move("dispute", "requested", "disputed", "申请平台客服介入", "Call in the platform", BUYER, Perm.AFTERSALES_OPEN,
             Dispute, (RULING,), ALL),
        Move("platform_agree", "disputed", "granted", "平台判退款", "Platform: refund", PLATFORM, Perm.AFTERSALES_DECIDE,
             forms.PlatformWord, (PAID,), ALL, "primary"),
        Move("platform_close", "disputed", "closed", "平台判不退", "Platform: no refund", PLATFORM,
             Perm.AFTERSALES_DECIDE, forms.PlatformWord, (), ALL, "danger"),
        Move("refund", "granted", "executed", "登记退款", "Refund paid", PAYER, Perm.MONEY_REFUND, forms.Pay, (), ALL,
             "primary"),
        Move("withdraw", ("requested", "disputed"), "withdrawn", "撤销退款", "Withdraw", BUYER,
             Perm.AFTERSALES_OPEN, forms.Word, (), ALL, "danger"),
    ),
)
# fmt: on
