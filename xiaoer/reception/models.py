"""Conversations and messages: what a buyer and the shop say to each other (接待)."""

from django.db import models


class Conversation(models.Model):
    """One talk between a buyer and the shop.

    The columns that every screen sorts by are kept with the row and written by the lane in the same transaction as
    the message: `waiting_since` is the buyer's first unanswered message (None while nobody waits), `first_reply_at`
    the first human answer, `seq` the number of the last message. `not_agent_id` handed it back or left it unanswered:
    routing gives it to others.
    """

    QUEUED, OPEN, CLOSED = "queued", "open", "closed"

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey("people.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, default=QUEUED)
    subject = models.CharField(max_length=80, default="")
    labels = models.JSONField(default=list)
    context = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)
    not_agent_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    first_waiting_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField(null=True)
    last_text = models.CharField(max_length=120, default="")
    last_author = models.CharField(max_length=8, default="")
    unread_agent = models.PositiveIntegerField(default=0)
    unread_buyer = models.PositiveIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_note = models.CharField(max_length=400, default="")
    rated_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "customer"], name="conversation_one_open", condition=~models.Q(state="closed")
            )
        ]
        indexes = [
            models.Index(fields=["shop", "state", "waiting_since"], name="conversation_queue"),
            models.Index(fields=["agent", "state", "shop", "waiting_since"], name="conversation_mine"),
            models.Index(fields=["shop", "last_message_at"], name="conversation_recent"),
        ]


class Message(models.Model):
    """One message. `seq` counts within the conversation without holes; `client_id` makes sending it twice one message.

    author_kind: buyer | staff | bot | system. kind: text | image | note (内部备注, staff only) | card | system.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )  # message_seq below begins with it: a second index would cost every message a page
    seq = models.PositiveIntegerField()
    client_id = models.CharField(max_length=48)
    author_kind = models.CharField(max_length=8)
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=48, default="")
    kind = models.CharField(max_length=8, default="text")
    text = models.TextField(default="")
    attachments = models.JSONField(default=list)
    card = models.JSONField(null=True)
    guard = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq"),
            models.UniqueConstraint(fields=["conversation", "client_id"], name="message_once"),
        ]


class Upload(models.Model):
    """A picture that came in with a message or a case: checked, stored under a random name, served privately.

    `customer_id` is the buyer who may see it: she uploaded it, or an agent did in a conversation with her.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE)
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")
    customer_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer_id", "at"], name="upload_of_customer")]


class Attempt(models.Model):
    """A try that is counted against a limit: wrong order proofs by visitor and by order number; old rows are swept."""

    key = models.CharField(max_length=96)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="attempt_key")]


class QuickReply(models.Model):
    """A ready sentence (快捷回复 / 话术): personal, of a team, or of the shop; found by keyword, pinyin, initials."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE)
    team = models.ForeignKey("people.Team", null=True, on_delete=models.CASCADE)
    owner = models.ForeignKey("people.Staff", null=True, on_delete=models.CASCADE)
    category = models.CharField(max_length=32, default="")
    title = models.CharField(max_length=60)
    shortcut = models.CharField(max_length=24, default="")
    text = models.TextField()
    source = models.CharField(max_length=32, default="")
    used = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "owner"], name="quick_reply_shop")]


class AgentStatus(models.Model):
    """Whether an agent takes buyers now (接待状态): online, suspended (挂起), away, offline; and how many at once."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE)
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, default="offline")
    cap = models.PositiveSmallIntegerField(null=True)
    since = models.DateTimeField()
    last_assigned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "staff"], name="agent_status_once")]
