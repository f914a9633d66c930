"""Variables of scripts (话术变量): `{{buyer|亲}}` becomes her name, or 亲 when nobody knows it. Pure.

`{name}`, `{{name}}` and the Chinese names (`{{买家|亲}}`) mean the same. What has neither value nor fallback is not left
out silently: it stands as 【请填写：运单号】, which the composer does not send.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xiaoer.kernel.calendar import Calendar, OpeningHours
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import short_yuan

VARIABLES: dict[str, T] = {
    "buyer": T("买家称呼", "buyer"),
    "shop": T("店铺名", "shop"),
    "agent": T("客服名", "agent"),
    "order_no": T("订单号", "order number"),
    "product": T("商品名", "product"),
    "sku": T("规格", "variant"),
    "carrier": T("快递公司", "carrier"),
    "waybill": T("运单号", "waybill number"),
    "hours": T("营业时间", "opening hours"),
    "next_open": T("下次上班时间", "next opening"),
    "hotline": T("客服热线", "hotline"),
    "ship_promise": T("发货承诺", "ship promise"),
    "freight_verdict": T("退货运费说明", "return freight"),
    "free_ship_from": T("包邮门槛", "free shipping from"),
    "free_ship_gap": T("包邮差额", "missing to free shipping"),
}
_ALIASES = {text.zh: name for name, text in VARIABLES.items()} | {
    "买家": "buyer",
    "店铺": "shop",
    "客服": "agent",
    "订单": "order_no",
    "商品": "product",
    "快递": "carrier",
    "运单": "waybill",
    "运费说明": "freight_verdict",
}
_NAME = r"[a-z_]{2,20}|[\u4e00-\u9fff]{2,8}"
_VARIABLE = re.compile(rf"\{{\{{\s*({_NAME})\s*(?:\|([^{{}}]*))?\}}\}}|\{{({_NAME})(?:\|([^{{}}]*))?\}}")
_MARK = re.compile(r"【请填写：([^】]{1,20})】")


@dataclass(frozen=True, slots=True)
class Filled:
    """A script with its variables filled; `missing` names those that had neither value nor fallback."""

    text: str
    missing: tuple[str, ...]


def _parts(match: re.Match[str]) -> tuple[str, str | None]:
    """Name and fallback of one variable."""
    name = match.group(1) or match.group(3)
    fallback = match.group(2) if match.group(1) else match.group(4)
    return _ALIASES.get(name, name), fallback


def variables_in(text: str) -> list[str]:
    """The variables of a text, each once, in order."""
    return list(dict.fromkeys(_parts(match)[0] for match in _VARIABLE.finditer(text)))


def unknown_variables(text: str) -> list[str]:
    return [name for name in variables_in(text) if name not in VARIABLES]


def literals_in(text: str) -> list[str]:
    """What a script says whatever its values are: the pieces between its variables."""
    return [piece for piece in _VARIABLE.sub("\x00", text).split("\x00") if piece.strip()]


def mark_for(name: str) -> str:
    """How a value that the agent must type stands in the text."""
    label = VARIABLES.get(name)
    return f"【请填写：{label.zh if label else name}】"


def marks_in(text: str) -> list[str]:
    """What is still to be typed."""
    return _MARK.findall(text)


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """`{{waybill|暂无单号}}` -> the waybill number, or what stands behind the bar when there is none."""
    missing: dict[str, None] = {}

    def put(match: re.Match[str]) -> str:
        name, fallback = _parts(match)
        if value := values.get(name, ""):
            return value
        if fallback is None:
            missing[name] = None
            return mark_for(name)
        return fallback

    return Filled(_VARIABLE.sub(put, text), tuple(missing))


# ------------------------------------------------------------------------------------------------ values


def when_text(moment: datetime, now: datetime, zone: str = "Asia/Shanghai") -> T:
    """A moment as people say it: 今天 14:00, 明天 09:00, 周六 09:00, 11月30日 09:00."""
    there = ZoneInfo(zone)
    local, today = moment.astimezone(there), now.astimezone(there).date()
    days, clock = (local.date() - today).days, f"{local:%H:%M}"
    if days in (0, 1, 2):
        zh, en = (("今天", "today"), ("明天", "tomorrow"), ("后天", "the day after tomorrow"))[days]
        return T(f"{zh} {clock}", f"{en} at {clock}")
    if 2 < days < 7:
        names = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
        return T(f"{names[local.weekday()]} {clock}", f"{local:%A} at {clock}")
    return T(f"{local.month}月{local.day}日 {clock}", f"{local.day} {local:%B} at {clock}")


def calendar_of(hours: Mapping[str, Any]) -> Calendar:
    """The shop's opening hours as a calendar, public holidays and make-up days included."""
    return Calendar(OpeningHours.from_json(hours))


def ship_promise(mode: str, *, cutoff: str, standard: timedelta, at: datetime, zone: str = "Asia/Shanghai") -> str:
    """What may be said of the ship time (C01, R064, R065, R370): on Tmall the standard window and never a day.

    A shop that may promise by the cut-off still says "in stock": the stock check comes first.
    """
    hours = int(standard.total_seconds() // 3600)
    if mode != "cutoff":
        return f"付款后{hours}小时之内发货"
    before = f"{at.astimezone(ZoneInfo(zone)):%H:%M}" < cutoff
    return f"有现货的话，今天{cutoff}前付款当天发货" if before else "有现货的话，现在付款次日发货"


def freight_verdict(no_reason_back: str, fault_back: str) -> str:
    """Who pays the way back, in one sentence (C08, R086, R088)."""
    free = "由我们承担" if no_reason_back == "seller" else "由您承担"
    fault = "由我们承担" if fault_back == "seller" else "由您承担"
    return f"七天无理由退货，退回的运费{free}；核实为质量问题的，来回运费{fault}"


def yuan(fen: int) -> str:
    """19900 -> 199元, 1950 -> 19.50元."""
    return f"{short_yuan(fen)}元"


SAMPLES: dict[str, str] = {
    "buyer": "马女士",
    "shop": "示例旗舰店",
    "agent": "圈圈",
    "order_no": "1930679858170647890",
    "product": "红色羊毛大衣",
    "sku": "红色；M",
    "carrier": "顺丰速运",
    "waybill": "SF1020304050607",
    "hours": "每天 09:00-24:00",
    "next_open": "明天 09:00",
    "hotline": "",
    "ship_promise": "付款后72小时之内发货",
    "freight_verdict": freight_verdict("buyer", "seller"),
    "free_ship_from": "199元",
    "free_ship_gap": "30元",
}
"""What the preview and the guard's check at saving put in when no buyer is there."""
