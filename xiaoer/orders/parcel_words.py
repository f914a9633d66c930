"""What may be said about a parcel (物流咨询答复, R160, R161; C40), and cards of order states. Pure.

An answer about a parcel on its way holds an apology, the dispatch date, the courier, its latest news, the usual days and
an estimate, which is the courier's information and no promise of ours. Before the dispatch nothing is estimated. A buyer
is never sent to the courier to claim (R130).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xiaoer.kernel.cells import CHINA
from xiaoer.kernel.i18n import T
from xiaoer.orders.parcel_states import STATE_NAMES, State


@dataclass(frozen=True, slots=True)
class News:
    """What is known of one parcel when she asks. `usual`: the least and most transit days."""

    state: State
    carrier: T
    waybill: str
    left_at: datetime | None
    text: str
    place: str
    last_at: datetime | None
    usual: tuple[timedelta, timedelta]
    signed_at: datetime | None = None
    alert: str = ""


def day(at: datetime) -> T:
    local = at.astimezone(CHINA)
    return T(f"{local.month} 月 {local.day} 日", f"{local:%B} {local.day}")


def minute(at: datetime) -> T:
    local = at.astimezone(CHINA)
    return T(f"{local.month} 月 {local.day} 日 {local:%H:%M}", f"{local:%B} {local.day}, {local:%H:%M}")


def estimate(news: News, *, at: datetime) -> tuple[datetime, datetime] | None:
    """Between which days it usually arrives; None before the dispatch or when that time is over."""
    if news.left_at is None:
        return None
    first, last = news.left_at + news.usual[0], news.left_at + news.usual[1]
    return None if last < at else (max(first, at), last)


def enquiry(news: News, *, at: datetime) -> T:
    """The ready answer to "where is my parcel"."""
    if news.state is State.SIGNED and news.signed_at is not None:
        when = minute(news.signed_at)
        return T(
            f"亲，查到您的包裹（{news.carrier.zh} {news.waybill}）已于 {when.zh} 签收。"
            "如果您还没有收到，请告诉我，我马上联系快递核实签收人并给您答复。",
            f"Your parcel ({news.carrier.en} {news.waybill}) was signed for on {when.en}. "
            "If you do not have it, tell me and I will ask the courier who signed and come back to you.",
        )
    if news.left_at is None:
        return T(
            "亲，抱歉让您久等了，您的包裹正在仓库加紧处理，快递还没有揽收记录；一有物流信息我会第一时间告诉您。",
            "I am sorry for the wait. Your parcel is being prepared and the courier has not scanned it yet; "
            "I will tell you as soon as there is news.",
        )
    return _way(news, at)


def _way(news: News, at: datetime) -> T:
    left, last = day(news.left_at or at), minute(news.last_at or at)
    least, most = news.usual[0].days, news.usual[1].days
    head = T(
        f"亲，非常抱歉让您久等了。您的包裹已于 {left.zh} 由{news.carrier.zh}发出（运单号 {news.waybill}），"
        f"目前{_now(news).zh}，最新物流是 {last.zh}：{news.text}。",
        f"I am very sorry for the wait. Your parcel left on {left.en} with {news.carrier.en} ({news.waybill}); "
        f"it is now {_now(news).en.lower()}, the latest news of {last.en}: {news.text}.",
    )
    tail = _special(news)
    if tail is None:
        span = estimate(news, at=at)
        usual = T(f"物流通常 {least}-{most} 天送达，", f"It usually takes {least} to {most} days, ")
        if span is None:
            rest = T(
                "现在已超过通常时效，我已经联系快递公司核实，有结果马上回复您。",
                "and that time is over: I am asking the courier and will come back to you as soon as I know.",
            )
        else:
            a, b = day(span[0]), day(span[1])
            days_zh, days_en = (a.zh, a.en) if a == b else (f"{a.zh}至 {b.zh}", f"{a.en} to {b.en}")
            rest = T(
                f"按快递信息预计 {days_zh}送到（以快递实际派送为准），我会帮您继续关注。",
                f"by the courier's information it should arrive {days_en} (an estimate, not a promise). I keep an eye on it.",
            )
        tail = T(usual.zh + rest.zh, usual.en + rest.en)
    return T(head.zh + tail.zh, f"{head.en} {tail.en}")


def _now(news: News) -> T:
    return T("物流有异常", "in trouble") if news.state is State.PROBLEM else STATE_NAMES[news.state]


def _special(news: News) -> T | None:
    """States in which an estimate would be wrong."""
    if news.alert == "lost":
        return T(
            "这个包裹很久没有更新，我已经要求快递公司尽快给出结果，同时会帮您安排后续处理，您不用自己联系快递。",
            "There has been no news for long: I have asked the courier for a solution and arrange what follows; "
            "you need not call the courier yourself.",
        )
    return {
        State.OUT_FOR_DELIVERY: T(
            "快递员正在为您派送，请留意电话，按快递信息预计今天送到。",
            "The courier is delivering it: please watch your phone; by the courier's information it comes today.",
        ),
        State.AT_STATION: T(
            "包裹已到代收点，请您凭取件码尽快领取；如果不方便，我可以联系快递送货上门。",
            "It waits at a pick-up point: please collect it soon; if that is hard I can ask for delivery to your door.",
        ),
        State.PROBLEM: T(
            "快递反馈有异常，我已经联系快递公司处理，有结果马上回复您。",
            "The courier reports a problem; I am in touch with them and will come back to you.",
        ),
        State.REFUSED: T(
            "快递显示包裹被拒收，想跟您确认一下是否需要重新派送。",
            "The courier says the parcel was refused; may I ask whether it should be delivered again?",
        ),
        State.RETURNING: T(
            "包裹正在退回途中，我马上跟您确认后续怎么处理。",
            "The parcel is on its way back; let us agree what to do next.",
        ),
        State.RETURNED: T(
            "包裹已退回仓库，我马上跟您确认后续怎么处理。", "The parcel is back with us; let us agree what to do next."
        ),
        State.CUSTOMS: T(
            "包裹正在清关，时间由海关安排，清关完成后会继续派送，我会帮您关注。",
            "It is in customs, who set the time; delivery goes on afterwards and I keep an eye on it.",
        ),
    }.get(news.state)


PUSHED: dict[str, T] = {
    "paid": T("已付款，我们会尽快为您安排发货", "Paid: we are preparing your parcel"),
    "shipped": T("已发货", "Shipped"),
    "out_for_delivery": T("快递员正在派送，请保持电话畅通", "Out for delivery: please keep your phone at hand"),
    "at_station": T("包裹已到代收点，请凭取件码及时领取", "Your parcel waits at a pick-up point"),
    "signed": T("已签收，有任何问题都可以在这里找我们", "Signed for: we are here for any question"),
}
"""States of an order that its buyer is told without asking (R736)."""


def pushed(state: str, *, carrier: str = "", waybill: str = "") -> T:
    """The line of a state card."""
    said = PUSHED[state]
    if state == "shipped" and waybill:
        return T(f"{said.zh}：{carrier} {waybill}".rstrip(), f"{said.en}: {carrier} {waybill}".rstrip())
    return said
