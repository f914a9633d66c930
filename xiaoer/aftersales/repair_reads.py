"""Reads behind repairs: warranty of a line, the centre of a region, the register, parts, prices, statistics."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from xiaoer.aftersales.models import (
    Part,
    PartRequest,
    RepairCase,
    RepairPrice,
    ServiceCentre,
    Warranty,
    WarrantyTerm,
)
from xiaoer.aftersales.repair_rules import Cover, Term, centre_for, term_for
from xiaoer.customers.queries import nick_key
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import NotFound
from xiaoer.orders import parcel_facts
from xiaoer.orders.queries import LineFacts, OrderFacts
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rule

ZONE = "Asia/Shanghai"


def warranty_day(shop: Any, at: datetime) -> date:
    """The local day on which a warranty is looked at."""
    return at.astimezone(ZoneInfo(str((shop.hours or {}).get("zone") or ZONE))).date()


def cover_of(shop: ShopFacts, line: LineFacts, *, at: datetime) -> Cover:
    """Months of warranty of a line: the shop's terms, else its general rule."""
    default = int(rule("warranty_months", shop=shop, at=at).value)
    rows = WarrantyTerm.objects.filter(shop_id=shop.id).filter(
        Q(sku_code=line.sku_code) | Q(category=line.category, sku_code="")
    )
    terms = [Term(row.category, row.sku_code, row.months, row.covers) for row in rows]
    return term_for(terms, line.category, line.sku_code, default)


def centre_of(order: OrderFacts) -> int | None:
    """Which service centre looks after the region to which the order went (R651)."""
    rows = ServiceCentre.objects.filter(shop_id=order.shop_id, active=True).order_by("pk")
    province, _, rest = parcel_facts.region_name(order.id).partition(" ")
    return centre_for([(row.pk, list(row.regions)) for row in rows], province, rest.partition(" ")[0])


def shops_of(viewer: Viewer, shop: int | None) -> list[int]:
    allowed = list(viewer.shops_with(Perm.AFTERSALES_VIEW))
    return [one for one in allowed if shop is None or one == shop]


def warranties(viewer: Viewer, *, shop: int | None, q: str = "", order: int | None = None) -> QuerySet[Warranty]:
    """维保登记表: by serial, order number, SKU, or part of the nick; latest first."""
    rows = Warranty.objects.select_related("order", "customer", "shop").filter(shop_id__in=shops_of(viewer, shop))
    if order is not None:
        rows = rows.filter(order_id=order)
    plain = q.strip()
    if plain:
        wanted = Q(serial__iexact=plain) | Q(order__order_no=plain) | Q(sku_code=plain)
        rows = rows.filter(wanted | Q(customer__nick_key__contains=nick_key(plain)))
    return rows.order_by("-registered_at", "-pk")


def find_warranty(viewer: Viewer, warranty_id: int) -> Warranty:
    row = warranties(viewer, shop=None).filter(pk=warranty_id).first()
    if row is None:
        raise NotFound("没有这条维保登记", "There is no such warranty")
    return row


STAGES: dict[str, tuple[str, ...]] = {
    "ask": ("requested", "approval"),
    "coming": ("to_send", "buyer_sent"),
    "judge": ("received", "quoted"),
    "work": ("repairing", "waiting_parts", "on_site"),
    "back": ("stored", "shipped_back"),
    "call": ("received_back",),
}
"""What the repair desk's tabs hold."""


def repairs(viewer: Viewer, *, shop: int | None, stage: str = "", q: str = "") -> QuerySet[RepairCase]:
    """Repairs of a stage (空 = all): by number, order, serial, SKU or part of the nick."""
    rows = RepairCase.objects.select_related("shop", "order", "customer", "warranty", "centre")
    rows = rows.filter(shop_id__in=shops_of(viewer, shop))
    if stage:
        rows = rows.filter(state__in=STAGES.get(stage, ()))
    plain = q.strip()
    if plain:
        wanted = Q(number__iexact=plain) | Q(order__order_no=plain) | Q(serial__iexact=plain) | Q(sku_code=plain)
        rows = rows.filter(wanted | Q(customer__nick_key__contains=nick_key(plain)))
    return rows


def stage_counts(viewer: Viewer, *, shop: int | None) -> dict[str, int]:
    rows = RepairCase.objects.filter(
        shop_id__in=shops_of(viewer, shop), state__in=[one for states in STAGES.values() for one in states]
    )
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return {stage: sum(found.get(state, 0) for state in states) for stage, states in STAGES.items()}


def find_repair(viewer: Viewer, repair_id: int) -> RepairCase:
    rows = RepairCase.objects.select_related("shop", "order", "customer", "warranty")
    row = rows.filter(shop_id__in=shops_of(viewer, None), pk=repair_id).first()
    if row is None:
        raise NotFound("没有这张返修单", "There is no such repair")
    return row


def prices(viewer: Viewer, *, shop: int | None, past: bool = False) -> QuerySet[RepairPrice]:
    rows = RepairPrice.objects.filter(shop_id__in=shops_of(viewer, shop))
    return (rows if past else rows.filter(until_at=None)).order_by("shop_id", "kind", "code", "-from_at", "-pk")


def parts(viewer: Viewer, *, shop: int | None) -> QuerySet[Part]:
    return Part.objects.filter(shop_id__in=shops_of(viewer, shop)).order_by("shop_id", "code")


def find_part(viewer: Viewer, part_id: int) -> Part:
    row = parts(viewer, shop=None).filter(pk=part_id).first()
    if row is None:
        raise NotFound("没有这个备件", "There is no such part")
    return row


def requests(viewer: Viewer, *, shop: int | None, state: str = "", repair: int | None = None) -> QuerySet[PartRequest]:
    rows = PartRequest.objects.select_related("part", "repair", "shop").filter(shop_id__in=shops_of(viewer, shop))
    if state:
        rows = rows.filter(state__in=state.split(","))
    if repair is not None:
        rows = rows.filter(repair_id=repair)
    return rows.order_by("-asked_at", "-pk")


def find_request(viewer: Viewer, request_id: int) -> PartRequest:
    row = requests(viewer, shop=None).filter(pk=request_id).first()
    if row is None:
        raise NotFound("没有这张备件申领", "There is no such part request")
    return row


def centres(viewer: Viewer, *, shop: int | None) -> QuerySet[ServiceCentre]:
    return ServiceCentre.objects.filter(shop_id__in=shops_of(viewer, shop)).order_by("shop_id", "name")


def terms(viewer: Viewer, *, shop: int | None) -> QuerySet[WarrantyTerm]:
    return WarrantyTerm.objects.filter(shop_id__in=shops_of(viewer, shop)).order_by("shop_id", "category", "sku_code")


def request_of_subject(subject: str) -> PartRequest | None:
    """The part request a deadline speaks of ("part_request:12"), or None."""
    name, _, pk = subject.partition(":")
    if name != "part_request" or not pk.isdigit():
        return None
    return PartRequest.objects.select_related("repair", "part").filter(pk=int(pk)).first()
