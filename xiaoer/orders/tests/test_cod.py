"""Cash on delivery: offered where it may be, confirmed before it leaves (C05, R173, R174, R230, R315, R498)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.goods.actions import put_promotion
from xiaoer.kernel import clock
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.orders import cod_rules
from xiaoer.orders.cod_forms import QUESTIONS
from xiaoer.orders.cod_reads import cod_blocks
from xiaoer.orders.models import CodCall, CodConfirmation, Order
from xiaoer.orders.money_flows import COD_CONFIRMATION
from xiaoer.orders.tests.money_makers import fire, order, react

EXCLUDED = ("香港", "澳门", "台湾", "海外")
YES = {**dict.fromkeys(QUESTIONS, True), "channel": "phone"}


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("山东省 青岛市 市南区 香港中路 76 号", "mainland"),
        ("上海市 黄浦区 台湾路 1 号", "mainland"),
        ("广东省珠海市澳门路 3 号", "mainland"),
        ("香港特别行政区 九龙 油尖旺区", "香港"),
        ("中国 香港 湾仔区", "香港"),
        ("澳门特别行政区 氹仔", "澳门"),
        ("台湾省 台北市 信义区", "台湾"),
        ("臺北市 大安區", "台湾"),
        ("美国 加利福尼亚州", "海外"),
        ("日本 东京都 涩谷区", "海外"),
        ("12 Baker Street", ""),
        ("Baker Street 12, London", "海外"),
        ("中国（浙江省 杭州市）", ""),
        ("", ""),
    ],
)
def test_where_an_address_lies(address: str, region: str) -> None:
    assert cod_rules.region_of(address) == region
    assert cod_rules.excluded_region(address, EXCLUDED) == (region if region in EXCLUDED else "")


@given(st.text(max_size=60))
def test_an_address_on_the_mainland_is_never_turned_away(rest: str) -> None:
    assert cod_rules.excluded_region(f"浙江省 {rest}", EXCLUDED) == ""


def test_carriers_and_activities() -> None:
    assert cod_rules.carrier_fits("顺丰速运", ["顺丰"]) and cod_rules.carrier_fits("SF", ["顺丰"])
    assert cod_rules.carrier_fits("", ["顺丰"]) and not cod_rules.carrier_fits("中通快递", ["顺丰"])
    assert cod_rules.excluded_activity(["双十一狂欢"], ["聚划算", "双11"]) == "双11"
    assert cod_rules.excluded_activity(["会员日"], ["聚划算", "双11"]) == ""


@pytest.fixture
def shop(cast: Cast) -> Any:
    cast.taobao.switches = {"cod": True, "bank_transfer": True}
    cast.taobao.save(update_fields=["switches"])
    return cast.taobao


def cod_order(shop: Any, no: str = "4520000000000000001", **changes: Any) -> Order:
    row = order(shop, no, **{"kind": "cod", "paid_fen": 0, "paid_at": None, **changes})
    react()
    return Order.objects.get(pk=row.pk)


def confirmation(cast: Cast, row: Order) -> dict[str, Any]:
    return cast.as_("quanquan").get(f"/api/cod?desk=all&order={row.pk}")["items"][0]


@pytest.mark.django_db
def test_a_cod_order_leaves_only_after_it_was_confirmed(cast: Cast, shop: Any) -> None:
    row = cod_order(shop)
    one = confirmation(cast, row)
    assert (one["state"], one["due_fen"]) == ("waiting", 31000)
    assert "138" in one["receiver_phone"] and "13812345678" not in str(one)
    clerk, agent = cast.as_("clerk"), cast.as_("quanquan")
    clerk.post(f"/api/orders/{row.pk}/fulfilment", {"to": "printed"})
    with nothing_changes(Order):
        error = clerk.call("post", f"/api/orders/{row.pk}/fulfilment", {"to": "packed"}, 409).json()["error"]
        clerk.call("post", f"/api/orders/{row.pk}/fulfilment", {"to": "shipped"}, 409)
    assert "还没有与买家确认" in error["message"]
    with nothing_changes(CodConfirmation, CodCall):
        told = agent.call("post", f"/api/cod/{one['id']}/confirm", {**YES, "receiver_ok": False}, 422).json()["error"]
        agent.call("post", f"/api/cod/{one['id']}/confirm", {"channel": "phone"}, 422)
        cast.as_("warehouse").call("post", f"/api/cod/{one['id']}/confirm", YES, 403)
        cast.as_("stranger").call("post", f"/api/cod/{one['id']}/confirm", YES, 404)
    assert list(told["fields"]) == ["receiver_ok"]
    with screens_follow({f"cod_confirmation:{one['id']}": lambda: agent.get(f"/api/cod/{one['id']}")}):
        done = agent.post(f"/api/cod/{one['id']}/confirm", YES)
    assert done["state"] == "confirmed" and all(answer["yes"] for answer in done["answers"])
    assert [a["result"] for a in done["attempts"]] == ["reached"] and done["called_by"] == "圈圈"
    assert clerk.post(f"/api/orders/{row.pk}/fulfilment", {"to": "packed"})["fulfilment"] == "packed"


@pytest.mark.django_db
def test_an_ordinary_order_is_never_asked(cast: Cast, shop: Any) -> None:
    row = order(shop)
    react()
    assert cod_blocks(row) is None and not CodConfirmation.objects.exists()


@pytest.mark.django_db
def test_who_cannot_be_reached_comes_back_to_the_list(cast: Cast, shop: Any) -> None:
    row = cod_order(shop)
    one, agent = confirmation(cast, row), cast.as_("quanquan")
    missed = agent.post(f"/api/cod/{one['id']}/not_reached", {"result": "no_answer"})
    assert missed["state"] == "unreachable" and agent.get("/api/cod")["items"] == []
    assert "联系不上" in (cod_blocks(row) or pytest.fail("it may not leave")).zh
    at = NOON + timedelta(hours=2, seconds=1)
    with clock.frozen(at):
        fire(at)
        back = agent.get("/api/cod")["items"]
        assert [(r["id"], r["calls"]) for r in back] == [(one["id"], 1)]
        agent.post(f"/api/cod/{one['id']}/not_reached", {"result": "off"})
        agent.post(f"/api/cod/{one['id']}/not_reached", {"result": "off", "channel": "chat"})
    often = [
        e.payload["details"]["too_often"]
        for e in Event.objects.filter(kind="cod_confirmation.not_reached").order_by("number")
    ]
    assert often == [False, False, True]
    assert CodCall.objects.count() == 3


@pytest.mark.django_db
def test_a_change_after_confirming_asks_again(cast: Cast, shop: Any) -> None:
    row = cod_order(shop)
    agent = cast.as_("quanquan")
    agent.post(f"/api/cod/{confirmation(cast, row)['id']}/confirm", YES)
    with nothing_changes(CodConfirmation):
        agent.call("post", f"/api/orders/{row.pk}/cod", {}, 409)
    later = NOON + timedelta(hours=1)
    changed = cod_order(shop, receiver_address="浙江省 宁波市 鄞州区 首南街道 1 号", at=later, version=later)
    assert cod_blocks(changed) is not None
    one = confirmation(cast, changed)
    assert (one["round"], one["state"]) == (2, "waiting")
    agent.post(f"/api/cod/{one['id']}/confirm", YES)
    assert cod_blocks(Order.objects.get(pk=row.pk)) is None


@pytest.mark.django_db
def test_a_refusal_blocks_until_she_thinks_better_of_it(cast: Cast, shop: Any) -> None:
    row = cod_order(shop)
    one, agent = confirmation(cast, row), cast.as_("quanquan")
    agent.post(f"/api/cod/{one['id']}/refuse", {"reason": "price"})
    assert "已拒绝" in (cod_blocks(row) or pytest.fail("it may not leave")).zh
    with nothing_changes(CodConfirmation):
        agent.call("post", f"/api/cod/{one['id']}/confirm", YES, 409)
    again = agent.post(f"/api/orders/{row.pk}/cod")
    assert (again["round"], again["state"]) == (2, "waiting")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"receiver_address": "香港特别行政区 九龙"}, "香港地区不支持"),
        ({"carrier": "中通快递"}, "只能发顺丰"),
    ],
)
def test_what_cod_does_not_do_is_refused_by_name(cast: Cast, shop: Any, changes: dict[str, str], word: str) -> None:
    row = cod_order(shop, **changes)
    one, agent = confirmation(cast, row), cast.as_("quanquan")
    with nothing_changes(CodConfirmation, CodCall):
        error = agent.call("post", f"/api/cod/{one['id']}/confirm", YES, 409).json()["error"]
    assert word in error["message"] and word in "".join(agent.get(f"/api/cod/{one['id']}")["problems"])


@pytest.mark.django_db
def test_a_shop_without_cod_says_so(cast: Cast, shop: Any) -> None:
    agent = cast.as_("quanquan")
    no = agent.get("/api/cod/offer", {"shop": cast.tmall.pk})
    assert not no["possible"] and "没有开通货到付款" in no["say"]
    yes = agent.get("/api/cod/offer", {"shop": shop.pk, "address": "浙江省 杭州市"})
    assert yes["possible"] and "顺丰" in yes["say"]
    abroad = agent.get("/api/cod/offer", {"shop": shop.pk, "address": "台湾 台北市"})
    assert not abroad["possible"] and "台湾地区" in abroad["say"]
    row = cod_order(cast.tmall, "4520000000000000009")
    assert "没有开通货到付款" in agent.get(f"/api/cod/{confirmation(cast, row)['id']}")["problems"][0]


@pytest.mark.django_db
def test_no_cod_while_an_activity_without_it_runs(cast: Cast, shop: Any) -> None:
    """R498, C05: 聚划算 runs, so nobody offers cash on delivery; when it is over it is offered again."""
    ends = NOON + timedelta(days=1)
    put_promotion(
        shop.pk, title="周末聚划算", kind="juhuasuan", scope="shop", of=[], starts_at=NOON - timedelta(hours=1),
        ends_at=ends, text="聚划算专享价", by=cast.who("owner"), at=NOON - timedelta(hours=2),
    )  # fmt: skip
    asked = {"shop": shop.pk, "address": "浙江省 杭州市 余杭区"}
    with clock.frozen(NOON):
        answer = cast.as_("quanquan").get("/api/cod/offer", asked)
        assert not answer["possible"] and "聚划算" in answer["say"]
    with clock.frozen(ends + timedelta(seconds=1)):
        assert cast.as_("quanquan").get("/api/cod/offer", asked)["possible"]


def test_a_closed_order_needs_no_call(cast: Cast, shop: Any) -> None:
    row = cod_order(shop)
    cod_order(shop, status="closed", at=NOON + timedelta(hours=1), version=NOON + timedelta(hours=1))
    assert confirmation(cast, row)["state"] == "lapsed"


@pytest.mark.django_db
def test_a_late_confirmation_is_shown(cast: Cast, shop: Any) -> None:
    row = cod_order(shop)
    at = NOON + timedelta(hours=12, seconds=1)
    with clock.frozen(at):
        fire(at)
        assert confirmation(cast, row)["late"]


@pytest.mark.django_db
def test_the_table_holds_for_every_state_and_actor(cast: Cast, shop: Any) -> None:
    row = order(shop)

    def make(state: str) -> CodConfirmation:
        return CodConfirmation.objects.create(
            shop=shop, order=row, customer_id=row.customer_id, state=state, state_at=NOON, opened_at=NOON
        )

    assert flow_matrix(COD_CONFIRMATION, make) > 20
