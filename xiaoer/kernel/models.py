"""The kernel's tables: the journal, the deadlines, the readers' places in the journal, the demo clock."""

from typing import Any, NoReturn

from django.db import models

from xiaoer.kernel import journal


class AppendOnly(Exception):
    """Somebody tried to change or delete a line of the journal."""


class EventQuerySet(models.QuerySet["Event"]):
    """Lines of the journal, to read. A trigger in the database refuses what slips past this (migration 0002)."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("the journal is append-only; write a new event that corrects the old one")

    def delete(self) -> NoReturn:
        raise AppendOnly("the journal is append-only; write a new event that corrects the old one")


class EventManager(models.Manager["Event"]):
    """Reads see what this transaction has announced: lines still held back for the commit are written first."""

    def get_queryset(self) -> EventQuerySet:
        journal.flush()
        return EventQuerySet(self.model, using=self._db)


class Event(models.Model):
    """One line of the journal (流水): what happened, to what, by whom, when. Never changed, never deleted.

    `number` is the place in the journal: a reader that saw number N never meets a lower one later.
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    shop_id = models.BigIntegerField(null=True)
    area = models.CharField(max_length=24)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    actor = models.CharField(max_length=48)
    payload = models.JSONField(default=dict)
    customer_id = models.BigIntegerField(null=True)
    for_buyer = models.BooleanField(default=False)
    perm = models.CharField(max_length=48, default="")
    audience = models.CharField(max_length=240, null=True)
    """Among those who hold `perm`, whom the line is for: "staff:4", "team:3"; None for all of them.

    Several stand between commas, with one at both ends: ",staff:4,staff:9,".
    """

    objects = EventManager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "number"], name="event_subject"),
            models.Index(fields=["kind", "number"], name="event_kind"),
            models.Index(fields=["shop_id", "number"], name="event_shop"),
            models.Index(fields=["customer_id", "number"], name="event_buyer", condition=models.Q(for_buyer=True)),
        ]


class Deadline(models.Model):
    """A clock that runs on a subject: due at an exact second unless it is settled before (时效).

    `next_at` is the next instant at which the loop must look at the row: the next warning or the due time. It is
    null while paused and after settling, so the partial index holds only rows that still can fire.
    """

    kind = models.CharField(max_length=48)
    subject = models.CharField(max_length=64)
    shop_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.JSONField(default=list)
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="deadline_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["failed_at"], name="deadline_failed", condition=models.Q(failed_at__isnull=False)),
            models.Index(
                fields=["shop_id", "due_at"], name="deadline_shop", condition=models.Q(settled_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind"], name="deadline_open", condition=models.Q(settled_at__isnull=True)
            )
        ]


class Reader(models.Model):
    """How far a reaction has read the journal; moved in the same transaction as the reaction's own writes."""

    name = models.CharField(max_length=64, primary_key=True)
    number = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="")
    failed_at = models.DateTimeField(null=True)


class ClockOffset(models.Model):
    """The demo clock: seconds ahead of the machine's clock. One row."""

    seconds = models.FloatField(default=0)


class Lease(models.Model):
    """A database lease: the one node that may do a serial job until `until`."""

    name = models.CharField(max_length=48, primary_key=True)
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()
