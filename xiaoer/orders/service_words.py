"""What a service case writes on the order: the red-flag remark from its template, signed with date and name. Pure.

R037, R038, R046 and R057 give the templates word for word; R039: date and name of the agent close every remark.
R058 gives none for a parcel that was fetched back, so ours follows the one for papers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from xiaoer.customers.queries import mask_address, mask_name, mask_phone, mask_text
from xiaoer.kernel.i18n import T

ZONE = ZoneInfo("Asia/Shanghai")
FLAG = "red"
"""红旗 (R036, R046)."""
REMARK_BYTES = 1000
"""The platform's own limit for a seller's remark, counted in UTF-8 bytes."""

CHANGES: dict[str, T] = {
    "address": T("改地址", "Address"),
    "attribute": T("改颜色/尺码", "Colour or size"),
    "courier": T("指定快递", "Courier"),
    "invoice_title": T("发票抬头", "Invoice title"),
    "card_text": T("贺卡内容", "Greeting card"),
    "delivery_slot": T("送货时间", "Delivery time"),
    "other": T("其他要求", "Other request"),
}
"""What an order_change may change (R035, R042-R045)."""

CANCELLED = "取消订单,请勿发货"
RESUMED = "照常发货(已撤销取消)"
_SIGNED = re.compile(r"---\d{4}\.\d{1,2}\.\d{1,2}\S+$")
_ADDRESS = re.compile(r"((?:新地址为|地址):)(.+?)(?=---|；|,已在|,包裹|$)", re.DOTALL)


_ATTRIBUTE = re.compile(r"(^|[;；])[^:：;；]{1,8}[:：]")


def signature(name: str, at: datetime) -> str:
    """---2026.11.11圈圈 (R039)."""
    day = at.astimezone(ZONE)
    return f"---{day.year}.{day.month}.{day.day}{name}"


def signed(text: str, name: str, at: datetime) -> str:
    """A hand-written remark with its writer's date and name behind it; one that has them stays as it is (R039)."""
    mark = signature(name, at)
    return text if not text or not name or text.endswith(mark) else text + mark


def is_signed(text: str) -> bool:
    return bool(_SIGNED.search(text))


def wish(change: Mapping[str, Any]) -> str:
    """One special request as the remark's [request] (R042-R046)."""
    kind = change["kind"]
    if kind == "courier":
        return f"发{change['carrier']}"
    if kind == "invoice_title":
        tax = f",税号:{change['tax_no']}" if change.get("tax_no") else ""
        return f"开发票,抬头:{change['title']}{tax}"
    if kind == "card_text":
        return f"放贺卡,内容:{change['text']}"
    if kind == "delivery_slot":
        return f"送货时间:{change['slot']}"
    return str(change.get("request", ""))


def plain_sku(sku: str) -> str:
    """颜色分类:黑色;尺码:M is said as 黑色;M."""
    return _ATTRIBUTE.sub(r"\1", sku)


def address_of(change: Mapping[str, Any]) -> str:
    """The new address as it is written down; receiver and phone only when they change too."""
    who = f",收件人:{change['receiver_name']}" if change.get("receiver_name") else ""
    phone = f",电话:{change['receiver_phone']}" if change.get("receiver_phone") else ""
    return f"{change['receiver_address']}{who}{phone}"


def new_of(change: Mapping[str, Any]) -> str:
    """[new] of the template for papers (R057)."""
    if change["kind"] == "address":
        return f"地址:{address_of(change)}"
    return plain_sku(change["sku"]) if change["kind"] == "attribute" else wish(change)


def _one(change: Mapping[str, Any]) -> str:
    if change["kind"] == "address":
        return f"客户要求修改地址,新地址为:{address_of(change)}"
    return f"客户拍下{plain_sku(change['before'])},要求修改成{plain_sku(change['sku'])},已修改妥当"


def remark_of(changes: Sequence[Mapping[str, Any]], fulfilment: str, name: str, at: datetime) -> str:
    """The red-flag remark of a change, by what stood on paper when it was asked."""
    if fulfilment in ("printed", "packed"):
        end = "已在发货单与快递单上修改妥当" if fulfilment == "printed" else "包裹已取回,通知重新打单"
        return f"客户要求修改成{'、'.join(new_of(one) for one in changes)},{end}{signature(name, at)}"
    whole = [_one(one) for one in changes if one["kind"] in ("address", "attribute")]
    wishes = [wish(one) for one in changes if one["kind"] not in ("address", "attribute")]
    if wishes:
        whole.append(f"客户要求{'、'.join(wishes)}")
    return "；".join(whole) + signature(name, at)


def request_remark(request: str, name: str, at: datetime) -> str:
    """R046: 客户要求[request]---[date][agent]."""
    return f"客户要求{request}{signature(name, at)}"


def joined(before: str, text: str, most: int = REMARK_BYTES) -> str:
    """The new remark behind what already stands there; the oldest parts give way when the platform's limit is met."""
    parts = [part for part in before.split("\n") if part.strip() and part != text]
    while parts and len("\n".join([*parts, text]).encode()) > most:
        parts.pop(0)
    return "\n".join([*parts, text])


def told(text: str) -> str:
    """A remark as the journal keeps it: phones masked, a new address only down to its district."""
    return _ADDRESS.sub(lambda m: m.group(1) + mask_address(m.group(2)), mask_text(text))


def masked(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change as screens show it; the plain receiver only comes from `unmask`."""
    hidden = {"receiver_name": mask_name, "receiver_phone": mask_phone, "receiver_address": mask_address}
    made = {key: hidden[key](str(value)) if key in hidden and value else value for key, value in change.items()}
    for key in ("text", "request"):
        if made.get(key):
            made[key] = mask_text(str(made[key]))
    return made


def summary(change: Mapping[str, Any]) -> str:
    """One change in a line, masked: 改颜色/尺码：黑色;M → 红色;L."""
    shown = masked(change)
    label = CHANGES[change["kind"]].zh
    if change["kind"] == "address":
        return f"{label}：{address_of(shown)}"
    if change["kind"] == "attribute":
        return f"{label}：{plain_sku(shown['before'])} → {plain_sku(shown['sku'])}"
    said = next(str(shown[name]) for name in ("carrier", "title", "text", "slot", "request") if shown.get(name))
    return f"{label}：{said}"


def summaries(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    return [summary(one) for one in changes]
