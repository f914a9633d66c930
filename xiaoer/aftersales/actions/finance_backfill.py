"""Money granted before finance's list existed (补登待打款): found when finance opens her page, and put in the list once."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from xiaoer.aftersales.actions.finance import paying_verb
from xiaoer.aftersales.actions.paying import executed_parts, granted_parts, wait_for_finance
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import MoneyEntry, Payable
from xiaoer.kernel.access import SYSTEM, Perm, Viewer

MOST = 200
"""Cases of one flow in one go; the next opening takes the next ones."""


def put_in_list(viewer: Viewer, *, at: datetime) -> int:
    """Cases that wait for money and stand in no line of the list: how many were added."""
    added = 0
    for kind in KINDS.values():
        states = [state for state in kind.flow.open_states() if paying_verb(kind.name, state)]
        mine = {"flow": kind.name, "case_id": OuterRef("pk")}
        rows = kind.model._default_manager.filter(shop_id__in=viewer.shops_with(Perm.MONEY_REFUND), state__in=states)
        rows = rows.filter(Exists(MoneyEntry.objects.filter(kind=MoneyEntry.GRANTED, **mine)))
        for row in rows.exclude(Exists(Payable.objects.filter(**mine))).order_by("pk")[:MOST]:
            owed = sum(granted_parts(row).values()) - sum(executed_parts(row).values())
            if owed <= 0:
                continue
            payable = wait_for_finance(row, owed, by=SYSTEM, at=at)
            Payable.objects.filter(pk=payable.pk).update(granted_at=row.state_at)
            added += 1
    return added
