"""Facts read out of the journal: rounds of the talks, and the figures of a day. Projections; nobody edits them."""

from django.db import models


class Turn(models.Model):
    """One round (对话轮次): the buyer's first unanswered message, and the first answer of a person to it.

    A projection of the journal, written in batches by `actions.turns` and made anew by `xiaoer reception turns
    rebuild`. `serving` had the conversation when the buyer spoke, `agent` answered. `idle` are the seconds of silence
    before the question (None: the first line of a conversation); a bot's words (`bot_at`) end no round.
    `ended` says how: answered, closed (nobody answered), merged (the wait goes on in another conversation).
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(
        "reception.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    customer_id = models.BigIntegerField()
    serving = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    agent = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    seq = models.PositiveIntegerField()
    day = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=8, default="")
    bot_at = models.DateTimeField(null=True)
    first = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    idle = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="turn_once")]
        indexes = [
            models.Index(fields=["shop", "day", "started_at"], name="turn_day"),
            models.Index(fields=["shop", "ended_at"], name="turn_answers"),
            models.Index(fields=["conversation"], name="turn_open", condition=models.Q(ended_at__isnull=True)),
        ]


class DayFigure(models.Model):
    """A figure of one shop's day (平台口径日数据): what the wall adds up instead of reading rounds again.

    `metric` is a name of `twins.METRICS`, or "arrivals" (buyers who came, by quarter of an hour). A day with a
    `DayMark` is counted anew.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    metric = models.CharField(max_length=24)
    counted = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    seconds = models.PositiveBigIntegerField(default=0)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "metric", "day"], name="day_figure_once")]


class DayMark(models.Model):
    """A day in which a round began or ended since its figures were counted; `number` is the journal's place."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "day"], name="day_mark_once")]
