"""Shops: opened by owners, changed by owners, invisible to strangers; bad settings are refused value by value."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import HOURS, RETURN_ADDRESS, Caller, Cast, nothing_changes
from xiaoer.people import rules
from xiaoer.people.models import Membership, Shop

NEW = {
    "slug": "night-shop",
    "name": "夜猫子女装",
    "platform": "taobao",
    "hours": {"zone": "Asia/Shanghai", "days": {"mon": [["09:00", "12:00"], ["13:30", "24:00"]]}},
    "return_address": RETURN_ADDRESS,
    "switches": {"bank_transfer": True, "cod": False},
    "hotline": "0571-88880200",
}


def test_an_owner_opens_a_shop_and_is_its_owner(cast: Cast) -> None:
    owner = cast.as_("owner")
    made = owner.post("/api/shops", NEW, status=201)
    assert (made["slug"], made["hours"], made["switches"]) == (NEW["slug"], NEW["hours"], NEW["switches"])
    (shop,) = [s for s in owner.get("/api/session")["viewer"]["shops"] if s["id"] == made["id"]]
    assert shop["roles"] == ["owner"] and "shop.edit" in shop["perms"]
    assert made["id"] in [row["id"] for row in owner.get("/api/shops")["items"]]
    event = Event.objects.get(kind="shop.opened", shop_id=made["id"])
    assert event.payload == {"name": "夜猫子女装", "platform": "taobao"}
    assert event.actor == f"staff:{cast.staff['owner'].pk}"


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"slug": "Night Shop"}, "slug", "Night Shop"),
        ({"slug": "quanquan-tmall"}, "slug", "quanquan-tmall"),
        ({"name": "   "}, "name", "80"),
        ({"platform": "amazon"}, "platform", "amazon"),
        ({"hours": {"days": {"mon": [["9:00", "12:00"]]}}}, "hours", "9:00"),
        ({"hours": {"days": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}}, "hours", "11:00"),
        ({"hours": {"days": {"mon": [["22:00", "06:00"]]}}}, "hours", "24:00"),
        ({"hours": {"days": {"mon": [["09:00", "24:01"]]}}}, "hours", "24:01"),
        ({"hours": {"days": {"mon": ["09:00-12:00"]}}}, "hours", "mon"),
        ({"hours": {"days": {"funday": []}}}, "hours", "mon"),
        ({"hours": {"zone": "Mars/Base", "days": {"mon": [["09:00", "10:00"]]}}}, "zone", "Mars/Base"),
        ({"hours": {"open": True}}, "hours", "open"),
        ({"return_address": {"name": "王", "phone": "12", "address": "杭州"}}, "return_address.phone", "12"),
        ({"return_address": {"name": "", "phone": "0571-88880201", "address": "浙江省杭州市余杭区 1 号"}},
         "return_address.name", "收件人"),
        ({"return_address": {"name": "王", "phone": "0571-88880201", "address": "杭州"}}, "return_address.address", ""),
        ({"switches": {"teleport": True}}, "switches", "teleport"),
        ({"switches": {"cod": "yes"}}, "switches", "货到付款"),
        ({"hotline": "call me"}, "hotline", "call me"),
    ],
)  # fmt: skip
def test_bad_settings_are_named_and_nothing_is_made(cast: Cast, change: dict[str, Any], field: str, says: str) -> None:
    with nothing_changes(Shop, Membership):
        answer = cast.as_("owner").post("/api/shops", {**NEW, **change}, status=422)
    assert says in answer["error"]["fields"][field], answer


def test_tmall_cannot_switch_on_bank_transfer_and_is_told_the_rule(cast: Cast) -> None:
    owner = cast.as_("owner")
    with nothing_changes(Shop):
        for answer in (
            owner.patch(f"/api/shops/{cast.tmall.pk}", {"switches": {"bank_transfer": True}}, status=422),
            owner.post("/api/shops", {**NEW, "platform": "tmall"}, status=422),
        ):
            assert answer["error"]["code"] == "switch_forbidden"
            assert "C02" in answer["error"]["fields"]["switches"] and "天猫" in answer["error"]["message"]
    assert owner.patch(f"/api/shops/{cast.tmall.pk}", {"switches": {"bank_transfer": False, "cod": True}})[
        "switches"
    ] == {
        "bank_transfer": False,
        "cod": True,
    }


def test_a_change_is_journalled_with_before_and_after_but_no_address(cast: Cast) -> None:
    owner, url = cast.as_("owner"), f"/api/shops/{cast.taobao.pk}"
    address = {**RETURN_ADDRESS, "address": "浙江省杭州市余杭区乔司街道新址 20 号"}
    changed = owner.patch(
        url, {"name": "圈圈的新衣橱", "switches": {"cod": True}, "return_address": address, "hotline": "0571-88880299"}
    )
    assert changed["switches"] == {"bank_transfer": True, "cod": True} and changed["return_address"] == address
    assert changed["hours"] == HOURS
    (event,) = Event.objects.filter(kind="shop.changed")
    changes = event.payload["changes"]
    assert changes["name"] == ["圈圈家的衣橱", "圈圈的新衣橱"]
    assert changes["switches"] == [{"bank_transfer": True}, {"bank_transfer": True, "cod": True}]
    assert "新址" not in str(event.payload) and "88880299" not in str(event.payload)
    assert set(changes) == {"name", "switches", "return_address", "hotline"}
    with nothing_changes(Shop):
        owner.patch(url, {"name": "圈圈的新衣橱"})
        owner.patch(url, {})


def test_address_name_and_platform_are_fixed(cast: Cast) -> None:
    url = f"/api/shops/{cast.tmall.pk}"
    with nothing_changes(Shop):
        assert "platform" in cast.as_("owner").patch(url, {"platform": "jd"}, status=422)["error"]["fields"]
        assert "slug" in cast.as_("owner").patch(url, {"slug": "other"}, status=422)["error"]["fields"]
    cast.as_("owner").patch(url, {"platform": "tmall", "slug": "quanquan-tmall"})


def test_only_owners_change_a_shop_and_strangers_do_not_see_it(cast: Cast) -> None:
    url = f"/api/shops/{cast.tmall.pk}"
    with nothing_changes(Shop, Membership):
        cast.as_("supervisor").patch(url, {"name": "我的店"}, status=403)
        cast.as_("stranger").patch(url, {"name": "我的店"}, status=404)
        cast.as_("stranger").get(url, status=404)
        cast.as_("anan").post("/api/shops", NEW, status=403)
        Caller().get(url, status=401)
        Caller().post("/api/shops", NEW, status=401)
    assert cast.as_("anan").get(url)["name"] == "圈圈家旗舰店"
    assert [row["id"] for row in cast.as_("stranger").get("/api/shops")["items"]] == [cast.elsewhere.pk]


def test_the_page_knows_every_switch(cast: Cast) -> None:
    rows = {row["name"]: row["label"] for row in cast.as_("owner").get("/api/shop-switches")}
    assert set(rows) == set(rules.SWITCHES) and rows["cod"] == "货到付款"


minutes = st.integers(0, 1440)


@given(st.lists(st.tuples(minutes, minutes), max_size=4))
def test_hours_are_taken_exactly_when_they_can_be_kept(pairs: list[tuple[int, int]]) -> None:
    def text(minute: int) -> str:
        return f"{minute // 60:02d}:{minute % 60:02d}"

    spans = sorted(pairs)
    fine = all(a < b for a, b in spans) and all(x[1] <= y[0] for x, y in pairwise(spans))
    hours = {"zone": "Asia/Shanghai", "days": {"mon": [[text(a), text(b)] for a, b in pairs]}}
    try:
        assert rules.check_hours(hours) == hours
        taken = True
    except Invalid as refusal:
        assert "hours" in refusal.fields
        taken = False
    assert taken == fine
