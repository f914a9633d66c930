"""Promotions and freight templates written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from xiaoer.goods import events
from xiaoer.goods.freight import PROVINCES
from xiaoer.goods.models import FreightTemplate, Goods, Promotion
from xiaoer.goods.rules import GROUPS, PROMOTION_KINDS
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T

SCOPES = ("shop", "goods", "category")
_MOST_ROWS = 80


def put_promotion(
    shop_id: int,
    *,
    promotion_id: int | None = None,
    title: str,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    text: str,
    scope: str = "shop",
    of: Sequence[str] = (),
    threshold_fen: int | None = None,
    off_fen: int | None = None,
    free_shipping: bool = False,
    by: Who,
    at: datetime,
) -> Promotion:
    """Write a promotion; with its id it is changed while it has not ended."""
    wrong = _wrong(shop_id, title, kind, starts_at, ends_at, text, scope, of)
    if wrong:
        raise Invalid(fields=wrong)
    values: dict[str, Any] = {
        "title": title.strip(),
        "kind": kind,
        "scope": scope,
        "of": list(of) if scope != "shop" else [],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "text": text.strip(),
        "threshold_fen": threshold_fen,
        "off_fen": off_fen,
        "free_shipping": free_shipping or kind == "free_shipping",
        "changed_at": at,
    }
    if promotion_id is None:
        row = Promotion.objects.create(shop_id=shop_id, **values)
    else:
        if not Promotion.objects.filter(pk=promotion_id, shop_id=shop_id, ends_at__gt=at, stopped_at=None).update(
            **values
        ):
            raise Conflict("promotion.over", "活动已结束，不能再改；请新建一个", "It is over; write a new one instead")
        row = Promotion.objects.get(pk=promotion_id)
    _tell(row, by, at)
    return row


def _wrong(
    shop_id: int,
    title: str,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    text: str,
    scope: str,
    of: Sequence[str],
) -> dict[str, T]:
    wrong: dict[str, T] = {}
    if not 1 <= len(title.strip()) <= 80:
        wrong["title"] = T("请写活动名称（80 字以内）", "Name it, in 80 characters at most")
    if kind not in PROMOTION_KINDS:
        wrong["kind"] = T(f"没有这种活动：{kind[:20]}", f"There is no such kind: {kind[:20]!r}")
    if starts_at.tzinfo is None or ends_at.tzinfo is None or ends_at <= starts_at:
        wrong["ends_at"] = T("结束时间要晚于开始时间", "It must end after it starts")
    if not 1 <= len(text.strip()) <= 400:
        wrong["text"] = T(
            "请写客服可以说的内容（400 字以内）", "Write what the agent may say, in 400 characters at most"
        )
    if scope not in SCOPES:
        wrong["scope"] = T(f"范围应为全店、商品或分类：{scope[:20]}", f"Unknown scope {scope[:20]!r}")
    elif scope == "category" and (not of or set(of) - set(GROUPS)):
        wrong["of"] = T("请选择商品分类", "Choose kinds of goods")
    elif scope == "goods":
        known = set(Goods.objects.filter(shop_id=shop_id, code__in=of).values_list("code", flat=True))
        if not of or set(of) - known:
            missing = "、".join(sorted(set(of) - known)[:5])
            wrong["of"] = T(f"没有这些商家编码：{missing}", f"There are no goods with these codes: {missing}")
    return wrong


def stop_promotion(row: Promotion, *, by: Who, at: datetime) -> Promotion:
    """End it early; agents see at once that it does not hold any more."""
    if not Promotion.objects.filter(pk=row.pk, stopped_at=None, ends_at__gt=at).update(stopped_at=at):
        raise Conflict("promotion.over", "活动已经结束了", "It is over already")
    row.stopped_at = at
    _tell(row, by, at)
    return row


def _tell(row: Promotion, by: Who, at: datetime) -> None:
    payload = events.PromotionChanged(title=row.title, kind=row.kind, stopped=row.stopped_at is not None)
    announce(payload, shop_id=row.shop_id, subject=f"promotion:{row.pk}", by=by, at=at)


def put_freight(
    shop_id: int,
    *,
    name: str,
    by_weight: bool,
    rows: Sequence[Mapping[str, Any]],
    ships_from: str = "",
    standard: bool = False,
    note: str = "",
    by: Who,
    at: datetime,
) -> FreightTemplate:
    """Write a freight template by its name (R404). The shop's standard one is that of goods without their own."""
    wrong = _wrong_rows(name, rows)
    if wrong:
        raise Invalid(fields=wrong)
    if standard:
        FreightTemplate.objects.filter(shop_id=shop_id, standard=True).exclude(name=name.strip()).update(standard=False)
    values = {
        "by": "weight" if by_weight else "piece",
        "rows": [dict(row) for row in rows],
        "ships_from": ships_from.strip()[:60],
        "standard": standard or not FreightTemplate.objects.filter(shop_id=shop_id, standard=True).exists(),
        "note": note.strip()[:300],
        "changed_at": at,
    }
    if not standard and FreightTemplate.objects.filter(shop_id=shop_id, name=name.strip(), standard=True).exists():
        values["standard"] = True
    row, _ = FreightTemplate.objects.update_or_create(shop_id=shop_id, name=name.strip(), defaults=values)
    announce(events.FreightChanged(name=row.name), shop_id=shop_id, subject=f"freight:{row.pk}", by=by, at=at)
    return row


def _wrong_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, T]:
    wrong: dict[str, T] = {}
    if not 1 <= len(name.strip()) <= 60:
        wrong["name"] = T("请给模板起名（60 字以内）", "Name the template, in 60 characters at most")
    if not 1 <= len(rows) <= _MOST_ROWS:
        wrong["rows"] = T(f"1～{_MOST_ROWS} 行", f"1 to {_MOST_ROWS} rows")
    seen: set[tuple[str, str]] = set()
    for place, row in enumerate(rows):
        carrier, regions = str(row.get("carrier", "")).strip(), list(row.get("regions", ()))
        if not 1 <= len(carrier) <= 20:
            wrong[f"rows.{place}.carrier"] = T("请写快递公司", "Name the carrier")
        if strange := [one for one in regions if one not in PROVINCES]:
            wrong[f"rows.{place}.regions"] = T(f"不是省份：{strange[0]}", f"Not a province: {strange[0]}")
        pairs = {(carrier, region) for region in regions or ("",)}
        if pairs & seen:
            wrong[f"rows.{place}.regions"] = T("同一快递的地区重复了", "This carrier has the region twice")
        seen |= pairs
    return wrong
