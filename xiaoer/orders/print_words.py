"""What a buyer's words ask of the papers: no price, a gift card text; and what a scanned code may be. Pure."""

import re
import unicodedata

_HIDE = re.compile(
    r"(不要?|别|勿|请勿)[^，。,.;；!！\n]{0,8}(价格|价钱|金额|小票|价签|标价|购物清单)|隐藏(价格|金额)|无价格|送礼|礼物|送人|送朋友|送给"
)
_CARD = re.compile(r"(?:贺卡|卡片|贺词|祝福卡|留言卡)(?:内容|上?写|写上|上写|请写)?\s*[：:「“\"]\s*([^」”\"\n]{1,200})")
_STAMP = re.compile(r"-{2,}\s*\d{4}.*$")


def hides_price(*texts: str) -> bool:
    """Whether the buyer asked that no price lies in the parcel, or it is a present (不要放价格 / 送礼)."""
    return any(_HIDE.search(text) for text in texts)


def gift_card(*texts: str) -> str:
    """The text for the gift card (贺卡：…), from the remark first, else from the buyer's own words; "" without one."""
    for text in texts:
        found = _CARD.search(text)
        if found:
            return _STAMP.sub("", found.group(1)).strip().strip('「」“”"').rstrip("。，,;；")
    return ""


def scanned(text: str) -> str:
    """What a barcode gun sent, without spaces and control characters, full-width letters made plain."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", text) if ch.isprintable() and not ch.isspace())[:64]
