"""产品故障统计 (R652, R654): by product, fault and cause, in a window of days; and the record file of repairs (R662)."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from xiaoer.aftersales import repair_words as words
from xiaoer.aftersales.models import RepairCase
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.aftersales.repair_reads import ZONE, shops_of
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook

TOP = 10
MOST_RECORDS = 5000


def within(viewer: Viewer, *, shop: int | None, since: datetime, centre: int | None = None) -> QuerySet[RepairCase]:
    rows = RepairCase.objects.filter(shop_id__in=shops_of(viewer, shop), opened_at__gte=since)
    return rows.filter(centre_id=centre) if centre is not None else rows


def statistics(
    viewer: Viewer, *, shop: int | None, since: datetime, centre: int | None, language: str
) -> dict[str, Any]:
    """What breaks, where and why; a product that comes back again and again stands first."""
    rows = within(viewer, shop=shop, since=since, centre=centre)
    judged = rows.exclude(fault="")
    sums = rows.aggregate(
        total=Count("pk"),
        judged=Count("pk", filter=~Q(fault="")),
        covered=Count("pk", filter=Q(covered=True)),
        repaired=Count("pk", filter=Q(result__in=("repaired", "replaced"))),
        unrepairable=Count("pk", filter=Q(result="unrepairable")),
        open=Count("pk", filter=Q(state__in=REPAIR.open_states())),
        bad=Count("pk", filter=Q(satisfied="bad")),
    )
    return {
        **sums,
        "reasons": _by(rows, "reason", words.REPAIR_REASONS, language),
        "faults": _by(judged, "fault", words.FAULTS, language),
        "causes": _by(judged, "cause", words.CAUSES, language),
        "results": _by(rows.exclude(result=""), "result", words.RESULTS, language),
        "products": products(rows, language),
        "centres": [
            {"label": name or T("未分配", "None").say(language), "count": count}
            for name, count in rows.order_by()
            .values_list("centre__name")
            .annotate(n=Count("pk"))
            .order_by("-n", "centre__name")
        ],
    }


def _by(rows: QuerySet[RepairCase], column: str, names: Mapping[str, T], language: str) -> list[dict[str, Any]]:
    found = rows.order_by().values_list(column).annotate(n=Count("pk")).order_by("-n", column)
    return [
        {"value": code, "label": names[code].say(language) if code in names else code, "count": count}
        for code, count in found
    ]


def products(rows: QuerySet[RepairCase], language: str) -> list[dict[str, Any]]:
    """The products that come most often, each with its most frequent fault and cause."""
    top = list(rows.order_by().values_list("sku_code", "title").annotate(n=Count("pk")).order_by("-n", "title")[:TOP])
    titles = [title for _, title, _ in top]
    pairs: dict[str, list[tuple[str, str, int]]] = {}
    told = rows.filter(title__in=titles).exclude(fault="").order_by()
    for title, fault, cause, count in (
        told.values_list("title", "fault", "cause").annotate(n=Count("pk")).order_by("-n", "fault", "cause")
    ):
        pairs.setdefault(title, []).append((fault, cause, count))
    return [
        {
            "sku_code": sku,
            "title": title,
            "count": count,
            "fault": words.FAULTS[pairs[title][0][0]].say(language) if pairs.get(title) else "",
            "cause": words.CAUSES[pairs[title][0][1]].say(language) if pairs.get(title) else "",
            "ours": sum(n for _, cause, n in pairs.get(title, []) if cause in words.OURS),
        }
        for sku, title, count in top
    ]


_HEADINGS = (
    (T("返修单号", "Repair"), 20),
    (T("报修时间", "Opened"), 17),
    (T("买家", "Buyer"), 16),
    (T("订单号", "Order"), 22),
    (T("商品", "Product"), 32),
    (T("序列号", "Serial"), 16),
    (T("故障现象", "Complaint"), 16),
    (T("故障点", "Fault"), 14),
    (T("故障原因", "Cause"), 16),
    (T("处理结果", "Result"), 16),
    (T("维修内容", "Work done"), 36),
    (T("收费（元）", "Charge (yuan)"), 12),
    (T("服务中心", "Centre"), 18),
    (T("回访", "Follow-up"), 14),
    (T("状态", "State"), 14),
)


def record_file(rows: QuerySet[RepairCase], language: str) -> bytes:
    """服务档案 as a workbook: one line per repair, latest first."""
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(T("返修服务档案", "Repair records").say(language))
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    for column, (heading, width) in enumerate(_HEADINGS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading.say(language), head)
    sheet.freeze_panes(1, 0)
    found = rows.select_related("order", "customer", "centre").order_by("-opened_at", "-pk")[:MOST_RECORDS]
    for number, row in enumerate(found, start=1):
        for column, text in enumerate(_record(row, language)):
            sheet.write_string(number, column, "'" + text if text.startswith(("=", "+", "-", "@")) else text)
    book.close()
    return out.getvalue()


def _record(row: RepairCase, language: str) -> tuple[str, ...]:
    def said(names: Mapping[str, T], code: str) -> str:
        return names[code].say(language) if code in names else ""

    return (
        row.number,
        f"{row.opened_at.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M}",
        row.customer.nick,
        row.order.order_no,
        row.title,
        row.serial,
        said(words.REPAIR_REASONS, row.reason),
        said(words.FAULTS, row.fault),
        said(words.CAUSES, row.cause),
        said(words.RESULTS, row.result),
        row.work,
        plain_yuan(row.charge_fen) if row.charge_fen else "",
        row.centre.name if row.centre is not None else "",
        said(words.SATISFIED, row.satisfied),
        REPAIR.state(row.state).label.say(language),
    )
