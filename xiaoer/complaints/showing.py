"""Reviews and disputes as people see them: rows of a desk, one review, one dispute, the timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales.links import shown as shown_pictures
from xiaoer.aftersales.naming import actor_names
from xiaoer.complaints import queries, reading, sentiment, words
from xiaoer.complaints.actions.feedback import may_answer
from xiaoer.complaints.flow import DISPUTE, REVIEW
from xiaoer.complaints.models import CaseBase, Dispute, Evidence, Review, ReviewFeedback
from xiaoer.complaints.reasons import ITEMS, REASONS
from xiaoer.complaints.rules import (
    CAUSES,
    CHANNELS,
    CHATS,
    DEPARTMENT_OF,
    DEPARTMENTS,
    DISPUTE_KINDS,
    MOODS,
    OUTCOMES,
    RATINGS,
    TOPICS,
    VERDICTS,
    authenticity_claim,
    complaint_window,
)
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.events import label_of
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.moving import can, clocks_of, label_of_move, subject_of
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import names_of, shop_facts
from xiaoer.policy.queries import rules


def base(flow: Flow, row: Any, names: dict[int, str], language: str) -> dict[str, Any]:
    state = flow.state(row.state)
    return {
        "id": row.pk,
        "number": row.number,
        "shop": row.shop_id,
        "state": row.state,
        "state_label": state.label.say(language),
        "category": state.category,
        "waits_for": state.waits_for,
        "state_at": iso(row.state_at),
        "due_at": iso(row.due_at),
        "owner": {"id": row.owner_id, "name": names.get(row.owner_id, "")} if row.owner_id else None,
        "order": {"id": row.order_id, "order_no": row.order.order_no} if row.order_id else None,
        "customer": {"id": row.customer_id, "nick": row.customer.nick} if row.customer_id else None,
    }


def owners(rows: Sequence[CaseBase]) -> dict[int, str]:
    return names_of([row.owner_id for row in rows if row.owner_id])


# --- reviews ---------------------------------------------------------------------------------------------------------


def review_rows(rows: Sequence[Review], language: str) -> list[dict[str, Any]]:
    names, told = owners(rows), queries.feedback_of(rows)
    return [_review(row, names, told[row.pk], language) for row in rows]


def _review(row: Review, names: dict[int, str], told: list[ReviewFeedback], language: str) -> dict[str, Any]:
    return {
        **base(REVIEW, row, names, language),
        "order_no": row.order_no,
        "nick": row.customer.nick if row.customer_id and row.customer else row.nick,
        "title": row.title,
        "sku": row.sku,
        "sku_code": row.sku_code,
        "rating": row.rating,
        "rating_label": RATINGS[row.rating].say(language),
        "rating_before": row.rating_before,
        "stars": row.stars,
        "text": row.text,
        "added": row.added,
        "pictures": row.pictures,
        "show": row.show,
        "mood": row.mood,
        "mood_label": MOODS[row.mood].say(language),
        "score": row.score,
        "topics": [{"topic": one, "label": TOPICS[one].say(language)} for one in row.topics if one in TOPICS],
        "given_at": iso(row.given_at),
        "changeable_until": iso(row.changeable_until),
        "waiting": [DEPARTMENTS[one.department].say(language) for one in told if one.answered_at is None],
    }


def review(row: Review, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One review: what decided, who was told, the cause, the remedy, the reply, replies to choose from."""
    language = viewer.language
    told = queries.feedback_of([row])[row.pk]
    people = actor_names([*(a for one in told for a in (one.asked_by, one.answered_by) if a), row.replied_by], language)
    reading_ = sentiment.read(f"{row.text}。{row.added}")
    kind = "thanks" if row.rating == "good" and row.mood != "bad" else ""
    fitting = words.replies_for(kind, row.cause, row.topics) if kind else [
        *words.replies_for("fault", row.cause, row.topics), *words.replies_for("none", row.cause, row.topics),
    ]  # fmt: skip
    shop = shop_facts(row.shop_id).name
    return _review(row, owners([row]), told, language) | {
        "reading": {
            "words": sentiment.explained(reading_, language),
            "topics": [
                {"topic": one.topic, "label": TOPICS[one.topic].say(language), "good": one.good, "words": one.words}
                for one in reading_.topics
            ],
        },
        "feedback": [_feedback(one, row, people, viewer) for one in told],
        "cause": row.cause,
        "cause_label": CAUSES[row.cause].say(language) if row.cause else "",
        "department": row.department,
        "department_label": DEPARTMENTS[row.department].say(language) if row.department else "",
        "finding": row.finding,
        "remedy": _remedy(row, language),
        "reply": row.reply,
        "replied_by": people.get(row.replied_by, "") if row.replied_by else "",
        "replied_at": iso(row.replied_at),
        "replies": [{"id": one.id, "label": one.label.say(language), "kind": one.kind,
                     "text": one.text.format(shop=shop)} for one in fitting],
        "changeable": at < row.changeable_until,
        "initial": _review_forms(row),
        **flow_part(REVIEW, row, viewer, at),
    }  # fmt: skip


def _feedback(one: ReviewFeedback, row: Review, people: dict[str, str], viewer: Viewer) -> dict[str, Any]:
    return {
        "department": one.department,
        "label": DEPARTMENTS[one.department].say(viewer.language),
        "words": one.words,
        "asked_by": people.get(one.asked_by, ""),
        "asked_at": iso(one.asked_at),
        "verdict": one.verdict,
        "verdict_label": VERDICTS[one.verdict].say(viewer.language) if one.verdict else "",
        "answer": one.answer,
        "answered_by": people.get(one.answered_by, ""),
        "answered_at": iso(one.answered_at),
        "may": one.answered_at is None and may_answer(viewer, one.department, row.shop_id),
    }


def _remedy(row: Review, language: str) -> dict[str, Any] | None:
    if not row.remedy:
        return None
    lines = words.detail_lines(row.remedy, language)
    return {**row.remedy, "lines": lines}


def _review_forms(row: Review) -> dict[str, dict[str, Any]]:
    """What the forms begin with: the model's guess, the departments that its topics name."""
    departments = list(dict.fromkeys(DEPARTMENT_OF[one] for one in row.topics if one in DEPARTMENT_OF))
    first = next((one for one in row.topics if one in CAUSES), "")
    asked = {"departments": departments or ["service"], "words": (row.text or row.added)[:200]}
    verify = {"cause": first or "other", "department": DEPARTMENT_OF.get(first, "service")}
    return {"triage": {"mood": row.mood}, "tell": asked, "verify": verify}


# --- disputes --------------------------------------------------------------------------------------------------------


def dispute_rows(rows: Sequence[Dispute], language: str) -> list[dict[str, Any]]:
    names = owners(rows)
    return [_dispute(row, names, language) for row in rows]


def _dispute(row: Dispute, names: dict[int, str], language: str) -> dict[str, Any]:
    return {
        **base(DISPUTE, row, names, language),
        "platform_no": row.platform_no,
        "kind": row.kind,
        "kind_label": DISPUTE_KINDS[row.kind].say(language),
        "reason": row.reason,
        "reason_label": REASONS[row.reason].label.say(language),
        "claim": row.claim,
        "claim_fen": row.claim_fen,
        "raised_at": iso(row.raised_at),
        "opened_at": iso(row.opened_at),
        "senior": row.senior,
        "intervened": row.intervened,
        "outcome": row.outcome,
        "outcome_label": OUTCOMES[row.outcome].say(language) if row.outcome else "",
        "awarded_fen": row.awarded_fen,
        "advanced": row.advanced,
        "closed_at": iso(row.closed_at),
    }


def dispute(row: Dispute, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One dispute: checklist, evidence, offers, what it may cost, who was responsible (for those who decide)."""
    language = viewer.language
    pieces = list(row.evidence.order_by("at", "pk"))
    people = actor_names([row.opened_by, *(one.by for one in pieces)], language)
    deciding = viewer.may(Perm.AFTERSALES_DECIDE, row.shop_id)
    made = _dispute(row, owners([row]), language) | {
        "opened_by": people[row.opened_by],
        "case": {"flow": row.case_flow, "id": row.case_id} if row.case_id else None,
        "reply": row.reply,
        "statement": row.statement,
        "explanation": row.explanation,
        "opinion": row.opinion,
        "root_cause": row.root_cause,
        "department": row.department,
        "department_label": DEPARTMENTS[row.department].say(language) if row.department else "",
        "person": row.person if deciding else "",
        "penalty": row.penalty if deciding else "",
        "penalty_fen": row.penalty_fen if deciding else None,
        "facts": row.facts,
        "checklist": checklist(row, pieces, language, at),
        "evidence": [_piece(one, row, people, language, at) for one in pieces],
        "tip": REASONS[row.reason].tip.say(language),
        "source": REASONS[row.reason].source,
        "exposure": exposure(row, language, at),
        "initial": {"submit": {"statement": row.reply}, "close": {"explanation": row.reply}},
        **flow_part(DISPUTE, row, viewer, at),
    }
    for clock in made["clocks"]:
        clock["from_platform"] = clock["kind"] in row.platform_clocks
    return made


def checklist(row: Dispute, pieces: Sequence[Evidence], language: str, at: datetime) -> list[dict[str, Any]]:
    """The evidence this reason asks for, with what is there (凭证清单)."""
    reason, held = REASONS[row.reason], set(reading.collected(row))
    added = {one.item for one in pieces}
    return [
        {
            "item": item,
            "label": ITEMS[item].label.say(language),
            "kind": ITEMS[item].kind,
            "must": item in reason.must,
            "there": item in held or item in added,
            "auto": item in held,
        }
        for item in reason.items
    ]


def _piece(one: Evidence, row: Dispute, people: dict[str, str], language: str, at: datetime) -> dict[str, Any]:
    accepted = one.channel not in CHATS or one.channel in reading.accepted_channels(row.shop_id, at=at)
    return {
        "id": one.pk,
        "item": one.item,
        "label": ITEMS[one.item].label.say(language) if one.item in ITEMS else one.item,
        "channel": one.channel,
        "channel_label": CHANNELS[one.channel].say(language) if one.channel in CHANNELS else "",
        "accepted": accepted,
        "text": one.text,
        "photos": shown_pictures(one.photos, shop_id=row.shop_id, buyer=False),
        "by": people.get(one.by, ""),
        "at": iso(one.at),
    }


def exposure(row: Dispute, language: str, at: datetime) -> list[dict[str, Any]]:
    """What it may cost and which right the buyer has, with the rule that says so (R177, R200, R203 to R205)."""
    order, shop = order_facts(row.order_id), shop_facts(row.shop_id)
    found = rules(["fake_claim_window", "fake_claim_multiple", "complaint_from", "complaint_until"], shop=shop, at=at)
    lines: list[dict[str, Any]] = []
    reason = REASONS[row.reason]
    if row.reason == "fake":
        multiple = int(found["fake_claim_multiple"].value)
        until = order.succeeded_at + found["fake_claim_window"].duration if order.succeeded_at else None
        lines.append({
            "label": T("正品保障赔付上限", "Most to be paid for authenticity").say(language),
            "fen": authenticity_claim(order.paid_fen - order.freight_fen, order.freight_fen, multiple),
            "note": T(f"实付商品价款 × {multiple} + 邮费", f"{multiple} times the goods' price, and postage").say(language),
            "until": iso(until), "over": until is not None and row.raised_at >= until,
            "verified": found["fake_claim_multiple"].verified,
        })  # fmt: skip
    elif reason.risk is not None:
        lines.append({"label": reason.risk.say(language), "fen": order.paid_fen, "note": reason.source,
                      "until": None, "over": False, "verified": False})  # fmt: skip
    if row.kind == "complaint":
        deal = order.paid_at or order.ordered_at
        first, last = int(found["complaint_from"].value), int(found["complaint_until"].value)
        window = complaint_window(deal, first, last)
        lines.append({
            "label": T("投诉有效期", "A complaint is possible").say(language), "fen": None,
            "note": T(f"成交后第 {first} 天至第 {last} 天，每笔一次，过期自动关闭",
                      f"Day {first} to {last} after the deal, once; closed by itself afterwards").say(language),
            "until": iso(window.ends), "over": window.standing(row.raised_at) != "open",
            "verified": found["complaint_until"].verified,
        })  # fmt: skip
    return lines


# --- both ------------------------------------------------------------------------------------------------------------


def flow_part(flow: Flow, row: Any, viewer: Viewer, at: datetime) -> dict[str, Any]:
    return {
        "clocks": clocks_of(flow, row, viewer.language),
        "can": can(flow, row, viewer),
        "timeline": timeline(flow, row, viewer.language),
        "visited": visited(flow, row),
        "server_now": iso(at),
    }


def visited(flow: Flow, row: Any) -> list[str]:
    lines = Event.objects.filter(subject=subject_of(flow, row), kind__startswith=f"{flow.name}.").order_by("number")
    return [told["target"] for told in lines.values_list("payload", flat=True) if "target" in told]


def timeline(flow: Flow, row: Any, language: str) -> list[dict[str, Any]]:
    lines = list(Event.objects.filter(subject=subject_of(flow, row)).order_by("number"))
    told = actor_names([one.actor for one in lines], language)
    return [_entry(one, told, language) for one in lines]


def _entry(event: Event, told: dict[str, str], language: str) -> dict[str, Any]:
    label = (label_of_move(event.kind) or label_of(event.kind)).say(language)
    details = event.payload.get("details") or {key: value for key, value in event.payload.items() if key != "number"}
    return {
        "number": event.number,
        "at": iso(event.at),
        "kind": event.kind,
        "label": label.replace(": ", "：", 1).partition("：")[2] or label,
        "actor": event.actor,
        "actor_name": told[event.actor],
        "target": event.payload.get("target", ""),
        "details": words.detail_lines(details, language),
        "note": "",
    }
