"""The journal: one numbered log of everything that happened (流水).

Audit, live screens, webhooks and KPI facts all read it. An area declares its events as typed payloads; extra
fields are refused, so a payload never grows by accident and never carries a phone number or an address.
"""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from xiaoer.kernel import journal
from xiaoer.kernel.access import Who
from xiaoer.kernel.flow import FLOWS
from xiaoer.kernel.i18n import T
from xiaoer.kernel.journal import JOURNAL_LOCK as JOURNAL_LOCK
from xiaoer.kernel.models import Event

REGISTRY: dict[str, type["Payload"]] = {}


class Payload(BaseModel):
    """What an event says. Subclasses set KIND ("return.received"), AREA and a label for the audit page.

    SAYS is an optional sentence for the audit page with places for fields: T("邀请 {username}", "{username} invited").
    With PERM only viewers who hold that permission in the shop see the line.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    KIND: ClassVar[str] = ""
    AREA: ClassVar[str] = ""
    LABEL: ClassVar[T] = T("", "")
    SAYS: ClassVar[T] = T("", "")
    PERM: ClassVar[str] = ""
    BUYER_FIELDS: ClassVar[frozenset[str] | None] = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if cls.KIND:
            known = REGISTRY.get(cls.KIND)
            if known is not None and known.__qualname__ != cls.__qualname__:
                raise TypeError(f"two event types call themselves {cls.KIND!r}: {known} and {cls}")
            REGISTRY[cls.KIND] = cls


class Moved(Payload):
    """A case went from one state to another. One subclass per flow is made by `moved_event`."""

    verb: str
    source: str
    target: str
    details: dict[str, Any] = {}


def announce(
    payload: Payload,
    *,
    shop_id: int | None,
    subject: str,
    by: Who,
    at: datetime,
    customer_id: int | None = None,
    for_buyer: bool = False,
    audience: str | None = None,
    kind: str | None = None,
) -> Event:
    """Append one line to the journal inside the caller's transaction; the stream is woken after commit.

    `subject` is "<type>:<id>", for example "return:12". `customer_id` with `for_buyer` lets that buyer see it.
    `audience` ("staff:4", "team:3") narrows a line to them among those who hold its permission (access.WIDE aside).
    Inside `kernel.db.transaction()` the line gets its number at the end of the block (see kernel/journal.py), so
    `event.number` is None until then.
    """
    event = Event(
        at=at,
        shop_id=shop_id,
        area=payload.AREA,
        kind=kind or payload.KIND,
        subject=subject,
        actor=str(by),
        payload=payload.model_dump(mode="json"),
        customer_id=customer_id,
        for_buyer=for_buyer,
        perm=payload.PERM,
        audience=audience,
    )
    journal.append(event)
    return event


def lock_journal() -> None:
    """Hold the numbering until this transaction ends, for code that writes journal rows by itself (the lane).

    Take it after every other lock the transaction needs. SQLite has one writer at a time and needs nothing.
    """
    journal.lock()


def last_number() -> int:
    """The highest number in the journal: a screen loads its state, then follows the stream from here."""
    return Event.objects.order_by("-number").values_list("number", flat=True).first() or 0


def label_of(kind: str) -> T:
    """What the audit page calls an event kind, moves of flows included ("return.approve" -> 退货退款：同意)."""
    payload = REGISTRY.get(kind)
    if payload is not None and payload.LABEL.zh:
        return payload.LABEL
    return label_of_move(kind) or T(kind, kind)


def label_of_move(kind: str) -> T | None:
    """The words for an event kind that is a move of a flow; None when it is not one."""
    name, _, verb = kind.partition(".")
    flow = FLOWS.get(name)
    if flow is None:
        return None
    if verb == "opened":
        return T(f"{flow.zh}：发起", f"{flow.en}: opened")
    move = next((move for move in flow.moves if move.verb == verb), None)
    return T(f"{flow.zh}：{move.zh}", f"{flow.en}: {move.en}") if move else None


def summary_of(kind: str, payload: dict[str, Any], language: str) -> str:
    """One sentence for the audit page: the label, and what the payload adds to it."""
    label = label_of(kind).say(language)
    declared = REGISTRY.get(kind)
    if declared is not None and declared.SAYS.zh:
        return declared.SAYS.say(language).format_map(_Spoken(payload))
    flow = FLOWS.get(kind.partition(".")[0])
    known = {state.name: state.label.say(language) for state in flow.states} if flow else {}
    source, target = payload.get("source"), payload.get("target")
    if source in known and target in known and source != target:
        open_, close = ("（", "）") if language.startswith("zh") else (" (", ")")
        return f"{label}{open_}{known[source]} → {known[target]}{close}"
    return label


class _Spoken(dict[str, Any]):
    """A payload inside a sentence: lists as words, fields that an older line lacks as a dash."""

    def __init__(self, payload: dict[str, Any]) -> None:
        shown = {k: ", ".join(map(str, v)) if isinstance(v, list | dict) else v for k, v in payload.items()}
        super().__init__(shown)

    def __missing__(self, key: str) -> str:
        return "-"


def kinds_named(words: str) -> list[str]:
    """Event kinds whose label, in either language, contains the words: so that 退货 finds them in the journal."""
    found = [kind for kind in REGISTRY if _says(label_of(kind), words)]
    for flow in FLOWS.values():
        kinds = [f"{flow.name}.{verb}" for verb in ("opened", *flow.verbs())]
        found += [kind for kind in kinds if _says(label_of(kind), words)]
    return found


def _says(label: T, words: str) -> bool:
    return words in label.zh or words.lower() in label.en.lower()
