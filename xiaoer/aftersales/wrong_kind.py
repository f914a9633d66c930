"""The wrong shipment (错发/漏发) as the generic screens see it."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import words
from xiaoer.aftersales import wrong_words as own
from xiaoer.aftersales.exchange_rules import LOSSES
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import WrongShipmentCase
from xiaoer.aftersales.naming import carrier_name
from xiaoer.aftersales.reasons import REASONS
from xiaoer.aftersales.wrong_flow import WRONG
from xiaoer.aftersales.wrong_forms import ReportWrong
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts, names_of

HINT = T(
    "核实后补发或退款，费用由我们承担；补发一般 3 个工作日内寄出",
    "After checking we send the right goods or refund, at our cost; a second shipment usually leaves in 3 working days",
)


def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
    """Whoever paid may say that something is wrong or missing; before shipping the house itself does."""
    return {
        "kind": WRONG.name,
        "label": WRONG.label.say(language),
        "form": form_schema(ReportWrong, language),
        "reasons": [],
        "hint": HINT.say(language),
    }


def facts(row: WrongShipmentCase, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """What happened, where it was, what is done about it, what it cost and who answers for it."""
    language, buyer = viewer.language, viewer.kind == "buyer"
    shown: list[tuple[str, str, str]] = [
        ("what", own.WHAT[row.what].say(language), ""),
        ("came_instead", row.came_instead, ""),
        ("where", own.WHERE[row.where].say(language) if row.where else "", ""),
        ("remedy", own.REMEDY[row.remedy].say(language) if row.remedy else "", ""),
        ("keep_wrong", T("是", "yes").say(language) if row.keep_wrong else "", ""),
    ]
    if row.second_waybill:
        shown.append(("second_waybill", f"{carrier_name(row.second_carrier, language)} {row.second_waybill}", ""))
    if not buyer:
        shown.append(("blamed", own.BLAMED[row.blamed].say(language) if row.blamed else "", ""))
        if row.loss_fen is not None:
            parts = [f"{LOSSES[one].say(language)} {format_yuan(fen)}" for one, fen in row.loss_parts.items() if fen]
            loss = format_yuan(row.loss_fen) + (f"（{'，'.join(parts)}）" if parts else "")
            person = names_of([row.blamed_staff_id]).get(row.blamed_staff_id, "") if row.blamed_staff_id else ""
            assessed = T("计入考核", "counts").say(language) if row.assessed else T("不计考核", "no").say(language)
            shown += [
                ("loss", loss, "danger"),
                ("person", person, ""),
                ("assessed", assessed, ""),
                ("cause", row.cause, ""),
            ]
    return [
        {"label": own.LABELS[key].say(language), "value": value, "tone": tone} for key, value, tone in shown if value
    ]


def more(row: WrongShipmentCase, language: str) -> dict[str, Any]:
    return {"what": row.what, "where": row.where, "remedy": row.remedy, "loss_fen": row.loss_fen}


def values(row: WrongShipmentCase) -> dict[str, str]:
    return {"waybill": row.waybill, "second_waybill": row.second_waybill}


def initial(row: WrongShipmentCase) -> dict[str, dict[str, Any]]:
    return {
        "correct_waybill": {"carrier": row.carrier, "waybill": row.waybill},
        "refund": {"channel": "platform"},
        "record_loss": {"blamed": row.blamed or "warehouse"},
    }


WRONGS = Kind(
    WRONG,
    WrongShipmentCase,
    "CF",
    ReportWrong,
    own.TEXTS,
    on_due={"wrong_goods_back": "goods_not_sent", "wrong_confirmed": "auto_confirm"},
    internal=frozenset({"wrong_loss", "inspection"}),
    reasons={code: REASONS[code].label for code in ("wrong_goods", "missing")},
    labels=own.LABELS,
    choices=own.CHOICES,
    reminders={**words.REMINDERS, **own.REMINDERS},
    offer=offer,
    buyer_opens=True,
    facts=facts,
    more=more,
    initial=initial,
    values=values,
)
