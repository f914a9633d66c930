"""One row of a file or an interface to a review or a dispute, or every reason why not (导入行). Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from xiaoer.complaints.reasons import reason_named
from xiaoer.complaints.rules import DISPUTE_KINDS, rating_of_stars
from xiaoer.kernel import cells
from xiaoer.kernel.i18n import T

REVIEW_COLUMNS: dict[str, tuple[str, ...]] = {
    "key": ("评价编号", "评价id", "评价单号", "review_id", "id"),
    "order_no": ("订单编号", "订单号", "主订单编号", "order_no"),
    "nick": ("买家昵称", "买家会员名", "旺旺", "旺旺id", "买家", "nick"),
    "title": ("宝贝标题", "商品标题", "宝贝名称", "商品名称", "宝贝", "title"),
    "sku": ("规格", "商品规格", "颜色分类", "sku"),
    "sku_code": ("商家编码", "规格编码", "货号", "sku_code"),
    "rating": ("评价类型", "评价等级", "评价", "好中差评", "rating"),
    "stars": ("星级", "评分", "描述相符", "stars"),
    "text": ("评价内容", "评论内容", "内容", "评语", "text"),
    "added": ("追加评价", "追评", "追评内容", "added"),
    "given_at": ("评价时间", "评论时间", "时间", "given_at"),
    "pictures": ("晒图数", "图片数", "晒图", "pictures"),
    "show": ("买家秀", "个人秀", "show"),
}
DISPUTE_COLUMNS: dict[str, tuple[str, ...]] = {
    "platform_no": ("维权单号", "维权编号", "投诉编号", "纠纷编号", "platform_no"),
    "order_no": ("订单编号", "订单号", "order_no"),
    "kind": ("维权类型", "类型", "kind"),
    "reason": ("维权理由", "维权原因", "投诉原因", "原因", "reason"),
    "claim": ("买家陈述", "买家描述", "问题描述", "说明", "claim"),
    "amount": ("诉求金额", "涉及金额", "退款金额", "金额", "amount"),
    "raised_at": ("发起时间", "维权时间", "申请时间", "创建时间", "raised_at"),
}
_YES = frozenset({"是", "有", "y", "yes", "1", "true", "√"})
_RATING_WORDS = {
    "好评": "good", "好": "good", "good": "good", "中评": "neutral", "中": "neutral", "neutral": "neutral",
    "差评": "bad", "差": "bad", "bad": "bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    key: str
    order_no: str
    nick: str
    title: str
    sku: str
    sku_code: str
    rating: str
    stars: int | None
    text: str
    added: str
    given_at: datetime
    pictures: int
    show: bool


@dataclass(frozen=True, slots=True)
class DisputeDraft:
    platform_no: str
    order_no: str
    kind: str
    reason: str
    claim: str
    claim_fen: int | None
    raised_at: datetime | None


def _moment(told: Mapping[str, str], name: str, wrong: list[T]) -> datetime | None:
    try:
        return cells.moment(told.get(name, ""))
    except cells.CellError as error:
        wrong.append(T(error.zh, error.en))
        return None


def _stars(text: str, wrong: list[T]) -> int | None:
    bare = text.strip().removesuffix("星").removesuffix("分").split(".")[0]
    if not bare:
        return None
    if not bare.isdigit() or not 1 <= int(bare) <= 5:
        wrong.append(T(f"星级「{text[:10]}」不是 1～5", f"Stars {text[:10]!r} are not 1 to 5"))
        return None
    return int(bare)


def review_of(told: Mapping[str, str], *, good_from: int, bad_until: int, at: datetime) -> ReviewDraft | list[T]:
    """One review, or every reason why the row cannot be used."""
    wrong: list[T] = []
    said = told.get("rating", "").strip().lower()
    stars = _stars(told.get("stars", "") or (said if said.removesuffix("星").isdigit() else ""), wrong)
    rating = _RATING_WORDS.get(said, "")
    if not rating and stars is not None:
        rating = rating_of_stars(stars, good_from, bad_until)
    if not rating and not wrong:
        wrong.append(
            T(
                f"评价类型「{said[:10]}」请填好评、中评、差评，或给出星级",
                f"{said[:10]!r}: good, neutral, bad, or stars",
            )
        )
    given = _moment(told, "given_at", wrong)
    if given is None and not wrong:
        wrong.append(T("没有评价时间", "There is no time of the review"))
    elif given is not None and given > at:
        wrong.append(T("评价时间在将来", "The review is dated in the future"))
    order_no, nick, title = (cells.free_text(told.get(name, ""), most) for name, most in _WIDTHS)
    text = cells.free_text(told.get("text", ""), 2000)
    if not (order_no or nick or title):
        wrong.append(T("订单号、买家、商品至少要有一项", "Order number, buyer or goods: at least one is needed"))
    if wrong or given is None:
        return wrong
    key = cells.free_text(told.get("key", ""), 60) or fingerprint(order_no, nick, title, told.get("sku", ""), given)
    pictures = told.get("pictures", "").strip()
    return ReviewDraft(
        key, order_no, nick, title, cells.free_text(told.get("sku", ""), 200),
        cells.free_text(told.get("sku_code", ""), 64), rating, stars, text,
        cells.free_text(told.get("added", ""), 2000), given,
        min(int(pictures), 99) if pictures.isascii() and pictures.isdigit() else 0,
        told.get("show", "").strip().lower() in _YES,
    )  # fmt: skip


_WIDTHS = (("order_no", 40), ("nick", 60), ("title", 300))


def fingerprint(*parts: object) -> str:
    """Names a review that has no number: the same line read twice is the same review."""
    said = "\x1f".join(str(part) for part in parts)
    return "#" + hashlib.sha256(said.encode()).hexdigest()[:40]


def dispute_of(told: Mapping[str, str], *, at: datetime) -> DisputeDraft | list[T]:
    """One dispute, or every reason why the row cannot be used."""
    wrong: list[T] = []
    order_no = cells.free_text(told.get("order_no", ""), 40)
    if not order_no:
        wrong.append(T("没有订单号，维权单须关联原销售订单", "No order number: a dispute is linked to its order"))
    said = told.get("reason", "")
    reason = reason_named(said)
    if reason is None:
        wrong.append(T(f"不认识维权理由「{said[:20]}」", f"Unknown reason {said[:20]!r}"))
    amount: int | None = None
    try:
        amount = cells.fen(told.get("amount", ""))
    except cells.CellError as error:
        wrong.append(T(error.zh, error.en))
    raised = _moment(told, "raised_at", wrong)
    if raised is not None and raised > at:
        wrong.append(T("发起时间在将来", "It is dated in the future"))
    kind = told.get("kind", "").strip()
    code = next((one for one, label in DISPUTE_KINDS.items() if kind in (one, label.zh)), "")
    if kind and not code:
        code = "complaint" if "投诉" in kind else "refund" if "退款" in kind else "rights"
    if wrong or reason is None:
        return wrong
    return DisputeDraft(
        cells.free_text(told.get("platform_no", ""), 40), order_no, code or "rights", reason,
        cells.free_text(told.get("claim", ""), 1000), amount, raised,
    )  # fmt: skip
