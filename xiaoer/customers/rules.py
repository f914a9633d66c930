"""What a stranger may see of a buyer (脱敏, masking). Pure.

Personal Information Protection Law art. 6 and 51: no more than the task needs, de-identified by default. The plain
value is shown only by an action that writes who looked, when and why.
"""

import re

LEVELS = range(7)
"""VIP 等级: 0 (none) to 6."""

_PHONES = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINES = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_REGION = re.compile(
    r"^\s*(?P<province>\S{2,8}?(?:省|自治区|特别行政区|市))?\s*(?P<city>\S{2,12}?(?:自治州|地区|盟|市))?"
    r"\s*(?P<district>\S{1,12}?(?:自治县|区|县|旗|市))?"
)


def mask_phone(number: str) -> str:
    """手机号: `138****5678`; a landline or a short number keeps only its last two digits."""
    if not number:
        return ""
    if "*" in number:
        return number
    main = number
    if number.count("-") == 1 and len(number) > 12 and len(number.rsplit("-", 1)[1]) <= 6:
        main = number.rsplit("-", 1)[0]  # the extension of a platform's virtual number is never shown
    digits = "".join(ch for ch in main if ch.isdigit())
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) >= 11 and not digits.startswith("0"):
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 4) + digits[-2:]


def plain_number(text: str) -> str:
    """A caller's number as it is compared: digits only, without +86 and without the 0 some exchanges put before 1xx."""
    digits = "".join(ch for ch in text if ch.isascii() and ch.isdigit())
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 10:
            digits = digits[len(prefix) :]
            break
    return digits[1:] if len(digits) == 12 and digits.startswith("01") else digits


def same_number(stored: str, number: str) -> str:
    """Whether a stored phone is this caller's: "exact", "masked" (what the mask leaves agrees), or ""."""
    if not stored or not number:
        return ""
    if "*" in stored:
        head, tail = stored.split("*", 1)[0], stored.rsplit("*", 1)[1]
        fits = len(tail) >= 4 and len(head) >= 3 and number.startswith(head) and number.endswith(tail)
        return "masked" if fits else ""
    return "exact" if plain_number(stored) == number else ""


def mask_name(name: str) -> str:
    """收货人: the surname stays: `王**`."""
    return name[0] + "**" if name else ""


def mask_address(address: str) -> str:
    """收货地址: province, city and district stay (freight and out-of-area questions need them)."""
    if not address:
        return ""
    found = _REGION.match(address)
    region = "".join(part or "" for part in found.groups()) if found else ""
    return (region or address.strip()[:2]) + "****"


def mask_text(text: str) -> str:
    """Phone numbers inside free text (buyer's message, remark) are masked; the rest stays readable."""
    if not text:
        return ""
    text = _PHONES.sub(lambda m: mask_phone(m.group(0)), text)
    return _LANDLINES.sub(lambda m: mask_phone(m.group(0)), text)


def unmask_again(text: str, stored: str) -> str:
    """An edited text whose writer saw `stored` masked: masked numbers she left alone become the stored ones again.

    Without it, correcting one word of a remark would cost the shop the phone number in it.
    """
    plain = _PHONES.findall(stored) + _LANDLINES.findall(_PHONES.sub("", stored))
    for number in sorted(plain, key=stored.index):
        text = text.replace(mask_phone(number), number, 1)
    return text


def nick_key(nick: str) -> str:
    """买家会员名 as compared: outer spaces do not count; case does not either on Taobao."""
    return nick.strip().casefold()


def clean_tags(tags: list[str], *, at_most: int = 30) -> list[str]:
    """标签: trimmed, no doubles, in the order given."""
    seen: dict[str, None] = {}
    for tag in tags:
        text = " ".join(tag.split())[:20]
        if text:
            seen.setdefault(text, None)
    return list(seen)[:at_most]
