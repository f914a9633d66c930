"""The roster and certificates (排班、上岗证, R427): written, taken in from a sheet, and binding for routing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from xiaoer.kernel import clock
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.routing.tests.test_routing import agent_of, comes_in, online, settle_down
from xiaoer.routing.tests.test_settings_api import rule

pytestmark = pytest.mark.django_db
SHEET = """客服,日期,上班,下班,班次
quanquan,{day},09:00,18:00,白班
糖糖,{day},18:00,2:00,晚班
没有这个人,{day},25:00,18:00,白班
"""


def taken(cast: Cast, text: str) -> dict[str, object]:
    file = SimpleUploadedFile("roster.csv", text.encode("gbk"))
    caller = cast.as_("supervisor")
    response = caller.client.post("/api/routing/roster/import", {"shop": cast.tmall.pk, "file": file})
    assert response.status_code == 200, response.content
    answer: dict[str, object] = response.json()
    return answer


def test_only_who_is_on_shift_and_certified_receives(cast: Cast) -> None:
    day, shop = NOON.date().isoformat(), cast.tmall.pk
    found = taken(cast, SHEET.format(day=day))
    assert (found["added"], found["rejected"]) == (2, 1)
    assert "没有这个人" in str(found["rejects_csv"]) and "25:00" in str(found["reasons"])
    assert taken(cast, SHEET.format(day=day))["known"] == 2
    online(cast, "quanquan", "tangtang")
    rule(cast, "roster_binds", True)
    # Noon: the day shift only, though both are online.
    assert {agent_of(comes_in()), agent_of(comes_in())} == {"quanquan"}
    url = f"/api/routing/roster?shop={shop}&first={day}"
    board = cast.as_("supervisor").get(url)
    now = {one["name"]: [shift["now"] for shift in one["shifts"]] for one in board["people"] if one["shifts"]}
    assert now == {"圈圈": [True], "糖糖": [False]} and board["roster_binds"]["on"]
    # Without a certificate she receives nobody; given one, she does at once.
    rule(cast, "certificate_binds", True)
    talk = comes_in()
    assert agent_of(talk) is None
    me = cast.staff["quanquan"].pk
    cast.as_("supervisor").call("put", f"/api/routing/certificates/{me}?shop={shop}", {}, 204)
    settle_down()
    assert agent_of(talk) == "quanquan"
    # A day for which nobody wrote a roster binds nobody.
    with clock.frozen(NOON + timedelta(days=3)):
        assert agent_of(comes_in()) is not None


def test_a_shift_does_not_overlap_another(cast: Cast) -> None:
    shop, me = cast.tmall.pk, cast.staff["quanquan"].pk
    url = f"/api/routing/roster?shop={shop}"
    shift = {"staff": me, "day": NOON.date().isoformat(), "start": "09:00", "end": "18:00"}
    made = cast.as_("supervisor").post(url, shift, status=201)
    with nothing_changes():
        assert "已有班次" in cast.as_("supervisor").post(url, shift, status=409)["error"]["message"]
        cast.as_("supervisor").post(url, {**shift, "start": "9点70"}, status=422)
        cast.as_("quanquan").post(url, shift, status=403)
        cast.as_("stranger").get(url, status=404)
    cast.as_("supervisor").call("delete", f"/api/routing/roster/{made['id']}?shop={shop}", None, 204)
    cast.as_("supervisor").post(url, shift, status=201)
