"""Who may grant how much (补偿权限, C43, B44), and what a budget and a review do to it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from xiaoer.aftersales.compensation_words import DEFECTS
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a shop on a day, in fen per order, and how much of the order's price all together may be."""

    agent: int
    vendor: int
    supervisor: int
    budget: int
    order_percent: int


def limit_of(roles: frozenset[str], limits: Limits) -> int | None:
    """What a person may grant by herself for one order: the highest of her posts; None is without limit (the owner)."""
    if "owner" in roles:
        return None
    if "supervisor" in roles:
        return limits.supervisor
    if roles & {"after_sales", "pre_sales", "review_clerk"}:
        return limits.agent
    return limits.vendor if "vendor_agent" in roles else 0


@dataclass(frozen=True, slots=True)
class Level:
    """Whose word is needed: "" nobody's, supervisor, owner; and why."""

    who: str
    why: str = ""


def level_for(
    amount: int, *, before: int, paid: int, limit: int | None, limits: Limits, left: int, review: bool, superior: bool
) -> Level:
    """Whose word a compensation needs. `before` was given for the order already: many small ones count together.

    `left` is what remains of the month's budget; over it only the owner decides, as over the price that was paid.
    """
    if limit is None:
        return Level("")
    whole = amount + before
    if amount > left:
        return Level("owner", "budget")
    if whole * 100 > paid * limits.order_percent:
        return Level("owner", "order")
    if whole > limits.supervisor:
        return Level("owner", "supervisor")
    if whole > limit:
        return Level("supervisor", "limit")
    if review and not superior:
        return Level("supervisor", "review")
    return Level("")


def reason_problem(reason: str, cause: str) -> T | None:
    """C12: after a review only a proven fault is made good; never the rating itself."""
    if cause.startswith("review:") and reason not in DEFECTS:
        return T(
            "起因是评价时，只能针对已核实的问题补偿（如商品瑕疵、错发、快递问题），不能为评价本身补偿",
            "After a review only a proven fault may be made good, never the rating itself",
        )
    return None


def month_of(at: datetime) -> str:
    """ "2026-11": the month of a budget, by Beijing's calendar."""
    return f"{at.astimezone(BEIJING):%Y-%m}"
