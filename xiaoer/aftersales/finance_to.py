"""To whom and how money goes back (退款去向; R210, R221, C32): the payer's account, points as points, part by part."""

from dataclasses import dataclass
from typing import Any

from xiaoer.aftersales.models import Payable, PayoutAccount
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


@dataclass(frozen=True, slots=True)
class Payee:
    """收款人 of the payout file. `account` only where it was asked for: else the money goes back as it came."""

    name: str
    account: str = ""
    bank: str = ""


def payee(row: Payable, told: PayoutAccount | None = None) -> Payee:
    """The account she told, else the payer's when somebody else paid, else hers at the platform."""
    if told is not None and told.told_at is not None:
        return Payee(told.holder, told.account, told.bank)
    paid = payment_of(row.order)
    if paid is not None and paid.by_other and row.flow != "compensation":
        return Payee(f"{paid.payer}（代付人）")
    return Payee(row.customer.nick)
