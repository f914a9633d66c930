"""What the print/pack desk tells a service case: papers are back, what became of them, the void is done (R051, R052, R049).

`case` is a subject string such as "order_cancel:12". Every function is called in the caller's transaction, may be
called twice, and leaves alone a case that does not wait for it; one that is not a service case at all is not touched.
"""

from datetime import datetime

from xiaoer.kernel.access import Who


def handed_over(case: str, *, by: Who, at: datetime) -> None:
    """交回单据或包裹: the warehouse handed papers or parcel to the agent, signed at the print desk (R051, R056)."""
    from xiaoer.orders.actions import service_steps

    service_steps.from_desk(case, "got_back", by=by, at=at)


def settled(case: str, how: str, *, by: Who, at: datetime) -> None:
    """撕毁或入库 (R052): what was fetched back is "destroyed" or "restocked"."""
    from xiaoer.orders.actions import service_steps

    service_steps.from_desk(case, "settle", by=by, at=at, how=how)


def voided(case: str, *, by: Who, at: datetime) -> None:
    """确认作废 (R049, R050): the clerk confirmed that the print task is void; the order itself stays (C03)."""
    from xiaoer.orders.actions import service_steps

    service_steps.from_desk(case, "void", by=by, at=at)


def corrected(case: str, *, by: Who, at: datetime) -> None:
    """单据已改好: the clerk saw the change of a "changed" hold through (R041, R055-R058); the change is done."""
    from xiaoer.orders.actions import service_steps

    service_steps.from_desk(case, "finish", by=by, at=at)
