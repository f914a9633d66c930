"""Importing files: into the database, again, with rejects out and in, through the API and the command line."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from xiaoer import cli
from xiaoer.customers.models import Customer
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes, snapshot
from xiaoer.orders import actions, queries, reading, sample, tasks
from xiaoer.orders.models import ImportMapping, Order, OrderImport, OrderLine
from xiaoer.orders.tests.makers import ADDRESS, COLUMNS, PHONE, csv_file, order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"


def run(cast: Cast, path: Path, *, name: str = "", mapping: dict[str, str] | None = None) -> OrderImport:
    """Import a file as the command line does."""
    facts = reading.inspect(path, name or path.name)
    mapping = mapping or queries.mapping_for(cast.tmall.pk, facts)
    with transaction():
        row = actions.create_import(
            cast.tmall.pk, filename=name or path.name, facts=facts, mapping=mapping, by=SYSTEM, at=NOON
        )
        actions.start_import(row.pk, mapping, by=SYSTEM, at=NOON)
    done = tasks.run_import(row.pk, by=SYSTEM, now=lambda: NOON)
    assert done is not None
    return done


def counts(row: OrderImport) -> tuple[int, int, int, int, int]:
    return row.created, row.updated, row.unchanged, row.stale, row.rejected


def test_one_order_with_all_its_facts(cast: Cast, tmp_path: Path) -> None:
    row = order(
        物流单号="No:75123456789012",
        物流公司="中通快递",
        买家应付邮费="8.00",
        总金额="267.00",
        买家实际支付金额="267.00",
    )
    done = run(cast, csv_file(tmp_path / "a.csv", [row]))
    assert done.state == "done" and counts(done) == (1, 0, 0, 0, 0) and done.rows == 1 and done.done_permille == 1000
    facts = queries.order_facts(Order.objects.get().pk)
    assert facts.order_no == "1930679858170647890" and facts.status == "paid" and facts.fulfilment == "unprinted"
    assert (facts.goods_fen, facts.freight_fen, facts.payable_fen, facts.paid_fen) == (25900, 800, 26700, 26700)
    assert not facts.free_shipping and facts.waybill == "75123456789012" and facts.lines[0].paid_fen == 25900
    assert facts.lines[0].category == "clothing" and facts.ordered_at.isoformat() == "2026-11-10T02:00:00+00:00"
    customer = Customer.objects.get(pk=facts.customer_id)
    assert (customer.nick, customer.phone_tail) == ("幸福蔓延1627", "5678")
    for event in Event.objects.filter(area="orders"):
        assert PHONE not in str(event.payload) and "梦溪路" not in str(event.payload)


def test_importing_again_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    sample.write(tmp_path / "a.csv", lines=700)
    sample.write(tmp_path / "b.csv", lines=300, kind="items", seed=2)
    first, items = run(cast, tmp_path / "a.csv"), run(cast, tmp_path / "b.csv")
    assert first.created == 700 and items.rejected == 0 and items.rows == 300
    before = snapshot(Order, OrderLine, Customer)
    again, items_again = run(cast, tmp_path / "a.csv"), run(cast, tmp_path / "b.csv")
    assert counts(again) == (0, 0, 700, 0, 0)
    assert items_again.unchanged == items.created and items_again.updated == 0
    assert snapshot(Order, OrderLine, Customer) == before


def test_a_later_state_wins_and_an_earlier_one_does_not(cast: Cast, tmp_path: Path) -> None:
    paid, shipped = [order()], [order(订单状态="卖家已发货，等待买家确认", 物流单号="YT123", 物流公司="圆通速递")]
    run(cast, csv_file(tmp_path / "a.csv", paid))
    assert counts(run(cast, csv_file(tmp_path / "b.csv", shipped))) == (0, 1, 0, 0, 0)
    row = Order.objects.get()
    assert (row.status, row.fulfilment, row.waybill) == ("shipped", "shipped", "YT123")
    moved = Event.objects.get(kind="order.status_changed")
    assert moved.payload == {"order_no": row.order_no, "before": "paid", "after": "shipped"}
    with_old = run(cast, tmp_path / "a.csv")
    assert counts(with_old) == (0, 0, 0, 1, 0)
    assert Order.objects.get().status == "shipped"


def test_the_export_time_in_the_name_decides(cast: Cast, tmp_path: Path) -> None:
    closed, succeeded = [order(订单状态="交易关闭")], [order(订单状态="交易成功")]
    run(cast, csv_file(tmp_path / "a.csv", closed), name="ExportOrderList202611110900.csv")
    older = run(cast, csv_file(tmp_path / "b.csv", succeeded), name="ExportOrderList202611100900.csv")
    assert older.stale == 1 and Order.objects.get().status == "closed"
    newer = run(cast, tmp_path / "b.csv", name="ExportOrderList202611120900.csv")
    assert newer.updated == 1 and Order.objects.get().status == "succeeded"


def test_a_blank_or_masked_value_erases_nothing(cast: Cast, tmp_path: Path) -> None:
    run(cast, csv_file(tmp_path / "a.csv", [order(物流单号="YT1", 订单备注="送礼")]))
    poor = order(收货人姓名="马*", 联系手机="138****5678", 物流单号="", 订单备注="", 收货地址="浙江省 杭州市 ***")
    assert counts(run(cast, csv_file(tmp_path / "b.csv", [poor]))) == (0, 0, 1, 0, 0)
    row = Order.objects.get()
    assert (row.receiver_name, row.receiver_phone, row.waybill, row.seller_remark) == ("马慧", PHONE, "YT1", "送礼")
    assert row.receiver_address == ADDRESS


def test_our_own_remark_is_not_overwritten_by_an_older_file(cast: Cast, tmp_path: Path) -> None:
    run(cast, csv_file(tmp_path / "a.csv", [order(订单备注="旧备注")]))
    row = Order.objects.get()
    cast.as_("quanquan").post(f"/api/orders/{row.pk}/remark", {"flag": "red", "text": "新备注"})
    run(cast, tmp_path / "a.csv")
    assert Order.objects.get().seller_remark == "新备注---2026.11.11圈圈"
    late = f"ExportOrderList{(NOON + timedelta(days=1)):%Y%m%d%H%M}.csv"
    run(cast, tmp_path / "a.csv", name=late)
    assert Order.objects.get().seller_remark == "旧备注"


def test_items_join_the_order_of_an_order_report(cast: Cast, tmp_path: Path) -> None:
    run(
        cast,
        csv_file(
            tmp_path / "a.csv",
            [order(总金额="300.00", 买家应付货款="300.00", 买家实际支付金额="270.00", 宝贝总数量="3")],
        ),
    )
    summary = OrderLine.objects.get()
    assert summary.summary and summary.qty == 3 and summary.paid_fen == 27000
    columns = [
        "订单编号",
        "标题",
        "价格",
        "购买数量",
        "外部系统编号",
        "商品属性",
        "套餐信息",
        "备注",
        "订单状态",
        "商家编码",
    ]
    rows = [
        ["1930679858170647890", "裙子", "200.00", "1", "X1", "黑色", "", "", "卖家已发货，等待买家确认", "Q1"],
        ["1930679858170647890", "裤子", "50.00", "2", "X2", "蓝色", "", "", "卖家已发货，等待买家确认", "Q2"],
        ["1930679858170649999", "毛衣", "50.00", "2", "X2", "蓝色", "", "", "交易成功", "Q2"],
    ]
    done = run(cast, csv_file(tmp_path / "b.csv", rows, columns=columns))
    assert counts(done) == (0, 1, 0, 0, 1)  # the unknown order has no buyer: rejected with the remedy
    lines = list(OrderLine.objects.order_by("line_no"))
    assert [(line.title, line.qty, line.paid_fen, line.summary) for line in lines] == [
        ("裙子", 1, 18000, False),
        ("裤子", 2, 9000, False),
    ]
    assert lines[0].pk == summary.pk  # a case that points at the line keeps pointing at it
    assert Order.objects.get().status == "shipped"
    assert counts(run(cast, tmp_path / "a.csv"))[3] == 1 and OrderLine.objects.count() == 2
    assert "先导入订单报表" in Path(done.rejects_path).read_text("utf-8-sig")


def test_rejects_come_back_fixed(cast: Cast, tmp_path: Path) -> None:
    rows = [order(str(10**18 + n)) for n in range(30)]
    rows[3] = order("1.00000E+18")
    rows[7] = order(str(10**18 + 7), 总金额="=SUM(A1)", 买家留言="@快点发货")
    rows[11] = order(str(10**18 + 11), 订单状态="不知道")
    done = run(cast, csv_file(tmp_path / "a.csv", rows))
    assert counts(done) == (27, 0, 0, 0, 3) and Order.objects.count() == 27
    raw = Path(done.rejects_path).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    back = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["行号"] for row in back] == ["5", "9", "13"] and list(back[0])[:2] == ["行号", "原因"]
    assert list(back[0])[2:] == [column.strip() for column in COLUMNS]
    assert "科学计数法" in back[0]["原因"] and back[1]["总金额"] == "'=SUM(A1)" and back[1]["买家留言"] == "'@快点发货"
    assert back[1]["订单编号"] == "'1000000000000000007" and back[1]["联系手机"] == PHONE
    back[0]["订单编号"], back[1]["总金额"], back[2]["订单状态"] = "'1000000000000000003", "259.00", "交易成功"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(back[0]))
    writer.writeheader()
    writer.writerows(back)
    (tmp_path / "fixed.csv").write_text(out.getvalue(), encoding="utf-8-sig")
    assert counts(run(cast, tmp_path / "fixed.csv")) == (3, 0, 0, 0, 0)
    assert sorted(Order.objects.values_list("order_no", flat=True)) == [str(10**18 + n) for n in range(30)]
    assert Order.objects.get(order_no=str(10**18 + 7)).buyer_message == "@快点发货"


def test_the_mapping_is_remembered_for_the_layout(cast: Cast, tmp_path: Path) -> None:
    columns = ["单据", "客户", "状况", "钱"]
    path = csv_file(tmp_path / "a.csv", [["A1930001", "小鹿", "交易成功", "10"]], columns=["订单编号", *columns[1:]])
    mapping = {"order_no": "订单编号", "nick": "客户", "status": "状况", "payable": "钱"}
    run(cast, path, mapping=mapping)
    assert ImportMapping.objects.count() == 1
    assert queries.mapping_for(cast.tmall.pk, reading.inspect(path, "b.csv")) == mapping
    assert "nick" not in queries.mapping_for(cast.taobao.pk, reading.inspect(path, "b.csv"))


_STATUS = ["等待买家付款", "买家已付款，等待卖家发货", "卖家已发货，等待买家确认", "交易成功", "交易关闭"]
_ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(_STATUS), st.integers(0, 999), st.sampled_from(["", "YT1", "SF2"])),
    min_size=1,
    max_size=12,
)


@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(_ROWS, min_size=1, max_size=3))
def test_any_files_twice_are_the_same_as_once(cast: Cast, tmp_path: Path, files: list[Any]) -> None:
    """Idempotence: importing a series of files and then the last one again changes nothing, and nothing is doubled."""
    mark = f"A{Order.objects.count():06d}X"  # the examples share one database
    others = set(Order.objects.values_list("pk", flat=True))
    for file in files:
        rows = [
            order(f"{mark}{n}", 订单状态=status, 总金额=f"{yuan}.00", 物流单号=bill) for n, status, yuan, bill in file
        ]
        run(cast, csv_file(tmp_path / "p.csv", rows))
    numbers = {f"{mark}{n}" for file in files for n, *_ in file}
    assert set(Order.objects.exclude(pk__in=others).values_list("order_no", flat=True)) == numbers
    before = snapshot(Order, OrderLine)
    done = run(cast, tmp_path / "p.csv")
    assert (done.created, done.updated) == (0, 0) and done.unchanged + done.stale == len({n for n, *_ in files[-1]})
    assert snapshot(Order, OrderLine) == before


def upload(cast: Cast, who: str, path: Path, shop: int) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return cast.as_(who).client.post("/api/orders/imports", {"shop": shop, "file": file})


def test_upload_preview_start_progress_rejects(cast: Cast, tmp_path: Path) -> None:
    rows = [order(str(10**18 + n)) for n in range(30)]
    rows[2] = order("1.0E+18")
    path = csv_file(tmp_path / "订单.csv", rows)
    answer = upload(cast, "clerk", path, cast.tmall.pk)
    assert answer.status_code == 200, answer.content
    seen = answer.json()
    assert seen["encoding"] == "gb18030" and seen["state"] == "uploaded" and len(seen["preview"]) == 20
    assert seen["mapping"]["order_no"] == "订单编号" and seen["preview"][2]["row"] == 4
    assert (
        "科学计数法" in seen["preview"][2]["problems"][0]
        and seen["preview"][0]["order"]["receiver_phone"] == "138****5678"
    )
    assert PHONE not in answer.content.decode() and "梦溪路" not in answer.content.decode()
    assert Order.objects.count() == 0
    clerk = cast.as_("clerk")
    url = f"/api/orders/imports/{seen['id']}"
    wrong = clerk.post(f"{url}/start", {"mapping": {"order_no": "没有的列"}}, 422)
    assert "没有的列" in wrong["error"]["fields"]["order_no"]
    assert clerk.post(f"{url}/start", {"mapping": seen["mapping"]})["state"] == "queued"
    assert clerk.post(f"{url}/start", {}, 409)["error"]["code"] == "import_running"
    tasks.import_orders.func(seen["id"])
    done = clerk.get(url)
    assert (done["state"], done["rows"], done["done"], done["percent"]) == ("done", 30, 30, 100.0)
    assert (done["created"], done["rejected"]) == (29, 1)
    file = clerk.client.get(f"{url}/rejects")
    assert file["Content-Type"].startswith("text/csv") and "attachment" in file["Content-Disposition"]
    assert "科学计数法" in file.getvalue().decode("utf-8-sig")
    assert clerk.get("/api/orders/imports", {"shop": cast.tmall.pk})["items"][0]["id"] == seen["id"]
    assert clerk.post(f"{url}/start", {}, 409)["error"]["code"] == "already_imported"
    assert list((tmp_path / "home" / "imports").glob("*.csv")) == [Path(OrderImport.objects.get().rejects_path)]


def test_another_mapping_can_be_previewed(cast: Cast, tmp_path: Path) -> None:
    seen = upload(cast, "clerk", csv_file(tmp_path / "a.csv", [order()]), cast.tmall.pk).json()
    again = cast.as_("clerk").post(
        f"/api/orders/imports/{seen['id']}/preview", {"mapping": {"order_no": "订单编号", "nick": "收货人姓名"}}
    )
    assert again["preview"][0]["order"]["nick"] == "马慧"


@pytest.mark.parametrize("who", ["quanquan", "vendor", "finance", "trainer"])
def test_only_importers_import(cast: Cast, tmp_path: Path, who: str) -> None:
    path = csv_file(tmp_path / "a.csv", [order()])
    with nothing_changes(Order, OrderImport):
        assert upload(cast, who, path, cast.tmall.pk).status_code == 403
    assert not list((tmp_path / "home").glob("imports/*"))


def test_a_stranger_finds_no_import(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [order()])
    seen = upload(cast, "clerk", path, cast.tmall.pk).json()
    stranger = cast.as_("stranger")
    with nothing_changes(Order, OrderImport):
        assert upload(cast, "stranger", path, cast.tmall.pk).status_code == 404
        for method, tail in (("get", ""), ("post", "/start"), ("post", "/preview"), ("get", "/rejects")):
            stranger.call(method, f"/api/orders/imports/{seen['id']}{tail}", {}, 404)
    assert stranger.get("/api/orders/imports")["items"] == []


def test_an_unusable_upload_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"nonsense")
    with nothing_changes(Order, OrderImport):
        answer = upload(cast, "clerk", path, cast.tmall.pk)
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "file_unusable"
    assert not list((tmp_path / "home").glob("imports/*"))


def test_a_dead_run_can_be_started_again(cast: Cast, tmp_path: Path) -> None:
    seen = upload(cast, "clerk", csv_file(tmp_path / "a.csv", [order()]), cast.tmall.pk).json()
    clerk, url = cast.as_("clerk"), f"/api/orders/imports/{seen['id']}"
    clerk.post(f"{url}/start", {})
    with transaction():
        actions.claim_import(seen["id"], rejects_path=tmp_path / "r.csv", by=SYSTEM, at=NOON - timedelta(minutes=9))
    assert tasks.run_import(seen["id"], by=SYSTEM, now=lambda: NOON) is None  # another runner seems to have it
    assert clerk.get(url)["stalled"]
    clerk.post(f"{url}/start", {})
    tasks.import_orders.func(seen["id"])
    assert clerk.get(url)["created"] == 1


def test_a_file_that_vanished_fails_with_a_reason(cast: Cast, tmp_path: Path) -> None:
    seen = upload(cast, "clerk", csv_file(tmp_path / "a.csv", [order()]), cast.tmall.pk).json()
    clerk, url = cast.as_("clerk"), f"/api/orders/imports/{seen['id']}"
    clerk.post(f"{url}/start", {})
    Path(OrderImport.objects.get().path).write_bytes(b"\x00" * 99)
    tasks.import_orders.func(seen["id"])
    failed = clerk.get(url)
    assert failed["state"] == "failed" and "不是文本" in failed["problem"]


def test_the_command_line(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, rejects = tmp_path / "s.csv", tmp_path / "r.csv"
    assert cli.main(["orders", "sample", "--lines", "300", "--out", str(out)]) == 0
    assert cli.main(["orders", "import", str(out), "--shop", "quanquan-tmall", "--rejects", str(rejects)]) == 0
    said = capsys.readouterr()
    assert "created 300" in said.out and "100.0%" in said.err and Order.objects.count() == 300 and out.exists()
    bad = csv_file(tmp_path / "bad.csv", [order("1E+18"), order("2E+18")])
    assert cli.main(["orders", "import", str(bad), "--shop", "quanquan-tmall", "--rejects", str(rejects)]) == 1
    assert rejects.read_text("utf-8-sig").count("科学计数法") == 2
    assert cli.main(["orders", "import", str(tmp_path / "none.csv"), "--shop", "quanquan-tmall"]) == 2
    assert cli.main(["orders", "import", str(out), "--shop", "nowhere"]) == 1
    assert cli.main(["orders", "import", str(out), "--shop", "quanquan-tmall", "--mapping", '{"nick": "x"}']) == 1


def test_two_runs_write_the_same_sample(tmp_path: Path) -> None:
    sample.write(tmp_path / "a.csv", lines=50)
    sample.write(tmp_path / "b.csv", lines=50)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
