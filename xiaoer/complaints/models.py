"""Reviews (评价), what departments said about them, and rights disputes (维权) with their evidence."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from xiaoer.complaints.rules import MOODS, RATINGS

YEAR = timedelta(days=365)


class CaseBase(models.Model):
    """What reviews and disputes share. `due_at` is the soonest of the running clocks, kept for sorting."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True

    def in_line(self, due_at: datetime | None) -> dict[str, Any]:
        """More columns that follow the due time."""
        return {}


class Review(CaseBase):
    """One rating a buyer gave (评价). `key` is the platform's number, else a fingerprint: a file twice is one review.

    The platform may hide the nick and the order; then `order` and `customer` are empty. `mood` and `topics` are what
    the model in `sentiment.py` found; the clerk may correct the mood. `changeable_until` is the end of C33's 30 days.
    """

    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    order_no = models.CharField(max_length=40, blank=True, default="")
    nick = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    sku = models.CharField(max_length=200, blank=True, default="")
    sku_code = models.CharField(max_length=64, blank=True, default="")
    rating = models.CharField(max_length=8, choices=[(code, label.zh) for code, label in RATINGS.items()])
    stars = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=2000, blank=True, default="")
    added = models.CharField(max_length=2000, blank=True, default="")
    pictures = models.PositiveSmallIntegerField(default=0)
    show = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    changeable_until = models.DateTimeField()
    mood = models.CharField(max_length=8, choices=[(code, label.zh) for code, label in MOODS.items()])
    score = models.SmallIntegerField(default=0)
    topics = models.JSONField(default=list)
    cause = models.CharField(max_length=16, blank=True, default="")
    department = models.CharField(max_length=12, blank=True, default="")
    finding = models.CharField(max_length=500, blank=True, default="")
    remedy = models.JSONField(default=dict)
    remedy_case = models.BigIntegerField(null=True)
    reply = models.CharField(max_length=500, blank=True, default="")
    replied_by = models.CharField(max_length=48, blank=True, default="")
    replied_at = models.DateTimeField(null=True)
    rating_before = models.CharField(max_length=8, blank=True, default="")
    taken_in_at = models.DateTimeField()
    taken_in_by = models.CharField(max_length=48)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="review_once")]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="review_desk"),
            models.Index(fields=["shop", "-given_at", "-id"], name="review_recent"),
            models.Index(fields=["shop", "order_no"], name="review_order_no", condition=~Q(order_no="")),
            models.Index(fields=["order"], name="review_order"),
            models.Index(fields=["customer", "-given_at"], name="review_customer"),
            models.Index(fields=["remedy_case"], name="review_remedy", condition=Q(remedy_case__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def number(self) -> str:
        return f"PJ{self.pk:06d}"

    @property
    def waiting_departments(self) -> list[str]:
        """The departments that were asked and have not answered yet."""
        return list(self.feedback.filter(answered_at=None).values_list("department", flat=True))


class ReviewTopic(models.Model):
    """One matter that a review speaks of (评价主题), for the statistics of problem goods."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="found")
    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=12)
    good = models.BooleanField()
    goods = models.CharField(max_length=120)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "topic"], name="review_topic_once")]
        indexes = [
            models.Index(fields=["shop", "given_at"], name="topic_recent"),
            models.Index(fields=["shop", "topic", "-given_at"], name="topic_named"),
        ]


class ReviewFeedback(models.Model):
    """What a department was told about a review, and its answer (部门反馈, R829)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="feedback")
    department = models.CharField(max_length=12)
    words = models.CharField(max_length=500, blank=True, default="")
    asked_by = models.CharField(max_length=48)
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=12, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.CharField(max_length=48, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "department"], name="feedback_once")]
        indexes = [models.Index(fields=["department", "asked_at"], name="feedback_open", condition=Q(answered_at=None))]


class Dispute(CaseBase):
    """One rights dispute of a buyer (维权单), linked to its order (R834).

    R835: `claim` is the buyer's reason in words, `reply` the shop's answer, `explanation` the final explanation,
    `opinion` the handling opinion. R836, typed when it is closed: `department`, `person`, `penalty`. `facts` holds what
    moves wrote down (the offer, its written confirmation, the ruling).
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    platform_no = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=20)
    claim = models.CharField(max_length=1000, blank=True, default="")
    claim_fen = models.BigIntegerField(null=True)
    raised_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=48)
    case_flow = models.CharField(max_length=20, blank=True, default="")
    case_id = models.BigIntegerField(null=True)
    reply = models.CharField(max_length=1000, blank=True, default="")
    explanation = models.CharField(max_length=1000, blank=True, default="")
    opinion = models.CharField(max_length=500, blank=True, default="")
    statement = models.CharField(max_length=2000, blank=True, default="")
    senior = models.BooleanField(default=False)
    intervened = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, blank=True, default="")
    awarded_fen = models.BigIntegerField(null=True)
    advanced = models.BooleanField(default=False)
    judged_at = models.DateTimeField(null=True)
    department = models.CharField(max_length=12, blank=True, default="")
    person = models.CharField(max_length=64, blank=True, default="")
    penalty = models.CharField(max_length=300, blank=True, default="")
    penalty_fen = models.BigIntegerField(null=True)
    root_cause = models.CharField(max_length=500, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    platform_clocks = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "platform_no"], name="dispute_platform_no", condition=~Q(platform_no="")
            ),
            models.UniqueConstraint(
                fields=["order", "kind"], name="dispute_one_complaint", condition=Q(kind="complaint")
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="dispute_desk"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="dispute_recent"),
            models.Index(fields=["shop", "-judged_at"], name="dispute_judged", condition=Q(judged_at__isnull=False)),
            models.Index(fields=["order"], name="dispute_order"),
            models.Index(fields=["customer", "-opened_at"], name="dispute_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"WQ{self.pk:06d}"


class Evidence(models.Model):
    """One piece of evidence of a dispute (凭证): an item of the reason's checklist, with words or pictures."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="evidence")
    item = models.CharField(max_length=20)
    channel = models.CharField(max_length=16, blank=True, default="")
    text = models.CharField(max_length=1000, blank=True, default="")
    photos = models.JSONField(default=list)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dispute", "item"], name="evidence_item")]


class Complaint(CaseBase):
    """One complaint (投诉单), by whatever way it came: the buyer's facts, its grade and level, what became of it.

    R751: order, goods, `problem`, `demand`. `level` is the step of the three-level management (三级管理, R458) that
    holds it: 1 an agent, 2 the supervisor, 3 the owner. `rises` keeps why it rose. `priority` is P0 to P3 (C24);
    `line_at` is its place in the line: the due time, a year earlier for each step of priority (R754).
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+")
    conversation_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=12)
    outside = models.CharField(max_length=80, blank=True, default="")
    outside_no = models.CharField(max_length=40, blank=True, default="")
    outside_due = models.DateTimeField(null=True)
    kind = models.CharField(max_length=12)
    goods = models.CharField(max_length=300, blank=True, default="")
    problem = models.CharField(max_length=1000)
    demand = models.CharField(max_length=500, blank=True, default="")
    claim_fen = models.BigIntegerField(null=True)
    safety = models.BooleanField(default=False)
    threat = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=3)
    line_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=1)
    rises = models.JSONField(default=list)
    repeat_of = models.BigIntegerField(null=True)
    first_answer_at = models.DateTimeField(null=True)
    liable = models.CharField(max_length=12, blank=True, default="")
    dispute_point = models.CharField(max_length=300, blank=True, default="")
    finding = models.CharField(max_length=1000, blank=True, default="")
    photos = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    case_flow = models.CharField(max_length=20, blank=True, default="")
    case_id = models.BigIntegerField(null=True)
    buyer_word = models.CharField(max_length=12, blank=True, default="")
    department = models.CharField(max_length=12, blank=True, default="")
    root_cause = models.CharField(max_length=500, blank=True, default="")
    improvement = models.CharField(max_length=500, blank=True, default="")
    inspected = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=48)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["shop", "state", "line_at"], name="complaint_desk"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="complaint_recent"),
            models.Index(fields=["customer", "kind", "-opened_at"], name="complaint_again"),
            models.Index(fields=["order"], name="complaint_order"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"TS{self.pk:06d}"

    def in_line(self, due_at: datetime | None) -> dict[str, Any]:
        return {"line_at": due_at - YEAR * (3 - self.priority) if due_at is not None else None}


class Authority(models.Model):
    """Whom we keep in touch with outside (监管联络登记, R457): consumer associations, market supervision, platforms."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=40, blank=True, default="")
    person = models.CharField(max_length=40, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    talks = models.JSONField(default=list)
    talked_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=48)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "name"], name="authority_once")]

    def __str__(self) -> str:
        return self.name


class News(models.Model):
    """A development of the trade or a change of a platform's rules (行业动态登记, R501), and what it means for us."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=200, blank=True, default="")
    meaning = models.CharField(max_length=1000)
    happened_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=48)

    class Meta:
        indexes = [models.Index(fields=["shop", "-happened_on", "-id"], name="news_recent")]

    def __str__(self) -> str:
        return self.title
