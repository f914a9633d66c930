"""The print desk alive: orders printed, packed and shipped today, three in the urgent lane, two hand-overs."""

from datetime import datetime, timedelta
from typing import Any

from xiaoer.demo.orders import Maker
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.orders.actions import set_fulfilment
from xiaoer.orders.actions.handing import ask_back, hand_over
from xiaoer.orders.actions.holds import place_hold
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.people.queries import viewer_of_staff

_BILLS = (("圆通速递", "YT88"), ("中通快递", "7588"), ("顺丰速运", "SF19"))
_SITUATIONS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("unprinted", "山有木兮", {"seller_remark": "客户要求周末送货---2026.11.21圈圈", "flag": "red"}),
    ("unprinted", "阿青", {"buyer_message": "送朋友的生日礼物，请不要放价格单，贺卡：生日快乐，永远十八岁！"}),
    ("unprinted", "晴天娃娃", {}),
    ("unprinted", "momo2019", {"seller_remark": "赠运费险说明卡---2026.11.21糖糖", "flag": "blue"}),
    ("printed", "一只小鹿", {}),
    ("printed", "北海道的雪", {"seller_remark": "客户要求修改成均码黑色,已修改妥当---2026.11.22圈圈", "flag": "red"}),
    ("printed", "团子妈妈", {}),
    ("packed", "四月的风", {}),
    ("packed", "青柠气泡水", {"buyer_message": "麻烦包装好一点，谢谢"}),
    ("shipped", "南方姑娘", {}),
)


def load(shops: dict[str, Any], staff: dict[str, Any], now: datetime) -> list[Any]:
    """Steps for the demo's day: when, and what happens."""
    shop = shops["quanquan-tmall"]
    maker = Maker(now, seed=20261122)
    rows: dict[str, int] = {}

    def arrive(at: datetime) -> None:
        rows.update(_arrive(shop.pk, maker, at))

    def work(at: datetime) -> None:
        by = _who(staff, "clerk")
        for to in ("printed", "packed", "shipped"):
            for state, nick, _ in _SITUATIONS:
                if _rank(state) >= _rank(to):
                    set_fulfilment(rows[nick], to, by=by, at=at)

    def hold(nick: str, kind: str, reason: str, who: str) -> Any:
        def step(at: datetime) -> None:
            place_hold(rows[nick], kind=kind, reason=reason, case=f"order:{rows[nick]}", by=_who(staff, who), at=at)

        return step

    def back(nick: str, what: str, took: str = "") -> Any:
        def step(at: datetime) -> None:
            asked = ask_back(rows[nick], what=what, case=f"order:{rows[nick]}", by=_who(staff, "quanquan"), at=at)
            if took:
                hand_over(asked.pk, took=took, by=_who(staff, "warehouse"), at=at + timedelta(minutes=4))

        return step

    minutes = timedelta(minutes=1)
    return [
        (now - 300 * minutes, arrive),
        (now - 90 * minutes, work),
        (now - 34 * minutes, back("四月的风", "parcel", "圈圈")),
        (now - 21 * minutes, hold("四月的风", "stop", "买家拍重复，不要了，包裹请留下", "quanquan")),
        (now - 12 * minutes, back("团子妈妈", "papers")),
        (
            now - 11 * minutes,
            hold("团子妈妈", "changed", "收货地址改到公司，新地址已在后台改好，请重新打单", "tangtang"),
        ),
        (now - 3 * minutes, hold("晴天娃娃", "stop", "买家不要了，还没打单，请直接作废", "quanquan")),
    ]


def _arrive(shop_id: int, maker: Maker, at: datetime) -> dict[str, int]:
    """The day's orders of the situations above: nick -> order."""
    drafts = []
    for number, (_, nick, words) in enumerate(_SITUATIONS):
        draft = maker.order("paid", nick, paid_ago=timedelta(hours=6 + number))
        draft.flag, draft.seller_remark = "", ""
        draft.carrier, prefix = _BILLS[number % 3]
        draft.waybill = f"{prefix}{maker.dice.randrange(10**9):09d}"
        for name, text in words.items():
            setattr(draft, name, text)
        drafts.append(draft)
    outcomes = take_in(shop_id, drafts, source="demo", by=SYSTEM, at=at)
    return {nick: outcome.order_id or 0 for outcome, (_, nick, _words) in zip(outcomes, _SITUATIONS, strict=True)}


def _rank(state: str) -> int:
    return ("unprinted", "printed", "packed", "shipped").index(state)


def _who(staff: dict[str, Any], name: str) -> Who:
    return viewer_of_staff(staff[name]).who
