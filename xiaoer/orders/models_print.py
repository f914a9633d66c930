"""What the print and pack desk keeps: holds, hand-overs of papers and parcels, print runs (打单台)."""

from typing import Any

from django.db import models
from django.db.models import Q


class OrderHold(models.Model):
    """拦截: "stop" = do not ship (不要发货, R049, R051), "changed" = correct the papers before packing on (R055 to R058).

    One open hold per `case` ("order_cancel:12"). `Order.hold` repeats the stronger kind of those open, so that packing
    and stopping meet in one row. `stood` is the fulfilment state in which the order was caught. `how` says how it
    ended: released (the case let go), corrected, reprinted, voided.
    """

    STOP, CHANGED = "stop", "changed"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=8)
    reason = models.CharField(max_length=300)
    case = models.CharField(max_length=60)
    stood = models.CharField(max_length=12)
    placed_by = models.CharField(max_length=48)
    placed_by_name = models.CharField(max_length=64, blank=True, default="")
    placed_at = models.DateTimeField()
    seen_by_name = models.CharField(max_length=64, blank=True, default="")
    seen_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=48, blank=True, default="")
    released_by_name = models.CharField(max_length=64, blank=True, default="")
    released_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="hold_once", condition=Q(released_at__isnull=True)),
            models.CheckConstraint(condition=Q(kind__in=["stop", "changed"]), name="hold_kind"),
        ]
        indexes = [
            models.Index(fields=["shop", "placed_at", "id"], name="hold_open", condition=Q(released_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case}"


class HandOver(models.Model):
    """要回 papers (发货单与快递单) or the parcel from the warehouse, each step signed (R051, R052, R056, R058).

    asked -> handed (who gave, who took) -> settled: the papers are destroyed (撕毁) or the parcel restocked (入库).
    """

    ASKED, HANDED, SETTLED = "asked", "handed", "settled"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="hand_overs")
    what = models.CharField(max_length=8)
    case = models.CharField(max_length=60)
    state = models.CharField(max_length=8, default=ASKED)
    asked_by = models.CharField(max_length=48)
    asked_by_name = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    gave_by = models.CharField(max_length=48, blank=True, default="")
    gave_by_name = models.CharField(max_length=64, blank=True, default="")
    took_by_name = models.CharField(max_length=64, blank=True, default="")
    handed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=12, blank=True, default="")
    settled_by = models.CharField(max_length=48, blank=True, default="")
    settled_by_name = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "what"], name="hand_over_once", condition=Q(settled_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(
                fields=["shop", "asked_at", "id"], name="hand_over_open", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=["shop", "-asked_at", "-id"], name="hand_over_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.case}"


class PrintRun(models.Model):
    """One pile of papers printed together (打单批次): slips (发货单), waybills (面单) or recall slips (快件退回单)."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "生成中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    paper = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    wanted = models.JSONField(default=list)
    skipped = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")
    path = models.CharField(max_length=300, blank=True, default="")
    problem = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="print_run_recent")]

    def __str__(self) -> str:
        return f"{self.paper} {self.pk}"


class PrintSheet(models.Model):
    """One order in a print run with exactly what stands on its paper; `again` counts earlier prints (重打)."""

    run = models.ForeignKey(PrintRun, on_delete=models.CASCADE, related_name="sheets")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")
    paper = models.CharField(max_length=8)
    place = models.PositiveIntegerField()
    again = models.PositiveSmallIntegerField(default=0)
    facts: Any = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "order"], name="sheet_once")]
        indexes = [models.Index(fields=["order", "paper"], name="sheet_of_order")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.place}"
