"""Open disputes among what the supervisor looks over every morning (R014), beside the orders in refund."""

from xiaoer.aftersales import morning
from xiaoer.complaints import queries
from xiaoer.complaints.flow import FLOWS
from xiaoer.complaints.models import Dispute
from xiaoer.kernel.access import Viewer

NAME = "dispute"


def _waiting(row: Dispute, language: str) -> morning.Waiting:
    flow = FLOWS[NAME]
    state = flow.state(row.state)
    return morning.Waiting(
        subject=f"{NAME}:{row.pk}",
        kind=NAME,
        kind_label=flow.label.say(language),
        number=row.number,
        shop=row.shop_id,
        order=row.order_id,
        order_no=row.order.order_no,
        customer=row.customer_id,
        nick=row.customer.nick,
        state=row.state,
        state_label=state.label.say(language),
        waits_for=state.waits_for,
        opened_at=row.opened_at,
        since=row.state_at,
        due_at=row.due_at,
        amount_fen=row.claim_fen or 0,
        path=f"/disputes/{row.pk}",
    )


def page(viewer: Viewer, shop: int | None, limit: int) -> list[morning.Waiting]:
    rows = queries.ask(viewer, NAME, desk="open", shop=shop).order_by("opened_at", "pk")[:limit]
    return [_waiting(row, viewer.language) for row in rows]


def find(viewer: Viewer, pk: int) -> morning.Waiting:
    return _waiting(queries.find(viewer, NAME, pk), viewer.language)


def count(viewer: Viewer, shop: int | None) -> int:
    return queries.ask(viewer, NAME, desk="open", shop=shop).select_related(None).order_by().count()


morning.source(NAME, page=page, find=find, count=count)
