"""Compensation cases (补偿单) and what a shop has spent of a month's budget."""

from django.db import models
from django.db.models import Q

from xiaoer.aftersales.models import CaseRow, by_platform_no, soonest


class CompensationCase(CaseRow):
    """补偿: something is given to the buyer beside any refund. `requested_fen` is what was proposed.

    `means` is how it is given (cash, coupon, points, gift, freight), `gift` what exactly; `cause` the subject it
    answers ("return:12"). `level` says whose word is needed: "" within the proposer's own limit, supervisor, owner.
    `month` is the budget it was granted from.
    """

    means = models.CharField(max_length=8)
    gift = models.CharField(max_length=100, blank=True, default="")
    cause = models.CharField(max_length=48, blank=True, default="")
    level = models.CharField(max_length=10, blank=True, default="")
    level_why = models.CharField(max_length=16, blank=True, default="")
    month = models.CharField(max_length=7, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="compensation_number"),
            models.UniqueConstraint(
                fields=["shop", "cause"],
                name="compensation_cause_once",
                condition=~Q(cause="") & Q(state__in=("proposed", "approval", "owner_approval")),
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="compensation_desk"),
            soonest("compensation"),
            by_platform_no("compensation"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="compensation_recent"),
            models.Index(fields=["customer", "-opened_at"], name="compensation_customer"),
        ]


class CompensationBudget(models.Model):
    """What a shop has granted in one month (每月补偿预算); moved only by conditional updates."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    month = models.CharField(max_length=7)
    used_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "month"], name="compensation_budget_once"),
            models.CheckConstraint(condition=Q(used_fen__gte=0), name="compensation_budget_positive"),
        ]
