"""After-sales cases of the demo, in every stage, some with a clock about to run out."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from xiaoer.aftersales import actions
from xiaoer.aftersales.flow import FLOWS
from xiaoer.aftersales.forms import Ask
from xiaoer.aftersales.models import CaseLine
from xiaoer.customers.queries import find_by_nick
from xiaoer.demo.orders import Maker
from xiaoer.kernel.access import SYSTEM, Viewer, Who
from xiaoer.kernel.errors import Refusal
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.models import Order
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import viewer_of_staff
from xiaoer.reception import pictures
from xiaoer.reception.actions.uploads import Belongs, keep_upload, write_files
from xiaoer.reception.scanning import Verdict
from xiaoer.reception.uploading import Checked

DAY = 24 * 60
TMALL, TAOBAO = "quanquan-tmall", "quanquan-taobao"
COUNTED = "counted"
"""In a form: every line of the case, received in full (an int: so many of them damaged)."""


@dataclass(frozen=True)
class Scene:
    """One case: who asks for what, `ago` minutes before now, and what happened since: (minutes ago, who, verb, form)."""

    shop: str
    nick: str
    kind: str
    reason: str
    code: str
    ago: int
    note: str = ""
    steps: tuple[tuple[int, str, str, dict[str, Any]], ...] = ()
    status: str = "shipped"
    pieces: dict[str, int] = field(default_factory=dict)


def ship(ago: int, waybill: str, carrier: str = "zto") -> tuple[int, str, str, dict[str, Any]]:
    return ago, "buyer", "ship", {"carrier": carrier, "waybill": waybill}


def receive(ago: int, damaged: int = 0, **checks: bool) -> tuple[int, str, str, dict[str, Any]]:
    form = {"model_ok": True, "package_ok": True, "tags_ok": True, "card_inside": True, **checks, COUNTED: damaged}
    return ago, "warehouse", "receive", form


def inspect(
    ago: int, verdict: str = "pass", claim: str = "none", finding: str = ""
) -> tuple[int, str, str, dict[str, Any]]:
    return ago, "warehouse", "inspect", {"verdict": verdict, "claim": claim, "finding": finding}


def approve(ago: int, by: str = "anan", **form: Any) -> tuple[int, str, str, dict[str, Any]]:
    return ago, by, "approve", form


SCENES = (
    Scene(TMALL, "北方的阿布", "return", "quality", "8951", 58, "毛衣袖口脱线，只穿过一次"),
    Scene(TMALL, "山河远阔", "return", "wrong_goods", "0363", 11, "拍的燕麦色，收到墨绿色"),
    Scene(TMALL, "晴天娃娃66", "return", "no_reason", "0201", 5 * DAY - 25, "颜色和想的不一样"),
    Scene(TMALL, "苏打饼干", "return", "size", "0254", 2 * DAY, "腰大了一圈"),
    Scene(TMALL, "静待花开2016", "return", "no_reason", "0137", 175, "色差有点大", (approve(172, "mumu"),)),
    Scene(TMALL, "慢慢来呀", "return", "size", "3021", 7 * DAY + 300, "小了半码", (approve(7 * DAY - 18),)),
    Scene(
        TMALL,
        "一朵小花花",
        "return",
        "quality",
        "0255",
        4 * DAY,
        "洗一次就掉色",
        (approve(4 * DAY - 40, verified=True), ship(3 * DAY, "78331120250001")),
    ),
    Scene(
        TMALL,
        "阿白白白",
        "return",
        "no_reason",
        "7001",
        13 * DAY,
        "家里人说不适合",
        (approve(13 * DAY - 60), ship(10 * DAY - 32, "78331120250002")),
    ),
    Scene(
        TMALL,
        "芋圆不加糖",
        "return",
        "no_reason",
        "0164",
        5 * DAY,
        "不想要了",
        (approve(5 * DAY - 90), ship(4 * DAY, "78331120250003"), receive(95)),
    ),
    Scene(
        TMALL,
        "可可西里的风",
        "return",
        "quality",
        "108",
        6 * DAY,
        "裤缝开线",
        (
            approve(6 * DAY - 30, verified=True),
            ship(5 * DAY, "78331120250004"),
            receive(2 * DAY - 50, 1),
            inspect(2 * DAY - 70, "partial", "confirmed", "左侧裤缝开线 3cm，属实"),
        ),
    ),
    Scene(
        TMALL,
        "林深见鹿",
        "return",
        "no_reason",
        "0201",
        7 * DAY,
        "身高不够撑不起来",
        (
            approve(7 * DAY - 50),
            ship(6 * DAY, "78331120250005"),
            receive(DAY),
            inspect(DAY - 30),
            (DAY - 40, "anan", "grant", {}),
        ),
    ),
    Scene(
        TMALL,
        "年年有余yu",
        "return",
        "no_reason",
        "0137",
        12 * DAY,
        "",
        (
            approve(12 * DAY - 50),
            ship(11 * DAY, "78331120250006"),
            receive(9 * DAY),
            inspect(9 * DAY - 20),
            (9 * DAY - 40, "mumu", "grant", {}),
            (8 * DAY, "finance", "refund", {"channel": "platform", "reference": "ALI20261112080012"}),
        ),
    ),
    Scene(
        TMALL,
        "路过人间",
        "return",
        "not_as_described",
        "5002",
        3 * DAY,
        "和图片颜色不一样",
        (
            (
                3 * DAY - 45,
                "anan",
                "refuse",
                {
                    "why": "no_proof",
                    "explanation": "亲，照片里还看不清问题在哪里，麻烦在自然光下补拍一张并带上吊牌，我们马上为您处理",
                },
            ),
        ),
    ),
    Scene(
        TMALL,
        "大橘为重",
        "return",
        "no_reason",
        "0255",
        8 * DAY,
        "",
        (
            approve(8 * DAY - 50),
            ship(7 * DAY, "78331120250007"),
            receive(3 * DAY, tags_ok=False),
            inspect(3 * DAY - 30, "fail", "none", "吊牌已剪，领口有粉底印"),
            (
                3 * DAY - 60,
                "anan",
                "reject_goods",
                {"explanation": "亲，仓库验货发现吊牌已剪、领口有粉底印，影响二次销售，照片已附上"},
            ),
        ),
    ),
    Scene(
        TMALL,
        "半夏微凉",
        "return",
        "size",
        "0363",
        DAY,
        "想换大一码，自己重拍",
        ((DAY - 200, "buyer", "withdraw", {}),),
    ),
    Scene(TMALL, "月半小夜曲", "refund_only", "not_wanted", "0254", 40, "拍错颜色了", status="paid"),
    Scene(TMALL, "清茶淡饭", "refund_only", "late", "0201", 2 * DAY - 35, "三天了还没发货", status="paid"),
    Scene(
        TMALL, "海盐芝士", "refund_only", "not_received", "8951", DAY, "物流不动了", ((DAY - 120, "mumu", "grant", {}),)
    ),
    Scene(
        TAOBAO,
        "旧城以西",
        "return",
        "no_reason",
        "0164",
        4 * DAY,
        "",
        (
            approve(4 * DAY - 30, "mumu"),
            ship(3 * DAY, "78331120250008"),
            receive(240),
            inspect(200),
            (190, "mumu", "grant", {}),
        ),
    ),
    Scene(TAOBAO, "甜酒酿", "return", "damaged", "3021", 5 * DAY - 8, "鞋盒压扁了，鞋面有划痕"),
    Scene(
        TAOBAO,
        "风铃草",
        "return",
        "size",
        "0137",
        3 * DAY,
        "肩宽了",
        (approve(3 * DAY - 80), ship(DAY, "78331120250009")),
    ),
    Scene(
        TAOBAO,
        "纸短情长",
        "refund_only",
        "agreed",
        "108",
        5 * DAY,
        "差价协商退 20",
        (
            (5 * DAY - 60, "anan", "grant", {}),
            (4 * DAY, "finance", "refund", {"channel": "platform", "reference": "ALI20261117093355"}),
        ),
    ),
)


class Told:
    """One case while it is being told."""

    def __init__(self, scene: Scene, shop: Shop, staff: dict[str, Staff], order_no: str) -> None:
        self.scene, self.shop, self.staff, self.order_no = scene, shop, staff, order_no
        self.row: Any = None

    def open(self, at: datetime) -> None:
        order = Order.objects.get(shop=self.shop, order_no=self.order_no)
        photos = [self.photo(order.customer_id, at)] if self.scene.reason in _WITH_PHOTO else []
        lines = [{"line": line.pk, "qty": line.qty} for line in order.lines.all()[:1]]
        ask = Ask.model_validate(
            {"reason": self.scene.reason, "lines": lines, "note": self.scene.note, "photos": photos}
        )
        by = Who("buyer", order.customer_id, self.scene.nick)
        goodwill = self.scene.code == "5002"
        self.row = actions.open_case(self.scene.kind, order.pk, ask, by=by, at=at, goodwill=goodwill)

    def photo(self, customer_id: int, at: datetime) -> int:
        """A drawn snapshot, so that evidence can be looked at."""
        image = Image.new("RGB", (720, 540), (226, 219, 210))
        pen = ImageDraw.Draw(image)
        pen.polygon([(210, 140), (510, 140), (560, 480), (160, 480)], fill=(158, 52, 44))
        pen.line([(300, 300), (330, 330), (318, 352), (352, 372)], fill=(250, 240, 230), width=6)
        pen.ellipse((270, 270, 390, 400), outline=(255, 214, 70), width=5)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=82)
        photo = pictures.read_picture(out.getvalue(), types=["image/jpeg"], most_bytes=5_000_000)
        checked = Checked(photo.data, photo.mime, photo.width, photo.height, pictures.thumbnail(photo))
        belongs = Belongs(self.shop.pk, customer_id=customer_id)
        return keep_upload(belongs, checked, write_files(checked), "凭证.jpg", scanned=Verdict("none"), at=at).pk

    def step(self, who: str, verb: str, form: dict[str, Any]) -> Callable[[datetime], object]:
        def told(at: datetime) -> None:
            row = type(self.row)._default_manager.select_related("shop").get(pk=self.row.pk)
            viewer = self.viewer(who)
            flow = FLOWS[self.scene.kind]
            try:
                actions.perform(viewer, flow, row, verb, self.filled(form, row), by=viewer.who, at=at)
            except Refusal as refusal:
                raise RuntimeError(f"demo case of {self.scene.nick}: {verb}: {refusal} {refusal.fields}") from refusal

        return told

    def viewer(self, who: str) -> Viewer:
        if who != "buyer":
            return viewer_of_staff(self.staff[who])
        by = Who("buyer", self.row.customer_id, self.scene.nick)
        return Viewer(by, {self.shop.pk: frozenset()}, customer_id=self.row.customer_id)

    def filled(self, form: dict[str, Any], row: Any) -> dict[str, Any]:
        if COUNTED not in form:
            return form
        damaged = form[COUNTED]
        rows = CaseLine.objects.filter(flow=self.scene.kind, case_id=row.pk)
        lines = [{"line": one.order_line_id, "received": one.requested, "damaged": damaged} for one in rows]
        return {**{name: value for name, value in form.items() if name != COUNTED}, "lines": lines}


_WITH_PHOTO = {"quality", "not_as_described", "wrong_goods", "missing", "damaged", "fake"}


def load(
    shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime
) -> list[tuple[datetime, Callable[[datetime], object]]]:
    """Orders of the scenes are taken in at once; their steps come back with their times."""
    steps: list[tuple[datetime, Callable[[datetime], object]]] = []
    for scene in SCENES:
        opened = now - timedelta(minutes=scene.ago)
        draft = maker.order(
            scene.status, nick=scene.nick, code=scene.code, paid_ago=timedelta(minutes=scene.ago, days=5)
        )
        draft.signed_at = draft.succeeded_at = None
        if scene.status == "paid":
            draft.paid_at = opened - timedelta(hours=3)
        else:
            draft.shipped_at = opened - timedelta(days=4)
            draft.signed_at = None if scene.reason == "not_received" else opened - timedelta(days=1)
        draft.created_at = (draft.paid_at or opened) - timedelta(minutes=4)
        take_in(shops[scene.shop].pk, [draft], source="demo", by=SYSTEM, at=opened - timedelta(minutes=30))
        assert find_by_nick(shops[scene.shop].pk, scene.nick) is not None
        told = Told(scene, shops[scene.shop], staff, draft.order_no)
        steps.append((opened, told.open))
        steps += [(now - timedelta(minutes=ago), told.step(who, verb, form)) for ago, who, verb, form in scene.steps]
    return steps
