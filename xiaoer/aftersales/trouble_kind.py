"""物流异常 and 快递超区 as the generic parts see them: words, facts of the case page, how they are opened."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, trouble_words
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import OutOfAreaCase, TroubleCase
from xiaoer.aftersales.naming import carrier_name
from xiaoer.aftersales.trouble_flow import OUT_OF_AREA, PARCEL_TROUBLE
from xiaoer.aftersales.trouble_forms import AskArea, AskTrouble
from xiaoer.aftersales.trouble_reads import refund_plan
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.moving import form_schema
from xiaoer.orders import parcel_facts
from xiaoer.orders.carriers import CARRIERS
from xiaoer.orders.queries import OrderFacts, order_facts
from xiaoer.people.queries import ShopFacts

_WORDS = trouble_words
Lines = list[dict[str, Any]]


def _offer(flow: Flow, ask: Any) -> Any:
    """Open for every order that was shipped, also when its pieces stand in other cases."""

    def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
        if not answers.is_shipped(order):
            return None
        made = {"kind": flow.name, "label": flow.label.say(language), "form": form_schema(ask, language)}
        return {**made, "takes_pieces": False}

    return offer


def _line(zh: str, en: str, value: str, language: str, tone: str = "") -> dict[str, Any]:
    made = {"label": T(zh, en).say(language), "value": value}
    return {**made, "tone": tone} if tone else made


def _parcel(row: Any, language: str) -> Lines:
    if not row.waybill:
        return []
    carrier = carrier_name(row.carrier, language)
    return [_line("包裹", "Parcel", f"{carrier} {row.waybill}".strip(), language)]


def _new_parcel(row: Any, language: str) -> Lines:
    if not row.new_waybill:
        return []
    return [
        _line("新包裹", "New parcel", f"{carrier_name(row.new_carrier, language)} {row.new_waybill}".strip(), language)
    ]


# --- lost, signed but not received -----------------------------------------------------------------------------------


def trouble_values(row: TroubleCase) -> dict[str, str]:
    """Places in the buyer's sentences. Once she was helped, the claim behind it is the shop's business."""
    amount = format_yuan(row.granted_fen or 0)
    carrier = CARRIERS[row.new_carrier].label if row.new_carrier in CARRIERS else T("快递", "the courier")
    if row.outcome == "reship":
        outcome = T(f"已补寄，{carrier.zh} 运单号 {row.new_waybill}", f"Sent again by {carrier.en}, {row.new_waybill}")
    elif row.outcome == "refund":
        outcome = T(f"已为您退款 {amount}，请留意到账", f"{amount} was refunded; watch for its arrival")
    else:
        outcome = T("已处理完毕", "Settled")
    opening = (
        _WORDS.CHECKLIST
        if row.reason == "signed_not_received"
        else T(
            "已收到您的反馈，正在联系快递核查，很快给您答复",
            "Noted. We are asking the courier and come back to you soon",
        )
    )
    return {
        "opening": opening.zh,
        "opening_en": opening.en,
        "outcome": outcome.zh,
        "outcome_en": outcome.en,
    }


def trouble_facts(row: TroubleCase, viewer: Viewer, at: datetime) -> Lines:
    language = viewer.language
    found = [*_parcel(row, language), *_new_parcel(row, language)]
    if row.checklist:
        names = {
            "property_office": T("物业/门卫", "property office"),
            "family": T("家人", "family"),
            "colleagues": T("同事/前台", "colleagues"),
            "locker": T("快递柜/驿站", "locker"),
        }
        asked = [names[one].say(language) for one, said in row.checklist.items() if said == "asked" and one in names]
        found.append(_line("买家已问过", "The buyer asked", "、".join(asked), language))
    if row.verdict:
        found.append(_line("快递结论", "Verdict", _WORDS.ANSWERS[row.verdict].say(language), language))
    if viewer.kind == "buyer":
        return found
    if row.courier_case:
        found.append(_line("快递工单号", "Courier's case", row.courier_case, language))
    if row.claim_fen is not None:
        found.append(_line("索赔金额", "Claimed", f"{format_yuan(row.claim_fen)} {row.claim_no}".strip(), language))
    if row.paid_fen is not None:
        loss = max((row.granted_fen or 0) - row.paid_fen, 0)
        tone = "danger" if row.paid_fen == 0 else "ok"
        found.append(_line("快递实赔", "Courier paid", format_yuan(row.paid_fen), language, tone))
        if loss:
            found.append(_line("店铺净损失", "Loss of the shop", format_yuan(loss), language, "danger"))
    return found


def trouble_more(row: TroubleCase, language: str) -> dict[str, Any]:
    """What a refund would pay, while it can be granted."""
    more: dict[str, Any] = {"staff": {"parcel": row.parcel_id, "alert": row.alert}}
    if PARCEL_TROUBLE.find(row.state, "grant") is None:
        return more
    plan = refund_plan(row, order_facts(row.order_id), at=row.state_at)
    more["staff"]["plan"] = {
        "goods_fen": plan.goods_fen,
        "freight_out_fen": plan.freight_out_fen,
        "why": plan.why.say(language),
    }
    return more


def trouble_initial(row: TroubleCase) -> dict[str, dict[str, Any]]:
    return {
        "ask_courier": {"courier_case": row.courier_case},
        "refund": {"channel": "platform"},
        "claim": {"amount_fen": row.granted_fen or None, "claim_no": row.courier_case},
        "settle": {"paid_fen": row.claim_fen},
        "grant": {"responsibility": "courier"},
    }


TROUBLES = Kind(
    PARCEL_TROUBLE,
    TroubleCase,
    "WL",
    AskTrouble,
    _WORDS.TROUBLE_TEXTS,
    internal=frozenset({"trouble_agent", "trouble_payment", "courier_claim", "courier_claim_paid"}),
    reasons=_WORDS.TROUBLE_REASONS,
    labels=_WORDS.LABELS,
    choices={"verdict": _WORDS.ANSWERS},
    offer=_offer(PARCEL_TROUBLE, AskTrouble),
    buyer_opens=True,
    facts=trouble_facts,
    more=trouble_more,
    initial=trouble_initial,
    values=trouble_values,
)


# --- out of area -----------------------------------------------------------------------------------------------------


def _fee(row: OutOfAreaCase) -> T:
    if not row.fee_fen:
        return T("（免费）", " (free of charge)") if row.offer_carrier else T("", "")
    total, buyer = format_yuan(row.fee_fen), format_yuan(row.buyer_fen)
    return T(f"（加收 {total}，您承担 {buyer}）", f" (extra fee {total}, your share {buyer})")


def area_values(row: OutOfAreaCase) -> dict[str, str]:
    kind = _WORDS.AREA_REASONS.get(row.reason, T("快递超区", "Out of area"))
    choice = _WORDS.CHOICES.get(row.choice, T("", ""))
    fee = _fee(row)
    carrier = CARRIERS[row.new_carrier].zh if row.new_carrier in CARRIERS else "快递"
    return {
        "kind": kind.zh,
        "kind_en": kind.en.lower(),
        "fee": fee.zh,
        "fee_en": fee.en,
        "pickup": f"（{row.pickup}）" if row.pickup else "",
        "pickup_at": row.pickup,
        "choice": choice.zh,
        "choice_en": choice.en,
        "carrier": carrier,
        "waybill": row.new_waybill,
    }


def area_facts(row: OutOfAreaCase, viewer: Viewer, at: datetime) -> Lines:
    language = viewer.language
    found = [*_parcel(row, language), *_new_parcel(row, language)]
    found.append(_line("收货区域", "Region", row.region or "—", language))
    if row.choice:
        found.append(_line("买家选择", "The buyer chose", _WORDS.CHOICES[row.choice].say(language), language, "ok"))
    if row.fee_fen:
        split = T(
            f"{format_yuan(row.fee_fen)}（卖家 {format_yuan(row.seller_fen)}，买家 {format_yuan(row.buyer_fen)}）",
            f"{format_yuan(row.fee_fen)} (seller {format_yuan(row.seller_fen)}, buyer {format_yuan(row.buyer_fen)})",
        )
        found.append(_line("改发费用", "Extra fee", split.say(language), language))
    if row.pickup:
        found.append(_line("自提网点", "Outlet", row.pickup, language))
    may_see = viewer.kind == "buyer" or viewer.may(Perm.ORDERS_UNMASK, row.shop_id)
    if row.new_address:
        found.append(_line("新收货地址", "New address", row.new_address if may_see else "＊＊＊＊＊＊", language))
    if row.refund_number and viewer.kind != "buyer":
        found.append(_line("退款单", "Refund case", row.refund_number, language))
    return found


def area_more(row: OutOfAreaCase, language: str) -> dict[str, Any]:
    """What the other couriers do there, from the shop's coverage table (R820)."""
    if OUT_OF_AREA.state(row.state).final:
        return {"staff": {"parcel": row.parcel_id}}
    return {"staff": {"parcel": row.parcel_id, "couriers": parcel_facts.couriers_at(row.order_id, language)}}


def area_initial(row: OutOfAreaCase) -> dict[str, dict[str, Any]]:
    able = [one for one in parcel_facts.couriers_at(row.order_id, "zh-CN") if one["verdict"] in ("yes", "extra")]
    best = able[0] if able else {"carrier": "", "fee_fen": 0}
    return {
        "consult": {"carrier": best["carrier"], "fee_fen": best["fee_fen"] or 0},
        "forward": {"carrier": row.offer_carrier, "fee_fen": row.fee_fen},
        "pickup": {"place": row.pickup},
        "choose": {"choice": row.choice or None},
    }


AREAS = Kind(
    OUT_OF_AREA,
    OutOfAreaCase,
    "CQ",
    AskArea,
    _WORDS.AREA_TEXTS,
    internal=frozenset({"trouble_agent", "area_back"}),
    reasons=_WORDS.AREA_REASONS,
    labels=_WORDS.LABELS,
    choices={"choice": _WORDS.CHOICES},
    offer=_offer(OUT_OF_AREA, AskArea),
    facts=area_facts,
    more=area_more,
    initial=area_initial,
    values=area_values,
    reminders={
        "area_buyer": T(
            "提醒：请在 {until} 前告诉我们包裹怎么处理，以免快递将其退回",
            "Reminder: please tell us before {until} what to do with the parcel, or the courier sends it back",
        )
    },
)
