"""The life of a text (知识的一生, R797, R799): draft, review, published, superseded, archived. Pure.

The life is a version's, not the article's: while a new text is written and reviewed, the old one stays in force, and
publishing the new one supersedes it at once (R675). Roll-back is a new version with an old, once reviewed text.
"""

from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T
from xiaoer.knowledge import forms

WRITE, REVIEW = Perm.KNOWLEDGE_WRITE, Perm.QUALITY
STAFF = frozenset({"staff", "token"})
SYSTEM = frozenset({"system"})

REVIEWED = Starts("article_review", "knowledge_review_within", "审核", "Review", "inspector")
STALE = Starts("article_stale", "knowledge_stale_after", "复核", "Look at it again", "author", (0.9,))


def was_reviewed(row: object) -> T | None:
    """Only a text that was published before comes back without a review."""
    if getattr(row, "restores", None) is not None:
        return None
    return T("这是新写的内容，要先提交审核", "This is a new text; hand it in for review first")


# fmt: off
ARTICLE_VERSION = Flow(
    "article_version",
    "知识",
    "Knowledge",
    "knowledge",
    states=(
        State("draft", "草稿", "Draft", "open", "author"),
        State("review", "待审核", "In review", "waiting", "inspector"),
        State("published", "已发布", "Published", "open", "nobody"),
        State("superseded", "已被新版替代", "Superseded", "waiting", "nobody"),
        State("archived", "已归档", "Archived", "done"),
        State("withdrawn", "已撤回", "Withdrawn", "dropped"),
    ),
    moves=(
        Move("submit", "draft", "review", "提交审核", "Hand in for review", STAFF, WRITE, forms.Submit,
             (REVIEWED,), ("*",), "primary", None, False),
        Move("publish", "review", "published", "审核通过并发布", "Approve and publish", STAFF, REVIEW, forms.Approve,
             (STALE,), ("*",), "primary", None, False),
        Move("send_back", "review", "draft", "退回修改", "Send back", STAFF, REVIEW, forms.Reason, (), ("*",), "default",
             None, False),
        Move("restore", "draft", "published", "恢复旧版", "Bring the old text back", STAFF, REVIEW, None,
             (STALE,), ("*",), "default", was_reviewed, False),
        Move("load", "draft", "published", "导入并发布", "Import and publish", SYSTEM, None, None,
             (STALE,), ("*",), "default", None, False),
        Move("withdraw", ("draft", "review"), "withdrawn", "撤回", "Withdraw", STAFF, WRITE, None, (), ("*",), "danger",
             None, False),
        Move("confirm", "published", "published", "复核：内容仍然正确", "Still right", STAFF, WRITE, forms.StillRight,
             (STALE,), ("*",), "default", None, False),
        Move("archive", "published", "archived", "下架归档", "Take off and archive", STAFF, REVIEW, forms.Reason,
             (), ("*",), "danger", None, False),
        Move("expire", "published", "archived", "到期归档", "Expired", frozenset({"clock"}), None, None, (), ("*",),
             "default", None, False),
        Move("supersede", "published", "superseded", "被新版替代", "Superseded", SYSTEM, None, None, (), ("*",),
             "default", None, False),
        Move("file_away", "superseded", "archived", "旧版归档", "File the old version away", STAFF, REVIEW, None,
             (), ("*",), "default", None, False),
    ),
)
# fmt: on
