"""What agents do with offered answers: used, judged; the journal of drafts by a language model."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import NotFound
from xiaoer.knowledge import queries as knowledge
from xiaoer.knowledge.actions import reading
from xiaoer.reception import events_assist
from xiaoer.reception.actions.conversations import tell
from xiaoer.reception.actions.quick_replies import note_used
from xiaoer.reception.models import Conversation, QuickReply


def _title(row: Conversation, source: str, ref: int) -> str:
    """The name of an offered answer; one that is gone since is 404."""
    if source == "article":
        found = knowledge.texts_of([ref]).get(ref)
        title = found.title if found is not None else None
    else:
        rows = QuickReply.objects.filter(pk=ref, shop_id=row.shop_id)
        title = rows.values_list("title", flat=True).first()
    if title is None:
        raise NotFound("这条答案已下架", "This answer was taken off")
    return title


def used_offer(row: Conversation, source: str, ref: int, *, by: Who, at: datetime) -> None:
    """It was put into the composer: counted where it came from, told in the journal."""
    title = _title(row, source, ref)
    if source == "article":
        reading.note_used(ref)
    else:
        note_used([ref], at=at)
    payload = events_assist.AssistUsed(conversation=row.pk, source=source, ref=ref, title=title)
    tell(row, payload, by=by, at=at, for_buyer=False)


def rated_offer(row: Conversation, source: str, ref: int, helped: bool, *, by: Who, at: datetime) -> None:
    """Fits or does not: an article's usefulness follows."""
    title = _title(row, source, ref)
    if source == "article":
        reading.rate_by_id(ref, str(by), helped, surface="assist", by=by, at=at)
    payload = events_assist.AssistRated(conversation=row.pk, source=source, ref=ref, title=title, helped=helped)
    tell(row, payload, by=by, at=at, for_buyer=False)


def draft_asked(
    row: Conversation, *, host: str, model: str, characters: int, articles: list[int], by: Who, at: datetime
) -> None:
    """The intent, written before the network is touched (law 5)."""
    payload = events_assist.AssistDraftAsked(
        conversation=row.pk, host=host, model=model, characters=characters, articles=articles
    )
    tell(row, payload, by=by, at=at, for_buyer=False)


def draft_answered(
    row: Conversation,
    *,
    ok: bool,
    problem: str,
    tokens: tuple[int, int],
    cost_micros: int,
    verdict: str,
    by: Who,
    at: datetime,
) -> None:
    payload = events_assist.AssistDraftAnswered(
        conversation=row.pk,
        ok=ok,
        problem=problem,
        tokens_in=tokens[0],
        tokens_out=tokens[1],
        cost_micros=cost_micros,
        verdict=verdict,
    )
    tell(row, payload, by=by, at=at, for_buyer=False)
