"""To whom and how money goes back (退款去向; R210, R221, C32): the payer's account, points as points, part by part."""

from typing import Any

from xiaoer.aftersales.models import Payable
from xiaoer.kernel.i18n import T
from xiaoer.orders.pay_advice import refund_split
from xiaoer.orders.payments import payment_of

UNKNOWN = T("原路退回付款账户", "Back to the paying account")


def destination(row: Payable, language: str) -> dict[str, Any]:
    """Where the money of a row goes. A compensation is no refund: it goes to the buyer as it was granted."""
    if row.flow == "compensation":
        return {"text": T("发放给买家", "Given to the buyer").say(language), "payer": "", "parts": []}
    paid = payment_of(row.order)
    if paid is None:
        return {"text": UNKNOWN.say(language), "payer": "", "parts": []}
    advice = refund_split(paid=paid.parts, refund_fen=min(row.amount_fen, paid.whole_fen), by_other=paid.by_other)
    word = "en" if language.startswith("en") else "zh"
    found: list[dict[str, Any]] = [dict(part) for part in advice.parts if part["fen"]]
    parts = [{"label": one["label"][word], "to": one["to"][word], "fen": int(one["fen"])} for one in found]
    text = "；".join(f"{one['label']} → {one['to']}" for one in parts) or UNKNOWN.say(language)
    payer = paid.payer if paid.by_other else ""
    return {"text": text, "payer": payer, "parts": parts}


def payee(row: Payable) -> str:
    """Whose account the money goes to, for the payout file: the payer's when somebody else paid."""
    paid = payment_of(row.order)
    if paid is not None and paid.by_other and row.flow != "compensation":
        return f"{paid.payer}（代付人）"
    return row.customer.nick
