"""Where returned pieces went (退货去向), and what a stray parcel's slip said."""

from django.db import models
from django.db.models import Q


class Shelved(models.Model):
    """Pieces of a case put somewhere after the count: shelf, quarantine, supplier, destroyed. Never deleted.

    Quarantined pieces are settled later: `settled` says where they went in the end.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    flow = models.CharField(max_length=16)
    case_id = models.BigIntegerField()
    number = models.CharField(max_length=24)
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="+")
    sku_code = models.CharField(max_length=64, blank=True, default="")
    qty = models.PositiveIntegerField()
    place = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()
    settled = models.CharField(max_length=12, blank=True, default="")
    settled_note = models.CharField(max_length=300, blank=True, default="")
    settled_by = models.CharField(max_length=48, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["flow", "case_id"], name="shelved_case"),
            models.Index(
                fields=["shop", "at"], name="shelved_waiting", condition=Q(place="quarantine") & Q(settled="")
            ),
            models.Index(fields=["shop", "-at", "-id"], name="shelved_recent"),
        ]
        constraints = [models.CheckConstraint(condition=Q(qty__gt=0), name="shelved_some")]
