"""Who has read what (已读), and what became of suggestions (选题)."""

from django.db import models


class Receipt(models.Model):
    """A person has read a version of a must-read article and said so (必读回执)."""

    article = models.ForeignKey("knowledge.Article", on_delete=models.CASCADE, related_name="receipts")
    version = models.PositiveIntegerField()
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "version", "staff"], name="receipt_once")]


class FeedMark(models.Model):
    """Up to when a person has seen the feed of changes (更新日志)."""

    staff = models.OneToOneField("people.Staff", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()


class Settled(models.Model):
    """A suggestion that somebody took up or put aside (选题处理): the words as the search folds them."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    folded = models.CharField(max_length=120)
    article = models.ForeignKey("knowledge.Article", null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "folded"], name="suggestion_settled_once")]


class Rated(models.Model):
    """One reader's word whether an article helped (有帮助吗): one per reader, corrected by the next."""

    article = models.ForeignKey("knowledge.Article", on_delete=models.CASCADE, related_name="+")
    reader = models.CharField(max_length=64)
    helped = models.BooleanField()
    surface = models.CharField(max_length=8, default="staff")
    words = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "reader"], name="rated_once")]
