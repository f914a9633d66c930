"""Conversations and messages: what a buyer and the shop say to each other (接待)."""

from django.db import models

from xiaoer.reception.models_facts import DayFigure as DayFigure
from xiaoer.reception.models_facts import DayMark as DayMark
from xiaoer.reception.models_facts import Turn as Turn
from xiaoer.reception.models_life import DeskWatch as DeskWatch
from xiaoer.reception.models_life import Feedback as Feedback
from xiaoer.reception.models_life import Guest as Guest
from xiaoer.reception.models_life import IdentityCheck as IdentityCheck
from xiaoer.reception.models_life import ShopTag as ShopTag
from xiaoer.reception.models_life import Summary as Summary
from xiaoer.reception.models_life import Task as Task
from xiaoer.reception.models_life import Whisper as Whisper


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
    rating_reasons = models.JSONField(default=list)
    nps = models.PositiveSmallIntegerField(null=True)
    invited_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    guests = models.CharField(max_length=200, default="")
    """Colleagues asked in, as the journal names them: "staff:5,staff:9". The lane reads it with the row."""
    snoozed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    """Put aside (稍后处理) at `snoozed_at` until then, and until the buyer writes in any case."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "customer"], name="conversation_one_open", condition=~models.Q(state="closed")
            )
        ]
        indexes = [
            models.Index(fields=["shop", "state", "waiting_since"], name="conversation_queue"),
            models.Index(
                fields=["agent", "state", "shop", "waiting_since"],
                name="conversation_mine",
                condition=models.Q(agent__isnull=False),
            ),
            # No index on last_message_at: every message would move its row in it, a third of the lane's work.
            models.Index(fields=["shop", "closed_at"], name="conversation_closed"),
            models.Index(
                fields=["shop", "queued_at"],
                name="conversation_line",
                condition=models.Q(state="queued", agent__isnull=True),
            ),
        ]


class Message(models.Model):
    """One message. `seq` counts within the conversation without holes; `client_id` makes sending it twice one message.

    author_kind: buyer | staff | bot | system. kind: text | image | file | note (内部备注, staff only) | card | system.
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
    """A picture or file that came in with a message or a case: checked, stored under a random name, served privately.

    `customer_id` is the buyer who may see it: she uploaded it, or an agent did in a conversation with her. `scan`
    (查毒): none | pending | clean | infected. `unused_since`: no message and no case carries it yet; the sweep removes it.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE)
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")
    customer_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    thumb = models.BooleanField(default=False)
    scan = models.CharField(max_length=8, default="none")
    unused_since = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer_id", "at"], name="upload_of_customer"),
            models.Index(
                fields=["shop", "unused_since"], name="upload_unused", condition=models.Q(unused_since__isnull=False)
            ),
            models.Index(fields=["shop"], name="upload_to_scan", condition=models.Q(scan__in=("none", "pending"))),
        ]


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
    tags = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    style = models.CharField(max_length=8, default="")
    variant = models.CharField(max_length=32, default="")
    step = models.CharField(max_length=12, default="")
    uploads = models.JSONField(default=list)
    origin = models.CharField(max_length=80, default="")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "owner"], name="quick_reply_shop")]


class ReceptionSetting(models.Model):
    """How a shop receives (接待设置): its style (R454), its own words outside hours and in peak, the offline form."""

    shop = models.OneToOneField("people.Shop", on_delete=models.CASCADE, related_name="+")
    style = models.CharField(max_length=8, default="")
    greeting_offline = models.TextField(default="")
    greeting_peak = models.TextField(default="")
    offline_form = models.BooleanField(default=True)


class GuideTick(models.Model):
    """A step of the guide that somebody ticked by hand, or took back (接待流程). `seq`: the talk stood there then."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    step = models.CharField(max_length=12)
    done = models.BooleanField()
    seq = models.PositiveIntegerField()
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "step"], name="guide_tick_once")]


class OfflineMessage(models.Model):
    """What a buyer left while nobody was there (离线留言): her question, how and when to reach her, by when we answer.

    `contact` is private: it leaves the server masked, or by `reveal_contact`, which is journalled.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")
    agent = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, default="new")
    state_at = models.DateTimeField()
    text = models.TextField()
    name = models.CharField(max_length=20, default="")
    contact_kind = models.CharField(max_length=8, default="none")
    contact = models.CharField(max_length=32, default="")
    contact_time = models.CharField(max_length=10, default="any")
    note = models.CharField(max_length=400, default="")
    promised_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "customer"],
                name="offline_one_open",
                condition=models.Q(state__in=("new", "claimed")),
            )
        ]
        indexes = [
            models.Index(fields=["shop", "state", "promised_at"], name="offline_box"),
            models.Index(fields=["customer", "at"], name="offline_of_customer"),
        ]


class AgentStatus(models.Model):
    """Whether an agent takes buyers now (接待状态): online, suspended (挂起), away, offline; and how many at once.

    `calls`: telephone calls in her hands, in whatever shop; the voice area writes it, routing weighs it.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE)
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, default="offline")
    cap = models.PositiveSmallIntegerField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    last_assigned_at = models.DateTimeField(null=True)
    band_start = models.DateTimeField(null=True)
    band_given = models.PositiveSmallIntegerField(default=0)
    """How many the assigner gave her since `band_start`."""
    seen_at = models.DateTimeField(null=True)
    """When a page of hers was open last, by the machine's clock; None for who works without a page (API)."""
    lost_from = models.CharField(max_length=10, default="")
    """Her status when the line was lost: it comes back when she does."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "staff"], name="agent_status_once")]
        indexes = [
            models.Index(
                fields=["seen_at"],
                name="agent_status_seen",
                condition=models.Q(seen_at__isnull=False) & ~models.Q(status="offline"),
            )
        ]


class ReceptionMode(models.Model):
    """高峰模式 (R775) of a shop: since when, by whom. `hold`: auto, on, off; `auto` says that the queue switched it."""

    shop = models.OneToOneField("people.Shop", primary_key=True, on_delete=models.CASCADE, related_name="+")
    peak = models.BooleanField(default=False)
    hold = models.CharField(max_length=4, default="auto")
    auto = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=48, default="")
