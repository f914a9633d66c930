"""What a shop's and a colleague's data must look like. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from xiaoer.kernel.access import ROLE_NAMES, ROLE_PERMS, Perm, Role
from xiaoer.kernel.calendar import WEEKDAYS, OpeningHours
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")
USERNAME = re.compile(r"[\w.@-]{2,48}")
PHONE = re.compile(r"[0-9+()（） /、-]{5,32}")
FULL_ADDRESS = 8
"""A postal address has at least this many characters; shorter ones have been typed by halves."""

SWITCHES: dict[str, T] = {
    "cod": T("货到付款", "Cash on delivery"),
    "bank_transfer": T("银行转账", "Bank transfer"),
    "one_no_reason_return": T("每单仅限一次无理由退货", "One no-reason return per order"),
    "seven_days": T("七天无理由退货", "Seven-day no-reason returns"),
    "free_shipping": T("全店包邮", "Free shipping"),
    "freight_insurance": T("运费险", "Freight insurance"),
    "invoice": T("开具发票", "Invoices"),
    "auto_merge": T("自动合单", "Orders are merged"),
    "night_desk": T("夜间接待", "Night desk"),
}
"""What a shop may switch on or off (C02, C05, C16, C50): promises and the guard depend on them."""

TEAM_KINDS = (
    "", "pre_sales", "after_sales", "night", "vendor", "warehouse", "payment", "logistics", "technical", "finance", "legal",
    "quality", "operations", "senior", "other",
)  # fmt: skip


def _no(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields={field: T(zh, en)})


def check_slug(slug: str) -> str:
    if not SLUG.fullmatch(slug):
        raise _no(
            "slug",
            f"网址名「{slug}」只能用小写字母、数字和连字符，最多 48 个字符，例如 quanquan-tmall",
            f"{slug!r}: use lower-case letters, digits and hyphens, 48 at most, for example quanquan-tmall",
        )
    return slug


def check_name(name: str, field: str = "name", most: int = 80) -> str:
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= most:
        raise _no(field, f"请填写名称，最多 {most} 个字", f"Give a name of at most {most} characters")
    return trimmed


def check_username(username: str) -> str:
    trimmed = username.strip()
    if not USERNAME.fullmatch(trimmed):
        raise _no(
            "username",
            f"用户名「{trimmed}」须为 2 到 48 位的字母、汉字、数字或 . @ - _",
            f"{trimmed!r}: use 2 to 48 letters, digits or . @ - _",
        )
    return trimmed


def check_hours(hours: Mapping[str, Any]) -> dict[str, Any]:
    """Opening windows: several a day, HH:MM, 24:00 allowed, none overlapping; stored as they were given."""
    if unknown := set(hours) - {"zone", "days", "holiday", "makeup"}:
        raise _no("hours", f"营业时间里有不认识的内容：{sorted(unknown)[0]}", f"Unknown part: {sorted(unknown)[0]}")
    days = hours.get("days", {})
    if not isinstance(days, dict) or set(days) - set(WEEKDAYS):
        raise _no("hours", f"营业时间按 {'、'.join(WEEKDAYS)} 填写", f"Give hours by {', '.join(WEEKDAYS)}")
    listed = [*days.items(), *((name, hours[name]) for name in ("holiday", "makeup") if hours.get(name) is not None)]
    for name, windows in listed:
        if not isinstance(windows, list) or not all(_is_pair(pair) for pair in windows):
            raise _no(
                "hours",
                f"{name} 的营业时段须写成 [开始, 结束]，例如 [09:00, 24:00]",
                f'{name}: write windows as pairs such as ["09:00", "24:00"]',
            )
    OpeningHours.from_json(hours)
    return dict(hours)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


def check_return_address(address: Mapping[str, Any]) -> dict[str, str]:
    """Empty, or complete: a buyer who is told half an address sends the goods into nowhere."""
    if unknown := set(address) - {"name", "phone", "address"}:
        raise _no("return_address", f"退货地址里有不认识的内容：{sorted(unknown)[0]}", f"Unknown part: {unknown}")
    given = {key: str(address.get(key) or "").strip() for key in ("name", "phone", "address")}
    if not any(given.values()):
        return {}
    faults = {}
    if not given["name"]:
        faults["return_address.name"] = T("请填写收件人", "Who receives the parcel?")
    if not PHONE.fullmatch(given["phone"]):
        shown = given["phone"]
        faults["return_address.phone"] = T(f"电话「{shown}」不完整", f"{shown!r} is no complete phone number")
    if len(given["address"]) < FULL_ADDRESS:
        faults["return_address.address"] = T("请填写省市区街道门牌", "Province, city, district, street and number")
    if faults:
        raise Invalid(fields=faults)
    return given


def check_switches(switches: Mapping[str, Any]) -> dict[str, bool]:
    for name, value in switches.items():
        if name not in SWITCHES:
            known = ", ".join(SWITCHES)
            raise _no("switches", f"没有「{name}」这个开关；可用：{known}", f"No switch {name!r}; known: {known}")
        if not isinstance(value, bool):
            label = SWITCHES[name]
            raise _no("switches", f"「{label.zh}」只能开或关", f"{label.en}: true or false")
    return dict(switches)


def check_roles(roles: Iterable[str], field: str = "roles") -> list[str]:
    """Known posts, in the order of the enum, each once."""
    given = set(roles)
    known = {role.value for role in Role}
    if unknown := given - known:
        name = sorted(unknown)[0]
        raise _no(
            field, f"没有「{name}」这个岗位；可用：{', '.join(Role)}", f"No role {name!r}; known: {', '.join(Role)}"
        )
    if not given:
        raise _no(field, "请至少选一个岗位", "Choose at least one role")
    return [role.value for role in Role if role.value in given]


def check_scopes(scopes: Iterable[str]) -> list[str]:
    given = set(scopes)
    if unknown := given - {perm.value for perm in Perm}:
        name = sorted(unknown)[0]
        raise _no("scopes", f"没有「{name}」这个权限；可用：{', '.join(Perm)}", f"No scope {name!r}: {', '.join(Perm)}")
    if not given:
        raise _no("scopes", "请至少选一个权限", "Choose at least one scope")
    return [perm.value for perm in Perm if perm.value in given]


def beyond(roles: Iterable[str], perms: frozenset[Perm]) -> list[Role]:
    """The posts that carry more than `perms`: nobody hands out a right that she does not hold herself."""
    known = {role.value for role in Role}
    return [Role(name) for name in roles if name in known and not ROLE_PERMS[Role(name)] <= perms]


def names_of_roles(roles: Iterable[Role]) -> T:
    labels = [ROLE_NAMES[role] for role in roles]
    return T("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))
