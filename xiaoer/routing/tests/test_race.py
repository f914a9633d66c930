"""Two nodes assign at the same moment over a real database: nothing twice, no cap exceeded; a dead one is replaced."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from xiaoer.customers.models import Customer
from xiaoer.kernel import leases
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.reception.models import AgentStatus, Conversation
from xiaoer.routing import actions


@pytest.mark.django_db(transaction=True)
def test_two_assigners_race(cast: Cast) -> None:
    agents = ("quanquan", "tangtang", "anan", "mumu")
    for name in agents:
        AgentStatus.objects.create(shop=cast.tmall, staff=cast.staff[name], status="online", cap=5, since=NOON)
    talks = []
    for n in range(30):
        buyer = Customer.objects.create(
            shop=cast.tmall, nick=f"b{n}", nick_key=f"b{n}", first_seen_at=NOON, last_seen_at=NOON
        )
        talks.append(
            Conversation.objects.create(
                shop=cast.tmall, customer=buyer, opened_at=NOON, queued_at=NOON, last_message_at=NOON
            ).pk
        )
    together, failures = threading.Barrier(2), []

    def node() -> None:
        try:
            together.wait(10)
            for _ in range(4):
                with transaction():
                    actions.drain(cast.tmall.pk, cause="status", at=NOON)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=node) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    given = Event.objects.filter(kind="routing.assigned")
    assert given.count() == 20 == len({event.subject for event in given}), "each once"
    for name in agents:
        held = Conversation.objects.filter(agent=cast.staff[name], state="open").count()
        assert held == 5, f"{name} has {held}, her cap is 5"
    assert Conversation.objects.filter(pk__in=talks, state="queued").count() == 10


@pytest.mark.django_db
def test_the_second_node_takes_over_when_the_first_dies() -> None:
    lasts = timedelta(seconds=6)
    assert leases.hold("x", lasts=lasts, now=NOON, holder="one")
    assert not leases.hold("x", lasts=lasts, now=NOON + timedelta(seconds=5), holder="two")
    assert leases.hold("x", lasts=lasts, now=NOON + timedelta(seconds=5), holder="one"), "renewed"
    assert not leases.hold("x", lasts=lasts, now=NOON + timedelta(seconds=10), holder="two")
    assert leases.hold("x", lasts=lasts, now=NOON + timedelta(seconds=11), holder="two"), "the first one is dead"
    assert not leases.hold("x", lasts=lasts, now=NOON + timedelta(seconds=12), holder="one")
    leases.release("x", now=NOON + timedelta(seconds=13), holder="two")
    assert leases.hold("x", lasts=lasts, now=NOON + timedelta(seconds=13), holder="one"), "let go at once"
