"""More is owed on a case that owed before (再次应退): the waiting line of finance becomes one line with both."""

from collections.abc import Mapping
from datetime import datetime

from xiaoer.aftersales.actions import paying
from xiaoer.aftersales.kinds import flow_of
from xiaoer.aftersales.models import CaseRow, MoneyEntry, Payable
from xiaoer.kernel.access import Who


def owe_more(row: CaseRow, added: Mapping[str, int], *, by: Who, at: datetime) -> None:
    """The ledger's grant grows by `added`; what still waited for finance is paid together with it."""
    flow = flow_of(row)
    targets = paying.granted_parts(row)
    for part, fen in added.items():
        targets[part] = targets.get(part, 0) + fen
    paying.forget(row, by=by, at=at)
    for part, target in targets.items():
        paying.record(flow, row, MoneyEntry.GRANTED, part, target, by=by, at=at)
    owed = sum(targets.values()) - sum(paying.executed_parts(row).values())
    first = not Payable.objects.filter(flow=flow.name, case_id=row.pk).exists()
    paying.wait_for_finance(row, owed, by=by, at=at, round=0 if first else paying.next_round(row))


def unpaid(row: CaseRow) -> dict[str, int]:
    """Part -> what the ledger grants, for the parts that are not paid yet; no part is ever paid in two goes."""
    paid = paying.executed_parts(row)
    return {part: fen for part, fen in paying.granted_parts(row).items() if fen > paid.get(part, 0)}
