"""What tests share: one cast, an API client, and checks such as "refused, and nothing changed".

The cast of 圈圈家旗舰店 (Tmall) and its sister shop 圈圈家的衣橱 (Taobao); the demo uses the same people.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.test import Client

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import SYSTEM, Perm, Viewer, Who
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.errors import Conflict, Forbidden, NotFound, Refusal
from xiaoer.kernel.flow import Flow, Move
from xiaoer.kernel.models import Deadline, Event

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
"""Wednesday 11 November 2026, 12:00 in Beijing: the moment at which most tests begin."""

PASSWORD = "xiaoer-demo-2026"

CAST: dict[str, tuple[str, str]] = {
    "owner": ("沈老板", "owner"),
    "supervisor": ("林主管", "supervisor"),
    "quanquan": ("圈圈", "pre_sales"),
    "tangtang": ("糖糖", "pre_sales"),
    "anan": ("安安", "after_sales"),
    "mumu": ("木木", "after_sales"),
    "clerk": ("打单小周", "clerk"),
    "warehouse": ("仓库老吴", "warehouse"),
    "finance": ("财务陈姐", "finance"),
    "inspector": ("质检小秦", "inspector"),
    "reviewer": ("评价小柳", "review_clerk"),
    "trainer": ("培训方老师", "trainer"),
    "vendor": ("外包小夏", "vendor_agent"),
}
"""username -> (name, role in both shops). "stranger" works in a third shop and must see nothing."""


class Caller:
    """A person or machine that calls the API with JSON; `as_("anan").post("/api/...", {...})`."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.client = Client(headers=headers or {})

    def call(self, method: str, url: str, data: Any = None, status: int | None = None, **kwargs: Any) -> Any:
        send = getattr(self.client, method)
        if data is not None and method != "get":
            response = send(url, data, content_type="application/json", **kwargs)
        else:
            response = send(url, data or {}, **kwargs)
        if status is not None:
            assert response.status_code == status, f"{method} {url}: {response.status_code} {response.content[:600]!r}"
        return response

    def get(self, url: str, data: Any = None, status: int = 200) -> Any:
        return self.call("get", url, data, status).json()

    def post(self, url: str, data: Any = None, status: int = 200) -> Any:
        return self.call("post", url, {} if data is None else data, status).json()

    def patch(self, url: str, data: Any = None, status: int = 200) -> Any:
        return self.call("patch", url, {} if data is None else data, status).json()

    def put(self, url: str, data: Any = None, status: int = 200) -> Any:
        return self.call("put", url, {} if data is None else data, status).json()

    def delete(self, url: str, status: int = 200) -> Any:
        return self.call("delete", url, None, status).json()


@dataclass
class Cast:
    """The two shops, the third one of the stranger, and everybody by username."""

    tmall: Any
    taobao: Any
    elsewhere: Any
    staff: dict[str, Any] = field(default_factory=dict)
    signed_in: dict[str, Client] = field(default_factory=dict)

    def as_(self, username: str) -> Caller:
        """A signed-in API caller; whoever signed in within this test comes back with the same session."""
        caller = Caller()
        if username not in self.signed_in:
            caller.client.force_login(self.staff[username])
            self.signed_in[username] = caller.client
        caller.client.cookies.update(self.signed_in[username].cookies)
        return caller

    def viewer(self, username: str) -> Any:
        from xiaoer.people.queries import viewer_of_staff

        return viewer_of_staff(self.staff[username])

    def who(self, username: str) -> Any:
        return self.viewer(username).who


HOURS = {
    "zone": "Asia/Shanghai",
    "days": {day: [["09:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
RETURN_ADDRESS = {
    "name": "圈圈家售后部",
    "phone": "0571-88880201",
    "address": "浙江省杭州市余杭区乔司街道汀兰路 18 号 3 号库",
}


def make_cast(at: datetime = NOON) -> Cast:
    """Create shops and staff in the test database."""
    from xiaoer.people import actions

    shops = {
        slug: actions.open_shop(
            slug=slug,
            name=name,
            platform=platform,
            by=SYSTEM,
            at=at,
            hours=HOURS,
            return_address=RETURN_ADDRESS,
            switches=switches,
            hotline="0571-88880200",
        )
        for slug, name, platform, switches in (
            ("quanquan-tmall", "圈圈家旗舰店", "tmall", {}),
            ("quanquan-taobao", "圈圈家的衣橱", "taobao", {"bank_transfer": True}),
            ("elsewhere", "别家小店", "taobao", {}),
        )
    }
    cast = Cast(shops["quanquan-tmall"], shops["quanquan-taobao"], shops["elsewhere"])
    for username, (name, role) in CAST.items():
        for shop in (cast.tmall, cast.taobao):
            cast.staff[username] = actions.hire(
                shop, username=username, name=name, password=PASSWORD, roles=[role], by=SYSTEM, at=at
            )
    cast.staff["stranger"] = actions.hire(
        cast.elsewhere,
        username="stranger",
        name="路人甲",
        password=PASSWORD,
        roles=["owner"],
        by=SYSTEM,
        at=at,
    )
    return cast


def snapshot(*tables: type[models.Model]) -> list[list[tuple[Any, ...]]]:
    """Every row of the given tables."""
    return [sorted(table._default_manager.values_list(), key=repr) for table in tables]


@contextmanager
def nothing_changes(*tables: type[models.Model]) -> Iterator[None]:
    """A refusal leaves the data unchanged: compares every row of the tables and the journal before and after."""
    watched: tuple[type[models.Model], ...] = (*tables, Event, Deadline)
    before = snapshot(*watched)
    yield
    assert snapshot(*watched) == before, "a refusal changed the data"


_FILL = """
INSERT INTO kernel_deadline (kind, subject, shop_id, started_at, due_at, warn_at, next_at, settled_at, attempts, error)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s)
SELECT 'bell', 'toy:' || i, i %% 3, {at}, {due}, '[]', CASE WHEN i %% 2 = 1 THEN {due} END,
       CASE WHEN i %% 2 = 0 THEN {at} END, 0, '' FROM n
"""
_DUE = {
    "sqlite": ("'2026-11-11 04:00:00'", "strftime('%%Y-%%m-%%d %%H:%%M:%%S', '2026-11-11', (14400 + i) || ' seconds')"),
    "postgresql": (
        "timestamptz '2026-11-11 04:00:00Z'",
        "timestamptz '2026-11-11 04:00:00Z' + i * interval '1 second'",
    ),
}


def all_due(at: datetime) -> None:
    """Handle everything that is due at a moment: a batch ends after some milliseconds, on a busy machine before its end."""
    while fire_due(at):
        pass


def fill_deadlines(rows: int) -> None:
    """Put `rows` deadlines of the kind "bell" into the table, a second apart from NOON on: the odd ones are open."""
    at, due = _DUE[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(at=at, due=due), [rows])
        cursor.execute("ANALYZE kernel_deadline")


# --- flows ----------------------------------------------------------------------------------------------------------


def flow_pairs(flow: Flow) -> list[tuple[str, str, bool]]:
    """Every (state, verb) of a flow and whether the table allows it: for `pytest.mark.parametrize`."""
    return [(s.name, verb, flow.find(s.name, verb) is not None) for s in flow.states for verb in flow.verbs()]


KINDS = ("staff", "token", "buyer", "clock", "platform", "system", "courier")


def viewers_for(step: Move, shop_id: int, customer_id: int | None = None) -> list[tuple[Viewer, bool]]:
    """Every kind of actor, staff and tokens with and without the permission, and whether each may do the move."""
    found = []
    for kind in KINDS:
        allowed = kind in step.by
        who = Who(kind, None if kind in ("clock", "system") else 1, kind)
        if kind in ("staff", "token"):
            others = frozenset(Perm) - {step.may}
            found.append((Viewer(who, {shop_id: frozenset(Perm)}), allowed))
            found.append((Viewer(who, {shop_id: others}), allowed and step.may is None))
            found.append((Viewer(who, {shop_id + 1: frozenset(Perm)}), allowed and step.may is None))
        else:
            found.append((Viewer(who, customer_id=customer_id), allowed))
    return found


def flow_matrix(flow: Flow, make_case: Callable[[str], Any], *watched: type[models.Model], at: datetime = NOON) -> int:
    """Try every verb in every state with every kind of actor, as the table says; returns how many were tried.

    `make_case(state)` creates a row that stands in the state. Illegal pairs are refused with the current state and
    change nothing; legal ones move the row, write one journal line and run the clocks of the table. Permissions are
    checked both ways: the button is shown exactly to whom the move is allowed.
    """
    tried = 0
    for state, verb, legal in flow_pairs(flow):
        try:
            with transaction.atomic():
                row = make_case(state)
                assert row.state == state, f"make_case({state!r}) made a case in {row.state!r}"
                if legal:
                    _check_actors(flow, row, verb)
                    _check_legal(flow, row, verb, at)
                else:
                    _check_illegal(flow, row, verb, at, (type(row), *watched))
                raise _Undo
        except _Undo:
            tried += 1
    return tried


class _Undo(Exception):
    """Takes back what one cell of the matrix wrote."""


def _check_illegal(flow: Flow, row: Any, verb: str, at: datetime, watched: tuple[type[models.Model], ...]) -> None:
    with nothing_changes(*watched):
        try:
            moving.move(flow, row, verb, by=SYSTEM, at=at)
        except Conflict as refusal:
            assert refusal.current is not None and refusal.current["state"] == row.state
        else:
            raise AssertionError(
                f"{flow.name}: {verb!r} went through in {row.state!r}, where the table has no such move"
            )


def _check_actors(flow: Flow, row: Any, verb: str) -> None:
    step = flow.find(row.state, verb)
    assert step is not None
    for viewer, allowed in viewers_for(step, row.shop_id, getattr(row, "customer_id", None)):
        shown = verb in [button["verb"] for button in moving.can(flow, row, viewer)]
        assert shown == allowed, f"{flow.name}.{verb} in {row.state}: button for {viewer.who} shown: {shown}"
        try:
            moving.require_actor(step, viewer, row.shop_id)
            passed = True
        except (Forbidden, NotFound):
            passed = False
        assert passed == allowed, f"{flow.name}.{verb} in {row.state}: {viewer.who} let through: {passed}"


def _check_legal(flow: Flow, row: Any, verb: str, at: datetime) -> None:
    step = flow.find(row.state, verb)
    assert step is not None
    source, subject = row.state, moving.subject_of(flow, row)
    for clock_kind in {clock.kind for clock in flow.clocks()}:
        deadlines.start(clock_kind, subject, shop_id=row.shop_id, due_at=at + timedelta(days=99), at=at)
    if step.ready is not None and step.ready(row) is not None:
        with nothing_changes(type(row)):
            try:
                moving.move(flow, row, verb, by=SYSTEM, at=at)
            except Refusal as refusal:
                assert refusal.code == "not_ready"
                return
        raise AssertionError(f"{flow.name}.{verb}: moved although it was not ready")
    before = Event.objects.filter(subject=subject).count()
    moving.move(flow, row, verb, by=SYSTEM, at=at)
    stored = type(row)._default_manager.get(pk=row.pk)
    assert (row.state, stored.state) == (step.target, step.target)
    lines = list(Event.objects.filter(subject=subject).order_by("number"))[before:]
    assert [line.kind for line in lines] == [f"{flow.name}.{verb}"], "one move, one journal line"
    assert (lines[0].payload["source"], lines[0].payload["target"], lines[0].at) == (source, step.target, at)
    kinds = {clock.kind for clock in flow.clocks()}
    ended = kinds if "*" in step.settles else set(step.settles)
    running = {one.kind for one in deadlines.open_for(subject)}
    assert running == (kinds - ended) | {clock.kind for clock in step.starts}, f"{flow.name}.{verb}: clocks {running}"


@contextmanager
def screens_follow(fetch: dict[str, Callable[[], Any]]) -> Iterator[None]:
    """Old screen + events = fresh screen.

    `fetch` gives, per subject ("return:12"), what a screen shows of it. Whatever looks different after the block must
    have been told: a journal line about that subject, so that a screen which follows the stream fetches it again.
    """
    after = Event.objects.order_by("-number").values_list("number", flat=True).first() or 0
    old = {subject: load() for subject, load in fetch.items()}
    yield
    told = set(Event.objects.filter(number__gt=after).values_list("subject", flat=True))
    stale = [subject for subject, load in fetch.items() if subject not in told and load() != old[subject]]
    assert not stale, f"screens of {stale} would show old data: no event tells of the change"
