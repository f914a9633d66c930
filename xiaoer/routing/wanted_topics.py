"""What talks are about, as topics that knowledge suggests to write about (高频问题, R717, R796)."""

from collections.abc import Iterator
from datetime import datetime

from xiaoer.kernel.i18n import T
from xiaoer.knowledge import suggestions
from xiaoer.routing.models import Sorting
from xiaoer.routing.queries import topic_names

_LOOKED_AT = 1000


def talks_about(shop_id: int, since: datetime) -> Iterator[suggestions.Topic]:
    """The latest sorted talks with their topic."""
    zh, en = topic_names(shop_id, "zh"), topic_names(shop_id, "en")
    rows = Sorting.objects.filter(shop_id=shop_id, at__gt=since).order_by("-at")
    for topic, at in rows.values_list("topic", "at")[:_LOOKED_AT]:
        if topic in zh:
            yield suggestions.Topic(topic, T(zh[topic], en.get(topic, zh[topic])), at, zh[topic])


suggestions.register("talk", talks_about)
