"""The size adviser and the freight calculator with a shop's tables and the rules in force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiaoer.goods import freight, promotion_reads, sizing, sizing_words
from xiaoer.goods.catalogue_reads import table_of
from xiaoer.goods.models import FreightTemplate, Goods
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

_LIMITS = {
    "height": (80, 230),
    "weight": (20, 400),
    "shoulder": (20, 80),
    "bust": (50, 180),
    "waist": (40, 180),
    "hip": (50, 190),
    "foot": (15, 33),
}


def measured(said: Mapping[str, Any]) -> dict[str, float]:
    """What was typed as numbers: 92, "92cm", "2尺1"; a value out of this world is refused by name."""
    found: dict[str, float] = {}
    wrong: dict[str, T] = {}
    for name, (low, high) in _LIMITS.items():
        value = said.get(name)
        if value in (None, ""):
            continue
        number = sizing.centimetres(str(value))
        if number is None or not low <= number <= high:
            label = sizing_words.MEASURE_NAMES[name]
            wrong[name] = T(
                f"{label.zh}“{str(value)[:20]}”不对，应在 {low}～{high} 之间（也可写 2尺1）",
                f"{label.en} {str(value)[:20]!r} should be a number from {low} to {high}",
            )
        else:
            found[name] = number
    if wrong:
        raise Invalid(fields=wrong)
    return found


def advise(row: Goods, said: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Which size of a goods, why, what else, and a sentence to send (R156, R222, R223)."""
    stored = table_of(row)
    rows = sizing.read_rows(stored.rows) if stored else ()
    table = sizing.Table(rows, stored.stretch, stored.runs) if stored else sizing.Table(())
    values = measured(said)
    how = ""
    if "weight" in values:
        weight, how = sizing.kilos(values.pop("weight"), str(said.get("unit", "")), values.get("height"))
        values |= {} if weight is None else {"weight": weight}
    advice = sizing.advise(sizing.Body(values, str(said.get("usual", ""))[:20]), table, said.get("habit", "regular"))
    words = sizing_words.sentence(advice, table, model_note=row.model_note, how=how)
    return {
        "size": advice.size,
        "confidence": advice.confidence,
        "alternatives": list(advice.alternatives),
        "reasons": [one.say(viewer.language) for one in sizing_words.reasons(advice, table, how)],
        "ask": list(advice.ask),
        "sentence": words.zh,
        "sentence_en": words.en,
        "table": stored.name if stored else "",
        "measures": table.measures(),
    }


def shown_template(row: FreightTemplate, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "name": row.name,
        "by": row.by,
        "ships_from": row.ships_from,
        "rows": row.rows,
        "standard": row.standard,
        "note": row.note,
        "changed_at": iso(row.changed_at),
        "may_edit": viewer.may(Perm.GOODS_EDIT, row.shop_id),
    }


def templates(viewer: Viewer, shop: int | None) -> list[dict[str, Any]]:
    rows = FreightTemplate.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))
    rows = rows.filter(shop_id=shop) if shop is not None else rows
    return [shown_template(row, viewer) for row in rows.order_by("shop_id", "-standard", "name")[:200]]


def template_for(shop_id: int, goods: Goods | None) -> FreightTemplate:
    """A goods' own template, else the shop's standard one."""
    if goods is not None and goods.freight is not None:
        return goods.freight
    row = FreightTemplate.objects.filter(shop_id=shop_id).order_by("-standard", "pk").first()
    if row is None:
        raise NotFound("店铺还没有运费模板，请先在「活动与运费」里设置", "The shop has no freight template yet")
    return row


def quotes(
    shop_id: int, goods: Goods | None, *, to: str, qty: int, goods_fen: int, at: datetime, viewer: Viewer
) -> dict[str, Any]:
    """What each of the shop's carriers costs to a province (R274, R400, R404)."""
    region = to if to in freight.PROVINCES else freight.province_of(to)
    if not region:
        raise Invalid(fields={"to": T("请写省份，如 浙江", "Name the province, such as 浙江")})
    stored = template_for(shop_id, goods)
    template = freight.Template(stored.name, stored.by == "weight", freight.read_rows(stored.rows))
    never = rule("free_shipping_excluded_carriers", shop=shop_facts(shop_id), at=at).value
    running = [
        one
        for one in promotion_reads.running_promotions(shop_id, at=at)
        if one.free_shipping
        and (one.scope == "shop" if goods is None else promotion_reads.holds_for(one.scope, one.of, goods))
    ]
    terms = freight.Terms(tuple(str(one) for one in never), running[0].title if running else "")
    parcel = freight.Parcel(
        qty, (goods.weight_g if goods else 0) * qty, goods_fen, goods.special_price if goods else False
    )
    found = [freight.quote(template, carrier, region, parcel, terms) for carrier in template.carriers()]
    return {
        "region": region,
        "template": stored.name,
        "note": stored.note,
        "quotes": [
            {
                "carrier": one.carrier,
                "fen": one.fen,
                "free": one.free,
                "why": [why.say(viewer.language) for why in one.why],
                "sentence": freight.sentence(one).zh,
                "sentence_en": freight.sentence(one).en,
            }
            for one in sorted(found, key=lambda one: (one.fen is None, one.fen or 0))
        ],
    }
