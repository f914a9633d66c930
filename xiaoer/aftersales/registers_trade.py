"""The seeds' registers: after-sales, return and exchange, recall, bank transfer, compensation, payments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from xiaoer.aftersales import finance_reads, naming, queries, showing
from xiaoer.aftersales.compensation_words import MEANS
from xiaoer.aftersales.kinds import FLOWS, KINDS
from xiaoer.aftersales.models import CaseRow, CompensationCase, GoodsBackRow
from xiaoer.aftersales.reasons import CHANNELS
from xiaoer.aftersales.registers import Column, Query, Register, Row, provide
from xiaoer.customers.queries import mask_phone
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.i18n import T
from xiaoer.orders import money_reads, money_showing, service_reads
from xiaoer.orders.queries import OrderFacts, facts_by_id

DATE, BUYER, ORDER = (
    Column("date", T("日期", "Date"), 12),
    Column("buyer", T("旺旺ID", "Buyer"), 16),
    Column("order", T("订单号", "Order"), 22),
)
GOODS, REASON = Column("goods", T("商品", "Goods"), 34), Column("reason", T("原因", "Reason"), 18)
STATE, BY = Column("state", T("处理情况", "State"), 16), Column("by", T("经办人", "Handled by"), 12)
NUMBER = Column("number", T("单号", "Number"), 20)


def day(at: datetime | None) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d}" if at else ""


def minute(at: datetime | None) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""


def within(rows: QuerySet[Any], query: Query, field: str, name: str) -> QuerySet[Any]:
    """The rows of the days that are asked for; with a subject that one row, where it is of this kind."""
    if query.subject:
        kind, _, pk = query.subject.partition(":")
        return rows.filter(pk=int(pk)) if kind == name and pk.isdigit() else rows.none()
    if query.since is not None:
        rows = rows.filter(**{f"{field}__gte": query.since})
    if query.until is not None:
        rows = rows.filter(**{f"{field}__lt": query.until})
    return rows


def _cases(viewer: Viewer, query: Query, names: Iterable[str]) -> list[tuple[str, CaseRow]]:
    found: list[tuple[str, CaseRow]] = []
    for name in names:
        rows = within(queries.ask(viewer, name, shop=query.shop, q=query.q), query, "opened_at", name)
        found += [(name, row) for row in rows.order_by("-opened_at", "-pk")[: query.limit]]
    found.sort(key=lambda one: (one[1].opened_at, one[1].pk), reverse=True)
    return found[: query.limit]


def _goods(shown: dict[str, Any], order: OrderFacts) -> str:
    lines = shown["lines"] or [{"title": line.title, "sku": line.sku, "qty": line.qty} for line in order.lines]
    return "；".join(f"{one['title']} {one['sku']} ×{one['qty']}".replace("  ", " ") for one in lines)


def _made(viewer: Viewer, found: Sequence[tuple[str, CaseRow]]) -> list[tuple[CaseRow, dict[str, Any], dict[str, Any]]]:
    """Each case with its row as desks show it, and the cells that every register has."""
    orders = facts_by_id(row.order_id for _, row in found)
    shown = showing.rows(found, viewer.language)
    told = naming.actor_names([row.decided_by or row.opened_by for _, row in found], viewer.language)
    made = []
    for (_, row), one in zip(found, shown, strict=True):
        made.append(
            (
                row,
                one,
                {
                    "date": day(row.opened_at),
                    "buyer": one["customer"]["nick"],
                    "order": one["order"]["order_no"],
                    "goods": _goods(one, orders[row.order_id]),
                    "reason": one["reason_label"],
                    "state": one["state_label"],
                    "by": told.get(row.decided_by or row.opened_by, ""),
                    "number": row.number,
                    "kind": one["flow_label"],
                    "granted": row.granted_fen or 0,
                    "paid": one["executed_fen"],
                },
            )
        )
    return made


def _aftersales(viewer: Viewer, query: Query) -> list[Row]:
    """售后登记表 (R074): every kind of case, recalls of the order desk among them."""
    found = _made(viewer, _cases(viewer, query, FLOWS))
    rows = [
        Row(
            f"{one['flow']}:{row.pk}",
            row.shop_id,
            f"/cases/{one['flow']}/{row.pk}",
            cells | {"fault": one["responsibility_label"], "note": row.note},
        )
        for row, one, cells in found
    ]
    for row in _recalls(viewer, query):
        more = {"kind": T("撤回包裹", "Recall").say(viewer.language), "fault": "", "granted": 0, "paid": 0, "note": ""}
        rows.append(Row(row.subject, row.shop, row.path, row.cells | more))
    return sorted(rows, key=lambda row: str(row.cells["date"]), reverse=True)[: query.limit]


BACK = [name for name, kind in KINDS.items() if issubclass(kind.model, GoodsBackRow)]


def _returns(viewer: Viewer, query: Query) -> list[Row]:
    """售后退换货表格 (R089 to R092): ID, contact, reason, replacement wanted, waybill, what arrived, money."""
    rows = []
    for row, one, cells in _made(viewer, _cases(viewer, query, BACK)):
        assert isinstance(row, GoodsBackRow)
        receipt = row.receipt or {}
        signed = {"warehouse": f"{receipt.get('by', '')} {minute(row.received_at)}".strip()} if row.received_at else {}
        rows.append(
            Row(
                f"{one['flow']}:{row.pk}",
                row.shop_id,
                f"/cases/{one['flow']}/{row.pk}",
                cells
                | {
                    "contact": mask_phone(row.order.receiver_phone),
                    "wanted": _wanted(one, viewer.language),
                    "carrier": one.get("carrier_label", ""),
                    "waybill": row.waybill,
                    "received_at": day(row.received_at),
                    "received": _received(row, one, viewer.language),
                    "card": _yes(receipt.get("card_inside"), viewer.language) if row.received_at else "",
                },
                _named(signed, viewer.language),
            )
        )
    return rows


def _wanted(one: dict[str, Any], language: str) -> str:
    """What the buyer wants instead: money back, or the goods of an exchange."""
    return one["flow_label"] if one["flow"] != "exchange" else T("换货：见单", "Exchange: see the case").say(language)


def _received(row: GoodsBackRow, one: dict[str, Any], language: str) -> str:
    if row.received_at is None:
        return ""
    got = sum(line["received"] or 0 for line in one["lines"])
    asked = sum(line["qty"] for line in one["lines"])
    broken = sum(line["damaged"] for line in one["lines"])
    return T(f"申请 {asked} 实收 {got} 破损 {broken}", f"asked {asked}, received {got}, damaged {broken}").say(language)


def _yes(value: Any, language: str) -> str:
    return (T("有", "yes") if value else T("无", "no")).say(language)


def _named(signed: dict[str, str], language: str) -> dict[str, str]:
    """ "staff:4 2026-11-11 10:00" with the person's name."""
    told = naming.actor_names([text.partition(" ")[0] for text in signed.values()], language)
    return {place: f"{told[text.partition(' ')[0]]} {text.partition(' ')[2]}" for place, text in signed.items()}


_STEPS = {"courier_signs": "courier", "parcel_back": "clerk"}


def _recalls(viewer: Viewer, query: Query) -> list[Row]:
    """包裹撤回登记 (R074 to R080): the two-copy slip, who signed, and "原包裹已收到" with name and date."""
    wanted = service_reads.asked(
        viewer, shop=query.shop, kind="parcel_recall", state="", desk="all", q=query.q, customer=None
    )
    found = list(within(wanted, query, "opened_at", "parcel_recall").order_by("-opened_at", "-pk")[: query.limit])
    orders = facts_by_id(row.order_id for row in found)
    steps: dict[int, dict[str, str]] = {}
    for step in service_reads.steps_of([row.pk for row in found], list(_STEPS)):
        name = str(step.data.get("name") or step.by_name)
        steps.setdefault(step.case_id, {})[_STEPS[step.verb]] = f"{name} {minute(step.at)}"
    told = naming.actor_names([row.opened_by for row in found], viewer.language)
    rows = []
    for row in found:
        shown = service_reads.shown_row(row, viewer.language)
        order = orders[row.order_id]
        cells = {
            "date": day(row.opened_at),
            "buyer": row.customer.nick,
            "order": order.order_no,
            "goods": "；".join(f"{line.title} {line.sku} ×{line.qty}" for line in order.lines),
            "reason": "；".join(shown["what"]),
            "state": shown["state_label"],
            "by": told.get(row.opened_by, ""),
            "number": row.number,
            "carrier": order.carrier,
            "waybill": order.waybill,
            "refund": row.refund_fen or 0,
        }
        rows.append(Row(row.subject, row.shop_id, f"/orders/{row.order_id}", cells, steps.get(row.pk, {})))
    return rows


def _transfers(viewer: Viewer, query: Query) -> list[Row]:
    """银行转账明细表 (R061, C02): Taobao shops that switched it on."""
    wanted = money_reads.ask(viewer, "bank_transfer", shop=query.shop, q=query.q)
    found = list(
        within(wanted, query, "registered_at", "bank_transfer").order_by("-registered_at", "-pk")[: query.limit]
    )
    rows = []
    for row, one in zip(found, money_showing.shown_transfers(found, viewer), strict=True):
        cells = {
            "date": day(row.registered_at),
            "buyer": one["customer"]["nick"],
            "order": one["order"]["order_no"],
            "payer": one["payer"],
            "bank": one["bank"],
            "due": one["amount_fen"],
            "arrived": one["received_fen"],
            "reference": " ".join(arrival["reference"] for arrival in one["arrivals"]),
            "state": one["state_label"],
            "note": one["note"],
        }
        signed = {
            sign["what"]: f"{sign['by']} {minute(datetime.fromisoformat(sign['at']))}"
            for sign in one["signatures"]
            if sign["at"]
        }
        rows.append(Row(f"bank_transfer:{row.pk}", row.shop_id, "/transfers", cells, signed))
    return rows


def _compensations(viewer: Viewer, query: Query) -> list[Row]:
    """补偿登记表 (R831, R832): form, amount, cause, who approved, what was given."""
    rows = []
    for row, _, cells in _made(viewer, _cases(viewer, query, ["compensation"])):
        assert isinstance(row, CompensationCase)
        rows.append(
            Row(
                f"compensation:{row.pk}",
                row.shop_id,
                f"/cases/compensation/{row.pk}",
                cells
                | {
                    "means": MEANS[row.means].say(viewer.language),
                    "asked": row.requested_fen,
                    "note": row.note,
                },
            )
        )
    return rows


def _payments(viewer: Viewer, query: Query) -> list[Row]:
    """退款打款登记: what finance paid, when, by which channel and under which number."""
    wanted = finance_reads.ask(viewer, tab="paid", shop=query.shop, q=query.q)
    found = list(within(wanted, query, "paid_at", "payout").order_by("-paid_at", "-pk")[: query.limit])
    told = naming.actor_names([row.paid_by for row in found], viewer.language)
    return [
        Row(
            f"payout:{row.pk}",
            row.shop_id,
            f"/cases/{row.flow}/{row.case_id}",
            {
                "date": minute(row.paid_at),
                "buyer": row.customer.nick,
                "order": row.order.order_no,
                "number": row.number,
                "kind": FLOWS[row.flow].label.say(viewer.language),
                "paid": row.amount_fen,
                "channel": CHANNELS[row.channel].say(viewer.language) if row.channel in CHANNELS else "",
                "reference": row.reference,
                "batch": row.batch.number if row.batch else "",
                "by": told.get(row.paid_by, ""),
            },
        )
        for row in found
    ]


KIND, GRANTED = Column("kind", T("类型", "Kind"), 12), Column("granted", T("应退", "Granted"), 10, True)
PAID, NOTE = Column("paid", T("已退", "Paid"), 10, True), Column("note", T("备注", "Remark"), 26)
CARRIER, WAYBILL = Column("carrier", T("快递", "Courier"), 12), Column("waybill", T("快递单号", "Waybill"), 20)
SUPERVISOR = {"supervisor": T("主管签字", "Supervisor")}

provide(
    Register(
        "aftersales",
        T("售后登记表", "After-sales register"),
        (DATE, BUYER, ORDER, GOODS, KIND, REASON, Column("fault", T("责任方", "Fault"), 12), STATE, GRANTED, PAID, BY,
         NOTE, NUMBER),
        _aftersales,
        SUPERVISOR,
        source="R074",
    )
)  # fmt: skip
provide(
    Register(
        "returns",
        T("售后退换货表", "Returns and exchanges"),
        (DATE, BUYER, Column("contact", T("联系方式", "Contact"), 14), ORDER, GOODS,
         Column("reason", T("退换原因", "Reason"), 18), Column("wanted", T("要求", "Wanted"), 14), CARRIER,
         Column("waybill", T("退货单号", "Return waybill"), 20), Column("received_at", T("收货日期", "Received"), 12),
         Column("received", T("收货情况", "What arrived"), 22), Column("card", T("售后服务卡", "Service card"), 10),
         GRANTED, PAID, STATE, BY, NUMBER),
        _returns,
        {"warehouse": T("仓库签收", "Warehouse"), "finance": T("财务签字", "Finance")},
        source="R089-R092; C48",
    )
)  # fmt: skip
provide(
    Register(
        "recalls",
        T("包裹撤回登记表", "Parcel recalls"),
        (DATE, BUYER, ORDER, GOODS, CARRIER, WAYBILL, REASON, STATE, Column("refund", T("退款", "Refund"), 10, True), BY,
         NUMBER),
        _recalls,
        {"courier": T("快递签字", "Courier signed"), "clerk": T("原包裹已收到（打单员签字）", "Parcel received (clerk)")},
        source="R073-R080",
    )
)  # fmt: skip
provide(
    Register(
        "transfers",
        T("银行转账明细表", "Bank transfers"),
        (DATE, BUYER, ORDER, Column("payer", T("付款户名", "Payer"), 14), Column("bank", T("付款银行", "Bank"), 14),
         Column("due", T("应付金额", "Due"), 12, True), Column("arrived", T("到账金额", "Arrived"), 12, True),
         Column("reference", T("银行流水号", "Reference"), 22), STATE, NOTE),
        _transfers,
        {"registered": T("登记人", "Registered"), "permitted": T("主管授权", "Permitted"),
         "received": T("财务收款", "Received"), "closed": T("跟单完成", "Closed")},
        perm=Perm.ORDERS_VIEW,
        source="R061; C02",
    )
)  # fmt: skip
provide(
    Register(
        "compensations",
        T("补偿登记表", "Compensation register"),
        (DATE, BUYER, ORDER, REASON, Column("means", T("形式", "Form"), 10), Column("asked", T("申请金额", "Asked"), 10, True),
         Column("granted", T("批准金额", "Granted"), 10, True), Column("paid", T("已发放", "Given"), 10, True), STATE, BY,
         NOTE, NUMBER),
        _compensations,
        SUPERVISOR | {"finance": T("财务签字", "Finance")},
        source="R831; R832; C12",
    )
)  # fmt: skip
provide(
    Register(
        "payments",
        T("退款打款登记表", "Payments"),
        (Column("date", T("打款时间", "Paid at"), 18), BUYER, ORDER, KIND, Column("paid", T("金额", "Amount"), 12, True),
         Column("channel", T("渠道", "Channel"), 16), Column("reference", T("流水号", "Reference"), 26),
         Column("batch", T("批次", "Batch"), 16), BY, NUMBER),
        _payments,
        {"finance": T("财务签字", "Finance"), "owner": T("复核签字", "Checked by")},
        perm=Perm.MONEY_REFUND,
        signs=Perm.MONEY_REFUND,
    )
)  # fmt: skip
