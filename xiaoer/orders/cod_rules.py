"""Cash on delivery (货到付款): where it is offered, and what a confirmation was given for. Pure (B07, C05, R174, R498)."""

import hashlib
import re
from collections.abc import Iterable, Sequence

_MAINLAND = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "内蒙古",
]
_BEGINS: dict[str, tuple[str, ...]] = {
    "香港": ("香港", "中国香港", "hongkong", "hong kong", "hk"),
    "澳门": ("澳门", "中国澳门", "澳門", "macau", "macao"),
    "台湾": ("台湾", "中国台湾", "台灣", "臺灣", "台北", "臺北", "新北", "台中", "台南", "高雄", "桃园市", "taiwan"),
}
_ABROAD = re.compile(
    r"^(?:海外|国外|境外|美国|日本|韩国|新加坡|马来西亚|泰国|越南|澳大利亚|澳洲|新西兰|加拿大|英国|法国|德国|意大利|西班牙|俄罗斯|"
    r"印度|菲律宾|印度尼西亚|荷兰|瑞士|瑞典|巴西|usa|united states|japan|korea|singapore|canada|australia|uk)",
    re.IGNORECASE,
)


def region_of(address: str) -> str:
    """ "mainland", 香港, 澳门, 台湾, 海外, or "" when the beginning of the address says nothing."""
    text = re.sub(r"^[\s(（\[【]*(?:中国|中华人民共和国|china)?[\s,，]*", "", address.strip(), flags=re.IGNORECASE)
    bare = text.lower()
    for region, begins in _BEGINS.items():
        if bare.startswith(begins):
            return region
    if text.startswith(tuple(_MAINLAND)):
        return "mainland"
    if _ABROAD.match(text) or (text and text[0].isascii() and text[0].isalpha()):
        return "海外"
    return ""


def excluded_region(address: str, excluded: Iterable[str]) -> str:
    """The region without COD in which the address lies, as the rule calls it; "" when COD may go there."""
    region = region_of(address)
    return region if region in set(excluded) else ""


def excluded_activity(names: Sequence[str], excluded: Iterable[str]) -> str:
    """The running activity without COD (聚划算, 整点聚, 双11) among promotion names; "" when there is none."""
    for word in excluded:
        if any(word.lower() in name.lower().replace("双十一", "双11") for name in names):
            return word
    return ""


def carrier_fits(carrier: str, allowed: Sequence[str]) -> bool:
    """顺丰 fits 顺丰速运 and SF; an order without a carrier yet fits."""
    bare = carrier.strip().lower()
    if not bare:
        return True
    return any(one.lower() in bare or (one == "顺丰" and bare in ("sf", "shunfeng", "sf-express")) for one in allowed)


def fingerprint(*parts: object) -> str:
    """What a confirmation was given for: receiver, phone, address, amount. Says nothing to a reader."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:40]
