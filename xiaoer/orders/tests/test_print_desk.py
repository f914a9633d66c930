"""The print and pack desk over HTTP: worklists, scan and pack, holds, hand-overs, print runs."""

from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.test import TestCase

from xiaoer.kernel import clock
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, all_due, nothing_changes
from xiaoer.orders import print_reads, print_tasks
from xiaoer.orders.actions import handing, holds, set_fulfilment
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import HandOver, OrderHold, PrintRun, PrintSheet
from xiaoer.orders.models_service import RemarkSeen
from xiaoer.orders.tests.print_makers import order, printed, state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: object, tmp_path: Path, noon: object) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings


def text_of(run: PrintRun) -> list[str]:
    pdf = pypdfium2.PdfDocument(Path(run.path).read_bytes())
    pages = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    return pages


def stop(cast: Cast, row: Order, case: str = "order_cancel:7", kind: str = "stop") -> OrderHold:
    with transaction():
        return holds.place_hold(
            row.pk, kind=kind, reason="买家不要了，请停", case=case, by=cast.who("quanquan"), at=NOON
        )


def test_print_pack_ship_by_scan(cast: Cast) -> None:
    row = order(cast)
    clerk, keeper = cast.as_("clerk"), cast.as_("warehouse")
    assert [one["id"] for one in clerk.get("/api/print/orders")["items"]] == [row.pk]
    run = printed(cast, [row])
    assert run.state == "done" and state(row) == "printed"
    found = keeper.post("/api/print/scan", {"code": f" {row.waybill.lower()}\r"})["order"]
    assert found["id"] == row.pk and found["next"] == "packed" and found["blocked"] is None
    assert [(line["sku_code"], line["pack"]) for line in found["lines"]] == [("QQ1001-BK-M", 1), ("QQ2002-W", 2)]
    assert keeper.post(f"/api/print/orders/{row.pk}/step", {"to": "packed"})["next"] == "shipped"
    by_number = keeper.post("/api/print/scan", {"code": row.order_no})["order"]
    assert by_number["fulfilment"] == "packed"
    assert keeper.post(f"/api/print/orders/{row.pk}/step", {"to": "shipped"})["next"] is None
    assert [one["id"] for one in clerk.get("/api/print/orders", {"list": "shipped"})["items"]] == [row.pk]
    moves = Event.objects.filter(kind="order.fulfilment_changed").order_by("number")
    assert [event.payload["after"] for event in moves] == ["printed", "packed", "shipped"]


def test_an_unknown_code_and_a_step_too_early_say_so(cast: Cast) -> None:
    row = order(cast)
    keeper = cast.as_("warehouse")
    with nothing_changes(Order):
        answer = keeper.post("/api/print/scan", {"code": "YT404"}, 404)["error"]
        assert answer["code"] == "unknown_code" and "YT404" in answer["message"]
        early = keeper.post(f"/api/print/orders/{row.pk}/step", {"to": "packed"}, 409)["error"]
        assert early["code"] == "wrong_state" and "未打单" in early["message"]


def test_closed_and_unpaid_orders_are_neither_printed_nor_packed(cast: Cast) -> None:
    closed, unpaid = order(cast, status="closed", fulfilment="printed"), order(cast, status="waiting_payment")
    answer = cast.as_("warehouse").post(f"/api/print/orders/{closed.pk}/step", {"to": "packed"}, 409)
    assert answer["error"]["code"] == "not_to_ship" and "交易关闭" in answer["error"]["message"]
    run = printed(cast, [closed, unpaid])
    assert run.state == "failed" and [one["order"] for one in run.skipped] == [closed.pk, unpaid.pk]
    assert state(unpaid) == "unprinted"


def test_a_stop_refuses_print_pack_and_ship(cast: Cast) -> None:
    rows = {name: order(cast, fulfilment=name) for name in ("unprinted", "printed", "packed")}
    for number, row in enumerate(rows.values()):
        stop(cast, row, case=f"order_cancel:{number}")
    keeper = cast.as_("warehouse")
    run = printed(cast, [rows["unprinted"]])
    assert run.state == "failed" and "不要发货" in run.skipped[0]["zh"] and state(rows["unprinted"]) == "unprinted"
    with nothing_changes(Order, OrderHold):
        for name, to in (("printed", "packed"), ("packed", "shipped")):
            error = keeper.post(f"/api/print/orders/{rows[name].pk}/step", {"to": to}, 409)["error"]
            assert error["code"] == "held" and "order_cancel:" in error["message"] and "圈圈" in error["message"]
            assert error["current"]["hold"] == "stop"
        keeper.post(f"/api/orders/{rows['printed'].pk}/fulfilment", {"to": "shipped"}, 409)  # the older door too


def test_nothing_is_packed_before_its_remark_was_read(cast: Cast) -> None:
    """R164, at the table where it counts; each person reads for herself, and a change is read anew."""
    row = order(cast, fulfilment="printed", flag="red", seller_remark="换成顺丰---2026.11.11圈圈")
    keeper, url = cast.as_("warehouse"), f"/api/print/orders/{row.pk}/step"
    seen = keeper.post("/api/print/scan", {"code": row.order_no})["order"]
    assert seen["unread"] and seen["next"] == "packed" and seen["blocked"] is None
    with nothing_changes(Order, RemarkSeen):
        refused = keeper.post(url, {"to": "packed"}, 409)["error"]
        assert refused["code"] == "remark_unread" and refused["current"]["mark"] == seen["remark_mark"]
        keeper.post(url, {"to": "packed", "read": "0" * 16}, 409)
    cast.as_("quanquan").post(f"/api/orders/{row.pk}/remark", {"flag": "red", "text": "换成京东---2026.11.11圈圈"})
    with nothing_changes(Order, RemarkSeen):
        changed = keeper.post(url, {"to": "packed", "read": seen["remark_mark"]}, 409)["error"]
        assert changed["code"] == "changed_meanwhile"
    now = keeper.get(f"/api/print/orders/{row.pk}")
    packed = keeper.post(url, {"to": "packed", "read": now["remark_mark"]})
    assert packed["fulfilment"] == "packed" and not packed["unread"]
    assert cast.as_("clerk").get(f"/api/print/orders/{row.pk}")["unread"], "the clerk has not read it"
    assert Event.objects.filter(kind="order.remark_read", subject=f"order:{row.pk}").count() == 1


def test_changed_data_may_be_printed_anew_but_not_packed(cast: Cast) -> None:
    row = order(cast, fulfilment="printed")
    held = stop(cast, row, kind="changed", case="order_change:3")
    keeper = cast.as_("warehouse")
    assert "资料已改" in keeper.post(f"/api/print/orders/{row.pk}/step", {"to": "packed"}, 409)["error"]["message"]
    assert printed(cast, [row]).state == "done"
    done = cast.as_("clerk").post(f"/api/print/holds/{held.pk}/papers", {"how": "reprinted"})
    assert done["how"] == "reprinted" and done["released_by"] == "打单小周"
    assert keeper.post(f"/api/print/orders/{row.pk}/step", {"to": "packed"})["fulfilment"] == "packed"


def test_the_same_case_holds_once_and_the_stronger_kind_counts(cast: Cast) -> None:
    row = order(cast, fulfilment="printed")
    assert stop(cast, row, kind="changed").pk == stop(cast, row, kind="changed").pk == stop(cast, row).pk
    assert OrderHold.objects.count() == 1 and Event.objects.filter(kind="order.held").count() == 2
    stop(cast, row, kind="changed", case="order_change:9")
    assert Order.objects.get(pk=row.pk).hold == "stop"
    with transaction():
        assert holds.release_hold("order_cancel:7", by=cast.who("quanquan"), at=NOON) == 1
        assert holds.release_hold("order_cancel:7", by=cast.who("quanquan"), at=NOON) == 0
    assert Order.objects.get(pk=row.pk).hold == "changed"


def test_a_shipped_order_can_no_longer_be_stopped(cast: Cast) -> None:
    row = order(cast, fulfilment="shipped", status="shipped")
    with nothing_changes(Order, OrderHold), pytest.raises(Conflict, match="recall"), transaction():
        holds.place_hold(row.pk, kind="stop", reason="停", case="order_cancel:1", by=cast.who("quanquan"), at=NOON)
    body = {"kind": "stop", "reason": "买家不要了", "seen": "printed"}
    packed = order(cast, fulfilment="packed")
    error = cast.as_("quanquan").post(f"/api/print/orders/{packed.pk}/hold", body, 409)["error"]
    assert "已打包" in error["message"] and error["current"] == {"fulfilment": "packed"}


def test_the_urgent_lane_and_the_void(cast: Cast) -> None:
    changed, row = order(cast, fulfilment="printed"), order(cast)
    stop(cast, changed, kind="changed", case="order_change:1")
    body = {"kind": "stop", "reason": "买家不要了 13812345678"}
    cast.as_("quanquan").post(f"/api/print/orders/{row.pk}/hold", body)
    clerk = cast.as_("clerk")
    lane = clerk.get("/api/print/urgent")["items"]
    assert [one["order"]["id"] for one in lane] == [row.pk, changed.pk]  # stops first
    assert "13812345678" not in str(lane) and lane[0]["order"]["blocked"] == "不要发货"
    event = Event.objects.filter(kind="order.held").latest("number")
    assert event.perm == "orders.view" and "13812345678" not in str(event.payload)
    hold = lane[0]["hold"]["id"]
    assert clerk.post(f"/api/print/holds/{hold}/seen")["seen_by"] == "打单小周"
    assert clerk.post(f"/api/print/holds/{lane[1]['hold']['id']}/void", {}, 409)["error"]["code"] == "wrong_hold"
    assert clerk.post(f"/api/print/holds/{hold}/void")["how"] == "voided" and state(row) == "voided"
    assert clerk.post(f"/api/print/holds/{hold}/void", {}, 409)["error"]["code"] == "already_released"
    assert clerk.get("/api/print/counts")["urgent"] == 1


def test_only_the_case_lets_go_of_its_hold(cast: Cast) -> None:
    row = order(cast)
    held = stop(cast, row)
    with nothing_changes(OrderHold, Order):
        answer = cast.as_("quanquan").post(f"/api/print/holds/{held.pk}/release", {}, 409)
        assert "order_cancel:7" in answer["error"]["message"]
    mine = cast.as_("quanquan").post(f"/api/print/orders/{row.pk}/hold", {"kind": "stop", "reason": "等买家回复"})
    assert cast.as_("quanquan").post(f"/api/print/holds/{mine['id']}/release")["how"] == "released"


def test_papers_and_parcel_go_back_with_signatures(cast: Cast) -> None:
    row = order(cast, fulfilment="packed")
    with transaction():
        by = cast.who("quanquan")
        papers = handing.ask_back(row.pk, what="papers", case="order_cancel:7", by=by, at=NOON)
        parcel = handing.ask_back(row.pk, what="parcel", case="order_cancel:7", by=by, at=NOON)
        assert handing.ask_back(row.pk, what="parcel", case="order_cancel:7", by=by, at=NOON).pk == parcel.pk
    keeper, anan = cast.as_("warehouse"), cast.as_("anan")
    url = "/api/print/hand-overs"
    assert len(anan.get(url)["items"]) == 2 and len(keeper.get(url)["items"]) == 2
    with nothing_changes(HandOver):
        keeper.post(f"{url}/{parcel.pk}/settle", {"how": "restocked"}, 409)
        keeper.post(f"{url}/{parcel.pk}/hand", {"took": " "}, 422)
        anan.post(f"{url}/{parcel.pk}/hand", {"took": "安安"}, 403)
        anan.post(f"{url}/{parcel.pk}/settle", {"how": "restocked"}, 403)
    handed = keeper.post(f"{url}/{parcel.pk}/hand", {"took": "圈圈"})
    assert (handed["gave_by"], handed["took_by"], handed["state"]) == ("仓库老吴", "圈圈", "handed")
    with nothing_changes(HandOver):
        assert "圈圈" in keeper.post(f"{url}/{parcel.pk}/hand", {"took": "糖糖"}, 409)["error"]["message"]
    done = keeper.post(f"{url}/{parcel.pk}/settle", {"how": "restocked", "note": "A-03 货架"})
    assert (done["settled_by"], done["how"]) == ("仓库老吴", "restocked")
    keeper.post(f"{url}/{papers.pk}/hand", {"took": "安安"})
    with nothing_changes(HandOver):
        keeper.post(f"{url}/{papers.pk}/settle", {"how": "restocked"}, 422)
    assert anan.post(f"{url}/{papers.pk}/settle", {"how": "destroyed"})["settled_by"] == "安安"
    assert len(keeper.get(url)["items"]) == 0 and len(keeper.get(url, {"settled": True})["items"]) == 2
    kinds = ["order.asked_back", "order.asked_back", "order.handed_over", "order.settled"]
    assert [event.kind for event in Event.objects.filter(kind__in=kinds).order_by("number")][:4] == kinds


def test_a_run_prints_once_and_a_reprint_is_marked(cast: Cast) -> None:
    rows = [
        order(cast, flag="red", seller_remark="换成顺丰---2026.11.11圈圈"),
        order(cast, buyer_message="送人，别放价格"),
    ]
    run = printed(cast, rows)
    first, second = text_of(run)
    assert rows[0].order_no in first and "红旗备注" in first and "换成顺丰" in first and "￥" in first
    assert "￥" not in second and "不放价格" in second and "重打" not in first
    assert "13812345678" in first  # papers carry the plain receiver
    again = printed(cast, rows)
    assert all("重打 1" in page for page in text_of(again))
    said = Event.objects.filter(kind="order.printed", subject=f"order:{rows[0].pk}").order_by("number")
    assert [event.payload["again"] for event in said] == [0, 1]
    assert Event.objects.filter(kind="order.fulfilment_changed", subject=f"order:{rows[0].pk}").count() == 1


def test_the_same_run_is_the_same_file_whatever_changed_since(cast: Cast) -> None:
    row = order(cast)
    run = printed(cast, [row])
    Order.objects.filter(pk=row.pk).update(receiver_address="别的地方")
    data, pages = print_tasks.draw(run)
    assert data == Path(run.path).read_bytes() and pages == 1
    response = cast.as_("clerk").call("get", f"/api/print/runs/{run.pk}/file", None, 200)
    assert b"".join(response.streaming_content) == data and response["Content-Type"] == "application/pdf"
    assert Path(run.path).stat().st_mode & 0o077 == 0


def test_a_run_that_broke_is_made_after_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [order(cast), order(cast)]
    with monkeypatch.context() as broken:
        broken.setattr(print_tasks, "draw", lambda run: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            printed(cast, rows)
    run = PrintRun.objects.get()
    assert run.state == "failed" and state(rows[0]) == "printed"
    cast.as_("clerk").post(f"/api/print/runs/{run.pk}/again")
    print_tasks.run_print(run.pk, by=cast.who("clerk"), now=lambda: NOON)
    run.refresh_from_db()
    assert run.state == "done" and run.pages == 2 and PrintSheet.objects.count() == 2
    cast.as_("clerk").post(f"/api/print/runs/{run.pk}/again", {}, 409)


def test_a_waybill_needs_a_number_and_the_recall_slip_has_two_copies(cast: Cast) -> None:
    without, row = order(cast, waybill=""), order(cast, status="shipped", fulfilment="shipped")
    run = printed(cast, [without], "waybill")
    assert run.state == "failed" and "运单号" in run.skipped[0]["zh"] and state(without) == "unprinted"
    [page] = text_of(printed(cast, [row], "recall"))
    assert page.count("快件退回单") == 2 and page.count(row.waybill) >= 4 and "原包裹已收到" in page
    assert page.count("快递员签字：") == 2 and page.count("日期") == 3 and state(row) == "shipped"


def test_who_may_do_what(cast: Cast) -> None:
    row = order(cast, fulfilment="printed")
    held = stop(cast, row)
    run = printed(cast, [order(cast)])
    with nothing_changes(Order, OrderHold, PrintRun):
        for path in ("counts", "orders", "urgent", "runs"):
            cast.as_("quanquan").get(f"/api/print/{path}", None, 403)
        cast.as_("quanquan").post(f"/api/print/orders/{row.pk}/step", {"to": "packed"}, 403)
        cast.as_("quanquan").post(f"/api/print/holds/{held.pk}/void", {}, 403)
        cast.as_("warehouse").post(f"/api/print/orders/{row.pk}/hold", {"reason": "停一下"}, 403)
        stranger = cast.as_("stranger")
        stranger.post(f"/api/print/orders/{row.pk}/step", {"to": "packed"}, 404)
        stranger.post(f"/api/print/holds/{held.pk}/void", {}, 404)
        stranger.get(f"/api/print/runs/{run.pk}", None, 404)
        stranger.get(f"/api/print/runs/{run.pk}/file", None, 404)
        stranger.post("/api/print/scan", {"code": row.order_no}, 404)
        assert stranger.get("/api/print/urgent")["items"] == []
        other = {"shop": cast.elsewhere.pk, "paper": "slip", "orders": [row.pk]}
        stranger.post("/api/print/runs", other, 422)
        cast.as_("clerk").post("/api/print/runs", {**other, "shop": cast.tmall.pk, "orders": []}, 422)
        cast.as_("clerk").post("/api/print/runs", {**other, "shop": cast.tmall.pk, "paper": "菜单"}, 422)


def test_worklists_page_filter_and_count(cast: Cast) -> None:
    rows = [
        order(cast, ordered_at=NOON - timedelta(hours=n), paid_at=NOON - timedelta(hours=n)) for n in range(5, 0, -1)
    ]
    other = order(cast, shop=cast.taobao, ordered_at=NOON - timedelta(hours=2, minutes=30), flag="red")
    late = order(cast, ordered_at=NOON - timedelta(hours=70), paid_at=NOON - timedelta(hours=70), carrier="")
    clerk = cast.as_("clerk")
    seen: list[int] = []
    cursor = None
    while True:
        page = clerk.get("/api/print/orders", {"limit": 2, **({"cursor": cursor} if cursor else {})})
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [late.pk, *(row.pk for row in rows[:3]), other.pk, *(row.pk for row in rows[3:])]

    def asked(**filters: object) -> list[int]:
        return [one["id"] for one in clerk.get("/api/print/orders", filters)["items"]]

    assert asked(flag="red") == [other.pk] and asked(late_soon=True) == [late.pk]
    assert asked(carrier="none") == [late.pk] and asked(shop=cast.taobao.pk) == [other.pk]
    assert asked(before=(NOON - timedelta(hours=4)).isoformat()) == [late.pk, rows[0].pk, rows[1].pk]
    assert asked(list="printed") == []
    counts = clerk.get("/api/print/counts")
    assert counts["unprinted"] == 7 and counts["late_soon"] == 1
    clerk.get("/api/print/orders", {"list": "spam"}, 422)
    assert print_reads.counts(cast.viewer("clerk"), cast.taobao.pk, at=NOON)["unprinted"] == 1


def test_an_order_jumps_back_to_the_desk_by_its_events_alone(cast: Cast) -> None:
    """Old screen + events = fresh screen: every change of a row on the desk is told with the order's subject."""
    row = order(cast, fulfilment="printed")
    before = Event.objects.count()
    held = stop(cast, row)
    with transaction():
        holds.release_hold(held.case, by=cast.who("quanquan"), at=NOON)
        set_fulfilment(row.pk, "packed", by=cast.who("warehouse"), at=NOON)
    subjects = set(Event.objects.order_by("number")[before:].values_list("subject", flat=True))
    assert subjects == {f"order:{row.pk}"}


def test_a_report_with_a_new_address_outdates_printed_papers(cast: Cast) -> None:
    """Orders whose data changed come to the urgent lane by themselves; unprinted ones just get the new address."""

    def report(address: str) -> dict[str, object]:
        return {
            "shop": cast.tmall.pk,
            "orders": [
                {"order_no": row.order_no, "nick": "幸福蔓延1627", "status": "paid", "receiver_address": address}
                for row in (unprinted, done)
            ],
        }

    unprinted, done = order(cast), order(cast, fulfilment="printed")
    clerk = cast.as_("clerk")
    clerk.post("/api/orders", report(done.receiver_address))
    assert clerk.get("/api/print/urgent")["items"] == []
    clerk.post("/api/orders", report("上海市 浦东新区 世纪大道 1 号"))
    [one] = clerk.get("/api/print/urgent")["items"]
    assert one["order"]["id"] == done.pk and one["hold"]["kind"] == "changed" and "重新打单" in one["hold"]["reason"]
    clerk.post("/api/orders", report("上海市 浦东新区 世纪大道 2 号"))
    assert len(clerk.get("/api/print/urgent")["items"]) == 1
    assert clerk.post(f"/api/print/holds/{one['hold']['id']}/papers", {"how": "reprinted"})["how"] == "reprinted"


def test_old_papers_are_removed_and_can_be_made_again(cast: Cast) -> None:
    """Files with addresses lie 30 days; the run stays, and its sheets give the same file again."""
    run = printed(cast, [order(cast)])
    path, later = Path(run.path), NOON + timedelta(days=31)
    all_due(NOON + timedelta(days=2))
    assert path.exists(), "kept as long as the rule says"
    with clock.frozen(later), TestCase.captureOnCommitCallbacks(execute=True):
        all_due(later)
    run.refresh_from_db()
    assert not path.exists() and (run.state, run.path) == ("failed", "") and "保留期" in run.problem
    again = cast.as_("clerk").post(f"/api/print/runs/{run.pk}/again")
    assert again["state"] == "queued"
