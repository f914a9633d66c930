"""What the lane's check knows of the talk: QR codes in pictures, who is proved, free freight, the question before a restart."""

import io
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from xiaoer.guard.models import GuardHit
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.lane import Miss
from xiaoer.kernel.testing import Cast
from xiaoer.orders.models import Order
from xiaoer.reception import lane_edge
from xiaoer.reception.tests.people_in_talks import Buyer, an_order, buyer_who, says
from xiaoer.reception.tests.test_uploads import send

pytestmark = pytest.mark.django_db
ADDRESS = "您的收货地址是浙江省杭州市余杭区良渚街道梦溪路18号，对吗"
FREIGHT = "您那边得加5元运费哈"


@pytest.fixture
def buyer(cast: Cast) -> Buyer:
    an_order(cast)
    for memory in (
        lane_edge._asked,
        lane_edge._said,
        lane_edge._pressing._sent,
        lane_edge._shops._known,
        lane_edge._places._known,
    ):
        memory.clear()
    return Buyer()


@pytest.fixture
def talk(cast: Cast, buyer: Buyer) -> int:
    pk = buyer.talk()
    cast.as_("quanquan").post(f"/api/conversations/{pk}/take")
    return pk


def stopped_by(cast: Cast, talk: int, text: str, n: int = 1, **more: Any) -> list[str]:
    """The rules that stop an agent's message on its way through the lane."""
    viewer = cast.viewer("quanquan")
    data = {"conversation": talk, "client_id": f"c{n}-{len(text)}", "text": text, **more}
    place = lane_edge._places.get(talk, True)
    item = lane_edge._shape(data, viewer, False)
    try:
        if more.get("attachments"):
            lane_edge._screen_codes(item, data, viewer, place, True)
        lane_edge._screen(item, data, viewer, place, True)
    except Refusal as refused:
        return [one["id"] for one in refused.extra["guard"]["rules"]]
    return []


def test_an_address_is_named_only_to_who_is_proved(cast: Cast, buyer: Buyer, talk: int) -> None:
    assert "privacy.order" in stopped_by(cast, talk, ADDRESS)
    buyer.prove()
    talk = buyer.talk()
    lane_edge._places._known.clear()
    assert stopped_by(cast, talk, ADDRESS, 2) == []
    viewer, place = cast.viewer("quanquan"), lane_edge._places.get(talk, True)
    item = lane_edge._shape({"conversation": talk, "client_id": "x", "text": ADDRESS}, viewer, False)
    with pytest.raises(Miss):  # at first sight the strictest is assumed; the talk is looked up in a thread
        lane_edge._screen(item, {}, viewer, place, False)


def test_freight_of_the_talks_order_decides(cast: Cast, buyer: Buyer, talk: int) -> None:
    buyer.prove()
    talk = buyer.talk()
    Order.objects.update(free_shipping=True, freight_fen=0)
    assert "pay.freight_in_scope" in stopped_by(cast, talk, FREIGHT)
    Order.objects.update(free_shipping=False, freight_fen=1200)
    assert stopped_by(cast, talk, FREIGHT, 2) == []


def test_after_a_restart_an_answer_still_meets_its_question(cast: Cast, talk: int) -> None:
    says(talk, buyer_who(talk), "有发票吗")
    lane_edge._asked.clear()
    assert stopped_by(cast, talk, "没有的哦") == ["invoice.answer"]


def test_the_same_saying_a_third_time_is_harassment(cast: Cast, buyer: Buyer, talk: int) -> None:
    """R621: until the buyer answers."""
    urge = "亲，考虑得怎么样了"
    assert stopped_by(cast, talk, urge, 1) == [] == stopped_by(cast, talk, urge + "呢", 2)
    assert stopped_by(cast, talk, urge + "哦", 3) == ["civil.harass"]
    heard = {"conversation": talk, "client_id": "b1", "text": "还在想"}
    lane_edge._hear(lane_edge._shape(heard, cast.viewer("quanquan"), False))
    assert stopped_by(cast, talk, urge + "哦", 4) == []


@pytest.mark.parametrize(
    ("content", "stopped"),
    [("https://u.wechat.com/MAbc123", ["contact.qr"]), ("https://item.taobao.com/item.htm?id=1", [])],
)
def test_a_qr_code_that_leads_outside_is_not_sent(
    cast: Cast, talk: int, tmp_path: Path, settings: Any, content: str, stopped: list[str]
) -> None:
    settings.MEDIA_ROOT = tmp_path
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5)
    poster, out = Image.new("RGB", (700, 500), (250, 240, 230)), io.BytesIO()
    poster.paste(Image.fromarray(code), (60, 80))
    poster.save(out, "JPEG", quality=80)
    pk = send(cast.as_("quanquan"), out.getvalue(), "/api/uploads", "海报.jpg", conversation=talk).json()["id"]
    assert ("contact.qr" in stopped_by(cast, talk, "", kind="image", attachments=[pk])) is bool(stopped)
    hits = GuardHit.objects.filter(rule="contact.qr", conversation_id=talk, outcome="blocked")
    assert hits.count() == len(stopped)
