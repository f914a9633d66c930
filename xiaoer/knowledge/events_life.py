"""What the journal says of articles. Texts of drafts never stand in it, nor do buyers' words."""

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class ArticlePublished(Payload):
    KIND = "article.published"
    AREA = "knowledge"
    LABEL = T("知识已发布", "Knowledge published")
    SAYS = T("「{title}」第 {version} 版已发布：{note}", "{title!r} version {version} is published: {note}")

    article: int
    title: str
    version: int
    note: str = ""
    must_read: bool = False


class ArticleTakenOff(Payload):
    KIND = "article.taken_off"
    AREA = "knowledge"
    LABEL = T("知识已下架", "Knowledge taken off")
    SAYS = T("「{title}」已下架：{reason}", "{title!r} was taken off: {reason}")

    article: int
    title: str
    reason: str = ""


class ArticleDrafted(Payload):
    KIND = "article.drafted"
    AREA = "knowledge"
    LABEL = T("知识草稿已保存", "Knowledge draft saved")
    SAYS = T("「{title}」第 {version} 版草稿已保存", "Draft of {title!r} version {version} saved")
    PERM = Perm.KNOWLEDGE_WRITE

    article: int
    title: str
    version: int


class ArticleStale(Payload):
    KIND = "article.stale"
    AREA = "knowledge"
    LABEL = T("知识待复核", "Knowledge is stale")
    SAYS = T("「{title}」到了复核的日子", "{title!r} is due to be looked at again")

    article: int
    title: str
    due_at: str


class ArticleReviewLate(Payload):
    KIND = "article.review_late"
    AREA = "knowledge"
    LABEL = T("知识审核超时", "Review of knowledge is late")
    SAYS = T("「{title}」第 {version} 版超过审核时限", "The review of {title!r} version {version} is late")

    article: int
    title: str
    version: int
    due_at: str


class ArticleEnding(Payload):
    KIND = "article.ending"
    AREA = "knowledge"
    LABEL = T("知识即将失效", "Knowledge ends soon")
    SAYS = T("「{title}」将于 {due_at} 失效", "{title!r} ends at {due_at}")

    article: int
    title: str
    due_at: str


class ArticleRead(Payload):
    KIND = "article.read"
    AREA = "knowledge"
    LABEL = T("确认已读", "Reading confirmed")
    SAYS = T("确认已读「{title}」第 {version} 版", "Confirmed reading {title!r} version {version}")

    article: int
    title: str
    version: int


class ArticleUnread(Payload):
    KIND = "article.unread"
    AREA = "knowledge"
    LABEL = T("必读未读完", "Must-read not read by all")
    SAYS = T("必读「{title}」还有 {missing} 人没有确认", "{missing} people have not confirmed reading {title!r}")

    article: int
    title: str
    missing: int


class ArticleRated(Payload):
    KIND = "article.rated"
    AREA = "knowledge"
    LABEL = T("知识评价", "Knowledge rated")
    SAYS = T("评价「{title}」", "Rated {title!r}")

    article: int
    title: str
    helped: bool
    surface: str = "staff"


class SuggestionSettled(Payload):
    KIND = "suggestion.settled"
    AREA = "knowledge"
    LABEL = T("选题已处理", "Suggestion settled")
    SAYS = T("选题已处理", "A suggestion was settled")

    article: int | None = None


class StarterLoaded(Payload):
    KIND = "knowledge.starter"
    AREA = "knowledge"
    LABEL = T("载入内置知识", "Starter knowledge loaded")
    SAYS = T("载入 {added} 篇内置知识", "{added} articles of the starter content loaded")

    added: int
