"""What shops set instead of the packs' numbers."""

from django.db import models


class PolicyOverride(models.Model):
    """One setting of a shop (店铺自定义规则). History is kept: a new row closes the old one, nothing is overwritten.

    `chosen_alternative` names the pack's alternative that was switched on; `value` then keeps what it said that day.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    value = models.JSONField()
    chosen_alternative = models.CharField(max_length=48, default="", blank=True)
    reason = models.CharField(max_length=500)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()
    closed_by = models.CharField(max_length=48, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "key", "valid_from"], name="policy_override_read")]
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "key"], name="policy_override_open", condition=models.Q(valid_to__isnull=True)
            )
        ]
