"""The words of the help centre in both languages, and marks inside what was found."""

from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

_WORDS: dict[str, tuple[str, str]] = {
    "help": ("帮助中心", "Help centre"),
    "title": ("{shop} 帮助中心", "{shop} help centre"),
    "about": ("{shop}的常见问题：发货、退换、尺码、面料与洗涤。", "Questions and answers of {shop}: shipping, returns, sizes, fabrics."),
    "ask": ("有什么可以帮您？", "How can we help?"),
    "hint": ("搜一搜：怎么退货、尺码怎么选、会不会掉色", "Search: returns, sizes, washing"),
    "search": ("搜索", "Search"),
    "found": ("搜到 {n} 条", "{n} found"),
    "for": ("“{q}”的结果", "Results for “{q}”"),
    "none": ("没有找到相关的帮助", "Nothing found"),
    "none_text": (
        "换个说法试试，或者直接问客服，我们会把您的问题补进来。",
        "Try other words, or ask us; your question will be answered here next time.",
    ),
    "chat": ("联系客服", "Talk to us"),
    "chat_text": ("没解决？把刚看过的一起带给客服，不用重新说一遍。", "Not solved? Talk to us; we see what you have read."),
    "helped": ("对您有帮助吗？", "Was this helpful?"),
    "yes": ("有帮助", "Yes"),
    "no": ("没帮助", "No"),
    "thanks": ("谢谢您的反馈。", "Thank you."),
    "also": ("相关问题", "Related"),
    "all": ("全部分类", "All topics"),
    "more": ("全部", "All"),
    "back": ("上一步", "Back"),
    "chinese_only": ("", "This page is in Chinese only so far."),
    "missing": ("这篇帮助不在了", "This page is gone"),
    "missing_text": ("它可能已经更新或下架，看看下面的常见问题。", "It may have been replaced. See the topics below."),
    "updated": ("更新于", "Updated"),
    "shop": ("回到店铺", "To the shop"),
    "skip": ("跳到内容", "Skip to content"),
    "other": ("English", "中文"),
    "start": ("选一个最接近的", "Choose what fits best"),
}  # fmt: skip


def words(language: str, shop: str) -> dict[str, str]:
    place = 1 if language == "en" else 0
    return {name: text[place].replace("{shop}", shop) for name, text in _WORDS.items()}


def marked(text: str, marks: Iterable[Sequence[int]]) -> SafeString:
    """The text with its marks as <mark>; everything else escaped."""
    parts, at = [], 0
    for start, end in marks:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308  # every piece is escaped above
