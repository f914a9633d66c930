"""Reading an invoice request out of what the buyer wrote under her order (R352, R353). Pure.

The remark is only a source of title, tax number and mailbox: contents and amount are always the order's (R360).
"""

import re
import unicodedata
from dataclasses import dataclass

from xiaoer.orders.invoice_tax import looks_company

_ASKS = re.compile(r"发票|开票|抬头|税号|专票|普票")
_NOT = re.compile(
    r"(?:不|无|勿|别|没)(?:用|需|需要|要|必|想|开|给)*(?:开|寄|放|附)?(?:电子|纸质)?发票|不(?:用|要|需要?)开票|发票(?:就)?不(?:用|要|需要?)"
)
_TAX = re.compile(r"(?<![0-9A-Za-z])([0-9A-Z]{15}|[0-9A-Z]{17,18}|[0-9]{20})(?![0-9A-Za-z])", re.IGNORECASE)
_TAX_LABEL = re.compile(
    r"(?:纳税人识别号|统一社会信用代码|信用代码|税务登记号|税号)\s*(?:[:：为是]\s*)?([0-9A-Za-z \-]{6,30})"
)
_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_STOP = r"[,，;；。!！?？\n\r|/、]|税号|纳税人|统一社会|信用代码|邮箱|电话|地址|开户|内容|金额|谢谢|麻烦|$"
_TITLE = re.compile(
    rf"(?:发票抬头|开票抬头|抬头|开票名称|发票名称|单位名称|公司名称|名称)\s*(?:(?:请?(?:写|开|填))?\s*[:：为是]|请?(?:写|开|填)|\s)?\s*(.{{1,60}}?)\s*(?={_STOP})"
)
_AFTER_INVOICE = re.compile(rf"(?:发票|开票)\s*[:：]\s*(.{{2,60}}?)\s*(?={_STOP})")
_COMPANY_NAME = re.compile(
    r"([\u4e00-\u9fffA-Za-z0-9()（）·&]{2,40}?(?:有限责任公司|股份有限公司|有限公司|公司|事务所|合作社))"
)
_LEADS = re.compile(
    r"^(?:(?:请|麻烦|帮忙|帮我|帮|要|需要|给|开具|开个|开张|开一张|开|写|填|一张|普通|增值税|专用|电子|纸质|发票|专票|普票|个)+)"
)
_PERSON = re.compile(r"(?:抬头|发票|开)\s*(?:[:：]|写|开|为|是)?\s*(?:给)?\s*(?:个人|私人)")
_OTHER = re.compile(r"开(?:成|为)?(?:办公用品|文具|劳保|礼品|食品|餐饮|会议|咨询费?|服务费|耗材|明细别|其他类|别的)")
_MORE = re.compile(r"(?:多开|开高|高开|开多|金额(?:开|写)(?:大|高|多))|开\s*(\d{2,6})\s*(?:元|块)?的?发票")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the remark asks for. An empty `title`: she wants one but did not say the title, so the agent asks (R043)."""

    title: str = ""
    kind: str = ""
    tax_no: str = ""
    email: str = ""
    special: bool = False
    other_goods: bool = False
    other_amount: bool = False


def read(text: str) -> Asked | None:
    """The request in a buyer's remark; None when it asks for no invoice or says that she wants none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _ASKS.search(plain) or _NOT.search(plain):
        return None
    mail = _MAIL.search(plain)
    rest = plain.replace(mail[0], " ") if mail else plain
    tax = _tax(rest)
    title = _title(rest)
    kind = "company" if tax or looks_company(title) else "personal" if title else ""
    return Asked(
        title=title,
        kind=kind,
        tax_no=tax,
        email=mail[0] if mail else "",
        special=bool(re.search(r"专票|专用发票|增值税专用", plain)),
        other_goods=bool(_OTHER.search(plain)),
        other_amount=bool(_MORE.search(plain)),
    )


def _tax(text: str) -> str:
    labelled = _TAX_LABEL.search(text)
    if labelled:
        return re.sub(r"[\s\-]", "", labelled[1]).upper()[:20]
    bare = next((one[1] for one in _TAX.finditer(text) if any(sign.isdigit() for sign in one[1])), "")
    return bare.upper()


def _title(text: str) -> str:
    for pattern in (_TITLE, _AFTER_INVOICE):
        found = pattern.search(text)
        if found:
            title = _tidy(found[1])
            if title in ("个人", "私人"):
                return "个人"
            if len(title) >= 2:
                return title[:100]
    company = _COMPANY_NAME.search(text)
    if company:
        return _tidy(company[1])[:100]
    return "个人" if _PERSON.search(text) else ""


def _tidy(text: str) -> str:
    trimmed = _TAX.sub("", text).strip(" :：\"'“”")
    if not trimmed.startswith(("个人", "私人")):
        trimmed = _LEADS.sub("", trimmed).strip(" :：\"'“”")
    if trimmed.startswith(("个人", "私人")) and len(trimmed) > 2:
        trimmed = trimmed[2:].strip(" :：()（）-")
    return trimmed
