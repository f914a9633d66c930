"""Talks are sorted by their first words (问题分类, R689); a person corrects with one press, and the shop learns from it."""

from collections.abc import Sequence
from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import orders_of_customer
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception.queries import Conversation, QueuedFacts, first_words
from xiaoer.routing import events, learning, sorting
from xiaoer.routing.desk import Desk, desk_now
from xiaoer.routing.models import Example, Learned, Sorting
from xiaoer.routing.rules import AFTER, PRE
from xiaoer.routing.sorting import Guess, TopicWords

_HEARD = 4
"""Messages of the buyer that are looked at."""
_LEARN_FROM = 2000
_SHIPPED = ("shipped", "succeeded")


def sort_talks(desk: Desk, talks: Sequence[QueuedFacts], *, at: datetime) -> dict[int, Sorting]:
    """The sortings of these talks; those that were not sorted, and speak, are sorted now."""
    if not desk.sorts or not talks:
        return {}
    known = {row.pk: row for row in Sorting.objects.filter(pk__in=[talk.id for talk in talks])}
    new = [talk for talk in talks if talk.waiting_since is not None and _unheard(known.get(talk.id), talk)]
    words = first_words([talk.id for talk in new], _HEARD)
    made = [_sorted(desk, talk, words[talk.id], at) for talk in new]
    changed = [row for row in made if _differs(known.get(row.pk), row)]
    Sorting.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=["topic", "side", "team_id", "urgent", "sure", "how", "words", "heard", "first_topic", "at"],
    )
    for row in changed:
        _tell(row, previous="", by=Who("system", None, "系统"), at=at)
    return {**known, **{row.pk: row for row in made}}


def _unheard(row: Sorting | None, talk: QueuedFacts) -> bool:
    return row is None or (row.how != "hand" and not row.topic and row.heard < talk.seq)


def _differs(before: Sorting | None, row: Sorting) -> bool:
    return bool(row.topic) and (before is None or before.topic != row.topic)


def _sorted(desk: Desk, talk: QueuedFacts, words: Sequence[str], at: datetime) -> Sorting:
    """By keywords; where they say little and the shop's own model is switched on, by that."""
    found = sorting.guess(words, desk.topics)
    if desk.learned is not None:
        own = learning.predict(desk.learned, sorting.features(words))
        if own.sure > found.sure and desk.topic(own.topic) is not None:
            found = own
    nothing = not found.topic and sorting.says_nothing(words)
    return _row(desk, talk, found, "nothing" if nothing else found.how, at)


def _row(desk: Desk, talk: QueuedFacts, found: Guess, how: str, at: datetime) -> Sorting:
    topic = desk.topic(found.topic)
    side = topic.side if topic is not None and topic.side else ""
    if not side and desk.profile == "account_split":
        side = side_by_orders(desk, talk.customer_id, at)
        how = how if found.topic else "order" if how != "nothing" else how
    return Sorting(
        conversation_id=talk.id,
        shop_id=talk.shop_id,
        topic=found.topic,
        side=side,
        team_id=topic.team if topic is not None else None,
        urgent=topic is not None and topic.urgent,
        sure=found.sure,
        how=how,
        words=list(found.words),
        heard=talk.seq,
        first_topic=found.topic,
        at=at,
    )


def side_by_orders(desk: Desk, customer_id: int, at: datetime) -> str:
    """Pre- or after-sales by what she bought: a parcel on its way, or received lately, makes it after-sales (R097)."""
    lately = at - rule("after_sale_window", shop=desk.shop, at=at).duration
    for order in orders_of_customer(customer_id, limit=3):
        last = order.succeeded_at or order.signed_at or order.shipped_at
        if order.status in _SHIPPED and (last is None or last >= lately):
            return AFTER
    return PRE


def correct(row: Conversation, topic: str, *, by: Who, at: datetime) -> Sorting:
    """A person says what it is about. The shop's classifier learns from the buyer's words."""
    desk = desk_now(row.shop_id, at=at)
    found = desk.topic(topic)
    if found is None:
        names = "、".join(one.key for one in desk.topics)
        raise Invalid(fields={"topic": T(f"没有分类「{topic}」，可选：{names}", f"No topic {topic!r}: {names}")})
    before = Sorting.objects.filter(pk=row.pk).first()
    after = Sorting(
        conversation_id=row.pk,
        shop_id=row.shop_id,
        topic=found.key,
        side=found.side,
        team_id=found.team,
        urgent=found.urgent,
        sure=100,
        how="hand",
        words=before.words if before else [],
        heard=row.seq,
        first_topic=before.first_topic if before else "",
        by_name=by.name[:48],
        at=at,
    )
    columns = ["topic", "side", "team_id", "urgent", "sure", "how", "heard", "by_name", "at"]
    Sorting.objects.bulk_create([after], update_conflicts=True, unique_fields=["conversation"], update_fields=columns)
    _keep_example(row, found, at)
    _tell(after, previous=before.topic if before else "", by=by, at=at)
    return after


def _keep_example(row: Conversation, topic: TopicWords, at: datetime) -> None:
    words = sorting.features(first_words([row.pk], _HEARD)[row.pk])
    if words:
        Example.objects.update_or_create(
            conversation_id=row.pk, defaults={"shop_id": row.shop_id, "topic": topic.key, "words": words, "at": at}
        )


def _tell(row: Sorting, *, previous: str, by: Who, at: datetime) -> None:
    payload = events.RoutingSorted(
        conversation=row.pk, topic=row.topic, previous=previous, side=row.side, sure=row.sure, how=row.how
    )
    announce(payload, shop_id=row.shop_id, subject=f"conversation:{row.pk}", by=by, at=at)


def train(shop_id: int, *, by: Who, at: datetime) -> Learned:
    """Learn from the shop's corrections (latest 2,000); says how often it would have been right on unseen ones."""
    rows = Example.objects.filter(shop_id=shop_id).order_by("-at", "-pk").values_list("topic", "words")
    examples = list(rows[:_LEARN_FROM])
    least = int(rule("classify_learned_least", shop=shop_facts(shop_id), at=at).value)
    if len(examples) < least:
        raise Invalid(
            f"更正过的会话只有 {len(examples)} 个，至少 {least} 个才能训练；请先在工作台更正分类",
            f"Only {len(examples)} corrections; at least {least} are needed. Correct topics in the workbench first",
            code="too_few_examples",
        )
    learned, _ = Learned.objects.update_or_create(
        shop_id=shop_id,
        defaults={
            "counts": learning.train(examples),
            "examples": len(examples),
            "right": learning.tried_out(examples),
            "at": at,
        },
    )
    said = events.ClassifierTrained(examples=learned.examples, right=learned.right)
    announce(said, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return learned
