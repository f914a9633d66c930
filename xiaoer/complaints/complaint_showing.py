"""Complaints as people see them: rows of the desk, one complaint, the figures of the three levels."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from xiaoer.aftersales.links import shown as shown_pictures
from xiaoer.aftersales.naming import actor_names
from xiaoer.complaints import queries
from xiaoer.complaints.complaint_flow import COMPLAINT
from xiaoer.complaints.complaint_forms import NEWS_KINDS
from xiaoer.complaints.complaint_rules import (
    BASES,
    FAULTS,
    KINDS,
    LEVELS,
    LIABLE,
    PRIORITIES,
    RISES,
    RULINGS,
    SOLUTIONS,
    STANDARDS,
    WAYS,
    WHO_HELPS,
    WORDS,
)
from xiaoer.complaints.models import Authority, Complaint, News
from xiaoer.complaints.rules import DEPARTMENTS
from xiaoer.complaints.showing import base, flow_part, owners
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T

_MOST_COUNTED = 5000


def rows(found: Sequence[Complaint], language: str) -> list[dict[str, Any]]:
    names = owners(found)
    return [_row(row, names, language) for row in found]


def _label(table: dict[str, T], code: str, language: str) -> str:
    return table[code].say(language) if code in table else ""


def _row(row: Complaint, names: dict[int, str], language: str) -> dict[str, Any]:
    return {
        **base(COMPLAINT, row, names, language),
        "channel": row.channel,
        "channel_label": _label(WAYS, row.channel, language),
        "kind": row.kind,
        "kind_label": _label(KINDS, row.kind, language),
        "goods": row.goods,
        "problem": row.problem,
        "demand": row.demand,
        "claim_fen": row.claim_fen,
        "safety": row.safety,
        "threat": row.threat,
        "repeats": row.repeat_of is not None,
        "priority": row.priority,
        "priority_label": PRIORITIES[row.priority].say(language),
        "level": row.level,
        "level_label": LEVELS[row.level].say(language),
        "opened_at": iso(row.opened_at),
        "closed_at": iso(row.closed_at),
        "buyer_word": row.buyer_word,
        "buyer_word_label": _label(WORDS, row.buyer_word, language),
    }


def one(row: Complaint, viewer: Viewer, at: datetime) -> dict[str, Any]:
    language = viewer.language
    entries = [
        one for name in ("answers", "asked", "completed", "offers", "declined") for one in row.facts.get(name, ())
    ]
    people = actor_names(
        [row.opened_by, *(one["by"] for one in entries), *(one["by"] for one in row.rises if "by" in one)], language
    )
    deciding = viewer.may(Perm.AFTERSALES_DECIDE, row.shop_id)
    return _row(row, owners([row]), language) | {
        "opened_by": people[row.opened_by],
        "outside": row.outside,
        "outside_no": row.outside_no,
        "outside_due": iso(row.outside_due),
        "conversation": row.conversation_id,
        "repeat_of": row.repeat_of,
        "first_answer_at": iso(row.first_answer_at),
        "liable_label": _label(LIABLE, row.liable, language),
        "basis_label": _label(BASES, row.facts.get("basis", ""), language),
        "dispute_point": row.dispute_point,
        "finding": row.finding,
        "photos": shown_pictures(row.photos, shop_id=row.shop_id, buyer=False),
        "said": _said(row, people, language),
        "written": row.facts.get("written", ""),
        "ruling": _label(RULINGS, row.facts.get("ruling", {}).get("ruling", ""), language),
        "executed": row.facts.get("executed"),
        "case": {"flow": row.case_flow, "id": row.case_id} if row.case_id else None,
        "rises": [
            {
                "why": _label(RISES, one["why"], language),
                "note": one.get("note", ""),
                "level": LEVELS[one["level"]].say(language),
                "by": people.get(one.get("by", ""), ""),
                "at": one["at"],
                "fault": one["why"] in FAULTS,
            }
            for one in row.rises
        ],
        "help": _label(WHO_HELPS, row.kind, language),
        "department_label": _label(DEPARTMENTS, row.department, language),
        "root_cause": row.root_cause,
        "improvement": row.improvement,
        "inspected": _inspected(row, language, deciding),
        "may_inspect": row.state == "closed" and not row.inspected and viewer.may(Perm.QUALITY, row.shop_id),
        "initial": {"offer": {"text": _draft(row, language)}},
        **flow_part(COMPLAINT, row, viewer, at),
    }


def _draft(row: Complaint, language: str) -> str:
    return T(
        "非常抱歉给您带来不好的体验。经核实，" + (row.finding[:120] or "您反映的情况属实") + "。我们的处理方案是：",
        "We are very sorry. We found: " + row.finding[:120] + ". Our solution is: ",
    ).say(language)


def _said(row: Complaint, people: dict[str, str], language: str) -> list[dict[str, Any]]:
    """Who said what, in the order of time."""
    kinds = {
        "answers": ("ours", T("我们的答复", "We said")),
        "asked": ("ours", T("请买家补充", "We asked")),
        "completed": ("hers", T("买家补充", "She told")),
        "offers": ("ours", T("处理方案", "Offered")),
        "declined": ("hers", T("买家不接受", "Not accepted")),
    }
    lines = [
        {
            "side": side,
            "label": label.say(language),
            "text": one.get("text") or one.get("note", ""),
            "solution": _label(SOLUTIONS, one.get("solution", ""), language),
            "amount_fen": one.get("amount_fen"),
            "by": people.get(one["by"], ""),
            "at": one["at"],
        }
        for name, (side, label) in kinds.items()
        for one in row.facts.get(name, ())
    ]
    return sorted(lines, key=lambda line: str(line["at"]))


def _inspected(row: Complaint, language: str, deciding: bool) -> dict[str, Any] | None:
    """Which standards were kept; the person and the penalty for those who decide only."""
    if not row.inspected:
        return None
    kept = row.inspected["kept"]
    return {
        "standards": [{"label": label.say(language), "kept": code in kept} for code, label in STANDARDS.items()],
        "note": row.inspected["note"],
        "person": row.inspected["person"] if deciding else "",
        "penalty_fen": row.inspected["penalty_fen"] if deciding else None,
    }


def words(language: str) -> dict[str, Any]:
    def choices(table: dict[Any, T]) -> list[dict[str, str]]:
        return [{"value": str(code), "label": label.say(language)} for code, label in table.items()]

    return {
        "channels": choices(WAYS),
        "kinds": choices(KINDS),
        "levels": choices(LEVELS),
        "priorities": choices(PRIORITIES),
        "standards": choices(STANDARDS),
        "news": choices(NEWS_KINDS),
        "help": {code: text.say(language) for code, text in WHO_HELPS.items()},
    }


def figures(viewer: Viewer, shop: int | None, since: datetime, until: datetime) -> dict[str, Any]:
    """Complaints of a span: closed, in time, by class, root department; why they rose, and by whose fault (R458, R765)."""
    asked = queries.ask(viewer, "complaint", desk="all", shop=shop).filter(opened_at__gte=since, opened_at__lte=until)
    found: list[Complaint] = list(asked.order_by("-opened_at", "-pk")[:_MOST_COUNTED])
    language = viewer.language
    closed = [row for row in found if row.state == "closed"]
    answered = [row.first_answer_at - row.opened_at for row in found if row.first_answer_at is not None]
    rises = [one["why"] for row in found for one in row.rises]

    def bars(codes: Sequence[str], table: dict[str, T]) -> list[dict[str, Any]]:
        return [
            {"name": code, "label": _label(table, code, language), "count": count}
            for code, count in sorted(Counter(codes).items(), key=lambda pair: (-pair[1], pair[0]))
            if code in table
        ]

    return {
        "total": len(found),
        "open": sum(row.closed_at is None for row in found),
        "closed": len(closed),
        "closed_permille": len(closed) * 1000 // len(found) if found else None,
        "repeats": sum(row.repeat_of is not None for row in found),
        "outside": sum(bool(row.channel in ("platform", "authority", "association", "media")) for row in found),
        "first_answer_minutes": int(sum(answered, timedelta()) / len(answered) / timedelta(minutes=1))
        if answered
        else None,
        "content_permille": sum(row.buyer_word in ("satisfied", "accepts") for row in closed) * 1000 // len(closed)
        if closed
        else None,
        "kinds": bars([row.kind for row in found], KINDS),
        "channels": bars([row.channel for row in found], WAYS),
        "departments": bars([row.department for row in closed], DEPARTMENTS),
        "rises": [{**bar, "fault": bar["name"] in FAULTS} for bar in bars(rises, RISES)],
        "improvements": [
            {"id": row.pk, "number": row.number, "cause": row.root_cause, "improvement": row.improvement}
            for row in closed
            if row.improvement
        ][:20],
    }


def authority(row: Authority, people: dict[str, str], language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind_label": _label(WAYS, row.kind, language),
        "name": row.name,
        "region": row.region,
        "person": row.person,
        "phone": row.phone,
        "note": row.note,
        "talked_at": iso(row.talked_at),
        "talks": [{**one, "by": people.get(one["by"], "")} for one in row.talks],
    }


def news(row: News, language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind_label": _label(NEWS_KINDS, row.kind, language),
        "title": row.title,
        "source": row.source,
        "meaning": row.meaning,
        "happened_on": row.happened_on.isoformat(),
    }
