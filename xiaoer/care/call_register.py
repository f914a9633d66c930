"""The four forms of the seed (R649) among the registers: customer file, call record, call register, letters."""

from typing import Any

from xiaoer.aftersales.naming import actor_names
from xiaoer.aftersales.registers import Column, Query, Register, Row, provide
from xiaoer.aftersales.registers_trade import BUYER, BY, DATE, NUMBER, day, minute, within
from xiaoer.care.call_rules import LETTERS, MISSED, NOTE_KINDS, SENT_BY
from xiaoer.care.models import CallNote, CareFile, CareLetter
from xiaoer.customers.queries import mask_phone
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import orders_of_customer

SUPERVISOR = {"supervisor": T("主管签字", "Supervisor")}


def _asked(table: Any, viewer: Viewer, query: Query, field: str, name: str) -> list[Any]:
    rows = table._default_manager.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW)).select_related("customer")
    if query.shop is not None:
        rows = rows.filter(shop_id=query.shop)
    if query.q:
        rows = rows.filter(customer__nick__icontains=query.q)
    return list(within(rows, query, field, name).order_by(f"-{field}", "-pk")[: query.limit])


def _files(viewer: Viewer, query: Query) -> list[Row]:
    found: list[CareFile] = _asked(CareFile, viewer, query, "made_at", "care_file")
    people = actor_names([row.made_by for row in found], viewer.language)
    made = []
    for row in found:
        bought = orders_of_customer(row.customer_id, limit=5)
        goods = "；".join(one.lines[0].title for one in bought if one.lines)
        cells = {
            "number": row.customer.nick,
            "date": day(row.made_at),
            "phone": mask_phone(row.customer.phone),
            "vip": row.customer.vip or "",
            "goods": goods[:200],
            "needs": row.needs,
            "interests": row.interests,
            "best": row.best_time,
            "calls": T("不愿被回访", "Wants no calls").say(viewer.language) if row.no_calls else "",
            "by": people.get(row.made_by, ""),
        }
        made.append(Row(f"care_file:{row.pk}", row.shop_id, f"/customers/{row.customer_id}", cells))
    return made


def _notes(viewer: Viewer, query: Query) -> list[Row]:
    found: list[CallNote] = _asked(CallNote, viewer, query, "at", "call_note")
    people = actor_names([row.by for row in found], viewer.language)
    language = viewer.language
    ways = {True: T("来电", "In"), False: T("去电", "Out")}
    reached = {True: T("已接通", "Reached"), False: T("未接通", "Not reached")}
    return [
        Row(
            f"call_note:{row.pk}",
            row.shop_id,
            f"/care-calls?open={row.call_id}" if row.call_id else f"/customers/{row.customer_id}",
            {
                "number": f"DH{row.pk:06d}",
                "date": minute(row.at),
                "buyer": row.customer.nick,
                "way": ways[row.incoming].say(language),
                "kind": NOTE_KINDS[row.kind].say(language),
                "reached": reached[row.reached].say(language),
                "running": row.running,
                "opinion": row.opinion,
                "points": row.points,
                "demand": row.demand,
                "handled": MISSED[row.handled].say(language) if row.handled in MISSED else row.handled,
                "satisfaction": row.satisfaction or "",
                "by": people.get(row.by, ""),
            },
        )
        for row in found
    ]


def _letters(viewer: Viewer, query: Query) -> list[Row]:
    found: list[CareLetter] = _asked(CareLetter, viewer, query, "at", "care_letter")
    people = actor_names([row.by for row in found], viewer.language)
    return [
        Row(
            f"care_letter:{row.pk}",
            row.shop_id,
            f"/care-calls?open={row.call_id}" if row.call_id else f"/customers/{row.customer_id}",
            {
                "number": f"XH{row.pk:06d}",
                "date": day(row.at),
                "buyer": row.customer.nick,
                "kind": LETTERS[row.kind].say(viewer.language),
                "title": row.title,
                "sent": SENT_BY[row.sent_by].say(viewer.language),
                "reference": row.reference,
                "by": people.get(row.by, ""),
            },
        )
        for row in found
    ]


WAY, KIND = Column("way", T("来/去电", "In or out"), 8), Column("kind", T("类别", "Kind"), 14)
POINTS, DEMAND = (
    Column("points", T("谈话要点", "Key points"), 36),
    Column("demand", T("要求、希望或投诉", "Demand"), 28),
)
HANDLED = Column("handled", T("处理情况", "Done"), 24)

provide(
    Register(
        "customer_files",
        T("客户档案基本资料表", "Customer files"),
        (
            Column("number", T("旺旺ID", "Buyer"), 18), DATE, Column("phone", T("电话", "Phone"), 14),
            Column("vip", T("会员等级", "VIP"), 8), Column("goods", T("购买商品", "Bought"), 40),
            Column("needs", T("潜在需求", "Needs"), 30), Column("interests", T("感兴趣的话题", "Interests"), 24),
            Column("best", T("方便通话", "Best time"), 14), Column("calls", T("回访意愿", "Calls"), 12), BY,
        ),
        _files,
        SUPERVISOR,
        source="R633; R649",
    )
)  # fmt: skip
provide(
    Register(
        "care_records",
        T("跟踪服务电话记录表", "Call records"),
        (
            NUMBER, DATE, BUYER, KIND, Column("running", T("使用情况", "How the goods do"), 24),
            Column("opinion", T("服务意见", "Opinion"), 24), POINTS, DEMAND, HANDLED,
            Column("satisfaction", T("满意度", "Points"), 8), BY,
        ),
        lambda viewer, query: [row for row in _notes(viewer, query) if row.cells["points"]],
        SUPERVISOR,
        source="R637; R649",
    )
)  # fmt: skip
provide(
    Register(
        "care_calls",
        T("跟踪服务电话登记表", "Call register"),
        (NUMBER, DATE, BUYER, WAY, KIND, Column("reached", T("是否接通", "Reached"), 10), DEMAND, HANDLED, BY),
        _notes,
        SUPERVISOR,
        source="R645; R649",
    )
)
provide(
    Register(
        "care_letters",
        T("跟踪服务信函登记表", "Letter register"),
        (
            NUMBER, DATE, BUYER, KIND, Column("title", T("标题", "Title"), 28), Column("sent", T("寄送方式", "Sent by"), 12),
            Column("reference", T("单号", "Its number"), 18), BY,
        ),
        _letters,
        SUPERVISOR,
        source="R646; R649",
    )
)  # fmt: skip
