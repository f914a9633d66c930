"""Reviews and disputes come in: read twice they are one; good reviews are thanked, the others go to the clerk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xiaoer.complaints import events, forms, sentiment
from xiaoer.complaints.actions import disputes, reviews
from xiaoer.complaints.drafts import DisputeDraft, ReviewDraft
from xiaoer.complaints.flow import REVIEW
from xiaoer.complaints.models import Dispute, Review, ReviewTopic
from xiaoer.complaints.rules import better
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import OrderFacts, facts_by_number
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


@dataclass(slots=True)
class Taken:
    """What became of the rows: ids of new cases, counts, and rows that could not be used (their place and why)."""

    thanked: int = 0
    opened: int = 0
    changed: int = 0
    known: int = 0
    ids: list[int] = field(default_factory=list)
    refused: list[tuple[int, T]] = field(default_factory=list)


def take_reviews(
    shop_id: int, drafts: Sequence[ReviewDraft], *, source: str, rejected: int = 0, by: Who, at: datetime
) -> Taken:
    """Write a batch of reviews; a review that is known may have changed or been added to (追评)."""
    done = Taken()
    keys = [draft.key for draft in drafts]
    held = {row.key: row for row in Review.objects.filter(shop_id=shop_id, key__in=keys).select_related("shop")}
    orders = facts_by_number(shop_id, [draft.order_no for draft in drafts if draft.order_no])
    window = rule("review_change", shop=shop_facts(shop_id), at=at).duration
    for draft in drafts:
        row = held.get(draft.key)
        if row is not None:
            _again(row, draft, done, at=at)
            continue
        row = _made(shop_id, draft, orders.get(draft.order_no), window, by=by, at=at)
        held[draft.key] = row
        _begin(row, done, by=by, at=at)
    said = events.ReviewsTakenIn(
        source=source, thanked=done.thanked, opened=done.opened, changed=done.changed, known=done.known,
        rejected=rejected,
    )  # fmt: skip
    announce(said, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return done


def _made(
    shop_id: int, draft: ReviewDraft, order: OrderFacts | None, window: timedelta, *, by: Who, at: datetime
) -> Review:
    found = sentiment.read(f"{draft.text}。{draft.added}")
    line = order.lines[0] if order is not None and len(order.lines) == 1 else None
    mood = found.mood if draft.text or draft.added else {"good": "good", "bad": "bad"}.get(draft.rating, "neutral")
    pleased = draft.rating == "good" and mood != "bad"
    row = Review.objects.create(
        shop_id=shop_id,
        order_id=order.id if order is not None else None,
        customer_id=order.customer_id if order is not None else None,
        key=draft.key,
        order_no=draft.order_no,
        nick=draft.nick,
        title=draft.title or (line.title if line else ""),
        sku=draft.sku or (line.sku if line else ""),
        sku_code=draft.sku_code or (line.sku_code if line else ""),
        rating=draft.rating,
        stars=draft.stars,
        text=draft.text,
        added=draft.added,
        pictures=draft.pictures,
        show=draft.show,
        given_at=draft.given_at,
        changeable_until=draft.given_at + window,
        mood=mood,
        score=max(-999, min(found.score, 999)),
        topics=[one.topic for one in found.topics],
        state="thanked" if pleased else REVIEW.first,
        state_at=at,
        taken_in_at=at,
        taken_in_by=str(by),
    )
    goods = (row.sku_code or row.title)[:120]
    ReviewTopic.objects.bulk_create(
        [
            ReviewTopic(review=row, shop_id=shop_id, topic=one.topic, good=one.good, goods=goods, given_at=row.given_at)
            for one in found.topics
        ]
    )
    return row


def _begin(row: Review, done: Taken, *, by: Who, at: datetime) -> None:
    """A pleased buyer is thanked by the batch; a rating and words that agree go straight to the clerk's desk."""
    if row.state == "thanked":
        done.thanked += 1
        return
    reviews.receive(row, by=by, at=at)
    done.opened += 1
    done.ids.append(row.pk)
    if row.rating != "good":
        reviews.triage(row, None, by=SYSTEM, at=at)


def _again(row: Review, draft: ReviewDraft, done: Taken, *, at: datetime) -> None:
    """A review we know: a better rating, or words added later (追评)."""
    fresh = bool(draft.added) and draft.added != row.added
    if fresh:
        Review.objects.filter(pk=row.pk).update(added=draft.added)
        row.added = draft.added
    if better(row.rating, draft.rating) and REVIEW.find(row.state, "changed") and at < row.changeable_until:
        reviews.changed(row, forms.Changed(rating=draft.rating), by=SYSTEM, at=at)
        done.changed += 1
    elif fresh:
        done.changed += 1
    else:
        done.known += 1


def take_disputes(
    shop_id: int, drafts: Sequence[DisputeDraft], *, source: str, rejected: int = 0, by: Who, at: datetime
) -> Taken:
    """Register the day's disputes (R834). One whose order nobody knows comes back, and a known one is left alone."""
    done = Taken()
    orders = facts_by_number(shop_id, [draft.order_no for draft in drafts])
    numbers = [draft.platform_no for draft in drafts if draft.platform_no]
    known = set(Dispute.objects.filter(shop_id=shop_id, platform_no__in=numbers).values_list("platform_no", flat=True))
    for place, draft in enumerate(drafts):
        order = orders.get(draft.order_no)
        if draft.platform_no and draft.platform_no in known:
            done.known += 1
        elif order is None:
            text = T(f"没有订单 {draft.order_no}，请先导入订单", f"There is no order {draft.order_no}; import it first")
            done.refused.append((place, text))
        else:
            _register(draft, order, place, done, by=by, at=at)
            known.add(draft.platform_no)
    said = events.DisputesTakenIn(
        source=source, opened=done.opened, known=done.known, rejected=rejected + len(done.refused)
    )
    announce(said, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return done


def _register(draft: DisputeDraft, order: OrderFacts, place: int, done: Taken, *, by: Who, at: datetime) -> None:
    form = forms.Register(
        kind=draft.kind, reason=draft.reason, claim=draft.claim, claim_fen=draft.claim_fen,
        platform_no=draft.platform_no,
    )  # fmt: skip
    if (
        not draft.platform_no
        and Dispute.objects.filter(order_id=order.id, reason=draft.reason, raised_at=draft.raised_at or at).exists()
    ):
        done.known += 1
        return
    try:
        row = disputes.register_dispute(order, form, raised_at=draft.raised_at, by=by, at=at)
    except Conflict as refusal:
        done.refused.append((place, refusal.text))
        return
    done.opened += 1
    done.ids.append(row.pk)
