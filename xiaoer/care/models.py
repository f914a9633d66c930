"""Orders watched after their success (订单跟踪), what was noticed about them, and how buyers were contacted."""

from django.db import models
from django.db.models import Q


class OrderWatch(models.Model):
    """One order in the days after its success (R807). `found` are the anomalies nobody has handled yet."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    owner_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    found = models.JSONField(default=list)
    news = models.CharField(max_length=120, blank=True, default="")
    contacts = models.PositiveSmallIntegerField(default=0)
    contacted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="watch_desk"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="watch_recent"),
            models.Index(fields=["customer"], name="watch_customer", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"GZ{self.pk:06d}"


class WatchSign(models.Model):
    """Something noticed about a watched order (异常/动态): `kind` of rules.SIGNS, `ref` what told us ("parcel:3")."""

    watch = models.ForeignKey(OrderWatch, on_delete=models.CASCADE, related_name="signs")
    kind = models.CharField(max_length=16)
    ref = models.CharField(max_length=48, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["watch", "at"], name="sign_watch")]
        constraints = [
            models.UniqueConstraint(fields=["watch", "kind"], name="sign_open_once", condition=Q(handled_at=None))
        ]


class WatchContact(models.Model):
    """The buyer was contacted by us (主动联系): how, with which words, and what came of it. Append-only."""

    watch = models.ForeignKey(OrderWatch, on_delete=models.CASCADE, related_name="calls")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    script = models.CharField(max_length=24, blank=True, default="")
    text = models.CharField(max_length=500, blank=True, default="")
    outcome = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="contact_buyer")]
