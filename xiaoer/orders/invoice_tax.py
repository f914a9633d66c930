"""Is this a tax number, and does it fit the title? (税号、抬头校验) Pure.

The 18-place number is the 统一社会信用代码 (GB 32100) with a check digit; 15 and 20 places are old forms that some
taxpayers still carry.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from stdnum.cn import ric, uscc

from xiaoer.kernel.i18n import T

_USCC_SIGNS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_LOOKALIKE = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}
"""Letters that the code never uses, and what they are usually a misreading of."""
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_COMPANY = re.compile(
    r"公司|集团|企业|工厂|厂$|商行|商店|店$|经营部|工作室|事务所|合作社|银行|中心|酒店|饭店|超市|有限|合伙|门市|Ltd|Inc|LLC",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(
    r"学校|中学|小学|大学|学院|幼儿园|医院|卫生院|部队|政府|委员会|管理局|公安|法院|检察院|研究院|协会|居委会|村委会"
)
"""Bodies that may have no tax number (非企业性单位)."""
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8})?")
_FAMILY = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳"
    "史唐费岑薛雷贺倪汤滕罗毕郝安常于傅康伍余元顾孟黄穆萧尹姚邵汪毛米贝明成戴宋庞熊纪舒屈项祝董梁杜蓝季贾江郭林"
    "钟徐邱骆高夏蔡田樊胡霍卢莫房解应丁宣邓单洪包石崔吉龚程邢裴陆翁段侯宁仇刘龙叶黎白赖乔谭冉桑廖聂关欧肖"
)


@dataclass(slots=True)
class Checked:
    """A tax number looked at: `form` uscc | old15 | id18 | old20 | none; `wrong` stops, `warnings` only tell."""

    number: str
    form: str
    wrong: dict[str, T] = field(default_factory=dict)
    warnings: list[T] = field(default_factory=list)


def clean(text: str) -> str:
    """The number as it is written on paper: no spaces or hyphens, capital letters, half-width."""
    return re.sub(r"[\s\-—_]", "", unicodedata.normalize("NFKC", text)).upper()


def check(kind: str, title: str, tax_no: str, *, special: bool = False) -> Checked:
    """Title and number of one request, together."""
    number = clean(tax_no)
    found = Checked(number, "none")
    if special and kind != "company":
        found.wrong["type"] = T(
            "增值税专用发票只能开给单位，个人请选普通发票", "Special VAT invoices go to companies only"
        )
    if kind == "personal":
        _personal(found, title, number)
        return found
    if number:
        _number(found, number)
    elif _NO_NUMBER.search(title) and not special:
        found.warnings.append(
            T(
                "单位没有税号时（机关、学校、医院等）可不填，请与客户确认",
                "Public bodies may have no tax number; confirm",
            )
        )
    else:
        found.wrong["tax_no"] = T(
            "单位抬头必须填税号（18 位统一社会信用代码），请向客户索取",
            "A company's invoice needs its tax number (18 places); ask the buyer",
        )
    if looks_personal(title):
        found.warnings.append(
            T(
                f"抬头「{title}」像个人姓名，却选了单位；请确认是否应为个人抬头",
                f"The title {title!r} looks like a person's name, but company was chosen",
            )
        )
    return found


def _personal(found: Checked, title: str, number: str) -> None:
    if looks_company(title):
        found.warnings.append(
            T(
                f"抬头「{title}」像单位名称，却选了个人；单位抬头请选“单位”并填税号",
                f"The title {title!r} looks like a company's; choose company and give its tax number",
            )
        )
    if number:
        found.wrong["tax_no"] = T(
            f"个人抬头不填税号；填了「{number}」，如果要开给单位请选“单位”",
            f"A personal invoice has no tax number; for {number} choose company",
        )


def _number(found: Checked, number: str) -> None:
    if not number.isascii() or not number.isalnum():
        found.wrong["tax_no"] = T(
            f"税号只有数字和大写字母，收到「{number}」", f"A tax number has digits and letters only, not {number!r}"
        )
    elif len(number) == 18:
        _eighteen(found, number)
    elif len(number) == 15:
        _fifteen(found, number)
    elif len(number) in (17, 20) and number[:15].isdigit():
        found.form = "old20"
        found.warnings.append(
            T(
                f"{len(number)} 位是个体工商户的旧税号（身份证号加两位），请确认是否已换 18 位新号",
                f"{len(number)} places: an old number of a sole trader; ask whether there is a new one of 18",
            )
        )
    else:
        found.wrong["tax_no"] = T(
            f"税号应为 18 位（旧号 15 或 20 位），「{number}」是 {len(number)} 位",
            f"A tax number has 18 places (old forms 15 or 20); {number!r} has {len(number)}",
        )


def _eighteen(found: Checked, number: str) -> None:
    strange = [sign for sign in number if sign not in _USCC_SIGNS]
    if strange:
        sign = strange[0]
        like = f"，是否是 {_LOOKALIKE[sign]}？" if sign in _LOOKALIKE else ""
        found.wrong["tax_no"] = T(
            f"18 位税号里不会有字母 {sign}（第 {number.index(sign) + 1} 位）{like}",
            f"There is no letter {sign} in an 18-place tax number (place {number.index(sign) + 1})",
        )
    elif uscc.is_valid(number):
        found.form = "uscc"
    elif ric.is_valid(number):
        found.form = "id18"
        found.warnings.append(
            T(
                "这是身份证号：只有个体工商户才以身份证号作税号，请与客户确认",
                "This is an identity card number: only sole traders use theirs as a tax number",
            )
        )
    elif not number[:8].isdigit():
        place = next(index for index, sign in enumerate(number[:8], 1) if not sign.isdigit())
        found.wrong["tax_no"] = T(
            f"税号前 8 位应全是数字，第 {place} 位是 {number[place - 1]}",
            f"The first 8 places are digits; place {place} is {number[place - 1]}",
        )
    else:
        right = uscc.calc_check_digit(number[:17])
        found.wrong["tax_no"] = T(
            f"税号最后一位校验码应为 {right}，填的是 {number[-1]}；请逐位核对「{number}」",
            f"The check digit should be {right}, not {number[-1]}; compare {number} sign by sign",
        )


def _fifteen(found: Checked, number: str) -> None:
    """Region (6) and organisation code (8 signs and a check sign)."""
    found.form = "old15"
    found.warnings.append(
        T(
            "15 位是三证合一以前的旧税号，多数企业已换 18 位，请与客户确认",
            "15 places: an old form; most companies have one of 18 now",
        )
    )
    body, last = number[6:14], number[14]
    if not number[:6].isdigit():
        found.wrong["tax_no"] = T(
            "15 位旧税号前 6 位应是行政区划数字", "The first 6 places of an old number are digits"
        )
        return
    total = sum(weight * int(sign, 36) for weight, sign in zip(_ORG_WEIGHTS, body, strict=True))
    right = "0X987654321"[total % 11]
    if last != right:
        found.warnings.append(
            T(
                f"旧税号最后一位通常应为 {right}，填的是 {last}，请核对",
                f"The last place should be {right}, not {last}; check it",
            )
        )


def looks_company(title: str) -> bool:
    return bool(_COMPANY.search(title) or _NO_NUMBER.search(title))


def looks_personal(title: str) -> bool:
    return bool(_PERSON.fullmatch(title)) and title[0] in _FAMILY and not looks_company(title)
