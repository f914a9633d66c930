"""Scripts over the API: filled for a conversation, stacked, guarded, no doubles, dates and platforms, files in and out."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.policy import actions as policy
from xiaoer.reception.models import QuickReply, Upload
from xiaoer.reception.tests.people_in_talks import Buyer, an_order

pytestmark = pytest.mark.django_db


def url(cast: Cast, shop: str = "tmall", **more: Any) -> str:
    return f"/api/quick-replies?shop={getattr(cast, shop).pk}" + "".join(f"&{k}={v}" for k, v in more.items())


def made(cast: Cast, who: str = "supervisor", shop: str = "tmall", **more: Any) -> Any:
    values = {"scope": "shop", "title": "话术", "text": "您好，欢迎光临", **more}
    return cast.as_(who).post(url(cast, shop), values)


def titles(cast: Cast, who: str = "quanquan", **more: Any) -> list[str]:
    return [row["title"] for row in cast.as_(who).get(url(cast, **more))["items"]]


def fill(cast: Cast, text: str, talk: int, shop: str = "tmall", who: str = "quanquan") -> Any:
    row = made(cast, shop=shop, title=text[:20], text=text)
    return cast.as_(who).post(f"/api/quick-replies/{row['id']}/fill", {"conversation": talk})


def test_values_of_a_stranger_and_of_a_proved_buyer(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk(goods={"title": "红色羊毛大衣", "price_fen": 16900})
    text = "{{buyer|亲}}，{{product|这款}}：{{ship_promise}}。{{freight_verdict|以退货原因为准}}。{{waybill}}"
    filled = fill(cast, text, talk)
    assert filled["text"] == "亲，红色羊毛大衣：付款后72小时之内发货。以退货原因为准。【请填写：运单号】"
    assert filled["missing"] == ["waybill"]
    an_order(cast)
    buyer.prove()
    row = QuickReply.objects.get(shop=cast.tmall)
    proved = cast.as_("quanquan").post(f"/api/quick-replies/{row.pk}/fill", {"conversation": talk})
    assert proved["missing"] == [] and proved["text"].startswith("幸福蔓延1627，红色羊毛大衣：")
    assert "退回的运费由您承担" in proved["text"] and "来回运费由我们承担" in proved["text"]
    assert proved["text"].endswith("SF1020304050607")
    row.refresh_from_db()
    assert row.used == 2


def test_a_tmall_shop_never_promises_a_day_and_a_taobao_shop_by_the_cutoff(cast: Cast) -> None:
    tmall = fill(cast, "{{ship_promise}}", Buyer().talk())["text"]
    taobao = fill(cast, "{{ship_promise}}", Buyer("quanquan-taobao").talk(), shop="taobao")["text"]
    assert tmall == "付款后72小时之内发货" and "当天" in taobao and "有现货" in taobao


def test_the_gap_to_free_shipping_needs_a_threshold(cast: Cast) -> None:
    text = "请加{{free_ship_gap}}就可以包邮，或购满{{free_ship_from}}即可包邮哦"
    talk = Buyer().talk(goods={"title": "围巾", "price_fen": 16950})
    assert fill(cast, text, talk)["missing"] == ["free_ship_gap", "free_ship_from"]
    policy.set_override(cast.tmall, "free_shipping_from", value=19900, reason="满额包邮", by=cast.who("owner"), at=NOON)
    row = QuickReply.objects.get(shop=cast.tmall)
    said = cast.as_("quanquan").post(f"/api/quick-replies/{row.pk}/fill", {"conversation": talk})["text"]
    assert said == "请加29.50元就可以包邮，或购满199元即可包邮哦"


def test_several_become_one_message(cast: Cast) -> None:
    talk = Buyer().talk()
    ids = [made(cast, title=f"话术{n}", text=text)["id"] for n, text in enumerate(("第一句话", "第二句{{waybill}}"))]
    answer = cast.as_("quanquan").post(
        "/api/quick-replies/fill", {"conversation": talk, "replies": [ids[0], ids[1], ids[0]]}
    )
    assert answer["text"] == "第一句话\n第二句【请填写：运单号】" and answer["missing"] == ["waybill"]
    with nothing_changes(QuickReply):
        cast.as_("quanquan").post("/api/quick-replies/fill", {"conversation": talk, "replies": []}, status=422)
        cast.as_("quanquan").post("/api/quick-replies/fill", {"conversation": talk, "replies": [99999]}, status=404)
        cast.as_("stranger").post("/api/quick-replies/fill", {"conversation": talk, "replies": ids}, status=404)
    foreign = Buyer("quanquan-taobao").talk()
    other = {"conversation": foreign, "replies": ids}
    cast.as_("quanquan").post("/api/quick-replies/fill", other, status=422)


@pytest.mark.parametrize(
    "text", ["加我微信 abc12345 聊", "您打我电话13912345678", "您好，天猫客服为您服务，今天一定发货"]
)
def test_the_guard_refuses_a_script_with_its_reason(cast: Cast, text: str) -> None:
    kept = made(cast)
    with nothing_changes(QuickReply):
        error = cast.as_("supervisor").post(url(cast), {"scope": "shop", "title": "不行", "text": text}, status=422)[
            "error"
        ]
        cast.as_("supervisor").patch(f"/api/quick-replies/{kept['id']}", {"text": text}, status=422)
    assert error["code"] == "guard_blocked" and "发不出去" in error["fields"]["text"]
    checked = cast.as_("supervisor").post(f"/api/quick-replies/check?shop={cast.tmall.pk}", {"text": text})
    assert checked["verdict"] == "block" and checked["rules"][0]["reason"]


def test_a_double_is_refused_and_a_near_one_pointed_out(cast: Cast) -> None:
    first = made(cast, text="亲，退货请保持吊牌和包装完整，没有水洗哦")
    with nothing_changes(QuickReply):
        same = {"scope": "shop", "title": "又一条", "text": "退货请保持吊牌和包装完整 没有水洗。"}
        error = cast.as_("supervisor").post(url(cast), same, status=422)["error"]
    assert error["code"] == "double" and "话术" in error["fields"]["text"]
    near = {"text": "亲，退货请保持吊牌包装完整，没有水洗过哦"}
    checked = cast.as_("supervisor").post(f"/api/quick-replies/check?shop={cast.tmall.pk}", near)
    assert checked["similar"][0]["id"] == first["id"] and checked["verdict"] == "allow"
    own = {**near, "id": first["id"]}
    assert cast.as_("supervisor").post(f"/api/quick-replies/check?shop={cast.tmall.pk}", own)["similar"] == []
    made(cast, "quanquan", scope="personal", text="亲，退货请保持吊牌和包装完整，没有水洗哦")


def test_dates_and_platforms_decide_what_agents_are_shown(cast: Cast) -> None:
    made(cast, title="以后", text="以后才说", valid_from="2026-11-20")
    made(cast, title="从前", text="从前的话", valid_until="2026-11-01")
    made(cast, title="今天", text="今天的话", valid_from="2026-11-11", valid_until="2026-11-11")
    made(cast, title="别家", text="别的平台", platforms=["jd"])
    made(cast, title="本店", text="本店平台", platforms=["tmall", "taobao"])
    assert set(titles(cast)) == {"今天", "本店"}
    assert set(titles(cast, "supervisor", manage="true")) == {"以后", "从前", "今天", "别家", "本店"}
    assert titles(cast, "supervisor", manage="true", state="expired") == ["从前"]
    assert titles(cast, "supervisor", manage="true", platform="jd", state="active", q="别家") == ["别家"]
    wrong = {"scope": "shop", "title": "x", "text": "y"}
    with nothing_changes(QuickReply):
        for field, value in (
            ("valid_until", "2026-13-01"),
            ("platforms", ["amazon"]),
            ("style", "rude"),
            ("step", "dance"),
            ("uploads", [4711]),
            ("tags", ["一二三四五六七八九十十一十二"]),
        ):
            error = cast.as_("supervisor").post(url(cast), {**wrong, field: value}, status=422)["error"]
            assert field in error["fields"]
        dates = {**wrong, "valid_from": "2026-11-11", "valid_until": "2026-11-10"}
        cast.as_("supervisor").post(url(cast), dates, status=422)


def test_the_shop_s_style_picks_the_variant(cast: Cast) -> None:
    cast.as_("supervisor").post(f"/api/quick-replies/starter?shop={cast.tmall.pk}")
    assert "欢迎语" in titles(cast) and "欢迎语（朋友式）" not in titles(cast)
    setting = f"/api/reception/settings?shop={cast.tmall.pk}"
    cast.as_("supervisor").patch(setting, {"style": "friend"})
    assert "欢迎语（朋友式）" in titles(cast) and "欢迎语" not in titles(cast) and "询问需求" in titles(cast)
    with nothing_changes(QuickReply):
        cast.as_("supervisor").patch(setting, {"style": "rude"}, status=422)
        cast.as_("quanquan").patch(setting, {"style": "brand"}, status=403)
        cast.as_("stranger").patch(setting, {"style": "brand"}, status=404)


def test_every_script_row_of_the_seeds_is_in_the_starter() -> None:
    from xiaoer.reception.starter import starter_replies

    rows = "R154 R160 R219 R227 R228 R330 R340 R341 R342 R350 R351 R357 R359 R361 R370 R373 R376 R377 R379 R382 R391 "
    rows += "R392 R401 R402 R403 R503 R687 R702 R703"
    named = {row for one in starter_replies() for row in one.source.replace(" ", "").split(";")}
    assert set(rows.split()) <= named
    texts = " ".join(one.text for one in starter_replies())
    assert "这个是不可以的" not in texts and "没有权限" not in texts, "tactful and true (C14, C51)"


def picture(cast: Cast) -> int:
    row = Upload.objects.create(
        shop=cast.tmall, key="k" * 40, name="尺码表.png", mime="image/png", size=9, width=9, height=9, at=NOON
    )
    return int(row.pk)


def test_pictures_go_with_a_script(cast: Cast) -> None:
    talk, pk = Buyer().talk(), picture(cast)
    row = made(cast, text="尺码表发您", uploads=[pk])
    assert row["attachments"][0]["id"] == pk
    filled = cast.as_("quanquan").post(f"/api/quick-replies/{row['id']}/fill", {"conversation": talk})
    assert [one["id"] for one in filled["attachments"]] == [pk]


def send(cast: Cast, name: str, data: bytes, who: str = "supervisor", status: int = 200) -> Any:
    caller = cast.as_(who)
    path = f"/api/quick-replies/import?shop={cast.tmall.pk}"
    response = caller.client.post(path, {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == status, response.content
    return response.json()


def test_import_takes_the_good_rows_and_gives_the_bad_ones_back(cast: Cast) -> None:
    sheet = (
        "标题,内容,分类,标签,平台,流程步骤,生效日期\n"
        "活动,双十一全店满减，以页面为准,售前,五步 大促,天猫、淘宝,活动告知,2026-11-01\n"
        "坏的,加我微信 abc12345,售前,,,,\n"
        ",没有标题,售前,,,,\n"
        '"=HYPERLINK(1)",说明{{foo}},售前,,,,\n'
    )
    done = send(cast, "scripts.csv", sheet.replace("满减，", "满减；").encode("gb18030"))
    assert (done["added"], done["changed"], done["same"]) == (1, 0, 0)
    assert [row["row"] for row in done["rejected"]] == [3, 4, 5] and "发不出去" in done["rejected"][0]["reason"]
    assert "退回原因" in done["rejects_csv"] and "'=HYPERLINK" in done["rejects_csv"]
    row = QuickReply.objects.get(shop=cast.tmall)
    assert (row.tags, row.platforms, row.step) == (["五步", "大促"], ["tmall", "taobao"], "promotions")
    assert Event.objects.get(kind="quick_reply.imported").payload == {"added": 1, "changed": 0, "rejected": 3}
    again = send(cast, "scripts.csv", sheet.replace("满减，", "满减；").replace("售前,五步", "大促,五步").encode())
    assert (again["added"], again["changed"]) == (0, 1) and QuickReply.objects.get().category == "大促"


def test_what_was_exported_can_be_imported(cast: Cast) -> None:
    cast.as_("supervisor").post(f"/api/quick-replies/starter?shop={cast.tmall.pk}")
    count = QuickReply.objects.filter(shop=cast.tmall).count()
    answer = cast.as_("supervisor").client.get(f"/api/quick-replies/export?shop={cast.tmall.pk}")
    data = answer.content
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "标题" and len(sheet) == count + 1
    back = send(cast, "scripts.xlsx", data)
    assert (back["added"], back["changed"], back["same"], back["rejected"]) == (0, 0, count, [])
    assert QuickReply.objects.filter(shop=cast.tmall).count() == count


def test_bad_files_are_refused(cast: Cast) -> None:
    with nothing_changes(QuickReply):
        for name, data in (
            ("a.csv", b""),
            ("a.csv", b"a,b\n1,2\n"),
            ("a.xlsx", b"PK\x03\x04nothing"),
            ("a.csv", b"\xff\xfe\x00\x01"),
        ):
            assert send(cast, name, data, status=422)["error"]["message"]
        send(cast, "a.csv", "标题,内容\na,b\n".encode(), who="warehouse", status=403)
        send(cast, "a.csv", "标题,内容\na,b\n".encode(), who="stranger", status=404)


def test_an_agent_imports_personal_ones_only(cast: Cast) -> None:
    sheet = "标题,内容,范围\n我的,我的话,\n店铺的,店铺的话,店铺\n".encode()
    done = send(cast, "a.csv", sheet, who="quanquan")
    assert done["added"] == 1 and done["rejected"][0]["row"] == 3
    assert QuickReply.objects.get().owner_id == cast.staff["quanquan"].pk


def test_two_editors_at_once(cast: Cast) -> None:
    from xiaoer.kernel.errors import Conflict
    from xiaoer.reception import actions
    from xiaoer.reception.actions import quick_replies

    row = made(cast)
    held = QuickReply.objects.get(pk=row["id"])
    QuickReply.objects.filter(pk=held.pk).update(text="别人改的")
    before, quick_replies._get = quick_replies._get, lambda reply_id: held
    try:
        with pytest.raises(Conflict):
            actions.change_quick_reply(held.pk, {"text": "我改的"}, by=cast.who("supervisor"), at=NOON)
    finally:
        quick_replies._get = before


def test_choices(cast: Cast) -> None:
    found = cast.as_("quanquan").get(f"/api/quick-replies/choices?shop={cast.tmall.pk}")
    names = {one["name"]: one for one in found["variables"]}
    assert names["ship_promise"]["sample"] == "付款后72小时之内发货" and names["agent"]["sample"] == "圈圈"
    assert len(found["steps"]) == 8 and {"", "quiet", "friend"} <= {one["name"] for one in found["styles"]}
