"""Goods, SKUs and size tables written: from files, the API and forms. Nothing is ever removed by a report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiaoer.goods import events
from xiaoer.goods.drafts import FLAGS, MOST_POINTS, MOST_SKUS, TEXTS, GoodsDraft, SkuDraft, code_of
from xiaoer.goods.models import FreightTemplate, Goods, GoodsWord, SizeTable, Sku
from xiaoer.goods.rules import CATEGORIES, GROUPS, is_code, words_of
from xiaoer.goods.sizing import MEASURES, RUNS, STRETCHES
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T

MOST_SIZES = 40


@dataclass(slots=True)
class Put:
    """What became of one goods: created, updated, unchanged or rejected."""

    code: str
    result: str
    goods_id: int | None = None
    reasons: list[T] = field(default_factory=list)


def put_goods(shop_id: int, drafts: Sequence[GoodsDraft], *, by: Who, at: datetime) -> list[Put]:
    """Write a batch of goods, at most a few hundred; the same again changes nothing. One bad one hurts no other."""
    known = {row.code: row for row in Goods.objects.filter(shop_id=shop_id, code__in={d.code for d in drafts})}
    tables = dict(SizeTable.objects.filter(shop_id=shop_id).values_list("name", "pk"))
    templates = dict(FreightTemplate.objects.filter(shop_id=shop_id).values_list("name", "pk"))
    done = []
    for draft in drafts:
        put = _one(shop_id, draft, known.get(draft.code), tables, templates, at)
        done.append(put)
        if put.result == "created" and put.goods_id is not None:
            known[draft.code] = Goods.objects.get(pk=put.goods_id)
    _tell(shop_id, done, by, at)
    return done


def _tell(shop_id: int, done: Sequence[Put], by: Who, at: datetime) -> None:
    counts = Counter(put.result for put in done)
    touched = [put for put in done if put.result in ("created", "updated")]
    if not touched:
        return
    subject = f"goods:{touched[0].goods_id}" if len(touched) == 1 else f"shop:{shop_id}"
    payload = events.GoodsChanged(
        codes=[put.code for put in touched][:50], created=counts["created"], updated=counts["updated"]
    )
    announce(payload, shop_id=shop_id, subject=subject, by=by, at=at)


def _one(
    shop_id: int,
    draft: GoodsDraft,
    row: Goods | None,
    tables: Mapping[str, int],
    templates: Mapping[str, int],
    at: datetime,
) -> Put:
    wrong = _wrong(shop_id, draft, row, tables, templates)
    if wrong:
        return Put(draft.code, "rejected", row.pk if row else None, wrong)
    values = _values(draft, tables, templates)
    if row is None:
        row = Goods.objects.create(shop_id=shop_id, code=draft.code, changed_at=at, **values)
        result = "created"
    else:
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        result = "updated" if changed else "unchanged"
        for name, value in changed.items():
            setattr(row, name, value)
        if changed:
            Goods.objects.filter(pk=row.pk).update(**changed, changed_at=at)
    if _put_skus(row, draft.skus) and result == "unchanged":
        Goods.objects.filter(pk=row.pk).update(changed_at=at)
        result = "updated"
    if result != "unchanged":
        _find_by(row)
    return Put(draft.code, result, row.pk)


def _wrong(
    shop_id: int, draft: GoodsDraft, row: Goods | None, tables: Mapping[str, int], templates: Mapping[str, int]
) -> list[T]:
    wrong: list[T] = []
    if not is_code(draft.code):
        wrong.append(T(f"商家编码「{draft.code[:40]}」不能用", f"{draft.code[:40]!r} is no merchant code"))
    if row is None and not draft.texts.get("title"):
        wrong.append(T("新商品缺少标题", "A new goods needs a title"))
    for name, known in (("category", CATEGORIES), ("group", GROUPS)):
        if draft.texts.get(name) and draft.texts[name] not in known:
            wrong.append(T(f"没有这个分类：{draft.texts[name]}", f"There is no kind {draft.texts[name]!r}"))
    if draft.size_table and draft.size_table not in tables:
        wrong.append(T(f"没有尺码表「{draft.size_table[:40]}」", f"There is no size table {draft.size_table[:40]!r}"))
    if draft.freight and draft.freight not in templates:
        wrong.append(T(f"没有运费模板「{draft.freight[:40]}」", f"There is no freight template {draft.freight[:40]!r}"))
    if len(draft.skus) > MOST_SKUS:
        wrong.append(T(f"一件商品最多 {MOST_SKUS} 个规格", f"At most {MOST_SKUS} SKUs of one goods"))
    for picture in draft.pictures or []:
        if not picture.startswith(("https://", "http://", "/")):
            wrong.append(T(f"图片要写网址：{picture[:60]}", f"A picture needs an address: {picture[:60]}"))
    codes = [code_of(draft.code, sku) for sku in draft.skus]
    wrong += [T(f"规格编码「{c[:40]}」不能用", f"{c[:40]!r} is no SKU code") for c in codes if not is_code(c)]
    taken = Sku.objects.filter(shop_id=shop_id, code__in=codes).exclude(goods__code=draft.code).first()
    if taken is not None:
        wrong.append(
            T(f"规格编码「{taken.code}」已属于别的商品", f"The SKU code {taken.code!r} belongs to other goods")
        )
    return wrong


def _values(draft: GoodsDraft, tables: Mapping[str, int], templates: Mapping[str, int]) -> dict[str, Any]:
    """The columns that were said."""
    values: dict[str, Any] = {name: draft.texts[name][:most] for name, most in TEXTS.items() if name in draft.texts}
    values.update({name: draft.flags[name] for name in FLAGS if name in draft.flags})
    for name in ("points", "features", "advantages", "pictures"):
        if (said := getattr(draft, name)) is not None:
            values[name] = said[:MOST_POINTS]
    if draft.weight_g is not None:
        values["weight_g"] = draft.weight_g
    if draft.presale_at is not None or draft.presale_over:
        values["presale_at"] = draft.presale_at
    if draft.size_table is not None:
        values["size_table_id"] = tables.get(draft.size_table)
    if draft.freight is not None:
        values["freight_id"] = templates.get(draft.freight)
    return values


def _put_skus(row: Goods, drafts: Sequence[SkuDraft]) -> bool:
    """New looks are added, known ones brought up; whether anything changed."""
    known = {sku.code: sku for sku in Sku.objects.filter(goods=row)}
    changed = False
    for draft in drafts:
        code = code_of(row.code, draft)
        sku = known.get(code)
        if sku is None:
            known[code] = Sku.objects.create(
                goods=row, shop_id=row.shop_id, code=code, colour=draft.colour[:40], size=draft.size[:40],
                price_fen=draft.price_fen, place=len(known),
            )  # fmt: skip
            changed = True
            continue
        said = {"colour": draft.colour[:40], "size": draft.size[:40], "price_fen": draft.price_fen}
        new = {name: v for name, v in said.items() if v not in ("", None) and getattr(sku, name) != v}
        if new:
            Sku.objects.filter(pk=sku.pk).update(**new)
            changed = True
    return changed


def _find_by(row: Goods) -> None:
    """Write anew what a goods is found by."""
    skus = list(Sku.objects.filter(goods=row).values_list("code", "colour"))
    colours = " ".join(dict.fromkeys(colour for _, colour in skus))
    wanted = words_of(row.code, row.title, [code for code, _ in skus], f"{colours} {row.style}")
    held = set(GoodsWord.objects.filter(goods=row).values_list("word", flat=True))
    GoodsWord.objects.filter(goods=row, word__in=held - wanted).delete()
    fresh = [GoodsWord(goods=row, shop_id=row.shop_id, word=word) for word in sorted(wanted - held)]
    GoodsWord.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)


def put_size_table(
    shop_id: int,
    *,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    group: str = "",
    stretch: str = "some",
    runs: str = "true",
    note: str = "",
    by: Who,
    at: datetime,
) -> SizeTable:
    """Write a size table, by its name."""
    wrong = _wrong_table(name, rows, group, stretch, runs)
    if wrong:
        raise Invalid(fields=wrong)
    kept = [
        {"size": str(row["size"])[:20], "label": str(row.get("label", ""))[:20]}
        | {measure: list(row[measure]) for measure in MEASURES if row.get(measure)}
        for row in rows
    ]
    values = {"group": group, "rows": kept, "stretch": stretch, "runs": runs, "note": note[:300], "changed_at": at}
    table, _ = SizeTable.objects.update_or_create(shop_id=shop_id, name=name.strip(), defaults=values)
    payload = events.SizeTableChanged(name=table.name, sizes=[str(row["size"]) for row in kept])
    announce(payload, shop_id=shop_id, subject=f"size_table:{table.pk}", by=by, at=at)
    return table


def _wrong_table(name: str, rows: Sequence[Mapping[str, Any]], group: str, stretch: str, runs: str) -> dict[str, T]:
    wrong: dict[str, T] = {}
    if not 1 <= len(name.strip()) <= 80:
        wrong["name"] = T("请给尺码表起名（80 字以内）", "Name the table, in 80 characters at most")
    if group and group not in GROUPS:
        wrong["group"] = T(f"没有这个分类：{group[:20]}", f"There is no kind {group[:20]!r}")
    if stretch not in STRETCHES or runs not in RUNS:
        wrong["stretch"] = T("弹力应为 none、some、high；版型应为 small、true、large", "stretch or runs is unknown")
    sizes = [str(row.get("size", "")).strip() for row in rows]
    if not 1 <= len(rows) <= MOST_SIZES or not all(sizes) or len(set(sizes)) < len(sizes):
        wrong["rows"] = T(
            f"1～{MOST_SIZES} 行，尺码不能空也不能重复", f"1 to {MOST_SIZES} rows, each with its own size"
        )
    for place, row in enumerate(rows):
        for measure in MEASURES:
            span = row.get(measure)
            if span and not (len(span) == 2 and 0 < span[0] <= span[1] < 300):
                wrong[f"rows.{place}.{measure}"] = T(
                    "请填从小到大的两个数（厘米或公斤，300 以内）",
                    "Give two numbers, smaller first (cm or kg, below 300)",
                )
    return wrong
