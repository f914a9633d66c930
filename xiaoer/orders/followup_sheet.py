"""每日订单跟进表 as a workbook: a saved view of entries, never a second table of facts."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO

from xiaoer.kernel.access import ROLE_NAMES, Role
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook, safe_text
from xiaoer.orders.models import FollowBatch, FollowUp
from xiaoer.orders.pay_flow import FOLLOW
from xiaoer.orders.pay_rules import BEIJING
from xiaoer.orders.pay_words import KINDS, SOLUTIONS
from xiaoer.orders.rules import FULFILMENT_NAMES, STATUS_NAMES, Fulfilment, Status

HEADINGS = (
    "订单号",
    "旺旺ID",
    "商品",
    "金额",
    "订单状态",
    "打单状态",
    "问题",
    "开始时间",
    "时限",
    "责任岗位",
    "跟进人",
)
MORE = ("进展", "方案", "补偿金额", "结果")
WIDTHS = (22, 16, 34, 10, 14, 10, 20, 17, 17, 12, 12, 14, 26, 10, 26)


def _time(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def of_batch(batch: FollowBatch) -> bytes:
    """The entries of a batch, in its order."""
    rows = FollowUp.objects.filter(pk__in=batch.items.values("entry_id")).order_by("due_at", "pk")
    rows = rows.select_related("order", "customer", "owner").prefetch_related("order__lines")
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet("每日订单跟进表")
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    money = book.add_format({"num_format": "0.00"})
    for column, (heading, width) in enumerate(zip((*HEADINGS, *MORE), WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, int):
                sheet.write_number(number, column, Decimal(plain_yuan(value)), money)
            else:
                sheet.write_string(number, column, safe_text(value))
    book.close()
    return out.getvalue()


def _cells(row: FollowUp) -> tuple[str | int, ...]:
    order = row.order
    lines = sorted(order.lines.all(), key=lambda line: (line.line_no, line.pk))
    kind = str(row.solution.get("kind", ""))
    return (
        order.order_no,
        row.customer.nick,
        "；".join(f"{line.title}×{line.qty}" for line in lines),
        order.payable_fen or 0,
        STATUS_NAMES[Status(order.status)].zh,
        FULFILMENT_NAMES[Fulfilment(order.fulfilment)].zh,
        KINDS[row.kind].zh,
        _time(row.since),
        _time(row.due_at),
        ROLE_NAMES[Role(row.desk)].zh,
        row.owner.name if row.owner else "",
        FOLLOW.state(row.state).zh,
        f"{SOLUTIONS[kind].zh}：{row.solution.get('text', '')}" if kind in SOLUTIONS else "",
        int(row.solution.get("amount_fen") or 0),
        row.result,
    )
