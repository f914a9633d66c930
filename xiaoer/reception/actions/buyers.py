"""The buyer's side: a visit begins, she proves an order, her conversations follow her to her account."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from xiaoer.customers import actions as customers
from xiaoer.customers.queries import CustomerFacts, customer_facts, find_by_visitor
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import TooMany
from xiaoer.kernel.events import announce
from xiaoer.orders import queries as orders
from xiaoer.reception import events, rules
from xiaoer.reception import settings as limits
from xiaoer.reception.actions.conversations import get, tell
from xiaoer.reception.actions.identity import note_check
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.actions.notes import let_all_go
from xiaoer.reception.flow import CLOSED
from xiaoer.reception.models import Attempt, Conversation, Feedback, IdentityCheck, OfflineMessage, Task, Upload
from xiaoer.reception.offline_reads import BOXES as OFFLINE_BOXES

_LOOPBACK = ("", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Proved:
    """An order was proved: whose it is, and whether the visitor became somebody else by it."""

    order: orders.OrderFacts
    customer: CustomerFacts
    conversation: int | None


def start_visit(shop_id: int, *, visitor: str, address: str, at: datetime) -> tuple[CustomerFacts, str]:
    """The customer behind a visitor key; an unknown key is never taken over, a new random one is made instead."""
    known = find_by_visitor(shop_id, visitor[:64])
    if known is not None:
        return known, visitor
    _count_visit(address, at=at)
    fresh = secrets.token_hex(16)
    return customers.find_or_create(shop_id, visitor=fresh, by=Who("buyer"), at=at), fresh


def _count_visit(address: str, *, at: datetime) -> None:
    """Refuse when one network address makes visitors by the hundred. A proxy on this machine is not counted."""
    if address in _LOOPBACK:
        return
    key = f"visit:{address}"[:96]
    if Attempt.objects.filter(key=key, at__gt=at - limits.WINDOW).count() >= limits.VISITS_PER_ADDRESS:
        raise TooMany("too_many_visits", "访问过于频繁，请 10 分钟后再试", "Too many visits; try again in 10 minutes")
    Attempt.objects.create(key=key, at=at)


def _proof_keys(shop_id: int, customer_id: int, order_no: str) -> tuple[str, str]:
    return f"proof:visitor:{customer_id}", f"proof:order:{shop_id}:{order_no.strip()}"[:96]


def require_not_locked(shop_id: int, customer_id: int, order_no: str, *, at: datetime) -> None:
    """Refuse further tries after too many wrong ones, by this visitor or at this order number (C38)."""
    by_visitor, by_order = _proof_keys(shop_id, customer_id, order_no)
    for key, since, most in (
        (by_visitor, limits.WINDOW, limits.PROOF_TRIES),
        (by_order, limits.WINDOW, limits.PROOF_TRIES),
        (by_order, limits.PROOF_DAY, limits.PROOF_TRIES_A_DAY),
    ):
        if Attempt.objects.filter(key=key, at__gt=at - since).count() >= most:
            raise TooMany(
                "too_many_tries",
                "核实次数过多，请 10 分钟后再试，或直接联系客服",
                "Too many tries; try again in 10 minutes, or ask us in the chat",
            )


def note_wrong_proof(shop_id: int, customer_id: int, order_no: str, *, by: Who, at: datetime) -> None:
    """Count a wrong try; the journal hears of it once, when the limit is reached."""
    Attempt.objects.filter(key__startswith="proof:", at__lt=at - limits.PROOF_DAY).delete()
    for key in _proof_keys(shop_id, customer_id, order_no):
        Attempt.objects.create(key=key, at=at)
    by_visitor = _proof_keys(shop_id, customer_id, order_no)[0]
    tries = Attempt.objects.filter(key=by_visitor, at__gt=at - limits.WINDOW).count()
    if tries == limits.PROOF_TRIES:
        payload = events.ProofRefused(tries=tries)
        announce(payload, shop_id=shop_id, subject=f"customer:{customer_id}", by=by, at=at)


def prove(shop_id: int, customer_id: int, order_no: str, phone_tail: str, *, by: Who, at: datetime) -> Proved | None:
    """Order number and phone tail (身份核实, R375, C38). None when they do not fit, whatever the reason.

    They prove the account that placed the order. A visitor who was nobody yet becomes that customer, and what she
    said so far goes with her. A customer who proves an order of another account of hers becomes the other one; each
    account keeps its own conversations.
    """
    order = orders.prove(shop_id, order_no, phone_tail)
    if order is None:
        return None
    owner = customer_facts(order.customer_id)
    if order.customer_id == customer_id:
        return Proved(order, owner, _open_id(shop_id, customer_id))
    payload = events.VisitorProved(order=order.id, previous_customer=customer_id)
    announce(payload, shop_id=shop_id, subject=f"customer:{owner.id}", by=by, at=at, customer_id=owner.id)
    if is_nobody_yet(customer_facts(customer_id)):
        link_visitor(shop_id, customer_id, owner.id, by=by, at=at)
    return Proved(order, owner, _open_id(shop_id, owner.id))


def is_nobody_yet(facts: CustomerFacts) -> bool:
    """A row that stands for a browser only: it has no 买家会员名."""
    return facts.visitor is not None and facts.nick == f"访客{facts.visitor[-6:]}"


def _open_id(shop_id: int, customer_id: int) -> int | None:
    rows = Conversation.objects.filter(shop_id=shop_id, customer_id=customer_id).exclude(state=CLOSED)
    return rows.values_list("pk", flat=True).first()


def link_visitor(shop_id: int, visitor_customer: int, customer_id: int, *, by: Who, at: datetime) -> None:
    """Give the visitor's conversations and pictures to the account she proved (访客并入客户).

    The conversation in which she writes now stays the live one, for her and for the agent. Another one that the
    account has open (from her phone, say) is closed as merged; if she waits there, she goes on waiting here.
    """
    mine = Conversation.objects.filter(shop_id=shop_id, customer_id=visitor_customer)
    live = mine.exclude(state=CLOSED).first()
    other = Conversation.objects.filter(shop_id=shop_id, customer_id=customer_id).exclude(state=CLOSED).first()
    if live is not None and other is not None:
        _merge(other, live, at)
    mine.update(customer_id=customer_id)
    Task.objects.filter(customer_id=visitor_customer, shop_id=shop_id).update(customer_id=customer_id)
    Feedback.objects.filter(customer_id=visitor_customer, shop_id=shop_id).update(customer_id=customer_id)
    customers.move_timeline(visitor_customer, customer_id)
    Upload.objects.filter(customer_id=visitor_customer, shop_id=shop_id).update(customer_id=customer_id)
    _carry_offline(shop_id, visitor_customer, customer_id)
    if live is None:
        return
    row = get(live.pk)
    payload = events.ConversationLinked(conversation=row.pk, customer=customer_id, previous_customer=visitor_customer)
    tell(row, payload, by=by, at=at)
    note_check(row, "widget", IdentityCheck.VERIFIED, None, by=by, at=at)
    post_message(row.pk, by=SYSTEM, at=at, kind="system", text="身份已核实，可以查看您的订单")
    found = len(orders.orders_of_customer(customer_id))
    said = f"买家已自助核实：账号「{customer_facts(customer_id).nick}」，共 {found} 张订单"
    post_message(row.pk, by=SYSTEM, at=at, kind=rules.NOTE, text=said)


def _carry_offline(shop_id: int, visitor_customer: int, customer_id: int) -> None:
    """What she left outside hours goes with her; an account has one open, so a second one stays where it is."""
    left = OfflineMessage.objects.filter(shop_id=shop_id)
    mine = left.filter(customer_id=visitor_customer)
    if left.filter(customer_id=customer_id, state__in=OFFLINE_BOXES["open"]).exists():
        mine = mine.exclude(state__in=OFFLINE_BOXES["open"])
    mine.update(customer_id=customer_id)


def _merge(other: Conversation, live: Conversation, at: datetime) -> None:
    """Close `other` as merged into `live`; carry over its waiting, and its reply clock with it."""
    waiting = [moment for moment in (other.waiting_since, live.waiting_since) if moment is not None]
    running = {row.kind: row for row in deadlines.open_for(f"conversation:{other.pk}")}
    Conversation.objects.filter(pk=other.pk).exclude(state=CLOSED).update(
        state=CLOSED,
        closed_at=at,
        waiting_since=None,
        unread_agent=0,
        outcome="merged",
        merged_into_id=live.pk,
        snoozed_at=None,
        snoozed_until=None,
    )
    let_all_go(other, by=SYSTEM, at=at)
    deadlines.settle(f"conversation:{other.pk}", at=at)
    payload = events.ConversationClosed(
        conversation=other.pk, reason="merged", agent=other.agent_id, merged_into=live.pk
    )
    tell(other, payload, by=SYSTEM, at=at)
    if other.waiting_since is not None:
        Conversation.objects.filter(pk=live.pk).update(waiting_since=min(waiting))
        if (clock := running.get("reply")) is not None and live.waiting_since is None:
            subject = f"conversation:{live.pk}"
            deadlines.start("reply", subject, shop_id=live.shop_id, due_at=clock.due_at, at=at)
    text = f"该买家另有未结束的会话 #{other.pk}，已并入本会话，内容见历史会话"
    post_message(live.pk, by=SYSTEM, at=at, kind=rules.NOTE, text=text)
