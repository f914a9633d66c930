"""Every flow of the area, one line each. The generic parts (desks, pages, clocks, words, register) read this table."""

from xiaoer.aftersales.compensation_kind import COMPENSATIONS
from xiaoer.aftersales.exchange_kind import EXCHANGES
from xiaoer.aftersales.flow import ANSWERING, DESK_OF, DESKS
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import CaseRow
from xiaoer.aftersales.price_kind import DIFFERENCES
from xiaoer.aftersales.refund_kinds import REFUNDS, RETURNS
from xiaoer.aftersales.repair_kind import REPAIRS
from xiaoer.aftersales.trouble_kind import AREAS, TROUBLES
from xiaoer.aftersales.voucher_kind import VOUCHERS
from xiaoer.aftersales.wrong_kind import WRONGS
from xiaoer.kernel.flow import Flow

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        RETURNS,
        REFUNDS,
        EXCHANGES,
        WRONGS,
        DIFFERENCES,
        COMPENSATIONS,
        TROUBLES,
        AREAS,
        REPAIRS,
        VOUCHERS,
    )
}
FLOWS: dict[str, Flow] = {name: kind.flow for name, kind in KINDS.items()}
TABLES: dict[str, type[CaseRow]] = {name: kind.model for name, kind in KINDS.items()}
_OF_MODEL: dict[type[CaseRow], Kind] = {kind.model: kind for kind in KINDS.values()}
ON_DUE: dict[tuple[str, str], str] = {
    (name, clock): verb for name, kind in KINDS.items() for clock, verb in kind.on_due.items()
}
"""What the clock does when a deadline of a flow falls due."""


def kind_of(row: CaseRow) -> Kind:
    return _OF_MODEL[type(row)]


def flow_of(row: CaseRow) -> Flow:
    return kind_of(row).flow


def states_of_desk(flow: Flow, desk: str) -> list[str] | None:
    """The states of a flow that a desk looks at; None means every state."""
    if desk not in DESKS:
        raise KeyError(desk)
    if desk == "all":
        return None
    if desk == "open":
        return flow.open_states()
    found = [state.name for state in flow.states if not state.final and DESK_OF.get(state.waits_for) == desk]
    disputed = ANSWERING if desk == "answer" else ()
    return found + [name for name in disputed if name in flow.open_states() and name not in found]
