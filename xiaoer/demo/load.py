"""Load the demo: everything through the areas' own actions, in the order in which it happened."""

from datetime import datetime, timedelta

from xiaoer.demo import (
    calls,
    cases,
    catalogue,
    couriers,
    exchanges,
    grievances,
    guarding,
    knowledge,
    life,
    moneys,
    opinions,
    orders,
    past,
    paying,
    payouts,
    printing,
    regulars,
    repairs,
    serving,
    shops,
    talks,
    words,
)
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event, Reader
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.reactions import REACTIONS
from xiaoer.reception import timers_turns
from xiaoer.reception.actions import indexing, quick_replies
from xiaoer.routing import actions as routing


def load(now: datetime) -> None:
    """Open the demo's shops as of three months ago and live through to `now`."""
    with transaction():
        opened, staff = shops.load(now - timedelta(days=90))
        shops.form_groups(opened, staff, now - timedelta(days=89))
        for shop in opened.values():
            quick_replies.load_starter(shop.pk, by=SYSTEM, at=now - timedelta(days=89))
        past.load(opened, staff, now)
        window = catalogue.load(opened, staff, now)
        maker = orders.load(opened, now - timedelta(hours=1))
        steps = talks.load(opened, staff, maker, now) + cases.load(opened, staff, maker, now)
        steps += calls.load(opened, staff, maker, now)
        steps += words.load(opened, staff, now)
        steps += window
        steps += printing.load(opened, staff, now)
        steps += couriers.load(opened, staff, maker, now)
        steps += life.load(opened["quanquan-tmall"], staff, now)
        steps += paying.load(opened, staff, maker, now)
        steps += moneys.load(opened, staff, maker, now)
        steps += serving.load(opened, staff, maker, now)
        steps += exchanges.load(opened, staff, maker, now)
        steps += repairs.load(opened, staff, maker, now)
        steps += opinions.load(opened, staff, maker, now)
        steps += grievances.load(opened, staff, maker, now)
        steps += knowledge.load(opened, staff, now)
        steps += guarding.load(opened, staff, now)
        steps += payouts.load(opened, staff, maker, now)
        steps += regulars.load(opened, staff, now)
        steps.append((now - timedelta(hours=9), lambda at: shops.go_on_duty(opened, staff, at)))
        for at, step in sorted(steps, key=lambda pair: pair[0]):
            step(at)
        for event in Event.objects.filter(kind="agent.status").order_by("number"):
            routing.note_spell(event)
        skip_reactions()
    settle()


def settle() -> None:
    """What the server's loops would catch up with in their first minute is done now: the first clicks are quick."""
    while run_reactions():
        pass
    while indexing.index_some():
        pass
    timers_turns.catch_up()


def skip_reactions() -> None:
    """What the demo tells has been reacted to: readers begin after it."""
    last = Event.objects.order_by("-number").values_list("number", flat=True).first() or 0
    for name in REACTIONS:
        if name == "customers.timeline":  # writes only records: it tells the demo's whole past
            continue
        Reader.objects.update_or_create(name=name, defaults={"number": last})
