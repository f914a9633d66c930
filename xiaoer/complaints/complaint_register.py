"""投诉登记表 and 监管联络登记表 among the registers (R645, R751, R457): saved queries, with places to sign."""

from xiaoer.aftersales.naming import actor_names
from xiaoer.aftersales.registers import Column, Query, Register, Row, provide
from xiaoer.aftersales.registers_trade import BUYER, DATE, GOODS, NUMBER, ORDER, STATE, day, minute, within
from xiaoer.complaints import complaint_showing, queries
from xiaoer.complaints.complaint_flow import COMPLAINT
from xiaoer.complaints.models import Authority, Complaint
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import names_of


def _complaints(viewer: Viewer, query: Query) -> list[Row]:
    asked = queries.ask(viewer, "complaint", desk="all", shop=query.shop, q=query.q)
    found: list[Complaint] = list(
        within(asked, query, "opened_at", COMPLAINT.name).order_by("-opened_at", "-pk")[: query.limit]
    )
    told = complaint_showing.rows(found, viewer.language)
    heads = names_of([row.owner_id for row in found if row.owner_id])
    return [
        Row(
            f"complaint:{row.pk}",
            row.shop_id,
            f"/complaints/{row.pk}",
            {
                "date": day(row.opened_at),
                "number": row.number,
                "way": one["channel_label"],
                "buyer": row.customer.nick,
                "order": row.order.order_no if row.order is not None else "",
                "goods": row.goods,
                "kind": one["kind_label"],
                "problem": row.problem,
                "demand": row.demand,
                "priority": one["priority_label"],
                "level": one["level_label"],
                "finding": row.finding,
                "state": one["state_label"],
                "word": one["buyer_word_label"],
                "cause": row.root_cause,
                "by": heads.get(row.owner_id or 0, ""),
                "closed": minute(row.closed_at),
            },
        )
        for row, one in zip(found, told, strict=True)
    ]


provide(
    Register(
        "complaints",
        T("投诉登记表", "Complaint register"),
        (
            DATE, NUMBER, Column("way", T("来源", "Came by"), 12), BUYER, ORDER, GOODS,
            Column("kind", T("问题类型", "Class"), 18), Column("problem", T("问题描述", "Problem"), 36),
            Column("demand", T("用户诉求", "Demand"), 24), Column("priority", T("优先级", "Priority"), 10),
            Column("level", T("处理级别", "Level"), 12), Column("finding", T("核实情况", "Finding"), 30), STATE,
            Column("word", T("买家意见", "Buyer's word"), 10), Column("cause", T("根本原因", "Root cause"), 28),
            Column("by", T("责任人", "Owner"), 12), Column("closed", T("办结时间", "Closed"), 16),
        ),
        _complaints,
        {"handler": T("经办人签字", "Handled by"), "supervisor": T("主管签字", "Supervisor")},
        source="R751",
    )
)  # fmt: skip


def _authorities(viewer: Viewer, query: Query) -> list[Row]:
    rows = Authority.objects.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))
    if query.shop is not None:
        rows = rows.filter(shop_id=query.shop)
    if query.q:
        rows = rows.filter(name__icontains=query.q)
    found = list(within(rows, query, "added_at", "authority").order_by("kind", "name", "pk")[: query.limit])
    people = actor_names([row.added_by for row in found], viewer.language)
    return [
        Row(
            f"authority:{row.pk}",
            row.shop_id,
            "/complaints/contacts",
            {
                "number": row.name,
                "kind": complaint_showing.authority(row, people, viewer.language)["kind_label"],
                "region": row.region,
                "person": row.person,
                "phone": row.phone,
                "talked": minute(row.talked_at),
                "last": row.talks[0]["text"] if row.talks else "",
                "by": people.get(row.added_by, ""),
            },
        )
        for row in found
    ]


provide(
    Register(
        "authorities",
        T("监管联络登记表", "Contacts at authorities"),
        (
            Column("number", T("单位", "Name"), 26), Column("kind", T("类别", "Kind"), 14),
            Column("region", T("地区", "Region"), 12), Column("person", T("联系人", "Person"), 12),
            Column("phone", T("联系方式", "Reached at"), 18), Column("talked", T("最近联络", "Last word"), 16),
            Column("last", T("联络内容", "What was said"), 36), Column("by", T("登记人", "Noted by"), 12),
        ),
        _authorities,
        source="R457",
    )
)  # fmt: skip
