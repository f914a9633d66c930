"""Fills a fresh database for the measurements: one shop, agents with sessions, buyers with open conversations."""

import json
import os
import sys
import time
from datetime import datetime, timedelta
from itertools import zip_longest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.settings")

CSRF = "benchbenchbenchbenchbenchbench12"


def seed(agents: int, conversations: int, shops: int, silent: int = 0, role: str = "pre_sales") -> dict[str, object]:
    """Create everything; the answer holds the cookies and tokens with which the load comes."""
    import django

    django.setup()
    from xiaoer.kernel.schema import bring_up

    bring_up()
    from xiaoer.kernel import clock
    from xiaoer.kernel.access import SYSTEM
    from xiaoer.people import actions

    at = clock.now()
    made = [
        actions.open_shop(slug=f"bench-{n}", name=f"压测店{n}", platform="tmall", by=SYSTEM, at=at)
        for n in range(shops)
    ]
    staff = [_agent(n, made[n % shops].pk, role) for n in range(agents)]
    buyers = []
    for n, shop in enumerate(made):
        buyers += _buyers(shop.pk, n * conversations, conversations, at - timedelta(minutes=5), bool(silent))
    return {"csrf": CSRF, "shops": [shop.pk for shop in made], "agents": staff, "buyers": buyers}


def _agent(n: int, shop_id: int, role: str) -> dict[str, object]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from xiaoer.people.models import Membership, Staff

    person = Staff.objects.create_user(f"bench-agent-{n}", None, name=f"客服{n}")
    Membership.objects.create(shop_id=shop_id, staff=person, roles=[role])
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return {"id": person.pk, "shop": shop_id, "session": session.session_key}


def _buyers(shop_id: int, start: int, count: int, at: datetime, silent: bool) -> list[dict[str, object]]:
    from xiaoer.customers.models import Customer
    from xiaoer.reception.models import Conversation
    from xiaoer.reception.visitors import Visitor, make_token

    customers = Customer.objects.bulk_create(
        [
            Customer(
                shop_id=shop_id,
                nick=f"买家{n}",
                nick_key=f"买家{n}",
                visitor=f"v{n}",
                first_seen_at=at,
                last_seen_at=at,
            )
            for n in range(start, start + count)
        ],
        batch_size=500,
    )
    talks = (
        []
        if silent
        else Conversation.objects.bulk_create(
            [
                Conversation(
                    shop_id=shop_id,
                    customer=one,
                    state="queued",
                    opened_at=at,
                    queued_at=at,
                    last_message_at=at,
                    last_text="在吗",
                    last_author="buyer",
                    waiting_since=at + timedelta(milliseconds=n),
                )
                for n, one in enumerate(customers)
            ],
            batch_size=500,
        )
    )
    expires = int(time.time()) + 3600 * 24
    return [
        {
            "conversation": talk.pk if talk else None,
            "customer": one.pk,
            "token": make_token(Visitor(shop_id, one.pk, f"v{one.pk}", expires)),
            "shop": shop_id,
        }
        for one, talk in zip_longest(customers, talks)
    ]


if __name__ == "__main__":
    counts = [int(value) for value in sys.argv[1:5]]
    json.dump(seed(counts[0], counts[1], counts[2], counts[3], *sys.argv[5:6]), sys.stdout)
