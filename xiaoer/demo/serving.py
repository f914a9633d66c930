"""改单、取消、撤回 of the demo: a service case in every state, with some whose clock is about to run out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from xiaoer.aftersales.actions.handed_on import open_for_order
from xiaoer.demo.orders import Maker
from xiaoer.kernel.access import SYSTEM
from xiaoer.orders.actions import desk
from xiaoer.orders.actions.service import open_service, perform_service, typed_changes
from xiaoer.orders.actions.service_seen import mark_of, read_remark
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.models import Order
from xiaoer.orders.models_service import ServiceCase
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import viewer_of_staff

TMALL, TAOBAO = "quanquan-tmall", "quanquan-taobao"
Step = tuple[int, str, str, dict[str, Any]]
DONE: dict[str, Any] = {"backend": True}
SIGNS = {"courier_name": "中通小刘", "copy_kept": True, "copy_given": True}
BACK = {"received": True, "slip_exchanged": True}


@dataclass(frozen=True)
class Scene:
    """One request: who asks whom, `ago` minutes before now, on an order that stands `stands`; and what happened since."""

    nick: str
    what: str
    ago: int
    stands: str = "unprinted"
    agent: str = "quanquan"
    shop: str = TMALL
    change: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    steps: tuple[Step, ...] = ()


def changed(first: int, agent: str, upto: int = 5) -> tuple[Step, ...]:
    """The way of a change: `upto` of its steps, two minutes apart."""
    way: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (agent, "change", DONE),
        (agent, "remark", {}),
        (agent, "confirm", {"how": "chat"}),
        (agent, "tell_clerk", {}),
        ("clerk", "finish", {}),
    )
    return tuple((first - 2 * place, who, verb, form) for place, (who, verb, form) in enumerate(way[:upto]))


def address(text: str, **more: str) -> dict[str, Any]:
    return {"kind": "address", "receiver_address": text, **more}


SCENES = (
    Scene(
        "云上的日子",
        "address",
        6,
        change=address("浙江省 杭州市 滨江区 江南大道 588 号恒鑫大厦 9 楼"),
        message="地址写错了，麻烦改一下",
    ),
    Scene(
        "半糖主义",
        "attribute",
        13,
        agent="tangtang",
        change={"kind": "attribute", "sku": "颜色分类:墨绿色;尺码:L"},
        steps=changed(11, "tangtang", 1),
    ),
    Scene(
        "风吹麦浪",
        "courier",
        16,
        change={"kind": "courier", "carrier": "顺丰速运"},
        message="急用，能发顺丰吗",
        steps=changed(14, "quanquan", 2),
    ),
    Scene(
        "小确幸2020",
        "card_text",
        21,
        agent="tangtang",
        change={"kind": "card_text", "text": "妈妈，生日快乐！永远爱你"},
        steps=changed(19, "tangtang", 3),
    ),
    Scene(
        "柠檬不酸",
        "delivery_slot",
        24,
        change={"kind": "delivery_slot", "slot": "周末上午 9 点到 12 点"},
        steps=changed(20, "quanquan", 4),
    ),
    Scene(
        "海边的卡夫卡",
        "invoice_title",
        190,
        agent="tangtang",
        shop=TAOBAO,
        change={"kind": "invoice_title", "title": "杭州拾光文化创意有限公司", "tax_no": "91330108MA2H1XN38K"},
        steps=changed(186, "tangtang"),
    ),
    Scene(
        "初夏的雨",
        "address",
        9,
        "printed",
        change=address("江苏省 南京市 鼓楼区 中山北路 200 号", receiver_name="周敏"),
    ),
    Scene(
        "橙子先生",
        "attribute",
        34,
        "packed",
        change={"kind": "attribute", "sku": "颜色分类:黑色;尺码:XL"},
        steps=((26, "warehouse", "got_back", {"took": "圈圈"}),),
    ),
    Scene(
        "青柠气泡水",
        "address",
        45,
        "shipped",
        agent="tangtang",
        change=address("广东省 深圳市 南山区 科苑南路 3099 号"),
    ),
    Scene("落日飞车", "cancel", 4, message="不想要了，麻烦取消"),
    Scene("布丁奶茶", "cancel", 18, agent="tangtang", steps=((9, "clerk", "void", {}),)),
    Scene("今天也要开心", "cancel", 12, "printed"),
    Scene(
        "西西里的夏",
        "cancel",
        50,
        "packed",
        agent="tangtang",
        steps=((41, "warehouse", "got_back", {"took": "糖糖"}), (38, "tangtang", "tell_refund", {})),
    ),
    Scene(
        "一只猫的午后",
        "cancel",
        60,
        "printed",
        shop=TAOBAO,
        steps=(
            (52, "warehouse", "got_back", {"took": "圈圈"}),
            (50, "quanquan", "tell_refund", {}),
            (20, "anan", "refund", {}),
        ),
    ),
    Scene("阿may在路上", "cancel", 130, steps=((122, "quanquan", "withdraw", {"note": "客户说还是要"}),)),
    Scene("木棉花开", "recall", 10, "shipped", agent="anan"),
    Scene("北岛以北", "recall", 170, "shipped", agent="anan", steps=((160, "anan", "print_slip", {}),)),
    Scene(
        "山茶与鹿",
        "recall",
        26 * 60,
        "shipped",
        agent="mumu",
        steps=((1550, "mumu", "print_slip", {}), (1400, "clerk", "courier_signs", SIGNS)),
    ),
    Scene(
        "纸短情长",
        "recall",
        50 * 60,
        "shipped",
        agent="anan",
        steps=(
            (2990, "anan", "print_slip", {}),
            (2700, "clerk", "courier_signs", SIGNS),
            (40, "clerk", "parcel_back", BACK),
        ),
    ),
    Scene(
        "白露为霜",
        "recall",
        75,
        "shipped",
        agent="mumu",
        steps=((30, "mumu", "courier_refuses", {"way": "refuse_delivery", "note": "快递说已在派送"}),),
    ),
)


def load(
    opened: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime
) -> list[tuple[datetime, Callable[[datetime], None]]]:
    """The steps of every scene, each at its time."""
    steps: list[tuple[datetime, Callable[[datetime], None]]] = []
    for scene in SCENES:
        paid = timedelta(minutes=scene.ago + (60 * 26 if scene.stands == "shipped" else 90))
        draft = maker.order("paid", nick=scene.nick, paid_ago=paid)
        draft.flag, draft.seller_remark, draft.buyer_message = "", "", scene.message
        begun = now - timedelta(minutes=scene.ago)
        steps.append(
            (begun - timedelta(minutes=30), partial(_stand, opened[scene.shop].pk, draft, scene.stands, staff))
        )
        steps.append((begun, partial(_ask, opened[scene.shop].pk, draft.order_no, scene, staff)))
        for ago, who, verb, form in scene.steps:
            at = now - timedelta(minutes=ago)
            steps.append((at, partial(_step, opened[scene.shop].pk, draft.order_no, who, verb, form, staff)))
    return steps


def _stand(shop_id: int, draft: Any, stands: str, staff: dict[str, Staff], at: datetime) -> None:
    """The order is taken in and brought to where it stands when she asks."""
    take_in(shop_id, [draft], source="demo", by=SYSTEM, at=at)
    row = Order.objects.get(shop_id=shop_id, order_no=draft.order_no)
    by = viewer_of_staff(staff["clerk"]).who
    way = {"printed": ["printed"], "packed": ["printed", "packed"], "shipped": ["printed", "packed", "shipped"]}
    for to in way.get(stands, []):
        desk.set_fulfilment(row.pk, to, by=by, at=at)


def _read(row: Order, who: Any, at: datetime) -> None:
    if mark_of(row):
        read_remark(row.pk, mark_of(row), by=who, at=at)


def _ask(shop_id: int, order_no: str, scene: Scene, staff: dict[str, Staff], at: datetime) -> None:
    row = Order.objects.get(shop_id=shop_id, order_no=order_no)
    who = viewer_of_staff(staff[scene.agent]).who
    _read(row, who, at)
    kind = {"cancel": "order_cancel", "recall": "parcel_recall"}.get(scene.what, "order_change")
    change = dict(scene.change)
    if change.get("kind") == "attribute":
        line = row.lines.order_by("line_no")[0]
        change["line"] = line.pk
    changes = typed_changes([change]) if change else ()
    reason = "" if change else "不想要了" if scene.what == "cancel" else "拍错了，包裹还没送到"
    open_service(kind, row.pk, changes=changes, reason=reason, customer_id=row.customer_id, by=who, at=at)


def _step(
    shop_id: int, order_no: str, who: str, verb: str, form: dict[str, Any], staff: dict[str, Staff], at: datetime
) -> None:
    row = ServiceCase.objects.select_related("order", "shop").get(
        order__shop_id=shop_id, order__order_no=order_no, ended_at=None
    )
    viewer = viewer_of_staff(staff[who])
    _read(row.order, viewer.who, at)
    perform_service(viewer, row, verb, form, by=viewer.who, at=at)
    if verb == "tell_refund":  # what the reaction would do; the demo's readers begin after its past
        open_for_order("refund_only", row.order_id, "not_wanted", row.number, by=SYSTEM, at=at)
