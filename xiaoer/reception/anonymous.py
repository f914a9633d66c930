"""Taking a buyer out of what was said (去标识): what stays teaches, who said it does not. Pure."""

import re
from collections.abc import Iterable, Mapping

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_WAYBILL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2,4}\d{9,16}(?![A-Za-z0-9])")
_LONG = re.compile(r"(?<!\d)\d{9,}(?!\d)")
_MAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.]{2,}")
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}[市州])?(?:[\u4e00-\u9fff]{1,8}[区县])?"
    r"(?:[\u4e00-\u9fff]{1,10}(?:街道|镇|乡))?[\u4e00-\u9fff]{1,10}(?:路|街|大道|巷|弄|小区|花园|公寓|大厦)"
    r"[A-Za-z\d\u4e00-\u9fff\- ]{0,16}?\d+\s*(?:号|栋|幢|单元|室|楼|层)?(?:[A-Za-z\d\- ]{0,8}(?:号|栋|幢|单元|室|楼|层)){0,4}"
)
_ANNOUNCED = re.compile(
    r"[，,。]?\s*(?:我的?)?(?:电话|手机|订单|单号|运单|地址|邮箱)?(?:号|是|为|[:：])*\s*\[[^\]]{1,4}\]"
)
PHONE, MAIL, WAYBILL, NUMBER, PLACE = "[电话]", "[邮箱]", "[运单号]", "[号码]", "[地址]"


def anonymous(text: str, known: Mapping[str, Iterable[str]]) -> str:
    """The text without phones, addresses, order and waybill numbers, and without the words in `known`
    ({"[买家]": ["林小满"], "[订单号]": [...]}), the longest first."""
    words = sorted(
        ((word, mark) for mark, some in known.items() for word in some if len(word.strip()) >= 2),
        key=lambda pair: -len(pair[0]),
    )
    for word, mark in words:
        text = text.replace(word, mark)
    for pattern, mark in ((_MAIL, MAIL), (_PHONE, PHONE), (_LANDLINE, PHONE), (_PLACE, PLACE), (_WAYBILL, WAYBILL)):
        text = pattern.sub(mark, text)
    return _LONG.sub(NUMBER, text)


def without_numbers(text: str) -> str:
    """What is asked, for a search: phones, addresses and numbers are left out, with the words that only announce them."""
    bare = anonymous(text, {})
    return _ANNOUNCED.sub(" ", bare).strip(" ，,。") or text


def as_pairs(lines: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lines (author kind, text) as questions with their answers: what the buyer asked, what the shop said to it."""
    pairs: list[tuple[list[str], list[str]]] = []
    for author, text in lines:
        if author == "buyer":
            if not pairs or pairs[-1][1]:
                pairs.append(([], []))
            pairs[-1][0].append(text)
        else:
            if not pairs:
                pairs.append(([], []))
            pairs[-1][1].append(text)
    return [(" ".join(asked), "\n\n".join(answered)) for asked, answered in pairs]
