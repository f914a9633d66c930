"""Repairs (返修), the warranty register (维保登记), spare parts (备件), price list (收费标准), dispatch and service centres."""

from django.db import models
from django.db.models import F, Q

from xiaoer.aftersales.models import GoodsBackRow, by_platform_no, soonest


class ServiceCentre(models.Model):
    """驻地售后服务中心: who serves which region (R651, R652). Regions are provinces or "province city"."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    regions = models.JSONField(default=list)
    phone = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "name"], name="centre_once")]


class WarrantyTerm(models.Model):
    """How long goods are under warranty: by SKU code, else by category; without a row the rule `warranty_months`."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=40, blank=True, default="")
    sku_code = models.CharField(max_length=64, blank=True, default="")
    months = models.PositiveIntegerField()
    covers = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "category", "sku_code"], name="warranty_term_once")]


class Warranty(models.Model):
    """维保登记 (R595): one product sold. `until` is the first day that is no longer covered; None without warranty."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    piece = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    sku_code = models.CharField(max_length=64, blank=True, default="")
    serial = models.CharField(max_length=60, blank=True, default="")
    months = models.PositiveIntegerField()
    starts_on = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=120, blank=True, default="")
    repairs = models.PositiveIntegerField(default=0)
    registered_by = models.CharField(max_length=48)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_line", "piece"], name="warranty_once"),
            models.UniqueConstraint(fields=["shop", "serial"], name="warranty_serial", condition=~Q(serial="")),
        ]
        indexes = [
            models.Index(fields=["shop", "-registered_at", "-id"], name="warranty_recent"),
            models.Index(fields=["order"], name="warranty_order"),
        ]


class RepairCase(GoodsBackRow):
    """返修单 (R822): what is wrong with which piece, where it stands, what it costs the buyer and why.

    `why_approval` is over_time, long_over, no_warranty, beyond_service or unsolved when the superior decides (R824).
    `charge_fen` is the sum of the charged lines; `parts_open` counts part requests that are not accounted for.
    """

    warranty = models.ForeignKey(Warranty, on_delete=models.PROTECT, related_name="cases")
    centre = models.ForeignKey(ServiceCentre, on_delete=models.PROTECT, null=True, related_name="+")
    sku_code = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    serial = models.CharField(max_length=60, blank=True, default="")
    covered = models.BooleanField(default=False)
    why_approval = models.CharField(max_length=16, blank=True, default="")
    approved_by = models.CharField(max_length=48, blank=True, default="")
    fault = models.CharField(max_length=16, blank=True, default="")
    cause = models.CharField(max_length=16, blank=True, default="")
    finding = models.CharField(max_length=500, blank=True, default="")
    result = models.CharField(max_length=16, blank=True, default="")
    work = models.CharField(max_length=500, blank=True, default="")
    charge_fen = models.BigIntegerField(default=0)
    quote_accepted_at = models.DateTimeField(null=True)
    charge_paid_at = models.DateTimeField(null=True)
    charge_channel = models.CharField(max_length=12, blank=True, default="")
    charge_reference = models.CharField(max_length=64, blank=True, default="")
    parts_open = models.PositiveIntegerField(default=0)
    satisfied = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="repair_number"),
            models.UniqueConstraint(
                fields=["shop", "charge_channel", "charge_reference"],
                name="repair_charge_once",
                condition=~Q(charge_reference=""),
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="repair_desk"),
            soonest("repair"),
            by_platform_no("repair"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="repair_recent"),
            models.Index(fields=["waybill"], name="repair_waybill"),
            models.Index(fields=["order"], name="repair_order"),
            models.Index(fields=["customer", "-opened_at"], name="repair_customer"),
        ]


class RepairPrice(models.Model):
    """收费标准 (R590): one line of the shop's price list. A changed price is a new row; the old one ends."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    price_fen = models.BigIntegerField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "code"], name="repair_price_now", condition=Q(until_at=None)),
            models.CheckConstraint(condition=Q(price_fen__gte=0), name="repair_price_fen"),
        ]


class RepairCharge(models.Model):
    """One item of a repair's bill: from the price list, charged or free, and why (R590)."""

    repair = models.ForeignKey(RepairCase, on_delete=models.CASCADE, related_name="charges")
    price = models.ForeignKey(RepairPrice, on_delete=models.PROTECT, related_name="+")
    qty = models.PositiveIntegerField(default=1)
    price_fen = models.BigIntegerField()
    charged = models.BooleanField()
    why = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repair", "price"], name="repair_charge_line")]


class Part(models.Model):
    """A spare part (备件) and how many are on the shelf; never fewer than none (R592)."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    fits = models.CharField(max_length=200, blank=True, default="")
    cost_fen = models.BigIntegerField(default=0)
    stock = models.IntegerField(default=0)
    low = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "code"], name="part_once"),
            models.CheckConstraint(condition=Q(stock__gte=0), name="part_stock"),
        ]


class PartRequest(models.Model):
    """备件申领: asked, decided by somebody else, issued, and accounted for to the last piece (R592, R682).

    issued = used + returned + scrapped, or it stays open and visible. `old_serial`/`old_back`: the part that was taken
    out, so that a swap shows.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    repair = models.ForeignKey(RepairCase, on_delete=models.PROTECT, related_name="part_requests")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    state_at = models.DateTimeField()
    qty = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    scrapped = models.PositiveIntegerField(default=0)
    new_serial = models.CharField(max_length=60, blank=True, default="")
    old_serial = models.CharField(max_length=60, blank=True, default="")
    old_back = models.BooleanField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    asked_by = models.CharField(max_length=48)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=48, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=48, blank=True, default="")
    issued_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=48, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(qty__gte=F("used") + F("returned") + F("scrapped")), name="part_pieces")
        ]
        indexes = [
            models.Index(fields=["repair"], name="part_request_repair"),
            models.Index(fields=["shop", "state", "-asked_at"], name="part_request_desk"),
        ]


class PartMove(models.Model):
    """The append-only stock book of a part: in, issued, returned, scrapped, counted. Its sum is the stock."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="moves")
    request = models.ForeignKey(PartRequest, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10)
    qty = models.IntegerField()
    after = models.IntegerField()
    note = models.CharField(max_length=200, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()


class RepairVisit(models.Model):
    """派工上门: who goes with which tools where, and what was found (R653, R659 to R661)."""

    repair = models.ForeignKey(RepairCase, on_delete=models.CASCADE, related_name="visits")
    technician = models.CharField(max_length=40)
    phone = models.CharField(max_length=32, blank=True, default="")
    tools = models.CharField(max_length=300)
    site = models.CharField(max_length=200)
    contact = models.CharField(max_length=60, blank=True, default="")
    visit_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=48)
    sent_at = models.DateTimeField()
    fault = models.CharField(max_length=16, blank=True, default="")
    cause = models.CharField(max_length=16, blank=True, default="")
    work = models.CharField(max_length=500, blank=True, default="")
    photos = models.JSONField(default=list)
    solved = models.BooleanField(null=True)
    done_at = models.DateTimeField(null=True)
