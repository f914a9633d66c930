"""What is typed for the steps of a complaint. Pure."""

from datetime import date
from typing import Any

from pydantic import AwareDatetime, Field

from xiaoer.complaints.complaint_rules import BASES, KINDS, LIABLE, RISES, RULINGS, SOLUTIONS, STANDARDS, WAYS, WORDS
from xiaoer.complaints.forms import Form, choice, field
from xiaoer.complaints.rules import CHANNELS, DEPARTMENTS
from xiaoer.kernel.i18n import T

_SAID = {code: CHANNELS[code] for code in ("platform_chat", "hotline")}
_PHOTOS: Any = {"zh": "照片", "en": "Photos", "items": {"type": "integer"}, "format": "photos"}
_STANDARDS: Any = {code: label.both() for code, label in STANDARDS.items()}
_RAISED = {code: RISES[code] for code in ("authority", "asked", "threat", "difficult", "level_failed", "safety")}


class Open(Form):
    """接待一起 (R461): who complains, how she reached us, about what, and what she wants (R751)."""

    channel: str = choice("来源", "Came by", WAYS, "chat")
    kind: str = choice("问题类型", "Class", KINDS)
    problem: str = field("问题描述", "Problem", min_length=2, max_length=1000)
    demand: str = field("用户诉求", "Demand", "", max_length=500)
    claim_fen: int | None = field("诉求金额", "Amount claimed", None, ge=0)
    goods: str = field("商品", "Goods", "", max_length=100)
    safety: bool = field("涉及人身安全", "Safety", False)
    threat: bool = field("扬言投诉或曝光", "Threatens to go public", False)
    outside: str = field("转办单位", "Authority", "", max_length=80)
    outside_no: str = field("转办编号", "Its number", "", max_length=40)
    outside_due: AwareDatetime | None = field("要求答复日期", "Answer wanted by", None)


class Answer(Form):
    """首次答复: what she was told, and by when she hears more."""

    text: str = field("答复内容", "What she was told", min_length=2, max_length=500)
    channel: str = choice("联系方式", "Told by", _SAID, "platform_chat")


class Ask(Form):
    """R756: what is missing is asked of her."""

    text: str = field("请买家补充什么", "What is missing", min_length=2, max_length=300)


class Completed(Form):
    text: str = field("买家补充的信息", "What she told", min_length=2, max_length=500)
    photos: list[int] = Field(default_factory=list, max_length=9, json_schema_extra=_PHOTOS)


class Verify(Form):
    """核实与定责 (R755, R757-R761): what other departments' records say, the point in dispute, who is liable by what."""

    finding: str = field("核实情况", "Finding", min_length=2, max_length=1000)
    records: list[str] = Field(
        default_factory=list,
        json_schema_extra={
            "zh": "已调取的记录",
            "en": "Records looked at",
            "items": {
                "type": "string",
                "enum": ["stock", "trace", "inspection", "purchase", "licence"],
                "labels": {
                    "stock": {"zh": "出入库记录", "en": "Stock in and out"},
                    "trace": {"zh": "物流轨迹", "en": "Courier's trace"},
                    "inspection": {"zh": "质检报告", "en": "Inspection report"},
                    "purchase": {"zh": "进货凭证", "en": "Purchase voucher"},
                    "licence": {"zh": "授权证明", "en": "Licence"},
                },
            },
        },
    )
    dispute_point: str = field("争议焦点", "Point in dispute", "", max_length=300)
    liable: str = choice("责任方", "Who is liable", LIABLE)
    basis: str = choice("认定依据", "Judged by", BASES, "both")
    photos: list[int] = Field(default_factory=list, max_length=9, json_schema_extra=_PHOTOS)


class Offer(Form):
    """处理方案 (R761) with our apology; told by phone or in the chat (R726)."""

    solution: str = choice("处理方案", "Solution", SOLUTIONS)
    amount_fen: int | None = field("金额", "Amount", None, ge=0)
    text: str = field("致歉与方案说明", "Apology and solution", min_length=2, max_length=500)
    channel: str = choice("联系方式", "Told by", _SAID, "platform_chat")


class Confirm(Form):
    """书面确认 (R762, C22): her own written words; a word on the phone is followed by one in the chat."""

    written: str = field(
        "买家的书面确认", "Her written confirmation", min_length=2, max_length=500,
        help=T("粘贴她在平台聊天里的原话；电话同意后请她在聊天里再确认一次（C22）",
               "Her own words in the platform's chat; after a phone call ask for them there (C22)"),
    )  # fmt: skip


class Decline(Form):
    note: str = field("买家为什么不接受", "Why not", min_length=2, max_length=300)


class Explain(Form):
    """R658, R761: nobody's fault but a misunderstanding: patiently explained."""

    text: str = field("解释说明", "Explanation", min_length=2, max_length=500)
    channel: str = choice("联系方式", "Told by", _SAID, "platform_chat")


class Execute(Form):
    how: str = field("怎样执行的", "How it was carried out", min_length=2, max_length=300)
    reference: str = field("退款/补发/补偿单号", "Its number", "", max_length=60)


class Rise(Form):
    why: str = choice("上报原因", "Why", _RAISED)
    note: str = field("情况说明", "What happened", min_length=2, max_length=300)


class Ruled(Form):
    """What the platform decided (R767)."""

    ruling: str = choice("平台处理结果", "Ruling", RULINGS)
    amount_fen: int | None = field("金额", "Amount", None, ge=0)
    points: int | None = field("扣分", "Points", None, ge=0)
    note: str = field("说明", "Remark", "", max_length=300)


class Close(Form):
    """结案: the buyer's own word, the root cause and what changes (R765)."""

    buyer_word: str = choice("买家意见", "The buyer's word", WORDS)
    department: str = choice("责任部门", "Department", DEPARTMENTS)
    root_cause: str = field("根本原因", "Root cause", min_length=2, max_length=500)
    improvement: str = field("改进措施（反馈运营）", "What changes (told to operations)", "", max_length=500)


class Withdraw(Form):
    note: str = field("说明", "Remark", min_length=2, max_length=300)


class Inspect(Form):
    """规范检查 (R460, R481): which of the five standards were kept, and what follows for whom."""

    kept: list[str] = Field(
        json_schema_extra={
            "zh": "已做到的规范",
            "en": "Standards kept",
            "items": {
                "type": "string",
                "enum": list(STANDARDS),
                "labels": _STANDARDS,
            },
        }
    )
    note: str = field("检查意见", "Finding", min_length=2, max_length=300)
    person: str = field("受罚管理人员", "Manager penalised", "", max_length=40)
    penalty_fen: int | None = field("处罚金额", "Penalty", None, ge=0)


class AuthorityIn(Form):
    kind: str = choice("类别", "Kind", {code: WAYS[code] for code in ("authority", "association", "platform", "media")})
    name: str = field("单位名称", "Name", min_length=2, max_length=80)
    region: str = field("地区", "Region", "", max_length=40)
    person: str = field("联系人", "Person", "", max_length=40)
    phone: str = field("联系方式", "Reached at", "", max_length=40)
    note: str = field("备注", "Remark", "", max_length=300)


class Talk(Form):
    """A word with an authority (联络记录)."""

    text: str = field("联络内容", "What was said", min_length=2, max_length=300)


NEWS_KINDS: dict[str, T] = {
    "industry": T("行业动态", "The trade"),
    "platform": T("平台规则", "Platform rules"),
    "law": T("法律法规", "Law"),
}


class NewsIn(Form):
    kind: str = choice("类别", "Kind", NEWS_KINDS)
    title: str = field("标题", "Title", min_length=2, max_length=120)
    source: str = field("来源", "Source", "", max_length=200)
    meaning: str = field("对本店的影响与应对", "What it means for us", min_length=2, max_length=1000)
    happened_on: date = field("日期", "Date")
