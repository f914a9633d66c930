"""The two flows that pay money back, as the generic parts see them: return (退货退款) and refund only (仅退款)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiaoer.aftersales import words
from xiaoer.aftersales.flow import REFUND_ONLY, RETURN
from xiaoer.aftersales.forms import Ask
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import CaseRow, RefundOnlyCase, ReturnCase
from xiaoer.aftersales.opening import offered_kind
from xiaoer.aftersales.proposals import initial_forms
from xiaoer.aftersales.reasons import REASONS
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.flow import Starts
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import CARRIERS
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

INTERNAL = frozenset({"inspection", "refund_after_warehousing", "platform_rules", "goods_sent_back"})


def clock_rule(row: CaseRow, clock: Starts) -> str:
    """The same clock is longer for surface post and shorter before shipping."""
    if clock.kind == "seller_answers" and not row.shipped and isinstance(row, RefundOnlyCase):
        return "seller_answers_refund_unshipped"
    carrier = CARRIERS.get(getattr(row, "carrier", ""))
    post = clock.kind == "seller_confirms" and carrier is not None and carrier.post
    return "seller_confirms_return_post" if post else clock.rule


def values(row: Any) -> dict[str, str]:
    return {"waybill": getattr(row, "waybill", ""), "back_waybill": getattr(row, "back_waybill", "")}


def reasons(kind: str) -> Mapping[str, T]:
    return {code: reason.label for code, reason in REASONS.items() if kind in reason.kinds}


WON_BACK = ("received", "inspected", "refund_granted", "refunded")


def return_facts(row: ReturnCase, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """Return freight insurance (R214, R215), and the moment to offer something new (R127)."""
    language, found = viewer.language, []
    if row.freight.get("back") == "buyer" and _before_success(row):
        days = int(rule("freight_insurance_payout", shop=shop_facts(row.shop_id), at=at).value)
        said = T(
            f"如投保了退货运费险：赔单程退货运费，退款成功后 {days} 个工作日内打到买家支付宝；运单号填错不赔",
            f"With return-freight insurance: the one way back is paid within {days} working days after the refund, "
            "into the buyer's Alipay; a wrong waybill voids it",
        )
        found.append({"label": T("运费险", "Freight insurance").say(language), "value": said.say(language)})
    if viewer.kind != "buyer" and row.state in WON_BACK and row.received_at is not None:
        said = T(
            "退货已到，可联系买家推荐合适的新款，只推荐一次", "The goods are here: offer something that suits, once"
        )
        found.append({"label": T("挽回提示", "Win back").say(language), "value": said.say(language), "tone": "ok"})
    return found


def _before_success(row: ReturnCase) -> bool:
    """R214: the insurance holds only for an application before the trade succeeded."""
    done = order_facts(row.order_id).succeeded_at
    return done is None or row.opened_at < done


RETURNS = Kind(
    RETURN,
    ReturnCase,
    "TH",
    Ask,
    words.BUYER,
    on_due={
        "seller_answers": "auto_approve",
        "buyer_ships": "auto_close",
        "buyer_amends": "auto_close",
        "buyer_decides": "auto_take_back",
        "seller_confirms": "auto_refund",
    },
    internal=INTERNAL,
    reasons=reasons("return"),
    reminders=words.REMINDERS,
    offer=offered_kind("return"),
    buyer_opens=True,
    facts=return_facts,
    initial=initial_forms,
    values=values,
    rule_of=clock_rule,
    twins=True,
)
REFUNDS = Kind(
    REFUND_ONLY,
    RefundOnlyCase,
    "TK",
    Ask,
    words.BUYER,
    on_due={"seller_answers": "auto_grant", "buyer_amends": "auto_close"},
    internal=frozenset({"platform_rules"}),
    reasons=reasons("refund_only"),
    reminders=words.REMINDERS,
    offer=offered_kind("refund_only"),
    buyer_opens=True,
    initial=initial_forms,
    values=values,
    rule_of=clock_rule,
    twins=True,
)
