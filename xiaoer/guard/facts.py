"""Numbers and addresses that give a private channel away, found in a folded text. Pure.

Each detector gets the plain text and the context and yields spans of the plain text. Known numbers (the order, the
waybill, the published hotline) and allowed hosts are never found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric

from xiaoer.guard.rules import Context

Span = tuple[int, int]
Detector = Callable[[str, Context, frozenset[str]], Iterator[Span]]

# 一三八 and 壹叁捌 are one sign each, so places stay the same; 幺 is how 1 is spoken in numbers.
_DIGIT_SIGNS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
_SEP = r"[^0-9a-z\u4e00-\u9fff]{0,3}"
_MOBILE = re.compile(rf"(?<![0-9])(?:\+?(?:00)?86{_SEP})?(1{_SEP}[3-9](?:{_SEP}[0-9]){{9}})(?![0-9])")
# What is written for a digit when somebody hides a number: letters of the same shape, characters of the same sound.
_SOFT_SIGNS = str.maketrans(
    "lio腰妖要邀依衣医伊散伞扇肆斯思舞吾陆溜柳漆琦妻芭巴爸把玖酒洞灵领凌", "11011111111333444556667778888990000"
)
_CUE = re.compile(r"打|电话|手机|联系|call|拨|座机|微信|[vw]信|tel|(?<!货)(?<!款)(?<!型)号码|找我|致电|来电|短信")
_NUMBER_OF_GOODS = re.compile(r"(?:货|款|型|编|批|单|订单|运单|色|条)(?:号|码|形码)[^0-9,，。]{0,2}$")
_HARD_DIGITS = 4
_RETURN = re.compile(
    r"(?:退货|退回|寄回|返修|维修|换货|返厂|售后)[^,，。]{0,4}(?:地址|请寄|寄到|寄往|寄至|收件|信息|联系)"
    r"|寄回|退回到|请(?:您)?(?:退|寄)(?:回|到|至)"
)
_PLACE = re.compile(r"[省市区县镇路街]|仓库|工业园|园区")
_LETTERS_BEFORE = re.compile(r"([a-z]{2,})$")
_CONTACT_LETTERS = frozenset({"vx", "wx", "qq", "tel", "dh", "sj", "dianhua", "shouji", "phone", "mobile", "call"})
# How people group the eleven digits; other groupings are sizes, prices and dates.
_SHAPES = frozenset(
    {(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (3, 5, 3), (4, 3, 4), (5, 6), (6, 5), (1, 10), (2, 9)}
)
_LANDLINE = re.compile(
    r"(?<![0-9a-z])(?:\(?0[0-9]{2,3}\)?[ -]?[2-9][0-9]{6,7}|[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4})(?![0-9])"
)
_CARD = re.compile(r"(?<![0-9a-z])[0-9](?:[ -]{0,2}[0-9]){14,18}(?![0-9])")
_PERSONAL_ID = re.compile(r"(?<![0-9a-z])[1-9][0-9]{16}[0-9x](?![0-9a-z])")
_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+-]*\s?(?:@|\(at\)|#at#|#|\sat\s|艾特|[【\[]at[\]】])\s?[a-z0-9-]+"
    r"(?:\s?\.\s?[a-z0-9-]+)*\s?\.\s?[a-z]{2,}"
)
_TOP = "com|cn|net|org|cc|top|xyz|shop|vip|io|me|link|co|info|site|club|ltd|tv|app|store|online|work|hk|ru|jp|uk"
_HOST = re.compile(
    rf"(?<![a-z0-9@.-])(?:https?:/{{1,2}})?((?:[a-z0-9][a-z0-9-]*\s?(?:\.|。|点|\(dot\))\s?)+(?:{_TOP}))"
    r"(?![a-z0-9@-])(?:[/:?#][^\s\u4e00-\u9fff]*)?"
)
_DOT = re.compile(r"\s?(?:\.|。|点|\(dot\))\s?")
_UNSEEN = r"[\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2800\u3164\ufeff\uffa0]"
_HIDDEN = re.compile(rf"(?<=\w){_UNSEEN}+(?=\w)")
_NOT_DIGIT = re.compile(r"[^0-9]")
_NOT_SIGN = re.compile(r"[^0-9a-z]")


def digits_of(text: str) -> str:
    return _NOT_DIGIT.sub("", text)


def _known(text: str, context: Context) -> bool:
    if not context.known_numbers:
        return False
    bare = _NOT_SIGN.sub("", text)
    return any(bare == _NOT_SIGN.sub("", number.lower()) for number in context.known_numbers)


def _shape(text: str) -> tuple[int, ...]:
    """Lengths of the groups of digits; single digits in a row count as one group (1 3 8 - 1234 - 5678)."""
    sizes: list[int] = []
    singles = False
    for group in re.findall(r"[0-9]+", text):
        if len(group) == 1 and singles:
            sizes[-1] += 1
        else:
            sizes.append(len(group))
        singles = len(group) == 1
    return tuple(sizes)


def mobile(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """A mobile number (手机号), also spelt out, spaced out, in Chinese digits, or with letters that look like digits."""
    signs = text.translate(_DIGIT_SIGNS)
    if tells_return_address(text):
        return
    taken: set[int] = set()
    for found in _MOBILE.finditer(signs):
        if _is_mobile(found, signs, context):
            taken.add(found.start())
            yield found.span()
    soft = signs.translate(_SOFT_SIGNS)
    if soft == signs:
        return
    for found in _MOBILE.finditer(soft):
        hard = len(digits_of(signs[found.start() : found.end()]))
        if hard >= _HARD_DIGITS and not taken.intersection(range(*found.span())) and _is_mobile(found, soft, context):
            yield found.span()


def _is_mobile(found: re.Match[str], signs: str, context: Context) -> bool:
    number = digits_of(found[1])
    shape = _shape(found[1])
    if shape not in _SHAPES and not _CUE.search(signs):
        return False
    if "*" in found[1] and shape not in ((11,), (3, 4, 4)):  # 1860*600*2200 are the measures of a wardrobe
        return False
    if _NUMBER_OF_GOODS.search(signs, max(found.start() - 6, 0), found.start()):
        return False
    before = _LETTERS_BEFORE.search(signs, max(found.start() - 10, 0), found.start())
    if before and before[1] not in _CONTACT_LETTERS:  # YT13812345678 is a waybill
        return False
    if _known(number, context) or _known(found[0], context):
        return False
    return phonenumbers.is_possible_number(phonenumbers.PhoneNumber(country_code=86, national_number=int(number)))


def tells_return_address(text: str) -> bool:
    """Where goods are sent back to: the buyer must be told, with the number that the courier needs (C44)."""
    return _RETURN.search(text) is not None and _PLACE.search(text) is not None


def mobile_in_pieces(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """The last piece of a mobile number that came in several messages: 138 / 1234 / 5678."""
    signs = text.translate(_DIGIT_SIGNS).strip()
    if not context.history or not _mostly_digits(signs):
        return
    pieces: list[str] = [digits_of(signs)]
    for earlier in reversed(context.history[-4:]):
        earlier_signs = earlier.lower().translate(_DIGIT_SIGNS)
        if not _mostly_digits(earlier_signs):
            break
        pieces.insert(0, digits_of(earlier_signs))
        joined = "".join(pieces)
        if re.fullmatch(r"1[3-9][0-9]{9}", joined) and not _known(joined, context):
            yield (0, len(text))
            return


def _mostly_digits(text: str) -> bool:
    digits = len(digits_of(text))
    return 2 <= digits <= 10 and digits * 2 >= len(text.strip())


def landline(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """A fixed line or 400 number that the shop has not published as its hotline (C11)."""
    if tells_return_address(text):
        return
    for found in _LANDLINE.finditer(text.translate(_DIGIT_SIGNS)):
        if not _known(found[0], context):
            yield found.span()


def bank_card(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """A bank card number (银行卡号): issuer prefix and Luhn check digit, so that order numbers pass."""
    for found in _CARD.finditer(text.translate(_DIGIT_SIGNS)):
        number = digits_of(found[0])
        issued = number.startswith("62") or (len(number) == 16 and re.match(r"4|5[1-5]|35", number) is not None)
        if issued and luhn.is_valid(number) and not _known(number, context):
            yield found.span()


def personal_id(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """A resident identity number (身份证号) with a right check digit."""
    for found in _PERSONAL_ID.finditer(text):
        if not _known(found[0], context) and ric.is_valid(found[0].upper()):
            yield found.span()


def email(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """An e-mail address."""
    for found in _EMAIL.finditer(text):
        if not _known(found[0], context):
            yield found.span()


def link(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """A web address outside the platform's and the shop's allow-list (R619), also written with 点com."""
    allowed = hosts | context.allowed_hosts
    for found in _HOST.finditer(text):
        host = _DOT.sub(".", found[1])
        if not any(host == name or host.endswith("." + name) for name in allowed):
            yield found.span()


def hidden_text(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """Invisible characters between words (R365); those that join emoji are left alone. Reads the original text."""
    for found in _HIDDEN.finditer(text):
        yield found.span()


_CODE = re.compile(r"^二维码[::]")
_PAYS = ("qr.alipay.com", "wx.tenpay.com")
"""Payment codes: their hosts are the platform's own, the money goes to whoever made the code."""


def code_outside(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """What a QR code in a picture says (`qr.MARK` before it), unless it leads to an allowed host (R619)."""
    if not (found := _CODE.match(text)):
        return
    said = text[found.end() :].strip()
    host = re.match(r"https?://([^/:?#\s]+)", said)
    allowed = hosts | context.allowed_hosts
    inside = host is not None and any(host[1] == name or host[1].endswith("." + name) for name in allowed)
    if (not inside or (host is not None and host[1] in _PAYS)) and not _known(said, context):
        yield (0, len(text))


SAME_SAYINGS = 2
"""So many earlier messages that say the same, all unanswered, make the next one harassment (R621)."""


def repeated(text: str, context: Context, hosts: frozenset[str]) -> Iterator[Span]:
    """The same saying again while the buyer has not answered: pressing (骚扰)."""
    if context.unanswered < SAME_SAYINGS:
        return
    mine = _core(text)
    earlier = [_core(one) for one in context.history[-context.unanswered :]]
    if mine and sum(_alike(mine, one) for one in earlier) >= SAME_SAYINGS:
        yield (0, len(text))


_COURTESY = re.compile(r"[^\w]|亲爱的|亲|您好|你好|哦|呢|哈|呀|啊|吗|了")


def _core(text: str) -> str:
    return _COURTESY.sub("", text.lower())


def _alike(one: str, other: str) -> bool:
    both = SequenceMatcher(None, one, other)  # the two quick ratios are never too low, and cheap
    return bool(other) and min(both.real_quick_ratio(), both.quick_ratio()) >= 0.6 and both.ratio() >= 0.6


DETECTORS: Mapping[str, Detector] = {
    "mobile": mobile,
    "mobile_in_pieces": mobile_in_pieces,
    "landline": landline,
    "bank_card": bank_card,
    "personal_id": personal_id,
    "email": email,
    "link": link,
    "hidden_text": hidden_text,
    "repeated": repeated,
    "code_outside": code_outside,
}
READS_ORIGINAL = {"hidden_text": re.compile(_UNSEEN)}
"""These read the text as it was typed; the sign without which they find nothing."""
READS_HISTORY = frozenset({"mobile_in_pieces", "repeated"})
NEEDS_DIGITS = {"mobile": _HARD_DIGITS, "mobile_in_pieces": 2, "landline": 9, "bank_card": 15, "personal_id": 17}
NEEDS_SIGN = {
    "email": re.compile(r"@|\bat\b|#|艾特|at[\]】]"),
    "link": re.compile(r"[.。点]|\(dot\)"),
    "code_outside": _CODE,
}
TWO_LETTERS = re.compile("[a-z][a-z]")
"""Stand in the tight reading of every mail and web address."""
DIGIT_LIKE = re.compile(r"[0-9零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]")
