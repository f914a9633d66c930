"""What the shop knows (知识库): articles and their versions, synonyms, the search index, and what was searched for."""

from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    """What an article is and how it is read (R798)."""

    ARTICLE = "article", "文章"
    FAQ = "faq", "问答"
    SCRIPT = "script", "话术"
    STEPS = "steps", "步骤"
    TREE = "tree", "引导"


class Audience(models.TextChoices):
    """Who may read it: what buyers may read, staff may read as well."""

    BUYER = "buyer", "买家可见"
    STAFF = "staff", "仅内部"


class State(models.TextChoices):
    """Where an article stands (R797, R799); the moves are in flow.py. Only published ones are searched."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审核"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已替代"
    ARCHIVED = "archived", "已归档"
    WITHDRAWN = "withdrawn", "已撤回"


class Article(models.Model):
    """One piece of knowledge (知识条目). The columns are the published text; a newer one in work is an `ArticleVersion`.

    `shop` is its home, whose people write it; `shops` are further ones that read it. `key` is its name in a folder of
    files: the same file again is the same article. `data` holds what a kind needs: FAQ pairs, steps, a tree's nodes.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    shops = models.JSONField(default=list)
    shared = models.BooleanField(default=False)
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ARTICLE)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True, default="")
    body = models.TextField(blank=True, default="")
    title_en = models.CharField(max_length=200, blank=True, default="")
    body_en = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    category = models.CharField(max_length=32, blank=True, default="")
    tags = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    goods = models.JSONField(default=list)
    stages = models.JSONField(default=list)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.STAFF)
    owner = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=80, blank=True, default="")
    review_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    must_read = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    state_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="article_key_once")]
        indexes = [
            models.Index(fields=["shop", "state", "-changed_at", "-id"], name="article_state"),
            models.Index(fields=["shop", "category", "-changed_at", "-id"], name="article_category"),
            models.Index(fields=["shop", "-changed_at", "-id"], name="article_recent"),
            models.Index(
                fields=["shop", "category", "-helped", "id"],
                name="article_help",
                condition=Q(state="published", audience="buyer"),
            ),
            models.Index(fields=["review_on"], name="article_review", condition=Q(state="published")),
            models.Index(fields=["shop"], name="article_must", condition=Q(state="published", must_read=True)),
            models.Index(fields=["id"], name="article_shared", condition=Q(state="published", shared=True)),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """A text of an article (版本), from its draft on; the life of flow.py is its life. `values` are all its columns.

    Once published it is never changed; a newer one supersedes it. `restores`: it brings back the text of that number.
    `conversation` is the talk it was taken from (投稿), without names and numbers.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    values = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    state_at = models.DateTimeField()
    author = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=64, blank=True, default="")
    reviewer = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    reviewer_name = models.CharField(max_length=64, blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")
    restores = models.PositiveIntegerField(null=True)
    conversation = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            models.UniqueConstraint(
                fields=["article"], name="article_one_in_work", condition=Q(state__in=("draft", "review"))
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "-changed_at", "-id"], name="article_version_state"),
            models.Index(
                fields=["shop", "-published_at", "-id"],
                name="article_version_feed",
                condition=Q(published_at__isnull=False),
            ),
        ]


class Synonym(models.Model):
    """Words that mean the same in this shop (同义词), besides those that come with the product."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    words = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["shop", "-changed_at", "-id"], name="synonym_shop")]


class IndexEntry(models.Model):
    """One thing that can be found: an article, or what another area put in (`source`, `ref`). Its id is its place in
    the index; the filters read these columns, the ranking reads the blocks.
    """

    shop_id = models.BigIntegerField()
    source = models.CharField(max_length=16)
    ref = models.BigIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    terms = models.BinaryField()
    vectors = models.BinaryField(default=bytes)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "ref"], name="index_entry_once")]


class IndexBlock(models.Model):
    """A few thousand neighbouring entries: their lengths and filter columns packed, counted up with each change."""

    number = models.PositiveIntegerField(primary_key=True)
    change = models.BigIntegerField(default=0)
    facts = models.BinaryField()


class IndexTerm(models.Model):
    """Where one term stands within one block: places and frequencies, packed."""

    term = models.CharField(max_length=40)
    block = models.PositiveIntegerField()
    posts = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "block"], name="index_term_once")]


class SearchLog(models.Model):
    """One question to the search (搜索记录): what was found, what was opened, whether it helped. `key` is the answer's."""

    key = models.CharField(max_length=40)
    shop = models.ForeignKey("people.Shop", null=True, on_delete=models.PROTECT, related_name="+")
    query = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)
    surface = models.CharField(max_length=8, default="box")
    by = models.CharField(max_length=48, blank=True, default="")
    hits = models.PositiveIntegerField(default=0)
    top = models.JSONField(default=list)
    clicked = models.CharField(max_length=40, blank=True, default="")
    place = models.PositiveSmallIntegerField(null=True)
    helped = models.BooleanField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["shop", "-at", "-id"], name="search_log_recent"),
            models.Index(fields=["shop", "-at"], name="search_log_misses", condition=Q(hits=0)),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], name="search_log_once")]


from xiaoer.knowledge.models_life import FeedMark, Rated, Receipt, Settled  # noqa: E402

__all__ = [
    "Article",
    "ArticleVersion",
    "Audience",
    "FeedMark",
    "IndexBlock",
    "IndexEntry",
    "IndexTerm",
    "Kind",
    "Rated",
    "Receipt",
    "SearchLog",
    "Settled",
    "State",
    "Synonym",
]
