"""The supervisor's morning (每日巡检, R013 to R015): every order in refund or dispute, oldest first, what waits for whom.

A later area adds its own rows: `morning.source("dispute", page=..., find=...)` when it loads; aftersales imports none.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from xiaoer.aftersales import queries
from xiaoer.aftersales.kinds import FLOWS
from xiaoer.aftersales.models import CaseRow, Reminder
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.models import Event
from xiaoer.people.queries import agents_with, names_of, roles_of

MOST = 200
REFUNDS = ("return", "refund_only")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case that waits: for whom, since when, until when. `path` opens it in the workbench."""

    subject: str
    kind: str
    kind_label: str
    number: str
    shop: int
    order: int | None
    order_no: str
    customer: int | None
    nick: str
    state: str
    state_label: str
    waits_for: str
    opened_at: datetime
    since: datetime
    due_at: datetime | None
    amount_fen: int
    path: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: `page(viewer, shop, limit)` the oldest first, `find(viewer, id)` one or 404, `count` all."""

    name: str
    page: Callable[[Viewer, int | None, int], list[Waiting]]
    find: Callable[[Viewer, int], Waiting]
    count: Callable[[Viewer, int | None], int]


SOURCES: dict[str, Source] = {}


def source(name: str, **parts: Callable[..., object]) -> None:
    """Register rows under the name that begins their subjects ("dispute:3")."""
    SOURCES[name] = Source(name, **parts)  # type: ignore[arg-type]


def _waiting(name: str, row: CaseRow, language: str) -> Waiting:
    flow = FLOWS[name]
    state = flow.state(row.state)
    return Waiting(
        f"{name}:{row.pk}",
        name,
        flow.label.say(language),
        row.number,
        row.shop_id,
        row.order_id,
        row.order.order_no,
        row.customer_id,
        row.customer.nick,
        row.state,
        state.label.say(language),
        state.waits_for,
        row.opened_at,
        row.state_at,
        row.due_at,
        row.granted_fen or row.requested_fen,
        f"/cases/{name}/{row.pk}",
    )


def _of_flow(name: str) -> Source:
    def page(viewer: Viewer, shop: int | None, limit: int) -> list[Waiting]:
        rows = queries.ask(viewer, name, desk="open", shop=shop).order_by("opened_at", "pk")[:limit]
        return [_waiting(name, row, viewer.language) for row in rows]

    def find(viewer: Viewer, pk: int) -> Waiting:
        return _waiting(name, queries.find(viewer, name, pk), viewer.language)

    def count(viewer: Viewer, shop: int | None) -> int:
        return queries.ask(viewer, name, desk="open", shop=shop).select_related(None).order_by().count()

    return Source(name, page, find, count)


def sources() -> dict[str, Source]:
    """Every flow of after-sales, and what later areas added."""
    return {**{name: _of_flow(name) for name in FLOWS}, **SOURCES}


def kinds_of(wanted: str) -> list[str]:
    """`refund`: orders in refund; `dispute`: what other areas added; else one kind, or everything."""
    known = list(sources())
    if wanted == "refund":
        return [name for name in REFUNDS if name in known]
    if wanted == "dispute":
        return list(SOURCES)
    return [wanted] if wanted in known else known


def page(viewer: Viewer, *, wanted: str = "", shop: int | None = None, limit: int = 100) -> list[Waiting]:
    """The oldest cases over the wanted kinds."""
    limit = max(1, min(limit, MOST))
    known = sources()
    found = [row for name in kinds_of(wanted) for row in known[name].page(viewer, shop, limit)]
    return sorted(found, key=lambda row: (row.opened_at, row.subject))[:limit]


def counts(viewer: Viewer, shop: int | None = None) -> dict[str, int]:
    known = sources()
    by_kind = {name: one.count(viewer, shop) for name, one in known.items()}
    return {
        "refund": sum(by_kind.get(name, 0) for name in REFUNDS),
        "dispute": sum(by_kind[name] for name in SOURCES),
        "all": sum(by_kind.values()),
    }


def find(viewer: Viewer, subject: str) -> Waiting:
    name, _, pk = subject.partition(":")
    known = sources()
    if name not in known or not pk.isdigit():
        raise NotFound("没有这张单", "There is no such case")
    return known[name].find(viewer, int(pk))


def handlers(rows: Iterable[Waiting]) -> dict[str, int]:
    """Who last worked on each case and works in its shop: whom a reminder goes to."""
    shops = {row.subject: row.shop for row in rows}
    found: dict[str, int] = {}
    lines = Event.objects.filter(subject__in=list(shops), actor__startswith="staff:").order_by("number")
    mine = {shop: set(agents_of(shop)) for shop in set(shops.values())}
    for subject, actor in lines.values_list("subject", "actor"):
        pk = int(actor.partition(":")[2])
        if pk in mine[shops[subject]]:
            found[subject] = pk
    return found


def agents_of(shop_id: int) -> list[int]:
    """The after-sales agents of a shop; supervisors remind, they are not reminded."""
    return [
        staff
        for staff in agents_with(shop_id, Perm.AFTERSALES_OPEN)
        if roles_of(shop_id, staff) & {"after_sales", "vendor_agent", "review_clerk"}
    ]


def agents_by_shop(viewer: Viewer) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for shop in viewer.shops_with(Perm.CHAT_ASSIGN):
        ids = agents_of(shop)
        told = names_of(ids)
        found += [{"shop": shop, "id": pk, "name": told[pk]} for pk in ids]
    return found


def latest_reminders(subjects: Iterable[str]) -> dict[str, Reminder]:
    """The newest reminder of each case, and with it how the last one went."""
    rows = Reminder.objects.filter(subject__in=list(subjects)).select_related("agent").order_by("asked_at", "pk")
    return {row.subject: row for row in rows}


def least_busy(shop_id: int) -> int:
    """The after-sales agent with the fewest open reminders: for a case nobody has worked on yet."""
    ids = agents_of(shop_id)
    if not ids:
        return 0
    rows = Reminder.objects.filter(agent_id__in=ids, state="asked").order_by()
    waiting = dict(rows.values_list("agent_id").annotate(Count("pk")))
    return min(ids, key=lambda pk: (waiting.get(pk, 0), pk))
