"""What ships at the print desk leaves the stock, once, and what was kept back for the order is free of its hold."""

import pytest

from xiaoer.goods import actions as goods
from xiaoer.goods.drafts import GoodsDraft, SkuDraft
from xiaoer.goods.queries import stock_of
from xiaoer.goods.tests.makers import count
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.orders.tests.print_makers import order

pytestmark = pytest.mark.django_db
DRESS, SOCKS = "QQ1001-BK-M", "QQ2002-W"


@pytest.fixture(autouse=True)
def _goods(cast: Cast, noon: object) -> None:
    drafts = [
        GoodsDraft("QQ1001", {"title": "法式针织连衣裙"}, skus=[SkuDraft(DRESS, "黑色", "M", 10000)]),
        GoodsDraft("QQ2002", {"title": "纯棉短袜"}, skus=[SkuDraft(SOCKS, "白色", "均码", 10000)]),
    ]
    actions = goods.put_goods(cast.tmall.pk, drafts, by=SYSTEM, at=NOON)
    assert all(one.goods_id for one in actions), [one.reasons for one in actions]


def ship(cast: Cast, order_id: int) -> None:
    for step in ("printed", "packed", "shipped"):
        cast.as_("clerk").post(f"/api/orders/{order_id}/fulfilment", {"to": step})


def on_hand(cast: Cast) -> tuple[int, int]:
    known = stock_of(cast.tmall.pk, [DRESS])[DRESS]
    assert known is not None
    return known.on_hand, known.free


def test_shipped_pieces_leave_the_stock_once(cast: Cast) -> None:
    count(cast.tmall.pk, {DRESS: 5})
    row = order(cast)
    goods.reserve(cast.tmall.pk, DRESS, 1, reason="order", subject=f"order:{row.pk}", by=SYSTEM, at=NOON)
    assert on_hand(cast) == (5, 4)
    ship(cast, row.pk)
    assert on_hand(cast) == (4, 4)
    cast.as_("clerk").post(f"/api/orders/{row.pk}/fulfilment", {"to": "shipped"})  # pressed twice
    assert on_hand(cast) == (4, 4)
    assert stock_of(cast.tmall.pk, [SOCKS])[SOCKS] is None  # nobody ever counted the socks


def test_a_shop_whose_warehouse_reports_keeps_its_own_figures(cast: Cast) -> None:
    count(cast.tmall.pk, {DRESS: 5})
    cast.as_("owner").put(
        f"/api/policy/stock_falls_when_shipped?shop={cast.tmall.pk}", {"value": False, "reason": "仓库系统自己上报出库"}
    )
    ship(cast, order(cast).pk)
    assert on_hand(cast) == (5, 5)
