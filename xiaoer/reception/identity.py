"""Where the proof of identity stands in a talk (核实状态), and the words with which proof is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.reception.models import Conversation, IdentityCheck

RESULTS = {
    "verified": T("已核实", "Verified"),
    "other_account": T("非下单账号", "Another account's order"),
    "wrong": T("核实不符", "Does not match"),
    "asked": T("待买家核实", "Asked for proof"),
    "unverified": T("未核实", "Not verified"),
}
WAYS = {
    "order_proof": T("订单号＋手机尾号", "Order number and phone digits"),
    "widget": T("买家自助核实", "Proved by the buyer"),
    "account": T("平台账号与下单账号一致", "Same platform account"),
    "script": T("话术请求", "Asked in the chat"),
}
ASK = "不好意思，为了保障客户的安全信息，请您用刚刚拍下来的ID来核对"
"""R376."""
INSIST = "亲可以理解你的心情，但是本店只能用拍下宝贝的账号来咨询商品的信息和问题，请您用拍下的账号联系我们，我会第一时间帮您查询的"
"""R377: she has the order number but writes from another account."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the proof: what, how, when, by whom."""

    state: str
    how: str = ""
    at: datetime | None = None
    by_name: str = ""

    @property
    def verified(self) -> bool:
        return self.state == IdentityCheck.VERIFIED


def state_of(row: Conversation) -> Standing:
    """The latest decisive check of this talk; else the account itself: who writes from a platform account is it.

    "Wrong" and "asked" say what happened last; they do not take back an earlier proof.
    """
    checks = list(IdentityCheck.objects.filter(conversation_id=row.pk).order_by("-at", "-pk")[:10])
    decisive = next((one for one in checks if one.result == IdentityCheck.VERIFIED), None)
    latest = checks[0] if checks else None
    if latest is not None and latest.result == IdentityCheck.OTHER:
        return Standing(latest.result, latest.how, latest.at, latest.by_name)
    if decisive is not None:
        return Standing(decisive.result, decisive.how, decisive.at, decisive.by_name)
    if customer_facts(row.customer_id).visitor is None:
        return Standing(IdentityCheck.VERIFIED, "account", row.opened_at)
    if latest is not None:
        return Standing(latest.result, latest.how, latest.at, latest.by_name)
    return Standing("unverified")


def shown(row: Conversation, language: str, strength: Mapping[str, Any]) -> dict[str, Any]:
    """The step in the buyer panel: state, how and when, whether the rule blocks or warns, and the scripts."""
    standing = state_of(row)
    how = WAYS.get(standing.how)
    return {
        "state": standing.state,
        "label": RESULTS[standing.state].say(language),
        "verified": standing.verified,
        "how": standing.how,
        "how_label": how.say(language) if how else "",
        "at": iso(standing.at),
        "by_name": standing.by_name,
        "scripts": [ASK, INSIST],
        **strength,
    }
