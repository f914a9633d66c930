"""A few goods for tests."""

from datetime import datetime, timedelta
from typing import Any

from xiaoer.goods import actions
from xiaoer.goods.drafts import GoodsDraft, SkuDraft
from xiaoer.goods.models import Goods
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.testing import NOON

COAT = "圈圈家 红色羊毛大衣 双面呢中长款"
COAT_ROWS: list[dict[str, Any]] = [
    {"size": "S", "height": [155, 160], "weight": [42, 50], "bust": [80, 84]},
    {"size": "M", "height": [160, 165], "weight": [50, 56], "bust": [84, 88]},
    {"size": "L", "height": [165, 170], "weight": [56, 62], "bust": [88, 92]},
]


def coat(shop_id: int, code: str = "0201", title: str = COAT, **more: Any) -> Goods:
    """The red coat 0201 in two colours and two sizes: 0201-正红-M and three more."""
    looks = [SkuDraft("", colour, size, 89900) for colour in ("正红", "驼色") for size in ("M", "L")]
    draft = GoodsDraft(code, {"title": title, "category": "clothing", "group": "coat"}, skus=looks, **more)
    put = actions.put_goods(shop_id, [draft], by=SYSTEM, at=NOON)[0]
    assert put.goods_id is not None, put.reasons
    return Goods.objects.get(pk=put.goods_id)


def count(
    shop_id: int, pieces: dict[str, int], *, report: str = "r1", kind: str = "snapshot", as_of: datetime | None = None
) -> actions.Taken:
    lines = [actions.Counted(code, qty) for code, qty in pieces.items()]
    return actions.take_report(
        shop_id, lines, report_id=report, kind=kind, as_of=as_of or NOON - timedelta(hours=1), source="wms",
        by=SYSTEM, at=NOON,
    )  # fmt: skip
