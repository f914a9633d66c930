"""Words and sums of the order watch: signs, outcomes, and whether a buyer may be contacted now (C47). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xiaoer.kernel.calendar import next_allowed
from xiaoer.kernel.i18n import T

SIGNS: dict[str, T] = {
    "stale": T("物流停滞", "Parcel stands still"),
    "trouble": T("物流异常", "Trouble with the parcel"),
    "unsigned": T("成功但未签收", "Succeeded, not signed for"),
    "asks": T("买家来询", "The buyer asks"),
    "bad_review": T("中差评", "Neutral or bad review"),
    "refund": T("申请售后", "After-sales request"),
    "dispute": T("发起维权", "Rights dispute"),
    "seen": T("人工标记", "Marked by hand"),
}
"""What makes a watched order an anomaly."""
NEWS: dict[str, T] = {
    "out_for_delivery": T("派送中", "Out for delivery"),
    "signed": T("已签收", "Signed for"),
    "returning": T("退回中", "Going back"),
}
"""What is told on the page and needs nobody."""
URGENT = ("dispute", "bad_review", "refund", "trouble")

OUTCOMES: dict[str, T] = {
    "fine": T("买家满意", "The buyer is content"),
    "solved": T("问题已解决", "Solved"),
    "wants_more": T("还需跟进", "Needs more"),
    "no_answer": T("未联系上", "Not reached"),
    "do_not": T("不希望被联系", "Does not want to be contacted"),
}
CHANNELS: dict[str, T] = {
    "platform_chat": T("旺旺/平台聊天", "Platform chat"),
    "hotline": T("服务电话", "Service hotline"),
}

WHY: dict[str, T] = {
    "over": T("跟踪期已结束", "The watch is over"),
    "asked_not": T("买家不希望被联系", "The buyer asked not to be contacted"),
    "most": T("本单主动联系已达上限", "This order's contacts are used up"),
    "day": T("今天主动联系已达上限", "Today's contacts to this buyer are used up"),
    "gap": T("距上次联系太近", "Too soon after the last contact"),
    "quiet": T("免打扰时段", "Quiet hours"),
    "early": T("还没到回访时间", "It is not time yet"),
    "retry": T("刚拨过未接通", "Tried a moment ago"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The harassment cap as the shop's rules have it (C47)."""

    per_order: int
    per_day: int
    gap: timedelta
    quiet_from: str
    quiet_until: str


@dataclass(frozen=True, slots=True)
class Standing:
    """May the buyer be contacted? `why` a word of WHY when not, `not_before` when later today or tomorrow."""

    why: str = ""
    not_before: datetime | None = None

    @property
    def may(self) -> bool:
        return not self.why


def standing(past: Sequence[datetime], of_order: int, asked_not: bool, limits: Limits, at: datetime) -> Standing:
    """`past` are our contacts to this buyer, whatever the order, latest first; `of_order` those of this order."""
    if asked_not:
        return Standing("asked_not")
    if of_order >= limits.per_order:
        return Standing("most")
    day = timedelta(days=1)
    recent = [one for one in past if at - one < day]
    if len(recent) >= limits.per_day:
        return Standing("day", min(recent) + day)
    if past and at - past[0] < limits.gap:
        return Standing("gap", next_allowed(past[0] + limits.gap, limits.quiet_from, limits.quiet_until))
    allowed = next_allowed(at, limits.quiet_from, limits.quiet_until)
    return Standing("quiet", allowed) if allowed > at else Standing()
