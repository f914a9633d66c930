"""What cases are opened for, as topics that knowledge suggests to write about (高频问题纳入FAQ, R717)."""

from collections.abc import Iterator
from datetime import datetime

from xiaoer.aftersales.kinds import FLOWS, TABLES
from xiaoer.aftersales.reasons import REASONS
from xiaoer.kernel.i18n import T
from xiaoer.knowledge import suggestions

_FLOWS, _LOOKED_AT = ("return", "refund_only", "exchange"), 1000


def cases_for(shop_id: int, since: datetime) -> Iterator[suggestions.Topic]:
    """The latest cases of each kind with the reason the buyer gave."""
    for name in _FLOWS:
        rows = TABLES[name]._default_manager.filter(shop_id=shop_id, opened_at__gt=since).order_by("-opened_at", "-id")
        label = FLOWS[name].label
        for reason, at in rows.values_list("reason", "opened_at")[:_LOOKED_AT]:
            if known := REASONS.get(reason):
                topic = T(f"{known.zh}（{label.zh}）", f"{known.en} ({label.en})")
                yield suggestions.Topic(f"{name}:{reason}", topic, at, f"{known.zh}{label.zh}")


suggestions.register("case", cases_for)
