"""返修 as the generic parts see it: words, facts and panel of the case page, how it is opened."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import repair_words as words
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import PartRequest, RepairCase, RepairCharge, RepairVisit
from xiaoer.aftersales.naming import carrier_name, local_time
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.aftersales.repair_forms import AskRepair
from xiaoer.aftersales.repair_parts_flow import PARTS
from xiaoer.aftersales.repair_reads import ZONE, warranty_day
from xiaoer.aftersales.repair_rules import source_words, warranty_words
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts

Lines = list[dict[str, Any]]


def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
    """Of an order that was received (R822), also when its pieces stand in other cases."""
    if order.signed_at is None and order.succeeded_at is None:
        return None
    form = form_schema(AskRepair, language) or {}
    field = form.get("properties", {}).get("line", {})
    field["enum"] = [line.id for line in order.lines]
    field["labels"] = {str(line.id): f"{line.title} {line.sku}".strip() for line in order.lines}
    return {"kind": REPAIR.name, "label": REPAIR.label.say(language), "form": form, "takes_pieces": False}


def _warranty(row: RepairCase, at: datetime) -> T:
    return warranty_words(row.warranty.until, row.warranty.months, warranty_day(row.shop, at))


def values(row: RepairCase) -> dict[str, str]:
    warranty = _warranty(row, row.opened_at)
    result = words.RESULTS.get(row.result, T("维修完成", "Repaired"))
    address = row.return_address
    visit = RepairVisit.objects.filter(repair=row).order_by("-pk").first()
    unpaid = T("", "")
    if row.charge_fen and not row.charge_paid_at:
        unpaid = T(f"，维修费 {format_yuan(row.charge_fen)} 待支付", f"; {format_yuan(row.charge_fen)} to be paid")
    when = local_time(visit.visit_at, ZONE) if visit is not None and visit.visit_at else "稍后联系您确认时间"
    return {
        "number": row.number,
        "warranty": warranty.zh,
        "warranty_en": warranty.en,
        "address": " ".join(address.get(key, "") for key in ("name", "phone", "address")).strip(),
        "waybill": row.waybill,
        "carrier": carrier_name(row.back_carrier, "zh-CN"),
        "back_waybill": row.back_waybill,
        "charge": format_yuan(row.charge_fen),
        "result": result.zh,
        "result_en": result.en,
        "unpaid": unpaid.zh,
        "unpaid_en": unpaid.en,
        "visit": f"{visit.technician}，{when}" if visit is not None else "",
    }


def facts(row: RepairCase, viewer: Viewer, at: datetime) -> Lines:
    language = viewer.language

    def line(zh: str, en: str, value: str, tone: str = "") -> dict[str, Any]:
        made = {"label": T(zh, en).say(language), "value": value}
        return {**made, "tone": tone} if tone else made

    found = [line("返修商品", "Product", row.title)]
    if row.serial:
        found.append(line("序列号", "Serial number", row.serial))
    found.append(line("保修", "Warranty", _warranty(row, at).say(language), "ok" if row.covered else "warn"))
    if row.why_approval and viewer.kind != "buyer":
        found.append(line("审批原因", "Why approval", words.WHY_APPROVAL[row.why_approval].say(language), "warn"))
    if row.centre is not None:
        found.append(line("服务中心", "Service centre", f"{row.centre.name} {row.centre.phone}".strip()))
    if row.fault:
        found.append(line("故障点", "Fault", words.FAULTS[row.fault].say(language)))
    if row.cause:
        found.append(line("故障原因", "Cause", words.CAUSES[row.cause].say(language)))
    if row.finding:
        found.append(line("检测说明", "Finding", row.finding))
    if row.result:
        found.append(line("维修结果", "Result", words.RESULTS[row.result].say(language)))
    if row.work:
        found.append(line("维修内容", "Work done", row.work))
    if row.charge_fen:
        paid = T("已收", "paid") if row.charge_paid_at else T("待收", "to be paid")
        tone = "ok" if row.charge_paid_at else "warn"
        found.append(line("维修收费", "Charge", f"{format_yuan(row.charge_fen)}（{paid.say(language)}）", tone))
    if row.satisfied and viewer.kind != "buyer":
        found.append(line("回访", "Follow-up", words.SATISFIED[row.satisfied].say(language)))
    return found


def bill_lines(row: RepairCase, language: str) -> Lines:
    """The bill as everybody reads it: what, how much, charged or free, and why."""
    rows = RepairCharge.objects.select_related("price").filter(repair=row).order_by("pk")
    return [
        {
            "code": one.price.code,
            "name": one.price.name,
            "kind": one.price.kind,
            "kind_label": words.CHARGES[one.price.kind].say(language),
            "qty": one.qty,
            "price_fen": one.price_fen,
            "charged": one.charged,
            "total_fen": one.price_fen * one.qty if one.charged else 0,
            "why": one.why.get("en" if language.startswith("en") else "zh", ""),
        }
        for one in rows
    ]


def more(row: RepairCase, language: str) -> dict[str, Any]:
    """The panel: the bill, which the buyer reads too; under "staff" parts, visits and the product's register."""
    earlier = RepairCase.objects.filter(warranty_id=row.warranty_id).exclude(pk=row.pk).order_by("-opened_at")
    return {
        "bill": bill_lines(row, language),
        "bill_open": row.state == "received",
        "charge_fen": row.charge_fen,
        "charge_paid_at": iso(row.charge_paid_at),
        "quote_accepted_at": iso(row.quote_accepted_at),
        "covered": row.covered,
        "staff": {
            "warranty": {
                "id": row.warranty_id,
                "serial": row.warranty.serial,
                "months": row.warranty.months,
                "starts_on": row.warranty.starts_on.isoformat(),
                "until": row.warranty.until.isoformat() if row.warranty.until else None,
                "source": source_words(row.warranty.source).say(language),
            },
            "parts": [
                part_line(one, language) for one in PartRequest.objects.select_related("part").filter(repair=row)
            ],
            "visits": [visit_line(one, language) for one in RepairVisit.objects.filter(repair=row).order_by("-pk")],
            "earlier": [
                {"id": one.pk, "number": one.number, "opened_at": iso(one.opened_at), "result": one.result}
                for one in earlier[:10]
            ],
        },
    }


def part_line(one: PartRequest, language: str) -> dict[str, Any]:
    state = PARTS.state(one.state)
    return {
        "id": one.pk,
        "part": one.part_id,
        "code": one.part.code,
        "name": one.part.name,
        "state": one.state,
        "state_label": state.label.say(language),
        "category": state.category,
        "qty": one.qty,
        "used": one.used,
        "returned": one.returned,
        "scrapped": one.scrapped,
        "new_serial": one.new_serial,
        "old_serial": one.old_serial,
        "old_back": one.old_back,
        "note": one.note,
        "asked_at": iso(one.asked_at),
    }


def visit_line(one: RepairVisit, language: str) -> dict[str, Any]:
    return {
        "id": one.pk,
        "technician": one.technician,
        "phone": one.phone,
        "tools": one.tools,
        "site": one.site,
        "contact": one.contact,
        "visit_at": iso(one.visit_at),
        "sent_at": iso(one.sent_at),
        "done_at": iso(one.done_at),
        "solved": one.solved,
        "fault_label": words.FAULTS[one.fault].say(language) if one.fault else "",
        "cause_label": words.CAUSES[one.cause].say(language) if one.cause else "",
        "work": one.work,
    }


def initial(row: RepairCase) -> dict[str, dict[str, Any]]:
    return {
        "receive": {"quantity": 1, "serial": row.serial},
        "judge": {"fault": row.fault or None, "cause": row.cause or None, "finding": row.finding},
        "charge_paid": {"channel": "platform"},
    }


REPAIRS = Kind(
    REPAIR,
    RepairCase,
    "FX",
    AskRepair,
    words.TEXTS,
    on_due={
        "repair_posts": "auto_close",
        "repair_quote": "auto_decline",
        "repair_receives": "auto_confirm",
    },
    internal=frozenset({"repair_approval", "repair_inspection", "repair_follow_up", "repair_visit"}),
    reasons=words.REPAIR_REASONS,
    labels=words.LABELS,
    choices={
        "fault": words.FAULTS,
        "cause": words.CAUSES,
        "result": words.RESULTS,
        "why_approval": words.WHY_APPROVAL,
        "satisfied": words.SATISFIED,
        "channel": words.CHANNELS,
    },
    offer=offer,
    buyer_opens=True,
    facts=facts,
    more=more,
    initial=initial,
    values=values,
    reminders={
        "repair_posts": T(
            "提醒：请在 {until} 前寄出需要维修的商品并填写运单号，逾期自动关闭",
            "Reminder: post the goods and type the waybill number before {until}, or the repair closes",
        ),
        "repair_quote": T(
            "提醒：请在 {until} 前确认维修报价，逾期原件寄回",
            "Reminder: answer the quote before {until}, or the goods go back as they are",
        ),
    },
)
