"""What hangs on a talk besides its messages: colleagues asked in, whispers, call-backs, tags, proofs, summaries."""

from django.db import models


class Guest(models.Model):
    """A colleague named in an internal note (@提及) or asked for advice (咨询同事) in one talk.

    While `ended_at` is None she may read that talk and write notes into it, nothing else. `Conversation.guests` repeats
    the names for the message lane, which must not join.
    """

    MENTION, CONSULT = "mention", "consult"

    conversation = models.ForeignKey("reception.Conversation", on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=48, default="")
    note_seq = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=200, default="")
    since = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "staff"], name="guest_once", condition=models.Q(ended_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["staff", "ended_at", "-since"], name="guest_of")]


class Whisper(models.Model):
    """A supervisor's word to the serving agent (悄悄话). No message: it cannot reach a buyer, nor any other colleague."""

    conversation = models.ForeignKey("reception.Conversation", on_delete=models.CASCADE, related_name="+")
    author_id = models.BigIntegerField()
    author_name = models.CharField(max_length=48)
    to_id = models.BigIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "at"], name="whisper_in")]


class Task(models.Model):
    """Something an agent must still do for a buyer (回访任务): who, when, why. Its clock rings at `due_at`."""

    OPEN, DONE, CANCELLED = "open", "done", "cancelled"

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        "reception.Conversation", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    agent = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=12, default="callback")
    why = models.CharField(max_length=300)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=OPEN)
    late_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=300, default="")
    made_by_name = models.CharField(max_length=48, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agent", "state", "due_at"], name="task_of_agent"),
            models.Index(fields=["shop", "state", "due_at"], name="task_of_shop"),
            models.Index(fields=["customer", "state", "due_at"], name="task_of_customer"),
        ]


class ShopTag(models.Model):
    """One tag of the shop's list (标签) with its colour; talks and customers use the same words."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    colour = models.CharField(max_length=8, default="grey")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "name"], name="shop_tag_once")]


class DeskWatch(models.Model):
    """A supervisor looks at a colleague's workbench (查看工作台), with a reason and an end; journalled at both."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    watcher = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watcher"], name="desk_watch_one", condition=models.Q(ended_at__isnull=True)
            )
        ]


class IdentityCheck(models.Model):
    """One check whether who asks is who ordered (身份核实, R375): how, with which order, what came out."""

    VERIFIED, OTHER, WRONG, ASKED = "verified", "other_account", "wrong", "asked"

    conversation = models.ForeignKey("reception.Conversation", on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=16)
    result = models.CharField(max_length=16)
    order_id = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=48, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "-at"], name="identity_check_of")]


class Summary(models.Model):
    """会话摘要 (R695): what was asked, which orders and cases, how it ended; as saved by the agent."""

    conversation = models.ForeignKey("reception.Conversation", on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=24, default="")
    text = models.TextField()
    facts = models.JSONField(default=dict)
    source = models.CharField(max_length=8, default="facts")
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=48, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "-at"], name="summary_of")]


class Feedback(models.Model):
    """What a buyer says of goods and service (客户反馈, R436, R447), kept to be compiled for operations."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        "reception.Conversation", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12)
    goods = models.CharField(max_length=80, default="")
    text = models.CharField(max_length=500)
    suggestion = models.CharField(max_length=500, default="")
    by_name = models.CharField(max_length=48, default="")
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-at"], name="feedback_recent")]
