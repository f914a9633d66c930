"""Reviews (评价), what departments said about them, and rights disputes (维权) with their evidence."""

from django.db import models
from django.db.models import Q

from xiaoer.complaints.rules import MOODS, RATINGS


class CaseBase(models.Model):
    """What reviews and disputes share. `due_at` is the soonest of the running clocks, kept for sorting."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


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
