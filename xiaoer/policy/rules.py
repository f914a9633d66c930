"""What a rule is and which one is in force. Pure: no Django, no clock, no files.

Order (contradictions.md 1): law > platform > the shop's own setting > general practice; an unknown platform gets the
strictest variant. Where the law only sets the buyer's minimum (`bound`), a platform or shop may be stricter still.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from xiaoer.kernel.errors import NotFound, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.policy.values import DURATIONS, check_value, rank, value_text

BEIJING = timezone(timedelta(hours=8))
LAW, ANY, SHOP, STRICTEST = "law", "any", "shop", "strictest"
OWN = "own"
MARKETPLACES = ("taobao", "tmall", "jd", "pinduoduo", "douyin", "kuaishou")
LAYERS = (LAW, *MARKETPLACES, OWN, ANY)

LAYER_NAMES = {SHOP: T("本店设置", "Shop setting"), STRICTEST: T("最严口径", "Strictest variant")}
TRUST_NAMES = {
    "A": T("平台官方页面", "official page"),
    "B": T("平台接口文档", "platform interface"),
    "C": T("二手网页", "secondary page"),
    "D": T("一般经验", "general knowledge"),
    "seed": T("原始资料", "seed document"),
    "law": T("法律条文", "law"),
    "shop": T("本店决定", "shop's decision"),
}


class NoRule(Refusal):
    """At that date nobody had made such a rule yet."""


@dataclass(frozen=True, slots=True)
class Key:
    """One question that can be asked of the rules (规则项)."""

    name: str
    title: T
    unit: str
    strict: Any
    explain: T
    choices: tuple[str, ...] = ()
    labels: Mapping[str, T] | None = None
    least: int | None = None
    most: int | None = None

    def text(self, value: Any) -> T:
        return value_text(self.unit, value, self.labels or {})


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another number that is said to hold; a shop may switch it on after checking (待核实口径)."""

    id: str
    value: Any
    source: str
    trust: str
    note: T


@dataclass(frozen=True, slots=True)
class Row:
    """One dated row of a pack: in force from 00:00 Beijing of `valid_from` until 00:00 of `valid_to`, exclusive."""

    key: Key
    layer: str
    value: Any
    valid_from: date
    valid_to: date | None
    source: str
    trust: str
    strength: str
    verified: bool
    bound: bool
    explain: T
    alternatives: tuple[Alternative, ...] = ()

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Override:
    """What a shop set instead (店铺自定义), with the reason somebody gave."""

    key: str
    value: Any
    alternative: str
    reason: str
    valid_from: datetime
    valid_to: datetime | None = None
    by: str = ""

    def holds(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True)
class Rulebook:
    """All packs, read and checked."""

    keys: Mapping[str, Key]
    rows: Mapping[tuple[str, str], tuple[Row, ...]]
    alternatives: Mapping[tuple[str, str], tuple[Alternative, ...]]
    names: Mapping[str, T]

    def key(self, name: str) -> Key:
        if name not in self.keys:
            raise NotFound(
                f"没有名为「{name}」的规则项，可用的见规则列表", f"There is no rule named {name!r}; see the list"
            )
        return self.keys[name]

    def row(self, layer: str, name: str, day: date) -> Row | None:
        return next((row for row in self.rows.get((layer, name), ()) if row.holds(day)), None)

    def layer_name(self, layer: str) -> T:
        return LAYER_NAMES.get(layer) or self.names.get(layer) or T(layer, layer)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rule in force: its value, where it comes from, how far to trust it, and the text that explains it."""

    key: str
    title: T
    value: Any
    unit: str
    value_text: T
    source: str
    trust: str
    strength: str
    verified: bool
    layer: str
    layer_name: T
    origin: str
    valid_from: date
    valid_to: date | None
    explain: T
    alternatives: tuple[Alternative, ...] = ()
    override: Override | None = None
    freedom: str = "any"
    """What a shop may do here: "no" (law), "stricter" (hard rule), "any"."""

    @property
    def duration(self) -> timedelta:
        """The value as a length of time; working days need the calendar and have none."""
        if self.unit not in DURATIONS:
            raise TypeError(f"rule {self.key} is in {self.unit}, which is no fixed length of time")
        return DURATIONS[self.unit] * int(self.value)


def beijing_day(at: datetime) -> date:
    """The day in Beijing on which `at` falls: packs change at Beijing midnight."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone; rules are dated, give an aware datetime")
    return at.astimezone(BEIJING).date()


def moment(text: str) -> datetime | None:
    """A date (its Beijing midnight) or an instant with its zone; a time without zone is Beijing time."""
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def resolve(book: Rulebook, name: str, platform: str, at: datetime, overrides: Iterable[Override] = ()) -> Answer:
    """The rule in force for a shop on `platform` at `at`."""
    key = book.key(name)
    day = beijing_day(at)
    base, layer = _base(book, key, platform, day)
    law = book.row(LAW, name, day)
    offered = _offered(book, key, platform, base)
    override = next((o for o in overrides if o.key == name and o.holds(at)), None)
    if base is None:
        if law is None:
            raise NoRule(
                "policy.no_rule",
                f"{day} 时「{key.title.zh}」还没有生效的规则",
                f"No rule for {key.title.en!r} was in force on {day}",
            )
        return _answer(book, key, law, LAW, offered, None, law)
    chosen = _apply(key, base, law, offered, override)
    if law is not None and not _beats(key, law, chosen.value):
        return _answer(book, key, law, LAW, offered, override, law)
    if chosen is base:
        return _answer(book, key, base, layer, offered, override, law)
    return _answer(book, key, chosen, SHOP, offered, override, law, base)


def _base(book: Rulebook, key: Key, platform: str, day: date) -> tuple[Row | None, str]:
    """The platform's row or the general one; for a platform nobody knows the strictest of all."""
    if platform in MARKETPLACES or platform == OWN:
        for layer in (platform, ANY):
            if (row := book.row(layer, key.name, day)) is not None:
                return row, layer
    candidates = [row for layer in (ANY, *MARKETPLACES) if (row := book.row(layer, key.name, day))]
    if not candidates:
        return None, STRICTEST
    return min(candidates, key=lambda row: rank(key.unit, key.strict, row.value)), STRICTEST


def _offered(book: Rulebook, key: Key, platform: str, base: Row | None) -> tuple[Alternative, ...]:
    own = base.alternatives if base is not None else ()
    return own + book.alternatives.get((platform, key.name), ())


def _apply(key: Key, base: Row, law: Row | None, offered: tuple[Alternative, ...], override: Override | None) -> Row:
    """The base row, or a row that says what the shop set, if that is still allowed."""
    if override is None or (law is not None and not law.bound):
        return base
    choice = next((a for a in offered if a.id == override.alternative), None) if override.alternative else None
    value = choice.value if choice else override.value
    if choice is None and base.strength == "hard" and not stricter(key, value, base.value):
        return base
    if choice is not None:
        return replace(base, value=value, source=choice.source, trust=choice.trust, verified=False)
    return replace(base, value=value, source=override.reason, trust="shop", verified=True)


def stricter(key: Key, value: Any, than: Any) -> bool:
    """Is `value` as strict as `than` or stricter? Values without order are only as strict when equal."""
    if key.strict == "none":
        return bool(value == than)
    return rank(key.unit, key.strict, value) <= rank(key.unit, key.strict, than)


def _beats(key: Key, law: Row, value: Any) -> bool:
    """A value strictly better for the buyer than the law's minimum stands; in all else the law does."""
    return law.bound and value != law.value and stricter(key, value, law.value)


def _answer(
    book: Rulebook,
    key: Key,
    row: Row,
    layer: str,
    offered: tuple[Alternative, ...],
    override: Override | None,
    law: Row | None,
    base: Row | None = None,
) -> Answer:
    origin = (base or row).layer
    return Answer(
        key=key.name,
        title=key.title,
        value=row.value,
        unit=key.unit,
        value_text=key.text(row.value),
        source=row.source,
        trust=row.trust,
        strength=row.strength,
        verified=row.verified,
        layer=layer,
        layer_name=book.layer_name(layer),
        origin=origin,
        valid_from=beijing_day(override.valid_from) if layer == SHOP and override else row.valid_from,
        valid_to=row.valid_to,
        explain=_explain(book, key, row, layer, base),
        alternatives=offered,
        override=override,
        freedom=_freedom(law, base or row),
    )


def _freedom(law: Row | None, base: Row) -> str:
    if law is not None and not law.bound:
        return "no"
    return "stricter" if law is not None or base.strength == "hard" else "any"


def _explain(book: Rulebook, key: Key, row: Row, layer: str, base: Row | None) -> T:
    """One sentence for an agent: what holds, why, who says so, and whether somebody checked it."""
    name, value, trust = book.layer_name(layer), key.text(row.value), TRUST_NAMES[row.trust]
    doubt = T("", "") if row.verified else T("，待核实", ", to be verified")
    instead = T("", "")
    if base is not None:
        was = key.text(base.value)
        instead = T(f"，代替{was.zh}", f", instead of {was.en}")
    return T(
        f"{key.title.zh}：{value.zh}。{row.explain.zh}（{name.zh}{instead.zh}，来源：{row.source}，{trust.zh}{doubt.zh}）",
        f"{key.title.en}: {value.en}. {row.explain.en} ({name.en}{instead.en}; source: {row.source},"
        f" {trust.en}{doubt.en})",
    )


def check_override(
    book: Rulebook, name: str, platform: str, at: datetime, *, value: Any = None, alternative: str = ""
) -> Any:
    """The value a shop may set, as stored; refused with the value in force and the remedy when it may not."""
    key = book.key(name)
    now = resolve(book, name, platform, at)
    if now.freedom == "no":
        raise Refusal(
            "policy.law",
            f"「{key.title.zh}」由法律规定为{now.value_text.zh}（{now.source}），店铺不能更改；需要另作承诺请写进商品页或话术",
            f"{key.title.en!r} is {now.value_text.en} by law ({now.source}) and cannot be changed by a shop;"
            " a further promise belongs on the item page or in a script",
        )
    if alternative:
        found = next((a for a in now.alternatives if a.id == alternative), None)
        if found is None:
            known = ", ".join(a.id for a in now.alternatives) or "-"
            raise Refusal(
                "policy.unknown_alternative",
                f"「{key.title.zh}」没有备选口径「{alternative}」，可选：{known}",
                f"{key.title.en!r} has no alternative {alternative!r}; choose one of: {known}",
                status=422,
            )
        return found.value
    checked = check_value(key.unit, value, key.choices, key.least, key.most)
    if now.freedom == "stricter" and not stricter(key, checked, now.value):
        asked = key.text(checked)
        raise Refusal(
            "policy.not_stricter",
            f"「{key.title.zh}」是{now.layer_name.zh}的硬性规则：{now.value_text.zh}；店铺只能更严，不能设为{asked.zh}。"
            + ("可在备选口径中选择，或" if now.alternatives else "请")
            + f"填写不宽于{now.value_text.zh}的值",
            f"{key.title.en!r} is a hard rule ({now.layer_name.en}): {now.value_text.en}. A shop may only be stricter,"
            f" not {asked.en}; "
            + ("switch on one of the alternatives, or " if now.alternatives else "")
            + f"give a value no laxer than {now.value_text.en}",
        )
    return checked


def plain(value: Any) -> Any:
    """A value as JSON carries it: percents as exact text ("0.8"), everything else as it is."""
    return format(value, "f") if isinstance(value, Decimal) else value
