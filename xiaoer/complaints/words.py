"""Details of moves in words for the timeline, and the reply templates of the review desk. Pure but for their data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from xiaoer.complaints import complaint_rules
from xiaoer.complaints.flow import FLOWS
from xiaoer.complaints.forms import REMEDIES
from xiaoer.complaints.reasons import ITEMS, REASONS
from xiaoer.complaints.rules import (
    CAUSES,
    CHANNELS,
    DEPARTMENTS,
    DISPUTE_KINDS,
    MOODS,
    OUTCOMES,
    RATINGS,
    SOLUTIONS,
    VERDICTS,
)
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan

_LABELS: dict[str, T] = {
    "rating": T("评价", "Rating"),
    "mood": T("情绪", "Mood"),
    "departments": T("反馈给", "Told"),
    "department": T("部门", "Department"),
    "verdict": T("是否属实", "Is it so"),
    "cause": T("原因", "Cause"),
    "kind": T("方式", "Kind"),
    "amount_fen": T("金额", "Amount"),
    "state": T("审批结果", "Result"),
    "note": T("说明", "Remark"),
    "before": T("原来", "Before"),
    "after": T("现在", "After"),
    "reason": T("理由", "Reason"),
    "channel": T("联系方式", "Told by"),
    "solution": T("方案", "Solution"),
    "senior": T("升级高级客服", "To a senior agent"),
    "lacking": T("缺少凭证", "Missing evidence"),
    "outcome": T("判定", "Ruling"),
    "awarded_fen": T("判赔金额", "Awarded"),
    "reference": T("流水号", "Reference"),
    "item": T("凭证", "Evidence"),
    "way": T("来源", "Came by"),
    "priority": T("优先级", "Priority"),
    "level": T("处理级别", "Level"),
    "repeats": T("重复投诉", "Repeated"),
    "risen": T("上报原因", "Why it rose"),
    "liable": T("责任方", "Who is liable"),
    "ruling": T("平台处理", "Ruling"),
    "word": T("买家意见", "The buyer's word"),
    "name": T("单位", "Name"),
    "title": T("标题", "Title"),
    "clock": T("时限", "Clock"),
}
_STATES = {
    "granted": T("已批准", "Granted"),
    "executed": T("已发放", "Given"),
    "refused": T("已驳回", "Refused"),
    "withdrawn": T("已撤回", "Withdrawn"),
    "revoked": T("已撤销", "Called back"),
}


def _tables() -> dict[str, Mapping[str, T]]:
    return {
        "rating": RATINGS,
        "before": RATINGS,
        "after": RATINGS,
        "mood": MOODS,
        "departments": DEPARTMENTS,
        "department": DEPARTMENTS,
        "verdict": VERDICTS,
        "cause": CAUSES,
        "kind": {**DISPUTE_KINDS, **REMEDIES, **complaint_rules.KINDS},
        "way": complaint_rules.WAYS,
        "priority": {str(code): label for code, label in complaint_rules.PRIORITIES.items()},
        "level": {str(code): label for code, label in complaint_rules.LEVELS.items()},
        "risen": complaint_rules.RISES,
        "liable": complaint_rules.LIABLE,
        "ruling": complaint_rules.RULINGS,
        "word": complaint_rules.WORDS,
        "clock": {clock.kind: clock.label for flow in FLOWS.values() for clock in flow.clocks()},
        "reason": {code: one.label for code, one in REASONS.items()},
        "channel": CHANNELS,
        "solution": {**SOLUTIONS, **complaint_rules.SOLUTIONS},
        "outcome": OUTCOMES,
        "lacking": {code: one.label for code, one in ITEMS.items()},
        "item": {code: one.label for code, one in ITEMS.items()},
        "state": _STATES,
    }


def _value(name: str, value: Any, language: str) -> str:
    if name.endswith("_fen"):
        return format_yuan(int(value))
    if isinstance(value, bool):
        return T("是", "yes").say(language)
    table = _tables().get(name, {})
    if isinstance(value, list):
        return "、".join(_value(name, one, language) for one in value)
    label = table.get(str(value))
    return label.say(language) if label else str(value)


def detail_lines(details: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    return [
        {"label": _LABELS[name].say(language), "value": _value(name, value, language)}
        for name, value in details.items()
        if name in _LABELS and value not in ("", None, False, 0, [])
    ]


@dataclass(frozen=True, slots=True)
class Template:
    """A public reply: for a cause (or any), confirmed or not (R830: 有则改之,无则加勉)."""

    id: str
    label: T
    causes: tuple[str, ...]
    kind: str
    text: str


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    raw = tomllib.loads(files(__package__).joinpath("review_replies.toml").read_text(encoding="utf-8"))
    return tuple(
        Template(name, T(*row["label"]), tuple(row.get("causes", ())), row["kind"], row["text"])
        for name, row in raw.items()
    )


def replies_for(kind: str, cause: str, topics: list[str]) -> list[Template]:
    """Fitting replies first: those of the verified cause, then of what the review speaks of, then general ones."""
    found = [one for one in templates() if one.kind == kind]
    return sorted(
        (
            one
            for one in found
            if not one.causes or cause in one.causes or (not cause and set(topics) & set(one.causes))
        ),
        key=lambda one: (not one.causes, one.id),
    )
