"""A talk becomes knowledge (投稿, R797): chosen messages, without the buyer, as a draft."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import shorten
from xiaoer.knowledge.actions.articles import new_article
from xiaoer.orders.queries import orders_of_customer, private_words
from xiaoer.reception.anonymous import anonymous, as_pairs
from xiaoer.reception.models import Conversation, Message

_MOST = 40


def known_words(row: Conversation) -> dict[str, list[str]]:
    """What would give the buyer away, by what stands for it."""
    facts = customer_facts(row.customer_id)
    orders = orders_of_customer(row.customer_id, limit=20)
    names, places = private_words(row.customer_id, limit=20)
    nicks = [facts.name, facts.nick] if not facts.visitor else []
    return {
        "[订单号]": [one.order_no for one in orders],
        "[运单号]": [one.waybill for one in orders if one.waybill],
        "[买家]": [*nicks, *names],
        "[地址]": places,
    }


def contribute(row: Conversation, seqs: Sequence[int], *, title: str = "", by: Who, at: datetime) -> int:
    """The chosen messages as question-and-answer pairs in a draft, whose article's number is returned; the buyer is
    taken out of every word.
    """
    chosen = list(dict.fromkeys(seqs))[:_MOST]
    messages = Message.objects.filter(conversation_id=row.pk, seq__in=chosen, kind="text").order_by("seq")
    lines = [(one.author_kind, one.text.strip()) for one in messages if one.text.strip()]
    if not lines:
        raise Invalid(fields={"messages": T("请至少选一条文字消息", "Choose at least one text message")})
    hidden = known_words(row)
    clean = [(author, anonymous(text, hidden)) for author, text in lines]
    pairs = as_pairs(clean)
    asked = [question for question, _ in pairs if question]
    goods = (row.context.get("goods") or {}).get("code")
    values: dict[str, Any] = {
        "title": anonymous(title.strip(), hidden) or shorten(asked[0] if asked else clean[0][1], 60),
        "kind": "faq",
        "body": "\n\n".join(f"## {shorten(q or '（买家的问题）', 100)}\n\n{a or '（待补充回答）'}" for q, a in pairs),
        "questions": [shorten(question, 110) for question in asked],
        "goods": [str(goods)] if goods else [],
        "source": f"conversation:{row.pk}",
    }
    note = "来自对话 / from a talk"
    return new_article(row.shop_id, values, note=note, conversation=row.pk, by=by, at=at).article_id
