"""Who the buyer is (客户档案)."""

from django.db import models


class Customer(models.Model):
    """One buyer of one shop, known by 买家会员名 (nick) or, before any order, by the chat widget's visitor key.

    Phone numbers are private: they leave the server only masked, or by an unmask that is written to the journal.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    nick = models.CharField(max_length=100)
    nick_key = models.CharField(max_length=100)
    display_name = models.CharField(max_length=100, blank=True, default="")
    vip = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    phone = models.CharField(max_length=32, blank=True, default="")
    phone_tail = models.CharField(max_length=4, blank=True, default="")
    tags = models.JSONField(default=list, blank=True)
    notes = models.TextField(blank=True, default="")
    visitor = models.CharField(max_length=64, null=True, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    """When somebody last confirmed that the profile still holds (资料核对, R789)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "nick_key"], name="customer_nick"),
            models.UniqueConstraint(
                fields=["shop", "visitor"], name="customer_visitor", condition=models.Q(visitor__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "-last_seen_at", "-id"], name="customer_recent"),
            models.Index(fields=["shop", "phone_tail"], name="customer_tail"),
        ]

    def __str__(self) -> str:
        return self.nick


class TimelineEntry(models.Model):
    """One contact with a buyer (往来记录, R695, R790): talk, rating, summary, feedback, task, case. Never changed.

    `kind` is the journal's, or "summary" and "feedback"; `once` makes writing twice one entry.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    text = models.TextField(default="", blank=True)
    details = models.JSONField(default=dict, blank=True)
    actor = models.CharField(max_length=48)
    actor_name = models.CharField(max_length=48, default="", blank=True)
    once = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="timeline_of")]


class SpecialMark(models.Model):
    """A buyer to be served with special care (特殊客户, R367): why, on what evidence, who said so, until when.

    A mark warns; it never refuses anything. One at a time per buyer; ended ones stay as her history. The buyer's own
    column is called `buyer` so that no journal line of a mark can reach her.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    put_by = models.CharField(max_length=48)
    put_by_name = models.CharField(max_length=48, default="")
    at = models.DateTimeField()

    customer_id = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["buyer"],
                name="special_mark_one",
                condition=models.Q(state__in=["proposed", "active", "appealed"]),
            )
        ]
        indexes = [
            models.Index(fields=["shop", "state", "-at"], name="special_mark_box"),
            models.Index(fields=["shop", "-at"], name="special_mark_shop"),
            models.Index(fields=["buyer", "-at"], name="special_mark_buyer"),
        ]
