"""Nobody is on duty: the message pool, the proxy account, or the main account that passes on (R011, R012)."""

from dataclasses import replace
from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import agents_of
from xiaoer.reception import actions as reception
from xiaoer.reception.queries import served_facts
from xiaoer.routing import events
from xiaoer.routing.desk import Desk
from xiaoer.routing.models import Parked, RoutingSetting
from xiaoer.routing.rules import Agent, Decision, Wanted


def instead(desk: Desk, wanted: Wanted, decision: Decision) -> Decision:
    """What the shop wants done when nobody is on duty; the decision itself when somebody is."""
    if decision.reason != "nobody_online":
        return decision
    choice = desk.value("routing_nobody")
    account = {"proxy": desk.proxy, "main": desk.main}.get(choice)
    agent = _account(desk, account)
    if agent is None or agent.id == wanted.not_again:
        return replace(decision, reason="pool") if choice == "pool" else decision
    left = tuple(one for one in decision.refused if one[0].id != agent.id)
    return Decision(agent, str(choice), left)


def _account(desk: Desk, staff_id: int | None) -> Agent | None:
    return next((agent for agent in desk.agents if agent.id == staff_id), None)


def park(desk: Desk, conversation_id: int, agent_id: int, *, at: datetime) -> None:
    """The main account keeps it until somebody comes on duty."""
    Parked.objects.update_or_create(
        conversation_id=conversation_id, defaults={"shop_id": desk.shop.id, "agent_id": agent_id, "since": at}
    )


def anything_parked(shop_id: int) -> bool:
    return Parked.objects.filter(shop_id=shop_id).exists()


def pass_on(desk: Desk, *, by: Who, at: datetime) -> int:
    """Somebody is on duty again: what the main account keeps goes back to its old place in the queue (R012).

    A talk in which the main account has spoken stays: she chose to serve it.
    """
    rows = list(Parked.objects.filter(shop_id=desk.shop.id).order_by("since")[:100])
    if not rows or not desk.anybody():
        return 0
    Parked.objects.filter(pk__in=[row.pk for row in rows]).delete()
    moved = 0
    for row in rows:
        served = served_facts(row.pk)
        if served is not None and served.agent_id == row.agent_id and not served.spoken:
            reception.requeue(row.pk, reason="main_passes_on", by=by, at=at)
            moved += 1
    return moved


def choose_accounts(shop_id: int, *, proxy: int | None, main: int | None, by: Who, at: datetime) -> RoutingSetting:
    """Which accounts stand in when nobody is on duty."""
    people = {person.id for person in agents_of(shop_id)}
    wrong = {
        name: T("这位同事不在本店接待岗位", "This colleague does not chat in this shop")
        for name, staff in (("proxy", proxy), ("main", main))
        if staff is not None and staff not in people
    }
    if wrong:
        raise Invalid(fields=wrong)
    row, _ = RoutingSetting.objects.update_or_create(shop_id=shop_id, defaults={"proxy_id": proxy, "main_id": main})
    said = events.AccountsChosen(proxy=proxy, main=main)
    announce(said, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return row
