"""Names and small rules of goods. Pure."""

import re
from datetime import datetime, timedelta

from xiaoer.kernel import text
from xiaoer.kernel.i18n import T

CATEGORIES = {
    "general": T("普通商品", "General"),
    "clothing": T("服装", "Clothing"),
    "shoes": T("鞋", "Shoes"),
    "underwear": T("内衣", "Underwear"),
    "custom": T("定制", "Made to order"),
}
"""As the return rules know them (R740)."""

GROUPS = {
    "coat": T("大衣外套", "Coats and jackets"),
    "top": T("上衣", "Tops"),
    "dress": T("连衣裙", "Dresses"),
    "skirt": T("半身裙", "Skirts"),
    "trousers": T("裤装", "Trousers"),
    "jeans": T("牛仔裤", "Jeans"),
    "shoes": T("鞋", "Shoes"),
    "underwear": T("内衣", "Underwear"),
    "other": T("其他", "Other"),
}
"""What a size table is for."""

PLATFORM_KINDS = {
    "juhuasuan": T("聚划算", "Juhuasuan"),
    "daily_special": T("天天特价", "Daily special"),
    "category_event": T("类目活动", "Category event"),
    "double11": T("双11", "Double 11"),
    "double12": T("双12", "Double 12"),
    "hourly": T("整点聚", "Hourly deal"),
}
SHOP_KINDS = {
    "anniversary": T("周年庆", "Anniversary"),
    "limited": T("限时折扣", "Limited-time discount"),
    "seckill": T("秒杀", "Seckill"),
    "full_off": T("满减", "Money off from an amount"),
    "free_shipping": T("包邮", "Free shipping"),
}
PROMOTION_KINDS = {**PLATFORM_KINDS, **SHOP_KINDS}
"""R149: what counts as the platform's activity, and what as the shop's own."""

RESERVED_FOR = {
    "exchange": T("换货", "Exchange"),
    "reship": T("补发", "Reship"),
    "order": T("订单", "Order"),
}
_CODE = re.compile(r"^[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff_./×x*-]{0,63}$")
_COLOUR = re.compile(r"(?:颜色分类|颜色|色彩|款式)\s*[:：]\s*([^;；,，]+)")
_SIZE = re.compile(r"(?:尺码|尺寸|鞋码|号码|参考身高)\s*[:：]\s*([^;；,，]+)")
_SPLIT = re.compile(r"[-_./×* ]+")
_WORD_CHARS = 64


def is_code(said: str) -> bool:
    """Whether it can be a 商家编码: letters, digits, Chinese, hyphens; no spaces, 64 at most."""
    return bool(_CODE.match(said))


def look_of(sku: str) -> tuple[str, str]:
    """`颜色分类:正红;尺码:M` -> (正红, M), as platforms write the chosen look of a line."""
    colour, size = _COLOUR.search(sku), _SIZE.search(sku)
    return (colour.group(1).strip() if colour else "", size.group(1).strip() if size else "")


def words_of(code: str, title: str, sku_codes: list[str], more: str = "") -> set[str]:
    """Everything a goods is found by: the words of its title in signs, pinyin and initials, and beginnings of its code."""
    found = set(text.search_key(f"{title} {more}").split())
    plain = "".join(title.split())
    found |= _initials(plain) | _pinyin_pairs(plain)
    for one in [code, *sku_codes]:
        low = text.normal(one)
        found.add(low)
        found.update(part for part in _SPLIT.split(low) if part)
    low = text.normal(code)
    found.update(low[:length] for length in range(2, len(low)))
    found.add(text.normal(plain))
    return {word[:_WORD_CHARS] for word in found if word}


def _initials(title: str) -> set[str]:
    """hsym of 红色羊毛大衣: two to six initials that follow one another."""
    letters = text.initials(title)
    return {letters[at : at + length] for at in range(len(letters)) for length in range(2, 7)}


def _pinyin_pairs(title: str) -> set[str]:
    words = [text.pinyin(word) for word in text.segment(title)]
    return {"".join(words[at : at + length]) for at in range(len(words)) for length in (2, 3)}


def terms_of(query: str) -> list[str]:
    """What was typed, as words that must all be found; a code with hyphens is one."""
    low = text.normal(query).strip()
    return [low] if is_code(low) and not re.search(r"[\u4e00-\u9fff]", low) else text.search_terms(query)


def running(starts_at: datetime, ends_at: datetime, stopped_at: datetime | None, at: datetime) -> bool:
    return starts_at <= at < ends_at and (stopped_at is None or at < stopped_at)


def old_report(as_of: datetime, at: datetime, after: timedelta) -> bool:
    return at - as_of > after
