"""Rows of one order number become one order, also when other orders stand between them. Pure.

Bound: rows of an order are gathered while they lie within WINDOW rows after its first row; memory stays flat. Rows
farther apart still join the same order at the second write: lines are matched by sub-order number, or by title, SKU
and code. Only identical items without a sub-order number, farther apart than the window, would count as one.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.parsing import BadRow

WINDOW = 5_000


def grouped(
    parsed: Iterable[tuple[OrderDraft | BadRow, list[str]]], *, window: int = WINDOW
) -> Iterator[tuple[OrderDraft, dict[int, list[str]]] | BadRow]:
    """Whole orders with their raw rows (for the file of rejects), and bad rows as they turn up."""
    still_open: OrderedDict[str, tuple[int, OrderDraft, dict[int, list[str]]]] = OrderedDict()
    for place, (item, raw) in enumerate(parsed):
        if isinstance(item, BadRow):
            yield item
        elif item.order_no in still_open:
            _, draft, kept = still_open[item.order_no]
            reason = draft.absorb(item)
            if reason is not None:
                yield BadRow(item.rows[0], raw, [reason])
            else:
                kept[item.rows[0]] = raw
        else:
            still_open[item.order_no] = (place, item, {item.rows[0]: raw})
        while still_open:
            first = next(iter(still_open.values()))
            if place - first[0] < window:
                break
            _, draft, kept = still_open.popitem(last=False)[1]
            draft.settle()
            yield draft, kept
    for _, draft, kept in still_open.values():
        draft.settle()
        yield draft, kept
