"""The guard makes itself known: whoever lets words out asks it through the kernel."""

from collections.abc import Iterable
from datetime import datetime

from xiaoer.guard import queries
from xiaoer.kernel.saying import use_check
from xiaoer.people.queries import shop_facts


def _refuse(text: str, shop_id: int, field: str, at: datetime, known: Iterable[str]) -> None:
    queries.require_sayable(text, shop_facts(shop_id), field=field, at=at, known=known)


use_check(_refuse)
