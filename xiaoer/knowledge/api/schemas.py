"""What the articles' addresses answer."""

from typing import Any

from ninja import Field, Schema


class Person(Schema):
    id: int | None
    name: str


class ArticleShort(Schema):
    """An article as a line of a list."""

    id: int
    key: str
    shop: int
    kind: str = Field(description="article | faq | script | steps | tree")
    title: str
    summary: str
    category: str
    category_label: str
    tags: list[str]
    platforms: list[str]
    audience: str = Field(description="buyer: the help centre shows it too; staff")
    owner: Person | None
    state: str
    state_label: str
    version: int
    must_read: bool
    published_at: str | None
    changed_at: str | None
    changed_by: str
    review_on: str | None
    stale: bool
    valid_from: str | None
    valid_to: str | None
    in_date: bool
    helped: int
    not_helped: int
    used: int


class ArticlePage(Schema):
    items: list[ArticleShort]
    next: str | None = None


class Content(Schema):
    """A body as elements: {"t": element, "a": attributes, "c": children}; text is {"t": "", "x": text}."""

    nodes: list[dict[str, Any]]
    pairs: list[dict[str, Any]]
    steps: list[list[dict[str, Any]]]
    places: list[dict[str, Any]]


class VersionLine(Schema):
    number: int
    title: str
    note: str
    state: str
    state_label: str
    author: str
    reviewer: str
    said: str = Field(description="What the reviewer said")
    restores: int | None
    conversation: int | None
    published_at: str | None
    changed_at: str | None
    can: list[dict[str, Any]]


class VersionFull(VersionLine):
    values: dict[str, Any]
    stamp: str = Field(description="Say it when saving: what you wrote on")
    content: Content
    missing: dict[str, str] = Field(description="What is still missing before it can be handed in, by field")
    clocks: list[dict[str, Any]]


class Readers(Schema):
    wanted: int
    read: int
    missing: list[str]


class Choice(Schema):
    value: str
    label: str


class ArticleFull(ArticleShort):
    """One article with its text in force, the one in work, its versions and readers."""

    title_zh: str
    title_en: str
    body: str
    body_en: str
    questions: list[str]
    goods: list[str]
    stages: list[Choice]
    shops: list[int]
    source: str
    content: Content
    may_write: bool
    current: VersionLine | None
    draft: VersionFull | None
    versions: list[VersionLine]
    read_at: str | None
    readers: Readers | None
    my_rating: bool | None


class ValuesIn(Schema):
    """A version's words: see the form at /api/knowledge/choices. What is left out is empty."""

    values: dict[str, Any]
    note: str = ""
    seen: str = Field("", description="`stamp` of the draft that was being edited")


class NewIn(ValuesIn):
    shop: int
    suggestion: str = Field("", description="The suggestion it answers")


class MoveIn(Schema):
    version: int
    form: dict[str, Any] = {}


class Ok(Schema):
    ok: bool = True


class Compared(Schema):
    """Two texts line by line: `is` is same, gone or new."""

    old: int
    new: int
    lines: list[dict[str, str]]
    lines_en: list[dict[str, str]]
    fields: list[dict[str, Any]]


class PreviewIn(Schema):
    shop: int
    values: dict[str, Any]


class Preview(Schema):
    """How it will look, what is missing, and what the guard says of it."""

    content: Content
    content_en: Content
    missing: dict[str, str]
    verdict: str
    rules: list[dict[str, Any]]


class Choices(Schema):
    kinds: list[Choice]
    categories: list[Choice]
    stages: list[Choice]
    platforms: list[Choice]
    tags: list[Choice]
    owners: list[Person]


class Counts(Schema):
    review: int
    mine: int
    draft: int
    stale: int
    unread: int
    feed: int


class MustRead(ArticleShort):
    read_at: str | None


class MustReads(Schema):
    items: list[MustRead]
    next: str | None = None


class FeedLine(Schema):
    article: int
    title: str
    number: int
    note: str
    author: str
    reviewer: str
    published_at: str | None
    state: str
    state_label: str
    category_label: str
    must_read: bool
    new: bool


class FeedPage(Schema):
    items: list[FeedLine]
    next: str | None = None
    since: str | None


class WorkLine(Schema):
    """A draft or a text in review."""

    article: int
    number: int
    title: str
    kind: str
    shop: int
    category_label: str
    state: str
    state_label: str
    note: str
    author: str
    said: str
    conversation: int | None
    changed_at: str | None
    state_at: str | None
    due_at: str | None
    first: bool = Field(description="Nothing of this article was published yet")


class WorkPage(Schema):
    items: list[WorkLine]
    next: str | None = None


class Suggestion(Schema):
    kind: str = Field(
        description="miss: searched and not found; unhelpful: read and of no help; case, talk: buyers came with it often"
    )
    shop: int
    key: str
    text: str
    count: int
    buyers: int
    first_at: str | None
    last_at: str | None
    article: int | None
    title: str


class Suggestions(Schema):
    items: list[Suggestion]
    next: str | None = None


class SettleIn(Schema):
    shop: int
    key: str
    article: int | None = None


class RateIn(Schema):
    helped: bool
    words: str = Field("", max_length=300)


class StarterOut(Schema):
    added: int
    changed: int
    same: int
    wrong: list[dict[str, str]]


class StarterInfo(Schema):
    total: int
    here: int
