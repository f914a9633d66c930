"""What must be typed for each move of a review or a dispute: pydantic forms with labels in both languages. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

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

_MOST_PHOTOS = 9
REMEDIES: dict[str, T] = {
    "cash": T("现金", "Cash"),
    "coupon": T("优惠券", "Coupon"),
    "gift": T("实物/赠品", "Goods or gift"),
    "points": T("积分", "Points"),
}


def field(zh: str, en: str, default: Any = ..., *, help: T | None = None, extra: Any = None, **limits: Any) -> Any:
    shown: dict[str, Any] = {"zh": zh, "en": en, **(extra or {})}
    if help is not None:
        shown["description"] = help.both()
    return Field(default, json_schema_extra=shown, **limits)


def choice(zh: str, en: str, options: Mapping[str, T], default: Any = ..., *, help: T | None = None) -> Any:
    extra = {"enum": list(options), "labels": {code: label.both() for code, label in options.items()}}
    pattern = "^(" + "|".join(options) + ")$" if default != "" else "^(|" + "|".join(options) + ")$"
    return field(zh, en, default, help=help, extra=extra, pattern=pattern)


def _departments() -> dict[str, Any]:
    labels = {code: label.both() for code, label in DEPARTMENTS.items()}
    return {"zh": "反馈给", "en": "Tell", "items": {"type": "string", "enum": list(DEPARTMENTS), "labels": labels}}


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Word(Form):
    note: str = field("说明", "Remark", "", max_length=500)


# --- reviews ---------------------------------------------------------------------------------------------------------


class Triage(Form):
    """The clerk decides what the words mean; the model's guess stands in the form."""

    mood: str = choice("买家情绪", "Mood", MOODS)


class Tell(Form):
    """R829: the buyer's words and suggestions go to the heads of the departments."""

    departments: list[str] = Field(min_length=1, json_schema_extra=_departments())
    words: str = field("要查实什么", "What to verify", "", max_length=500)


class Feedback(Form):
    """A department's answer."""

    department: str = choice("部门", "Department", DEPARTMENTS)
    verdict: str = choice("是否属实", "Is it so", VERDICTS)
    answer: str = field("情况说明与改进", "What happened, what changes", min_length=2, max_length=500)


class Verify(Form):
    """查实原因 (R829), with the attitude of R830: what is so is put right, what is not is a warning."""

    cause: str = choice("查实的原因", "Cause", CAUSES)
    department: str = choice("责任部门", "Department", DEPARTMENTS)
    finding: str = field("查实情况", "Finding", min_length=2, max_length=500)


class Remedy(Form):
    """Compensation for a proven defect (R831), with approval (R832); never tied to the rating (C12)."""

    kind: str = choice("补偿方式", "Form", REMEDIES)
    amount_fen: int = field("金额", "Amount", ge=1)
    why: str = field("补偿理由（查实的缺陷）", "Which defect it makes up for", min_length=2, max_length=300)
    unconditional: bool = field(
        "补偿与评价无关，不要求买家修改或删除评价",
        "The compensation does not depend on the review in any way",
        help=T("平台与电子商务法禁止以补偿换评价（C12）", "Platforms and law forbid paying for reviews (C12)"),
    )


class RemedySettled(Form):
    note: str = field("审批结果", "Result of the approval", min_length=2, max_length=300)


class Answer(Form):
    """The public reply under the review (回评)."""

    text: str = field("公开回复", "Public reply", min_length=2, max_length=500)


class Changed(Form):
    rating: str = choice("修改后的评价", "Rating now", RATINGS)
    note: str = field("说明", "Remark", "", max_length=500)


# --- disputes --------------------------------------------------------------------------------------------------------


class Register(Form):
    """新增登记 (R834): what the platform or the buyer says; the order is found by its number."""

    kind: str = choice("类型", "Kind", DISPUTE_KINDS, "rights")
    reason: str = choice("维权理由", "Reason", {code: one.label for code, one in REASONS.items()})
    claim: str = field("买家陈述", "The buyer's words", "", max_length=1000)
    claim_fen: int | None = field("诉求金额", "Amount claimed", None, ge=0)
    platform_no: str = field("平台维权单号", "Platform's number", "", max_length=40)


class Reply(Form):
    """网店的回复 (R835), told by phone or chat (R726)."""

    text: str = field("网店回复", "The shop's reply", min_length=2, max_length=1000)
    channel: str = choice("联系方式", "Told by", {code: CHANNELS[code] for code in ("platform_chat", "hotline")})


class Submit(Form):
    """The merchant's statement to the platform."""

    statement: str = field("给平台的陈述", "Statement to the platform", min_length=5, max_length=2000)
    missing: str = field("缺少的必备凭证，为什么", "Required evidence that is missing, and why", "", max_length=500)


class Offer(Form):
    """协商 (R725): partial refund, exchange or arbitration; told by phone or chat (R726)."""

    solution: str = choice("方案", "Solution", SOLUTIONS)
    amount_fen: int | None = field("金额", "Amount", None, ge=0)
    text: str = field("对买家怎么说", "What the buyer is told", min_length=2, max_length=500)
    channel: str = choice("告知方式", "Told by", {code: CHANNELS[code] for code in ("platform_chat", "hotline")})


class Accepted(Form):
    """C22: a word on the phone must be followed by a written confirmation in the platform's chat."""

    written: str = field(
        "买家书面确认（聊天原话）", "The buyer's written confirmation (her words in the chat)", min_length=1,
        max_length=300,
    )  # fmt: skip


class Declined(Form):
    """R727: re-assess or escalate to a senior agent."""

    note: str = field("买家为什么不接受", "Why the buyer does not accept", min_length=2, max_length=500)
    senior: bool = field("升级给高级客服", "Escalate to a senior agent", False)


class Judge(Form):
    outcome: str = choice("判定结果", "Ruling", {code: OUTCOMES[code] for code in ("won", "lost", "partly")})
    awarded_fen: int = field("判赔金额", "Amount awarded", 0, ge=0)
    ruling: str = field("平台判定原文", "The platform's words", "", max_length=1000)
    advanced: bool = field(
        "平台已先行赔付", "The platform paid first", False, help=T("快手等可先行赔付（R609）", "Kuaishou may (R609)")
    )


class Execute(Form):
    how: str = field("怎样执行", "How it was carried out", min_length=2, max_length=300)
    reference: str = field("流水号/售后单号", "Reference or case number", "", max_length=64)


class Close(Form):
    """R835, R836, R833: nothing is closed without who was responsible and what is to be learned."""

    explanation: str = field("最终解释", "Final explanation", min_length=2, max_length=1000)
    opinion: str = field("处理意见", "Handling opinion", min_length=2, max_length=500)
    department: str = choice("责任部门", "Responsible department", DEPARTMENTS)
    person: str = field("责任人", "Responsible person", min_length=1, max_length=64)
    penalty: str = field(
        "处罚考核结果", "Penalty and assessment", min_length=1, max_length=300, help=T("没有就写「无」", "Or 'none'")
    )
    penalty_fen: int | None = field("考核金额", "Assessed amount", None, ge=0)
    root_cause: str = field(
        "管理上的根本原因", "Root cause in our own work", min_length=2, max_length=500,
        help=T("透过维权看管理上的问题（R833）", "What it shows about our management (R833)"),
    )  # fmt: skip


class AddEvidence(Form):
    item: str = choice("凭证", "Evidence", {code: one.label for code, one in ITEMS.items()})
    channel: str = choice("来源", "Source", CHANNELS, "document")
    text: str = field("内容/说明", "Words", "", max_length=1000)
    photos: list[int] = Field(
        default_factory=list, max_length=_MOST_PHOTOS, json_schema_extra={"zh": "照片", "en": "Photos"}
    )
