"""What routing keeps: a shop's topics, how talks were sorted, who waits and why, the history of agents' states, the
roster and certificates."""

from django.db import models


class Topic(models.Model):
    """What buyers ask about (问题分类, R689): the words that tell it, and the skill group that answers (R690).

    `side`: pre, after or "" (account split). `urgent`: complaints come first (R697). `complex` goes to the senior
    agents (R691).
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=24)
    name_en = models.CharField(max_length=40, default="")
    words = models.JSONField(default=list)
    side = models.CharField(max_length=8, default="")
    team = models.ForeignKey("people.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    urgent = models.BooleanField(default=False)
    complex = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="topic_once")]


class Sorting(models.Model):
    """How one conversation was sorted (分类结果): topic, how sure in percent, by which words, and who corrected it.

    how: keyword | learned | order | hand. `heard` is the number of the last message that was looked at.
    """

    conversation = models.OneToOneField(
        "reception.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=24, default="")
    side = models.CharField(max_length=8, default="")
    team_id = models.BigIntegerField(null=True)
    urgent = models.BooleanField(default=False)
    sure = models.PositiveSmallIntegerField(default=0)
    how = models.CharField(max_length=8, default="keyword")
    words = models.JSONField(default=list)
    heard = models.PositiveIntegerField(default=0)
    first_topic = models.CharField(max_length=24, default="")
    by_name = models.CharField(max_length=48, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-at"], name="sorting_recent")]


class Example(models.Model):
    """A correction, from which the shop's own classifier learns: words only, no digits, no names."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    conversation_id = models.BigIntegerField(unique=True)
    topic = models.CharField(max_length=24)
    words = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-at"], name="example_recent")]


class Learned(models.Model):
    """What the shop's classifier has learned: word counts per topic, from how many corrections, how often it was right."""

    shop = models.OneToOneField("people.Shop", primary_key=True, on_delete=models.CASCADE, related_name="+")
    counts = models.JSONField(default=dict)
    examples = models.PositiveIntegerField(default=0)
    right = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()


class Wait(models.Model):
    """A conversation that stands in the queue, and why (排队原因). Gone when somebody has it."""

    conversation = models.OneToOneField(
        "reception.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    since = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["shop"], name="wait_first_words", condition=models.Q(reason="first_words")),
        ]


class Parked(models.Model):
    """A conversation kept at the main account because nobody was on duty; passed on when somebody is (R012)."""

    conversation = models.OneToOneField(
        "reception.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    agent_id = models.BigIntegerField()
    since = models.DateTimeField()


class HandOver(models.Model):
    """A pre-sales talk that after-sales should have now (售前转售后, R097): what happened, to which order."""

    conversation = models.OneToOneField(
        "reception.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    trigger = models.CharField(max_length=16)
    order_id = models.BigIntegerField()
    order_no = models.CharField(max_length=64)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class RoutingSetting(models.Model):
    """What a shop chooses that is no number: the proxy account (代理账号) and the main account (主账号)."""

    shop = models.OneToOneField("people.Shop", primary_key=True, on_delete=models.CASCADE, related_name="+")
    proxy = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    main = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")


class StatusSpell(models.Model):
    """A stretch of time in one state (状态记录): attendance and payroll read it later."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10)
    previous = models.CharField(max_length=10)
    why = models.CharField(max_length=12, default="")
    device = models.CharField(max_length=12, default="")
    by_name = models.CharField(max_length=48, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "staff"], name="status_spell_now", condition=models.Q(until__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["shop", "-since"], name="status_spell_recent")]


class Shift(models.Model):
    """A shift on the roster (班次, R427): who is to receive buyers from when until when. Shifts of one person never
    overlap in a shop; one that runs past midnight is one row.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    name = models.CharField(max_length=16, default="")
    by_name = models.CharField(max_length=48, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "staff", "starts_at"], name="shift_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_ends_later"),
        ]
        indexes = [models.Index(fields=["shop", "ends_at"], name="shift_ends")]


class Certificate(models.Model):
    """上岗证: may receive buyers of this shop, for ever or until a day. One a person and shop."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=48, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "staff"], name="certificate_once")]
