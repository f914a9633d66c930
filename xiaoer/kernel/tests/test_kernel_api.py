"""The audit page, the deadlines page and the flowcharts over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import deadlines, events
from xiaoer.kernel.access import CLOCK, Perm
from xiaoer.kernel.clock import iso
from xiaoer.kernel.flow import FLOWS
from xiaoer.kernel.models import Deadline, Event, Reader
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.kernel.tests.toy import Rang

HOUR = timedelta(hours=1)


class Secret(events.Payload):
    KIND = "toy.secret"
    AREA = "toy"
    LABEL = events.T("密事", "Secret")
    PERM = Perm.MONEY_REFUND.value

    word: str = ""


def say(cast: Cast, word: str, *, shop: Any = None, by: str = "anan", hours: int = 0, **more: Any) -> Event:
    return events.announce(
        more.pop("payload", Rang(word=word)),
        shop_id=(shop or cast.tmall).pk,
        subject=more.pop("subject", "toy:1"),
        by=cast.who(by) if by != "clock" else CLOCK,
        at=NOON + hours * HOUR,
    )


def words(page: dict[str, Any]) -> list[str]:
    return [row["payload"]["word"] for row in page["items"]]


def test_who_did_what_when_latest_first(cast: Cast) -> None:
    say(cast, "a")
    say(cast, "b", by="clock")
    page = cast.as_("owner").get("/api/journal", {"area": "toy"})
    assert words(page) == ["b", "a"] and page["next"] is None
    line = page["items"][1]
    assert (line["actor_name"], line["summary"], line["at"]) == ("安安", "闹钟响了", "2026-11-11T04:00:00Z")
    assert line["actor"] == f"staff:{cast.staff['anan'].pk}"
    assert page["items"][0]["actor_name"] == "时钟（到时自动）"


def test_every_filter(cast: Cast) -> None:
    say(cast, "first", subject="toy:1")
    say(cast, "second", subject="toy:2", by="mumu", hours=2)
    say(cast, "退货地址", subject="toy:3", shop=cast.taobao, hours=4)
    owner = cast.as_("owner")
    mumu = f"staff:{cast.staff['mumu'].pk}"
    for asked, found in (
        ({"shop": cast.taobao.pk}, ["退货地址"]),
        ({"subject": "toy:2"}, ["second"]),
        ({"actor": mumu}, ["second"]),
        ({"actor": "staff"}, ["退货地址", "second", "first"]),
        ({"kind": "toy.rang,toy.other"}, ["退货地址", "second", "first"]),
        ({"kind": "toy.other"}, []),
        ({"since": iso(NOON + HOUR), "until": iso(NOON + 3 * HOUR)}, ["second"]),
        ({"q": "退货"}, ["退货地址"]),
        ({"q": "闹钟"}, ["退货地址", "second", "first"]),
        ({"q": "toy:3"}, ["退货地址"]),
        ({"q": "%"}, []),
    ):
        assert words(owner.get("/api/journal", {"area": "toy", **asked})) == found, asked


def test_pages_hold_still_while_new_lines_come(cast: Cast) -> None:
    for n in range(5):
        say(cast, str(n))
    owner = cast.as_("owner")
    first = owner.get("/api/journal", {"area": "toy", "limit": 2})
    say(cast, "new")
    second = owner.get("/api/journal", {"area": "toy", "limit": 2, "cursor": first["next"]})
    third = owner.get("/api/journal", {"area": "toy", "limit": 2, "cursor": second["next"]})
    assert words(first) + words(second) + words(third) == ["4", "3", "2", "1", "0"] and third["next"] is None
    assert owner.call("get", "/api/journal", {"cursor": "x"}).status_code == 422


def test_a_search_goes_on_in_stretches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    say(cast, "needle")
    for _ in range(6):
        say(cast, "hay")
    monkeypatch.setattr("xiaoer.kernel.audit.WINDOW", 5)
    owner = cast.as_("owner")
    page = owner.get("/api/journal", {"q": "needle"})
    assert page["items"] == [] and page["next"]
    assert words(owner.get("/api/journal", {"q": "needle", "cursor": page["next"]})) == ["needle"]


def test_only_those_who_may_audit_and_only_their_shops(cast: Cast) -> None:
    say(cast, "ours")
    say(cast, "theirs", shop=cast.elsewhere)
    assert words(cast.as_("stranger").get("/api/journal", {"area": "toy"})) == ["theirs"]
    cast.as_("stranger").get("/api/journal", {"shop": cast.tmall.pk}, status=404)
    cast.as_("anan").get("/api/journal", status=403)
    cast.as_("anan").get("/api/journal", {"shop": cast.tmall.pk}, status=403)
    Caller().get("/api/journal", status=401)


def test_lines_that_ask_for_a_permission_are_shown_only_to_its_holders(cast: Cast) -> None:
    say(cast, "", payload=Secret(word="hush"))
    assert words(cast.as_("owner").get("/api/journal", {"area": "toy"})) == ["hush"]
    assert cast.as_("supervisor").get("/api/journal", {"area": "toy"})["items"] == []


def fail(cast: Cast) -> Deadline:
    row = deadlines.start("bell", "toy:1", shop_id=cast.tmall.pk, due_at=NOON - HOUR, at=NOON - 2 * HOUR)
    Deadline.objects.filter(pk=row.pk).update(
        failed_at=NOON, attempts=3, error="ValueError: no stock table", next_at=NOON + HOUR
    )
    return row


def test_deadlines_soonest_first_and_the_failed_ones(cast: Cast) -> None:
    for n in (3, 1, 2):
        deadlines.start("bell", f"toy:{n}0", shop_id=cast.tmall.pk, due_at=NOON + n * HOUR, at=NOON)
    deadlines.start("bell", "toy:99", shop_id=cast.elsewhere.pk, due_at=NOON + HOUR, at=NOON)
    failed = fail(cast)
    finance = cast.as_("finance")
    subjects = [row["subject"] for row in finance.get("/api/deadlines")["items"]]
    assert subjects == ["toy:1", "toy:10", "toy:20", "toy:30"]
    page = finance.get("/api/deadlines", {"limit": 2})
    rest = finance.get("/api/deadlines", {"limit": 2, "cursor": page["next"]})
    assert [row["subject"] for row in page["items"] + rest["items"]] == subjects
    (row,) = finance.get("/api/deadlines", {"state": "failed", "shop": cast.tmall.pk})["items"]
    assert (row["id"], row["attempts"], row["error"]) == (failed.pk, 3, "ValueError: no stock table")
    assert row["late_seconds"] == 3600 and not row["paused"]
    deadlines.settle("toy:1", at=NOON)
    assert len(finance.get("/api/deadlines")["items"]) == 3
    assert len(finance.get("/api/deadlines", {"state": "all"})["items"]) == 4
    cast.as_("quanquan").get("/api/deadlines", status=403)
    cast.as_("finance").get("/api/deadlines", {"shop": cast.elsewhere.pk}, status=404)
    assert finance.call("get", "/api/deadlines", {"state": "odd"}).status_code == 422


def test_retry_puts_it_before_the_loop_and_into_the_journal(cast: Cast) -> None:
    row = fail(cast)
    url = f"/api/deadlines/{row.pk}/retry"
    with nothing_changes():
        cast.as_("stranger").post(url, status=404)
        cast.as_("quanquan").post(url, status=403)
    assert cast.as_("supervisor").post(url)["next_at"] == "2026-11-11T04:00:00Z"
    event = Event.objects.get(kind="deadline.retried")
    assert event.payload == {"kind": "bell", "attempts": 3} and event.subject == "toy:1"
    Deadline.objects.update(failed_at=None)
    with nothing_changes():
        assert cast.as_("supervisor").post(url, status=409)["error"]["code"] == "not_failed"


def test_reactions_show_what_stops_them(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from xiaoer.kernel.reactions import REACTIONS, Reaction

    monkeypatch.setitem(REACTIONS, "toy.echo", Reaction("toy.echo", frozenset({"toy.rang"}), lambda event: None))
    place = events.last_number()
    stuck = say(cast, "a")
    Reader.objects.create(name="toy.echo", number=place, attempts=2, failed_at=NOON, error="ValueError: x")
    (row,) = [row for row in cast.as_("owner").get("/api/reactions") if row["name"] == "toy.echo"]
    assert (row["behind"], row["attempts"], row["stuck_at"], row["error"]) == (1, 2, stuck.number, "ValueError: x")
    (row,) = [row for row in cast.as_("stranger").get("/api/reactions") if row["name"] == "toy.echo"]
    assert row["error"] == "", "what stands in another shop's event is not told"
    cast.as_("quanquan").get("/api/reactions", status=403)
    cast.as_("owner").post("/api/reactions/toy.echo/retry")
    assert Reader.objects.get(name="toy.echo").failed_at is None
    with nothing_changes(Reader):
        cast.as_("owner").post("/api/reactions/toy.echo/retry", status=409)
        cast.as_("owner").post("/api/reactions/nobody/retry", status=404)
        cast.as_("quanquan").post("/api/reactions/toy.echo/retry", status=403)


def test_flowcharts(cast: Cast) -> None:
    anan = cast.as_("anan")
    names = [row["name"] for row in anan.get("/api/flows")]
    assert names == list(FLOWS)
    for name in names:
        chart = anan.get(f"/api/flows/{name}")
        assert chart["states"] and chart["moves"][0]["label"]
    anan.get("/api/flows/nothing", status=404)
    Caller().get("/api/flows", status=401)


def test_health_needs_no_login_and_tells_lateness(cast: Cast) -> None:
    assert Caller().get("/api/health") == {"ok": True, "db": "ok", "event": events.last_number(), "late_seconds": 0.0}
    deadlines.start("bell", "toy:1", shop_id=1, due_at=NOON - 2 * HOUR, at=NOON - 3 * HOUR)
    found = Caller().get("/api/health")
    assert (found["ok"], found["late_seconds"]) == (False, 7200.0)
