"""Parcels (包裹), what their couriers report (物流轨迹), alerts about them, and where couriers deliver (派送范围)."""

from django.db import models
from django.db.models import Q

from xiaoer.orders.parcel_states import ALERT_NAMES, STATE_NAMES


class Parcel(models.Model):
    """One waybill of a shop. An order may have several parcels, and a parcel may hold several orders (合单).

    `first_scan_at` is the courier's first real scan: the moment of dispatch by the courier's record (R193).
    `carrier` is a code of carriers.toml, empty when the platform's name is unknown; `carrier_name` is what was said.
    `code` is the last raw code, kept also when nobody knows what it means.
    """

    class Direction(models.TextChoices):
        OUTBOUND = "outbound", "发货"
        RETURN = "return", "退货"
        EXCHANGE = "exchange", "换货补发"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    orders = models.ManyToManyField("orders.Order", through="ParcelOrder", related_name="parcels")
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.OUTBOUND)
    carrier = models.CharField(max_length=16, blank=True, default="")
    carrier_name = models.CharField(max_length=40, blank=True, default="")
    waybill = models.CharField(max_length=64)
    state = models.CharField(
        max_length=20, default="unknown", choices=[(s.value, t.zh) for s, t in STATE_NAMES.items()]
    )
    trouble = models.CharField(max_length=16, blank=True, default="")
    code = models.CharField(max_length=24, blank=True, default="")
    text = models.CharField(max_length=300, blank=True, default="")
    place = models.CharField(max_length=60, blank=True, default="")
    first_scan_at = models.DateTimeField(null=True)
    last_scan_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "waybill"], name="parcel_once")]
        indexes = [
            models.Index(fields=["shop", "-changed_at", "-id"], name="parcel_recent"),
            models.Index(fields=["shop", "state", "-changed_at", "-id"], name="parcel_state"),
        ]

    def __str__(self) -> str:
        return self.waybill


class ParcelOrder(models.Model):
    """Which orders lie in which parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="links")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "order"], name="parcel_order_once")]


class ParcelTrace(models.Model):
    """One line of a courier's report. The same line told twice is one line: waybill, time and text say so."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="traces")
    at = models.DateTimeField()
    digest = models.CharField(max_length=16)
    text = models.CharField(max_length=300)
    place = models.CharField(max_length=60, blank=True, default="")
    code = models.CharField(max_length=24, blank=True, default="")
    state = models.CharField(max_length=20, blank=True, default="")
    trouble = models.CharField(max_length=16, blank=True, default="")
    source = models.CharField(max_length=16)
    taken_in_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "at", "digest"], name="trace_once")]


class ParcelAlert(models.Model):
    """A parcel somebody must look after (物流异常): who, what the courier says, and that the buyer was told (R746).

    open -> asked (the courier was contacted) -> answered -> closed; closed also by itself when the parcel moves again.
    """

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        ASKED = "asked", "已催快递"
        ANSWERED = "answered", "快递已答复"
        CLOSED = "closed", "已结束"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=16, choices=[(k, t.zh) for k, t in ALERT_NAMES.items()])
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    owner_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "kind"], condition=Q(closed_at=None), name="alert_open_once")
        ]
        indexes = [
            models.Index(fields=["shop", "opened_at", "id"], condition=Q(closed_at=None), name="alert_open"),
            models.Index(fields=["owner_id"], condition=Q(closed_at=None), name="alert_owner"),
        ]


class CoverageRow(models.Model):
    """What one courier does in one region (派送范围): the most exact row counts; an empty district is the whole city.

    verdict: yes reachable, no out of area (超区), blind no outlet (盲区/无网点), paused outlet stopped (网点暂停),
    extra delivered for an extra fee (R816 to R819).
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    carrier = models.CharField(max_length=16)
    province = models.CharField(max_length=20)
    city = models.CharField(max_length=30, blank=True, default="")
    district = models.CharField(max_length=40, blank=True, default="")
    verdict = models.CharField(max_length=8)
    fee_fen = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "province", "carrier", "city", "district"], name="coverage_once")
        ]


class CourierDesk(models.Model):
    """What a shop's courier desk knows of itself: when traces last came, and its customs broker (R749).

    `fed_at`: without a feed of traces silence says nothing, so no alert is raised from silence.
    """

    shop = models.OneToOneField("people.Shop", on_delete=models.CASCADE, primary_key=True, related_name="+")
    fed_at = models.DateTimeField(null=True)
    feed = models.CharField(max_length=16, blank=True, default="")
    broker = models.CharField(max_length=60, blank=True, default="")
    broker_contact = models.CharField(max_length=60, blank=True, default="")
    broker_phone = models.CharField(max_length=32, blank=True, default="")
    broker_note = models.CharField(max_length=300, blank=True, default="")
    changed_at = models.DateTimeField()
