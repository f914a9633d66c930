"""Talks that must go to somebody else: corrected, escalated (R691), handed over to after-sales (R097)."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Refusal
from xiaoer.kernel.events import announce
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import agents_of, shop_facts, team_kinds
from xiaoer.policy.queries import rule
from xiaoer.reception import actions as reception
from xiaoer.reception.queries import Conversation, served_facts
from xiaoer.routing import events
from xiaoer.routing.actions.assigning import drain
from xiaoer.routing.actions.sorting import correct
from xiaoer.routing.desk import sides_of
from xiaoer.routing.models import HandOver, Sorting
from xiaoer.routing.rules import AFTER

TRIGGERS = {"voided": "订单作废（退款）", "recalled": "追回包裹或单据", "shipped": "订单已发货"}


def reroute(row: Conversation, topic: str, *, move: bool, by: Who, at: datetime) -> Sorting:
    """Correct what a talk is about and, with `move`, give it to those who answer that."""
    after = correct(row, topic, by=by, at=at)
    if row.state == "queued":
        drain(row.shop_id, cause="corrected", by=by, at=at, fresh={row.pk: "corrected"}, only=True)
    elif move and after.team_id is not None and not _sits_in(row, after.team_id):
        reception.transfer(row.pk, team=after.team_id, by=by, at=at)
    elif move and after.side and not _serves_side(row, after.side):
        reception.requeue(row.pk, reason="corrected", by=by, at=at)
    return after


def _sits_in(row: Conversation, team: int) -> bool:
    return any(person.id == row.agent_id and team in person.team_ids for person in agents_of(row.shop_id))


def _serves_side(row: Conversation, side: str) -> bool:
    kinds = team_kinds(row.shop_id)
    return any(person.id == row.agent_id and side in sides_of(person, kinds) for person in agents_of(row.shop_id))


def escalate(row: Conversation, note: str, *, by: Who, at: datetime) -> None:
    """To the senior agents (高级客服, R691), with a note for them."""
    team = next((pk for pk, kind in sorted(team_kinds(row.shop_id).items()) if kind == "senior"), None)
    if team is None:
        raise Refusal(
            "no_senior_team",
            "本店还没有高级客服组；请主管在「分流设置」载入技能组并加人",
            "This shop has no senior team; a supervisor can load the skill groups in the routing settings",
        )
    before = row.agent_id
    reception.transfer(row.pk, team=team, note=note, by=by, at=at)
    said = events.RoutingEscalated(conversation=row.pk, team=team, from_agent=before)
    announce(said, shop_id=row.shop_id, subject=f"conversation:{row.pk}", by=by, at=at)


# ------------------------------------------------------------------------------------------------ R097


def propose_handover(order: OrderFacts, trigger: str, *, by: Who, at: datetime) -> HandOver | None:
    """What happened to an order makes its buyer's talk a case of after-sales, when a pre-sales agent serves it."""
    row = (
        Conversation.objects.filter(shop_id=order.shop_id, customer_id=order.customer_id)
        .exclude(state="closed")
        .first()
    )
    if row is None or row.agent_id is None or _serves_side(row, AFTER):
        return None
    made, fresh = HandOver.objects.get_or_create(
        conversation_id=row.pk,
        defaults={
            "shop_id": row.shop_id,
            "trigger": trigger,
            "order_id": order.id,
            "order_no": order.order_no,
            "at": at,
        },
    )
    if not fresh:
        return None
    _tell(made, row.customer_id, done=False, by=by, at=at)
    if rule("handover_auto", shop=shop_facts(row.shop_id), at=at).value:
        hand_over(row, by=by, at=at)
    return made


def hand_over(row: Conversation, *, by: Who, at: datetime) -> None:
    """The talk goes to after-sales with the buyer's number and the order in the note (R097)."""
    case = HandOver.objects.filter(pk=row.pk, done_at=None).first()
    served = served_facts(row.pk)
    if case is None or served is None:
        raise Conflict(
            "nothing_to_hand_over",
            "这个会话没有待转售后的事项，可能已经转出；请刷新",
            "Nothing waits to be handed over here; refresh to see what changed",
        )
    HandOver.objects.filter(pk=row.pk, done_at=None).update(done_at=at)
    Sorting.objects.update_or_create(
        conversation_id=row.pk,
        defaults={"shop_id": row.shop_id, "side": AFTER, "sure": 100, "how": "hand", "by_name": by.name[:48], "at": at},
    )
    note = f"{TRIGGERS[case.trigger]}，转售后。客户编号 {row.customer_id}，订单 {case.order_no}"
    team = next((pk for pk, kind in sorted(team_kinds(row.shop_id).items()) if kind == "after_sales"), None)
    if team is not None and any(team in person.team_ids for person in agents_of(row.shop_id)):
        reception.transfer(row.pk, team=team, note=note, by=by, at=at)
    else:
        reception.requeue(row.pk, reason="handed_over", note=note, by=by, at=at)
    _tell(case, row.customer_id, done=True, by=by, at=at)


def _tell(case: HandOver, customer_id: int, *, done: bool, by: Who, at: datetime) -> None:
    said = events.RoutingHandOver(
        conversation=case.pk,
        customer=customer_id,
        order=case.order_id,
        order_no=case.order_no,
        trigger=case.trigger,
        done=done,
    )
    announce(said, shop_id=case.shop_id, subject=f"conversation:{case.pk}", by=by, at=at)
