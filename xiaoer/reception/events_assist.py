"""What the journal says of the assistant: an answer used, judged; a draft asked of a language model, and its cost."""

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class AssistUsed(Payload):
    KIND = "assist.used"
    AREA = "reception"
    LABEL = T("采用推荐答案", "Offered answer used")
    SAYS = T("采用了推荐的答案「{title}」", "The offered answer {title!r} was used")
    PERM = Perm.CHAT

    conversation: int
    source: str
    ref: int
    title: str


class AssistRated(Payload):
    KIND = "assist.rated"
    AREA = "reception"
    LABEL = T("评价推荐答案", "Offered answer judged")
    SAYS = T("评价了推荐的答案「{title}」", "The offered answer {title!r} was judged")
    PERM = Perm.CHAT

    conversation: int
    source: str
    ref: int
    title: str
    helped: bool


class AssistDraftAsked(Payload):
    KIND = "assist.draft_asked"
    AREA = "reception"
    LABEL = T("请语言模型起草", "Draft asked of a language model")
    SAYS = T(
        "请 {model}（{host}）起草，发出 {characters} 字",
        "{model} at {host} was asked for a draft ({characters} characters)",
    )
    PERM = Perm.CHAT

    conversation: int
    host: str
    model: str
    characters: int
    articles: list[int]


class AssistDraftAnswered(Payload):
    KIND = "assist.draft_answered"
    AREA = "reception"
    LABEL = T("语言模型起草结果", "Draft of a language model")
    SAYS = T(
        "起草：{tokens_in} + {tokens_out} 个词元，约 {cost_micros} 微元，{verdict}",
        "Draft: {tokens_in} + {tokens_out} tokens, about {cost_micros} micro-yuan, {verdict}",
    )
    PERM = Perm.CHAT

    conversation: int
    ok: bool
    problem: str
    tokens_in: int
    tokens_out: int
    cost_micros: int
    verdict: str
