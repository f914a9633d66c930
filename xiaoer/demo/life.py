"""What hangs on the demo's talks: tags, follow-up tasks, a colleague asked in, a whisper, summaries."""

from collections.abc import Callable
from datetime import datetime, timedelta

from xiaoer.demo.shops import who
from xiaoer.people.models import Shop, Staff
from xiaoer.reception import actions as reception
from xiaoer.reception.models import Conversation

Step = tuple[datetime, Callable[[datetime], object]]
TAGS = (
    ("催发货", "orange"),
    ("质量问题", "red"),
    ("尺码", "blue"),
    ("老客户", "purple"),
    ("待回访", "yellow"),
    ("好评达人", "green"),
)


def load(shop: Shop, staff: dict[str, Staff], now: datetime) -> list[Step]:
    """Told after the talks: the last minutes before the demo begins."""
    return [
        (now - timedelta(days=20), lambda at: _tags(shop, staff, at)),
        (now - timedelta(seconds=50), lambda at: _tasks(shop, staff, at)),
        (now - timedelta(seconds=40), lambda at: _summaries(shop, staff, at)),
        (now - timedelta(seconds=30), lambda at: _words(shop, staff, at)),
    ]


def _tags(shop: Shop, staff: dict[str, Staff], at: datetime) -> None:
    for name, colour in TAGS:
        reception.put_tag(shop.pk, name, colour, by=who(staff["supervisor"]), at=at)


def _served(shop: Shop, agent: Staff) -> list[Conversation]:
    return list(Conversation.objects.filter(shop=shop, agent=agent, state="open").order_by("pk"))


def _tasks(shop: Shop, staff: dict[str, Staff], at: datetime) -> None:
    wanted = (
        ("anan", "回电告知补发单号，买家下午三点后方便", timedelta(minutes=45)),
        ("anan", "跟进退货件是否已签收", timedelta(hours=20)),
        ("quanquan", "周五上新后通知买家大码有货", timedelta(days=2)),
    )
    for name, why, later in wanted:
        talks = _served(shop, staff[name])
        if talks:
            reception.make_task(
                talks[0].customer_id,
                why=why,
                due_at=at + later,
                agent=staff[name].pk,
                conversation=talks[0].pk,
                by=who(staff[name]),
                at=at,
            )


def _summaries(shop: Shop, staff: dict[str, Staff], at: datetime) -> None:
    """The latest closed talks have their summaries, as their agents saved them."""
    closed = Conversation.objects.filter(shop=shop, state="closed", agent__isnull=False).order_by("-closed_at")[:6]
    for row in closed:
        draft = reception.summaries.facts_of(row, at=row.closed_at or at)
        agent = next((one for one in staff.values() if one.pk == row.agent_id), staff["anan"])
        reception.save_summary(row.pk, draft.text, topic=draft.topic, by=who(agent), at=at)


def _words(shop: Shop, staff: dict[str, Staff], at: datetime) -> None:
    for talk in _served(shop, staff["quanquan"])[:1]:
        text = "@安安 这位买家问的起球算质量问题吗？能走退货包运费吗？"
        reception.write_note(talk.pk, text, mentions=[staff["anan"].pk], consult=True, by=who(staff["quanquan"]), at=at)
    for talk in _served(shop, staff["anan"])[:1]:
        reception.whisper(talk.pk, "这位是老客户，先安抚，运费可以先垫", by=who(staff["supervisor"]), at=at)
