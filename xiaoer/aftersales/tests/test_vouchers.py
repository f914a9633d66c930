"""Coupons of local-life orders: unused any time, in proportion, by themselves on expiry, paid in working days (R596-R605)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.aftersales.models import CaseLine, Coupon, LineHold, MoneyEntry, VoucherLot, VoucherRefund
from xiaoer.aftersales.rules import Piece
from xiaoer.aftersales.tests.makers import act, buyer, do, later
from xiaoer.aftersales.voucher_flow import VOUCHER
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes
from xiaoer.orders.models import Order
from xiaoer.people.queries import facts_of
from xiaoer.policy.queries import rule

HERE = (VoucherLot, VoucherRefund, Coupon, CaseLine, LineHold, MoneyEntry)


@given(paid=st.integers(1, 10**6), total=st.integers(1, 30), data=st.data())
def test_all_refunds_together_are_the_price_and_never_more(paid: int, total: int, data: st.DataObject) -> None:
    """R600, R601: any way of taking coupons back, one by one or many; the last takes the remainder."""
    gone, given_back = 0, 0
    while gone < total:
        now = data.draw(st.integers(1, total - gone))
        fen = Piece(1, total, paid, gone, given_back).worth(now)
        assert 0 <= fen <= paid - given_back
        gone, given_back = gone + now, given_back + fen
        assert given_back == paid * gone // total
    assert given_back == paid


pytestmark = pytest.mark.django_db


def lot(cast: Cast, number: str = "KS2026110001", total: int = 3, paid: int = 10000, **more: Any) -> dict[str, Any]:
    """Three coupons for 100.00 yuan, good until the 20th."""
    one = {
        "order_no": number,
        "nick": "成都吃货小李",
        "title": "双人火锅套餐 8 折券",
        "total": total,
        "paid_fen": paid,
        "paid_at": "2026-11-01T12:00:00+08:00",
        "from_at": "2026-11-01T12:00:00+08:00",
        "until": "2026-11-20T00:00:00+08:00",
        **more,
    }
    answer = cast.as_("owner").post("/api/vouchers", {"shop": cast.taobao.pk, "orders": [one]})
    assert answer["results"][0]["result"] in ("created", "known"), answer
    return cast.as_("anan").get(f"/api/vouchers/{answer['results'][0]['id']}")


def row_of(told: dict[str, Any]) -> Order:
    return Order.objects.get(pk=told["order"]["id"])


def ask(told: dict[str, Any], pieces: int | None = None, status: int = 201, **more: Any) -> dict[str, Any]:
    row = row_of(told)
    data = {"order": row.pk, "lot": told["id"], "pieces": pieces, **more}
    answer: dict[str, Any] = buyer(row).post("/api/buyer/cases/voucher_refund", data, status)
    return answer


def use(cast: Cast, told: dict[str, Any], place: int = 0, status: int = 200) -> dict[str, Any]:
    data = {"shop": told["shop"], "code": told["coupons"][place]["code"], "store": "春熙路店"}
    answer: dict[str, Any] = cast.as_("anan").post("/api/vouchers/use", data, status)
    return answer


def test_unused_coupons_come_back_at_once_and_in_full(cast: Cast) -> None:
    """R599, R600, R603: the system agrees by itself; the clock is seven working days."""
    told = lot(cast)
    case = ask(told)
    assert (case["state"], case["amounts"]["granted_fen"]) == ("granted", 10000)
    (clock,) = case["clocks"]
    assert (clock["kind"], clock["due_at"]) == ("voucher_paid", "2026-11-20T16:00:00Z"), (
        "12 to 20 Nov without a weekend"
    )
    with nothing_changes(*HERE):
        use(cast, told, 0, 409)
    case = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "KS-1"})
    row = row_of(told)
    assert (case["state"], row.refunded_fen) == ("executed", 10000)
    assert {one["state"] for one in cast.as_("anan").get(f"/api/vouchers/{told['id']}")["coupons"]} == {"refunded"}


def test_partly_used_is_in_proportion_and_rounded_down(cast: Cast) -> None:
    told = lot(cast)
    use(cast, told, 0)
    with nothing_changes(*HERE):
        assert use(cast, told, 0, 409)["error"]["code"] == "coupon_gone"
        too_many = ask(told, 3, 422)
    assert "剩 2 张" in too_many["error"]["fields"]["pieces"]
    first, second = ask(told, 1), ask(told, 1)
    assert [case["amounts"]["granted_fen"] for case in (first, second)] == [3333, 3333]
    with nothing_changes(*HERE):
        ask(told, None, 422)


def test_one_by_one_the_last_coupon_takes_the_remainder(cast: Cast) -> None:
    told = lot(cast)
    assert [ask(told, 1)["amounts"]["granted_fen"] for _ in range(3)] == [3333, 3333, 3334]


def test_expired_coupons_are_refunded_by_themselves_once(cast: Cast) -> None:
    """R602, R604: started at the very instant of expiry, paid within seven working days after."""
    told = lot(cast)
    use(cast, told, 2)
    later(NOON + timedelta(days=9))
    refund = VoucherRefund.objects.get()
    assert (refund.by_expiry, refund.state, refund.granted_fen, refund.pieces) == (True, "granted", 6666, 2)
    assert refund.opened_at.isoformat() == "2026-11-19T16:00:00+00:00"
    assert refund.due_at is not None
    assert refund.due_at.isoformat() == "2026-12-01T16:00:00+00:00"
    later(NOON + timedelta(days=30))
    assert VoucherRefund.objects.count() == 1
    assert Event.objects.filter(kind="voucher.expired").count() == 1


def test_after_expiry_nothing_has_to_be_asked_and_nothing_can_be_used(cast: Cast) -> None:
    told = lot(cast, until="2026-11-11T11:00:00+08:00")
    with nothing_changes(*HERE):
        assert ask(told, 1, 409)["error"]["code"] == "voucher_over"
        assert use(cast, told, 0, 409)["error"]["code"] == "coupon_out_of_time"


def test_a_claim_about_used_coupons_goes_to_the_platform(cast: Cast) -> None:
    """R608, R609: shop and buyer disagree; the platform may pay first."""
    told = lot(cast, total=1)
    use(cast, told, 0)
    case = ask(told, 1, reason="not_delivered", note="店里说没座位")
    assert (case["state"], case["amounts"]["granted_fen"]) == ("requested", None)
    row = row_of(told)
    case = do(row, case, "dispute", {"text": "到店不给用"})
    case = act(cast, "anan", case, "platform_agree", {"ruling": "商家责任，先行退款"})
    assert case["amounts"]["granted_fen"] == 10000
    other = lot(cast, "KS2026110002", total=1)
    use(cast, other, 0)
    case = do(row_of(other), ask(other, 1, reason="not_delivered"), "dispute", {"text": "不给用"})
    act(cast, "anan", case, "platform_close", {"ruling": "已核销，商家无责"})
    assert cast.as_("anan").get(f"/api/vouchers/{other['id']}")["coupons"][0]["state"] == "used"
    assert LineHold.objects.get(order_id=other["order"]["id"]).held == 0


def test_the_same_report_twice_is_one_lot_and_bad_rows_hurt_no_neighbour(cast: Cast) -> None:
    first, again = lot(cast), lot(cast)
    assert first["id"] == again["id"]
    text = (
        "订单号,买家昵称,卡券名称,张数,实付金额,付款时间,有效期起,有效期止,券码\n"
        "KS9001,小美,烤鱼代金券,2,99.00,2026-11-02 10:00:00,2026-11-02,2026-12-31,A001|A002\n"
        "KS9002,小美,烤鱼代金券,x,99.00,2026-11-02 10:00:00,2026-11-02,2026-12-31,\n"
        "KS9003,小强,烤鱼代金券,2,9.999,2026-11-02 10:00:00,2026-11-02,2026-12-31,\n"
        "KS9004,小强,烤鱼代金券,2,50.00,2026-11-02 10:00:00,2026-11-02,2026-12-31,A001|A009\n"
    )
    file = SimpleUploadedFile("vouchers.csv", text.encode("gb18030"), content_type="text/csv")
    answer = cast.as_("owner").client.post("/api/vouchers/import", {"shop": cast.taobao.pk, "file": file})
    told = answer.json()
    assert [one["result"] for one in told["results"]] == ["created", "rejected", "rejected", "rejected"]
    assert told["results"][1]["reason"].startswith("张数")
    assert not Order.objects.filter(order_no="KS9004").exists(), "a rejected row leaves nothing behind"
    until = VoucherLot.objects.get(order__order_no="KS9001").until
    assert until.isoformat() == "2026-12-31T16:00:00+00:00", "the last day counts whole"


def test_coupons_are_seen_by_their_shop_and_their_buyer_only(cast: Cast) -> None:
    told = lot(cast)
    assert cast.as_("stranger").get("/api/vouchers")["items"] == []
    cast.as_("stranger").get(f"/api/vouchers/{told['id']}", status=404)
    mine = buyer(row_of(told)).get("/api/buyer/vouchers")["items"]
    assert [one["id"] for one in mine] == [told["id"]]
    cast.as_("warehouse").post("/api/vouchers", {"shop": cast.taobao.pk, "orders": []}, 403)


def test_the_rule_has_publish_and_effective_dates(cast: Cast) -> None:
    """R596: published on 14 December 2021, in force from the 22nd; before that nothing of Kuaishou's was said."""
    shop = facts_of(cast.tmall)
    object.__setattr__(shop, "platform", "kuaishou")
    told = rule("coupon_refund_starts", shop=shop, at=NOON)
    assert (told.value, told.valid_from.isoformat(), told.layer) == (24, "2021-12-22", "kuaishou")
    assert "2021-12-14 发布" in told.source and "本地生活售后服务管理规则" in told.source


def test_every_pair(cast: Cast) -> None:
    told = lot(cast)
    case = ask(told, 1)

    def make(state: str) -> VoucherRefund:
        VoucherRefund.objects.filter(pk=case["id"]).update(state=state)
        return VoucherRefund.objects.select_related("shop").get(pk=case["id"])

    assert flow_matrix(VOUCHER, make, at=NOON) == len(VOUCHER.states) * len(VOUCHER.verbs())
