"""The wall over HTTP: live numbers, figures with their definitions, the conversations behind each; who may look."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoer.kernel import clock
from xiaoer.kernel.db import transaction
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.people.queries import shop_facts
from xiaoer.reception import actions, facts, timers_turns, wall
from xiaoer.reception.models import Conversation, DayFigure
from xiaoer.reception.tests.people_in_talks import Buyer, buyer_who, says
from xiaoer.reception.tests.test_plans import fill
from xiaoer.reception.tests.test_turns import scans

pytestmark = pytest.mark.django_db


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def wait(seconds: float, agent: Any = None) -> int:
    """A buyer who has waited for so long at noon."""
    talk = Buyer().talk()
    if agent is not None:
        with transaction():
            actions.take(talk, by=agent, at=at(-seconds - 5))
    says(talk, buyer_who(talk), "在吗", at=at(-seconds))
    return talk


def look(cast: Cast, who: str = "supervisor") -> Any:
    timers_turns.catch_up()
    return cast.as_(who).get("/api/wall", {"shop": cast.tmall.pk})


def twin(shown: Any, metric: str) -> Any:
    return next(one for one in shown["twins"] if one["metric"] == metric)


def test_live_numbers(cast: Cast) -> None:
    quanquan = cast.who("quanquan")
    with transaction():
        actions.set_status(cast.tmall.pk, quanquan.id, status="online", cap=4, by=quanquan, at=NOON)
    queued, served = wait(40), wait(130, quanquan)
    wait(101)
    silent = wait(3600, quanquan)
    says(silent, quanquan, "有货的亲", at=at(-3590))
    Conversation.objects.filter(pk=silent).update(last_message_at=at(-601))
    now = look(cast)["now"]
    assert (now["queue"], now["serving"], now["waiting"], now["late"], now["alarm_after"]) == (2, 2, 3, 2, 100)
    assert (now["longest_since"], now["p50"], now["p90"]) == ("2026-11-11T03:57:50Z", 101, 130)
    assert (now["stale"], now["stale_after"]) == (1, 600)
    agent = look(cast)["agents"][0]
    assert (agent["name"], agent["status"], agent["load"], agent["cap"], agent["waiting"]) == (
        "圈圈",
        "online",
        2,
        4,
        1,
    )
    for name, wanted in (("stale", [silent]), ("queue", None), ("late", None), ("waiting", None), ("serving", None)):
        rows = cast.as_("supervisor").get("/api/wall/conversations", {"shop": cast.tmall.pk, "list": name})["items"]
        ids = [row["conversation"] for row in rows]
        assert len(ids) == now[name], "a click shows as many conversations as the number said"
        assert wanted is None or ids == wanted
    rows = cast.as_("supervisor").get(
        "/api/wall/conversations", {"shop": cast.tmall.pk, "list": "waiting", "agent": quanquan.id}
    )["items"]
    assert [row["conversation"] for row in rows] == [served] and queued


def test_a_figure_and_the_rounds_behind_it_agree(cast: Cast) -> None:
    agent = cast.who("quanquan")
    for seconds, answer in ((3000, 20), (2900, 200), (2800, None)):
        talk = wait(seconds, agent)
        if answer is not None:
            says(talk, agent, "在的亲", at=at(answer - seconds))
    shown = twin(look(cast), "wangwang_3min")
    assert (shown["counted"], shown["late"], shown["value"], shown["days"], shown["line"]) == (3, 2, 33.33, 30, 90)
    assert "3 分钟内" in shown["formula"] and shown["hours"] == "08:00-23:00"
    assert shown["standing"] == "lost" and "17 个及时的轮次" in shown["says"]
    assert any(source["key"] == "rated_reply_line" and not source["verified"] for source in shown["sources"])
    rounds = cast.as_("supervisor").get("/api/wall/rounds", {"shop": cast.tmall.pk, "metric": "wangwang_3min"})
    assert rounds["counts"] == {"good": 1, "late": 2, "pending": 0, "left_out": 0}
    assert [(row["seconds"], row["why"]) for row in rounds["items"]] == [(2800, "还在等"), (200, "回复慢"), (20, "")]
    late = cast.as_("supervisor").get(
        "/api/wall/rounds", {"shop": cast.tmall.pk, "metric": "wangwang_3min", "state": "late"}
    )
    assert late["total"] == 2 and late["items"][0]["agent"]["name"] == "圈圈"
    speed = look(cast)["speed"]["today"]["frt"]
    assert (speed["n"], speed["mean"], speed["p50"], speed["p90"]) == (2, 110.0, 20.0, 200.0)
    slow = cast.as_("supervisor").get("/api/wall/rounds", {"shop": cast.tmall.pk, "metric": "frt"})["items"]
    assert [row["seconds"] for row in slow] == [200, 20]
    came = cast.as_("supervisor").get("/api/wall/rounds", {"shop": cast.tmall.pk, "metric": "arrivals", "quarter": 44})
    assert came["total"] == 3 == sum(look(cast)["arrivals"]["today"])


def test_how_many_late_rounds_are_left(cast: Cast) -> None:
    """29 days of 100 rounds, 5 late each; today as usual until noon; the line is 90 %."""
    day = facts.today(NOON)
    for back in range(1, 30):
        figures = {"wangwang_3min": (100, 95, {}), "arrivals": (96, 0, {"curve": [1] * 96})}
        for metric, (counted, good, detail) in figures.items():
            DayFigure.objects.create(
                shop=cast.tmall, day=day - timedelta(days=back), metric=metric, counted=counted, good=good,
                detail=detail, at=NOON,
            )  # fmt: skip
    DayFigure.objects.create(
        shop=cast.tmall, day=day, metric="arrivals", counted=48, detail={"curve": [1] * 48 + [0] * 48}, at=NOON
    )
    DayFigure.objects.create(shop=cast.tmall, day=day, metric="wangwang_3min", counted=50, good=49, at=NOON)
    shown = cast.as_("supervisor").get("/api/wall", {"shop": cast.tmall.pk})
    assert (shown["arrivals"]["days"], shown["arrivals"]["so_far"], shown["arrivals"]["expected"]) == (4, 48, 96)
    found = twin(shown, "wangwang_3min")
    # 2,900 before and 100 today: 300 may be late, 146 are; the 155th more breaks it, but only 50 rounds are to come.
    assert (found["expected"], found["late"], found["left"]) == (3000, 146, 155)
    assert found["says"] == "照今天的进线，不会低于标准线 90%" and found["standing"] == "fine"
    with transaction():
        DayFigure.objects.filter(metric="wangwang_3min", day=day - timedelta(days=1)).update(good=0)
    found = twin(cast.as_("supervisor").get("/api/wall", {"shop": cast.tmall.pk}), "wangwang_3min")
    assert found["left"] == 60
    DayFigure.objects.filter(metric="wangwang_3min", day=day - timedelta(days=2)).update(good=45)
    found = twin(cast.as_("supervisor").get("/api/wall", {"shop": cast.tmall.pk}), "wangwang_3min")
    assert (
        found["left"] == 10 and found["says"] == "再有 10 个超时的轮次就低于标准线 90%" and found["standing"] == "tight"
    )


def test_who_may_look(cast: Cast) -> None:
    shop = {"shop": cast.tmall.pk}
    for path, more in (
        ("/api/wall", {}),
        ("/api/wall/conversations", {"list": "queue"}),
        ("/api/wall/rounds", {"metric": "frt"}),
    ):
        for who in ("owner", "supervisor", "inspector"):
            cast.as_(who).get(path, {**shop, **more})
        for who in ("quanquan", "vendor", "warehouse"):
            cast.as_(who).get(path, {**shop, **more}, status=403)
        cast.as_("stranger").get(path, {**shop, **more}, status=404)
    cast.as_("supervisor").get("/api/wall/conversations", {**shop, "list": "nothing"}, status=422)
    cast.as_("supervisor").get("/api/wall/rounds", {**shop, "metric": "jd_30s"}, status=422)
    cast.as_("supervisor").get("/api/wall/rounds", {**shop, "metric": "frt", "state": "slow"}, status=422)


def test_each_platform_shows_its_own_twins(cast: Cast) -> None:
    wanted = {"jd": "jd_30s", "pinduoduo": "pdd_3min", "douyin": "douyin_3min", "kuaishou": "kuaishou_person"}
    wait(30)
    for platform, metric in wanted.items():
        cast.tmall.platform = platform
        cast.tmall.save(update_fields=["platform"])
        shown = cast.as_("supervisor").get("/api/wall", {"shop": cast.tmall.pk})
        assert metric in {one["metric"] for one in shown["twins"]}
    jd = cast.tmall
    jd.platform = "jd"
    jd.save(update_fields=["platform"])
    found = twin(cast.as_("supervisor").get("/api/wall", {"shop": jd.pk}), "jd_30s")
    assert "30 秒" in found["formula"] and "10 分钟" in found["formula"] and found["hours"] == "09:00-23:00"


def test_clocks_for_screens(cast: Cast) -> None:
    rows = {row["shop"]: row for row in cast.as_("quanquan").get("/api/reply-clocks")["items"]}
    row = rows[cast.tmall.pk]
    assert (row["first_human_reply"], row["first_human_reply_urgent"], row["greeting_target"]) == (30, 15, 10)
    assert (row["follow_up_reply"], row["slow_reply_alarm"], row["stale_window"]) == (180, 100, 600)
    assert ["2026-11-11T01:00:00Z", "2026-11-11T16:00:00Z"] in row["hours"]
    assert cast.as_("warehouse").get("/api/reply-clocks")["items"] == []


@pytest.mark.sqlite_only
def test_the_wall_never_scans(cast: Cast) -> None:
    fill(cast, "open", cast.staff["tangtang"], 2000)
    fill(cast, "closed", cast.staff["tangtang"], 3000)
    viewer = cast.viewer("supervisor")
    with clock.frozen(NOON), CaptureQueriesContext(connection) as queries:
        shown = wall.wall_of(viewer, shop_facts(cast.tmall.pk), NOON)
    assert shown["now"]["serving"] == 2000 and len(queries) < 60, len(queries)
    bad = scans([query["sql"] for query in queries])
    assert not bad, bad
