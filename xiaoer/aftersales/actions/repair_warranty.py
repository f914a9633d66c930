"""维保登记 (R595): every product that comes for repair, or is registered before, has its row with warranty and serial."""

from datetime import datetime
from zoneinfo import ZoneInfo

from xiaoer.aftersales import answers
from xiaoer.aftersales.events_repair import WarrantyRegistered
from xiaoer.aftersales.models import Warranty
from xiaoer.aftersales.repair_reads import cover_of
from xiaoer.aftersales.repair_rules import warranty_end
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import LineFacts, OrderFacts
from xiaoer.people.queries import shop_facts


def register(order: OrderFacts, line: LineFacts, serial: str, *, by: Who, at: datetime) -> Warranty:
    """The row of this piece: by its serial number, else the first piece without one, else a new row."""
    serial = serial.strip()
    mine = list(Warranty.objects.select_related("shop").filter(order_line_id=line.id).order_by("piece"))
    if serial:
        _require_own(order, line, serial)
    same = [one for one in mine if serial and one.serial == serial]
    if same:
        return same[0]
    if (free := next((one for one in mine if not one.serial), None)) is not None:
        if serial:
            set_serial(free, serial, by=by, at=at)
        return free
    if mine and (not serial or len(mine) >= line.qty):
        if not serial:
            return mine[0]
        known = "、".join(one.serial for one in mine)
        raise Invalid(
            fields={
                "serial": T(
                    f"「{line.title}」买了 {line.qty} 件，已登记序列号：{known}",
                    f"{line.qty} of {line.title!r} were bought; registered are {known}",
                )
            }
        )
    return _write(order, line, serial, len(mine) + 1, by=by, at=at)


def _require_own(order: OrderFacts, line: LineFacts, serial: str) -> None:
    other = Warranty.objects.filter(shop_id=order.shop_id, serial=serial).exclude(order_line_id=line.id).first()
    if other is not None:
        zh = f"序列号 {serial} 已登记在另一张订单的「{other.title}」上，请核对是否被调换"
        raise Invalid(
            fields={"serial": T(zh, f"Serial {serial} belongs to {other.title!r} of another order: was it swapped?")}
        )


def _write(order: OrderFacts, line: LineFacts, serial: str, piece: int, *, by: Who, at: datetime) -> Warranty:
    shop = shop_facts(order.shop_id)
    cover = cover_of(shop, line, at=at)
    begins = order.signed_at or order.succeeded_at or at
    starts_on = begins.astimezone(ZoneInfo(answers.zone_of(shop))).date()
    row = Warranty.objects.create(
        shop_id=order.shop_id,
        order_id=order.id,
        order_line_id=line.id,
        customer_id=order.customer_id,
        piece=piece,
        title=line.title,
        sku_code=line.sku_code,
        serial=serial,
        months=cover.months,
        starts_on=starts_on,
        until=warranty_end(starts_on, cover.months),
        source=cover.source,
        registered_by=str(by),
        registered_at=at,
    )
    announce(
        WarrantyRegistered(warranty=row.pk, title=line.title, serial=serial),
        shop_id=order.shop_id,
        subject=f"order:{order.id}",
        by=by,
        at=at,
    )
    return row


def set_serial(row: Warranty, serial: str, *, by: Who, at: datetime) -> None:
    """The number on the piece, once: a second one is a swap and refused."""
    serial = serial.strip()
    if not serial:
        raise Invalid(fields={"serial": T("请填写序列号", "Give the serial number")})
    other = Warranty.objects.filter(shop_id=row.shop_id, serial=serial).exclude(pk=row.pk).first()
    if other is not None:
        zh = f"序列号 {serial} 已登记在「{other.title}」上"
        raise Invalid(fields={"serial": T(zh, f"Serial {serial} belongs to {other.title!r}")})
    if not Warranty.objects.filter(pk=row.pk, serial="").update(serial=serial):
        current = Warranty.objects.values_list("serial", flat=True).get(pk=row.pk)
        raise Conflict(
            "serial_known",
            f"这件商品已登记序列号 {current}，不能改成 {serial}；如属更换请在备件核销里登记",
            f"This piece has the serial {current}; a replaced part belongs into the parts' accounts",
            current={"serial": current},
        )
    row.serial = serial
    announce(
        WarrantyRegistered(warranty=row.pk, title=row.title, serial=serial),
        shop_id=row.shop_id,
        subject=f"order:{row.order_id}",
        by=by,
        at=at,
    )
