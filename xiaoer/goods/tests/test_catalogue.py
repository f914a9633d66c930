"""Goods over the API and from files: good rows in, bad rows back with their reasons; search; size adviser; plans."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoer.goods import actions, queries, tasks
from xiaoer.goods.models import Goods, GoodsWord, SheetImport, SizeTable, Sku, Stock
from xiaoer.goods.tests.makers import COAT, COAT_ROWS, coat, count
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes, snapshot

pytestmark = pytest.mark.django_db
TABLES = (Goods, Sku, GoodsWord, SizeTable)


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"


@pytest.mark.parametrize("q", ["0201", "02", "大衣", "红色 羊毛", "hsym", "yangmao", "dayi", "0201-正红-M", "正红"])
def test_found_by_code_title_and_pinyin(cast: Cast, q: str) -> None:
    coat(cast.tmall.pk)
    coat(cast.tmall.pk, code="9999", title="帆布包")
    items = cast.as_("quanquan").get("/api/goods", {"shop": cast.tmall.pk, "q": q})["items"]
    assert [one["code"] for one in items if one["code"] == "0201"] == ["0201"]
    if q != "正红":
        assert len(items) == 1


def test_put_twice_changes_nothing_and_a_bad_one_hurts_no_neighbour(cast: Cast) -> None:
    body = {
        "shop": cast.tmall.pk,
        "items": [
            {
                "code": "0201",
                "title": COAT,
                "group": "coat",
                "skus": [{"colour": "正红", "size": "M", "price_fen": 89900}],
            },
            {"code": "0202"},
            {"code": "0203", "title": "裙", "pictures": ["javascript:alert(1)"]},
            {"code": "0204", "title": "裤", "skus": [{"code": "0201-正红-M"}]},
        ],
    }
    owner = cast.as_("owner")
    done = owner.post("/api/goods", body)["results"]
    assert [one["result"] for one in done] == ["created", "rejected", "rejected", "rejected"]
    assert "标题" in done[1]["reasons"][0] and "网址" in done[2]["reasons"][0] and "别的商品" in done[3]["reasons"][0]
    with nothing_changes(*TABLES):
        assert owner.post("/api/goods", body)["results"][0]["result"] == "unchanged"
        cast.as_("quanquan").post("/api/goods", body, 403)
        cast.as_("stranger").post("/api/goods", body, 404)
    goods = done[0]["goods"]
    shown = owner.patch(f"/api/goods/{goods}", {"care": "干洗", "presale_at": "2026-12-01T00:00:00+08:00"})
    assert shown["care"] == "干洗" and shown["presale"] and shown["title"] == COAT
    assert owner.patch(f"/api/goods/{goods}", {"presale_over": True})["presale"] is False
    assert Event.objects.filter(kind="goods.changed", subject=f"goods:{goods}").count() == 3


def test_a_line_is_known_by_code_look_or_title(cast: Cast) -> None:
    coat(cast.tmall.pk)
    shop = cast.tmall.pk
    look = "颜色分类:驼色;尺码:L"
    by_sku = queries.goods_of_line(shop, "0201-正红-M", "")
    by_code = queries.goods_of_line(shop, "0201", "anything", look)
    by_title = queries.goods_of_line(shop, "", COAT, look)
    assert by_sku is not None and by_code is not None and by_title is not None
    assert [one.sku_code for one in (by_sku, by_code, by_title)] == ["0201-正红-M", "0201-驼色-L", "0201-驼色-L"]
    assert queries.goods_of_line(shop, "", "羊毛大衣", look) is None, "half a title is a guess"
    vague = queries.goods_of_line(shop, "0201", COAT, "")
    assert vague is not None and vague.sku_code == ""
    assert queries.goods_of_line(cast.taobao.pk, "0201-正红-M", COAT) is None


HEAD = ["商家编码", "商品标题", "颜色", "尺码", "销售价", "材质", "商品分类", "预售日期", "特价", "商品图片"]
GOOD = [
    ["0201", COAT, "正红", "M", "899.00", "羊毛 90%", "大衣外套", "", "否", "https://img.example/1.jpg;/2.jpg"],
    ["0201", "", "正红", "L", "899.00", "", "", "", "", ""],
    ["0311", "羽绒服", "黑色", "M", "￥699", "白鸭绒", "大衣外套", "2026-12-01", "是", ""],
]
BAD = [
    ["", "没有编码", "", "", "1", "", "", "", "", ""],
    ["0400", "价格不对", "", "", "九十九", "", "", "", "也许", ""],
    ["0401", "", "", "", "", "", "", "", "", ""],
]


def sheet(rows: list[list[str]], head: list[str] = HEAD, encoding: str = "gbk") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode(encoding)


def upload(cast: Cast, who: str, kind: str, body: bytes, name: str = "g.csv", status: int = 200) -> dict[str, Any]:
    file = SimpleUploadedFile(name, body)
    answer = cast.as_(who).client.post("/api/goods/imports", {"shop": str(cast.tmall.pk), "kind": kind, "file": file})
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def take(cast: Cast, who: str, kind: str, body: bytes, name: str = "g.csv") -> SheetImport:
    seen = upload(cast, who, kind, body, name)
    cast.as_(who).post(f"/api/goods/imports/{seen['id']}/start")
    done = tasks.run_import(seen["id"], by=SYSTEM, at=NOON)
    assert done is not None
    return done


def test_a_file_of_goods(cast: Cast) -> None:
    seen = upload(cast, "owner", "goods", sheet(GOOD + BAD))
    assert seen["mapping"]["code"] == "商家编码" and seen["mapping"]["presale_at"] == "预售日期"
    assert [bool(row["problems"]) for row in seen["preview"]] == [False, False, False, True, True, False]
    assert not Goods.objects.exists()
    done = take(cast, "owner", "goods", sheet(GOOD + BAD))
    assert (done.state, done.rows, done.changed, done.rejected) == ("done", 6, 3, 3)
    row = Goods.objects.get(code="0201")
    assert (row.group, row.material, row.pictures) == ("coat", "羊毛 90%", ["https://img.example/1.jpg", "/2.jpg"])
    assert [sku.code for sku in row.skus.order_by("place")] == ["0201-正红-M", "0201-正红-L"]
    down = Goods.objects.get(code="0311")
    assert down.special_price and down.presale_at is not None
    back: Any = cast.as_("owner").client.get(f"/api/goods/imports/{done.pk}/rejects")
    rows = list(csv.reader(io.StringIO(b"".join(back.streaming_content).decode("utf-8-sig"))))
    assert [one[0] for one in rows] == ["行号", "5", "6", "7"]
    assert "缺少商家编码" in rows[1][1] and "九十九" in rows[2][1] and "也许" in rows[2][1] and "标题" in rows[3][1]
    before = snapshot(*TABLES)
    again = take(cast, "owner", "goods", sheet(GOOD + BAD))
    assert (again.changed, again.unchanged) == (0, 3) and snapshot(*TABLES) == before


def test_the_card_tells_brand_features_and_advantages(cast: Cast) -> None:
    """产品特征与优点 (R021), 品牌 beside 类目 (R145): written on the card or in a file, read by every agent."""
    said = {"brand": "圈圈家", "category": "clothing", "features": ["双面呢"], "advantages": ["坐着不起褶", "不扎"]}
    owner = cast.as_("owner")
    owner.post("/api/goods", {"shop": cast.tmall.pk, "items": [{"code": "0201", "title": "大衣", **said}]})
    head = "商家编码,宝贝标题,品牌,产品特征,产品优点"
    take(cast, "owner", "goods", sheet([["0202", "毛衣", "圈圈家", "羊绒；圆领", "不起球"]], head.split(",")))
    card = {code: Goods.objects.get(code=code).pk for code in ("0201", "0202")}
    shown = cast.as_("anan").get(f"/api/goods/{card['0201']}")
    assert {name: shown[name] for name in said} == said
    other = cast.as_("anan").get(f"/api/goods/{card['0202']}")
    assert (other["brand"], other["features"], other["advantages"]) == ("圈圈家", ["羊绒", "圆领"], ["不起球"])


def test_an_excel_file_of_stock_and_the_same_again(cast: Cast, tmp_path: Path) -> None:
    coat(cast.tmall.pk)
    path = tmp_path / "stock.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    for place, row in enumerate(
        [
            ["规格编码", "库存数量"],
            ["0201-正红-M", 5],
            ["0201-正红-M", 2],
            ["0201-正红-L", -1],
            ["nobody", 3],
            ["0201-驼色-M", "x"],
        ]
    ):
        page.write_row(place, 0, row)
    book.close()
    done = take(cast, "warehouse", "stock", path.read_bytes(), "库存202611110900.xlsx")
    assert (done.state, done.rows, done.changed, done.rejected) == ("done", 5, 1, 3), done.problem
    assert Stock.objects.get(sku__code="0201-正红-M").on_hand == 7, "two shelves of one code add up"
    assert Stock.objects.get().as_of.isoformat() == "2026-11-11T01:00:00+00:00", "the time in the file's name"
    again = take(cast, "warehouse", "stock", path.read_bytes(), "库存202611110900.xlsx")
    assert again.changed == 0 and Stock.objects.get().on_hand == 7
    coat(cast.tmall.pk, code="nobody", title="新款")
    actions.put_goods(cast.tmall.pk, [_only("nobody")], by=SYSTEM, at=NOON)
    third = take(cast, "warehouse", "stock", path.read_bytes(), "库存202611110900.xlsx")
    assert third.changed == 1 and Stock.objects.get(sku__code="nobody").on_hand == 3


def _only(code: str) -> Any:
    from xiaoer.goods.drafts import GoodsDraft, SkuDraft

    return GoodsDraft(code, skus=[SkuDraft(code)])


def test_who_may_import_what(cast: Cast) -> None:
    upload(cast, "quanquan", "goods", sheet(GOOD), status=403)
    upload(cast, "warehouse", "goods", sheet(GOOD), status=403)
    upload(cast, "stranger", "stock", sheet(GOOD), status=404)
    upload(cast, "owner", "goods", b"\x00\x01\x02 no file", status=422)
    seen = upload(cast, "owner", "goods", sheet(GOOD))
    cast.as_("warehouse").get(f"/api/goods/imports/{seen['id']}", status=404)
    wrong = cast.as_("owner").post(f"/api/goods/imports/{seen['id']}/start", {"mapping": {"title": "商品标题"}}, 422)
    assert "code" in wrong["error"]["fields"]
    cast.as_("owner").post(f"/api/goods/imports/{seen['id']}/start")
    cast.as_("owner").post(f"/api/goods/imports/{seen['id']}/start", status=409)


def test_the_adviser_of_a_goods(cast: Cast) -> None:
    row = coat(cast.tmall.pk)
    agent, url = cast.as_("quanquan"), f"/api/goods/{row.pk}/size"
    assert agent.post(url, {"height": 162})["confidence"] == "none", "no table yet"
    table = {"shop": cast.tmall.pk, "name": "大衣", "group": "coat", "rows": COAT_ROWS}
    agent.put("/api/size-tables", table, 403)
    cast.as_("owner").put("/api/size-tables", table)
    with nothing_changes(*TABLES):
        found = agent.post(url, {"height": "162cm", "weight": 106, "unit": ""})
        assert (found["size"], found["confidence"]) == ("M", "sure") and any("斤" in one for one in found["reasons"])
        assert "仅供参考" in found["sentence"]
        asked = agent.post(url, {"height": 160, "weight": 85})
        assert "斤还是公斤" in asked["sentence"]
        wrong = agent.post(url, {"height": 16, "bust": "九十"}, 422)["error"]["fields"]
        assert set(wrong) == {"height", "bust"}
        twice = table | {"rows": [*COAT_ROWS, COAT_ROWS[0]]}
        cast.as_("owner").put("/api/size-tables", twice, 422)
        cast.as_("owner").put("/api/size-tables", table | {"rows": [{"size": "S", "bust": [90, 80]}]}, 422)
    assert agent.post(url, {})["ask"] == ["height", "weight"]


def test_promotions_that_run_now(cast: Cast) -> None:
    row = coat(cast.tmall.pk)
    hour = timedelta(hours=1)
    owner, agent = cast.as_("owner"), cast.as_("quanquan")
    base = {"shop": cast.tmall.pk, "text": "亲，全店满减", "starts_at": (NOON - hour).isoformat()}
    end = {"ends_at": (NOON + hour).isoformat()}
    shop_wide = owner.post("/api/promotions", base | end | {"title": "周年庆", "kind": "anniversary"})
    owner.post("/api/promotions", base | end | {"title": "聚", "kind": "juhuasuan", "scope": "goods", "of": ["0201"]})
    owner.post(
        "/api/promotions", base | end | {"title": "裙装", "kind": "limited", "scope": "category", "of": ["dress"]}
    )
    coming = {"starts_at": (NOON + hour).isoformat(), "ends_at": (NOON + 2 * hour).isoformat()}
    owner.post("/api/promotions", base | coming | {"title": "双12", "kind": "double12"})
    with nothing_changes():
        agent.post("/api/promotions", base | end | {"title": "x", "kind": "limited"}, 403)
        wrong = base | end | {"title": "", "kind": "free lunch", "scope": "goods", "of": ["nobody"]}
        assert set(owner.post("/api/promotions", wrong, 422)["error"]["fields"]) == {"title", "kind", "of"}
        back = base | {"ends_at": base["starts_at"], "title": "x", "kind": "limited"}
        owner.post("/api/promotions", back, 422)
    running = queries.running_promotions(cast.tmall.pk, at=NOON)
    assert [(one.title, one.of_platform, one.cod) for one in running] == [
        ("周年庆", False, True),
        ("聚", True, False),
        ("裙装", False, True),
    ]
    assert queries.running_promotions(cast.tmall.pk, at=NOON + hour)[0].title == "双12", "an end is not inside"
    seen = agent.get(f"/api/goods/{row.pk}")["promotions"]
    assert [(one["title"], one["cod"]) for one in seen] == [("周年庆", True), ("聚", False)]
    assert [one["title"] for one in agent.get("/api/promotions", {"when": "coming"})["items"]] == ["双12"]
    agent.post(f"/api/promotions/{shop_wide['id']}/stop", status=403)
    cast.as_("stranger").post(f"/api/promotions/{shop_wide['id']}/stop", status=404)
    owner.post(f"/api/promotions/{shop_wide['id']}/stop")
    owner.post(f"/api/promotions/{shop_wide['id']}/stop", status=409)
    assert [one["title"] for one in agent.get("/api/promotions", {"when": "over"})["items"]] == ["周年庆"]


def test_freight_over_the_api(cast: Cast) -> None:
    row = coat(cast.tmall.pk)
    agent, owner = cast.as_("quanquan"), cast.as_("owner")
    ask = {"shop": cast.tmall.pk, "to": "广东省 广州市", "goods": row.pk}
    agent.post("/api/freight-quote", ask, 404)
    rows = [
        {"carrier": "中通", "first_fen": 1000, "next_fen": 200},
        {"carrier": "顺丰", "first_fen": 2200, "free": True},
    ]
    template = {"shop": cast.tmall.pk, "name": "标准", "rows": rows}
    agent.put("/api/freight-templates", template, 403)
    assert owner.put("/api/freight-templates", template)["standard"] is True
    owner.put("/api/freight-templates", template | {"rows": [{"carrier": "中通", "regions": ["火星"]}]}, 422)
    found = agent.post("/api/freight-quote", ask | {"qty": 2})
    assert found["region"] == "广东"
    assert [(one["carrier"], one["fen"]) for one in found["quotes"]] == [("中通", 1200), ("顺丰", 2200)]
    assert any("不包邮" in why for why in found["quotes"][1]["why"]), "SF is not free in principle (C30)"
    assert "to" in agent.post("/api/freight-quote", ask | {"to": "火星"}, 422)["error"]["fields"]
    assert agent.get("/api/goods/of-line", {"shop": cast.tmall.pk, "sku_code": "0201"})["code"] == "0201"
    assert agent.get("/api/goods/of-line", {"shop": cast.tmall.pk, "sku_code": "?"}) is None


LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "goods": ("/api/goods", {}),
    "search": ("/api/goods", {"q": "大衣"}),
    "stock": ("/api/stock", {}),
    "short": ("/api/stock", {"state": "short"}),
    "questions": ("/api/stock-questions", {"state": "open"}),
    "of talk": ("/api/stock-questions", {"conversation": 12, "state": ""}),
    "promotions": ("/api/promotions", {}),
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_a_whole_table(cast: Cast, name: str) -> None:
    for number in range(30):
        coat(cast.tmall.pk, code=f"c{number}", title=f"大衣 {number}")
        count(cast.tmall.pk, {f"c{number}-正红-M": number}, report=f"r{number}")
    agent = cast.as_("quanquan")
    path, query = LISTS[name]
    with CaptureQueriesContext(connection) as seen:
        agent.get(path, {"shop": cast.tmall.pk, **query})
    asked = [one["sql"] for one in seen.captured_queries if 'FROM "goods_' in one["sql"]]
    assert asked
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            plan = [row[3] for row in cursor.fetchall()]
        scans = [step for step in plan if step.startswith("SCAN goods_")]
        assert not scans, (name, plan, sql)


def test_a_page_of_goods_costs_a_fixed_number_of_queries(cast: Cast) -> None:
    agent = cast.as_("quanquan")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            agent.get("/api/goods", {"shop": cast.tmall.pk})
        return len(seen.captured_queries)

    coat(cast.tmall.pk, code="a")
    few = cost()
    for number in range(15):
        coat(cast.tmall.pk, code=f"b{number}")
    assert cost() == few
