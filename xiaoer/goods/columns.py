"""Which column is which in files of goods and of stock (列映射), and one row to a draft. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from xiaoer.goods.drafts import FLAGS, TEXTS, GoodsDraft, SkuDraft
from xiaoer.goods.rules import CATEGORIES, GROUPS, is_code
from xiaoer.kernel import cells
from xiaoer.kernel.cells import CellError
from xiaoer.kernel.i18n import T
from xiaoer.kernel.sheets import REJECT_COLUMNS, UNCLOSED, normalise

GOODS: dict[str, tuple[str, ...]] = {
    "code": ("商家编码", "商品编码", "货号", "款号", "宝贝编码", "code"),
    "sku_code": ("规格编码", "sku编码", "sku商家编码", "skucode", "sku_code", "条码"),
    "title": ("宝贝标题", "商品标题", "宝贝名称", "商品名称", "标题", "title"),
    "colour": ("颜色分类", "颜色", "色彩", "colour", "color"),
    "size": ("尺码", "尺寸", "鞋码", "规格尺码", "size"),
    "price": ("销售价", "一口价", "价格", "单价", "price"),
    "material": ("材质成分", "面料成分", "材质", "面料", "material"),
    "style": ("款式", "风格", "style"),
    "care": ("洗涤说明", "洗涤", "保养", "care"),
    "points": ("卖点", "商品卖点", "points"),
    "brand": ("品牌", "品牌名称", "brand"),
    "features": ("产品特征", "商品特征", "特征", "特点", "features"),
    "advantages": ("产品优点", "商品优点", "优点", "优势", "advantages"),
    "pictures": ("商品图片", "宝贝主图", "主图", "图片", "pictures"),
    "model_note": ("模特信息", "模特参考", "试穿报告"),
    "group": ("商品分类", "店内分类", "品类", "group"),
    "category": ("类目", "商品类目", "宝贝类目", "category"),
    "weight": ("重量克", "重量", "毛重", "weight"),
    "presale_at": ("预售发货时间", "预售时间", "预售日期", "预售"),
    "seckill": ("秒杀",),
    "special_price": ("特价",),
    "large_item": ("大件",),
    "no_reason_excluded": ("不支持七天无理由", "不支持7天无理由", "七天无理由除外"),
    "payment_note": ("付款说明",),
    "freight_note": ("运费说明", "邮费说明"),
    "size_table": ("尺码表",),
    "freight": ("运费模板", "运费模版"),
}
STOCK: dict[str, tuple[str, ...]] = {
    "sku_code": ("规格编码", "sku编码", "sku商家编码", "商家编码", "商品编码", "货号", "条码", "sku_code"),
    "qty": ("库存数量", "可用库存", "实际库存", "在库数量", "库存", "数量", "qty", "stock"),
    "change": ("变动数量", "出入库数量", "变动", "增减", "change"),
}
FIELDS = {"goods": GOODS, "stock": STOCK}
REQUIRED = {"goods": ("code",), "stock": ("sku_code",)}
_YES = frozenset({"是", "有", "y", "yes", "1", "true", "√", "对"})
_NO = frozenset({"否", "无", "n", "no", "0", "false", "×", "x", "不是"})
_LIST = re.compile(r"[;；|\n]+")
_WHOLE = re.compile(r"^[+-]?\d{1,7}(?:\.0+)?$")


def _synonyms(kind: str) -> dict[str, tuple[str, int]]:
    return {name: (field, rank) for field, names in FIELDS[kind].items() for rank, name in enumerate(names)}


def known(kind: str, headings: Sequence[str]) -> int:
    """How many of these cells are headings of such a file."""
    names = _synonyms(kind)
    return sum(normalise(heading) in names for heading in headings)


def guess(kind: str, columns: Sequence[str]) -> dict[str, str]:
    """Field -> column; of two columns for one field the more specific heading wins."""
    best: dict[str, tuple[int, str]] = {}
    names = _synonyms(kind)
    for column in columns:
        found = names.get(normalise(column))
        if column in REJECT_COLUMNS or found is None:
            continue
        if found[0] not in best or found[1] < best[found[0]][0]:
            best[found[0]] = (found[1], column)
    return {field: column for field, (_, column) in best.items()}


def check(kind: str, mapping: Mapping[str, str], columns: Sequence[str]) -> dict[str, T]:
    """What is wrong with a mapping; empty when it can be used."""
    wrong: dict[str, T] = {}
    for field, column in mapping.items():
        if field not in FIELDS[kind]:
            wrong[field] = T("没有这个字段", "There is no such field")
        elif column not in columns:
            wrong[field] = T(f"文件里没有“{column}”这一列", f"The file has no column {column!r}")
    for field in REQUIRED[kind]:
        if field not in mapping:
            wrong[field] = T(f"必须指定「{FIELDS[kind][field][0]}」在哪一列", f"Say which column holds {field}")
    if kind == "stock" and "qty" not in mapping and "change" not in mapping:
        wrong["qty"] = T("必须指定库存数量（或变动数量）在哪一列", "Say which column holds the quantity")
    return wrong


def picked(raw: Sequence[str], mapping: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """The cells of one row by field, unwrapped; blanks are not there."""
    place = {column: index for index, column in enumerate(columns)}
    values = {f: cells.clean(raw[place[c]]) for f, c in mapping.items() if c in place and place[c] < len(raw)}
    return {field: value for field, value in values.items() if value}


def broken(raw: Sequence[str], columns: Sequence[str]) -> list[T]:
    """What is wrong with a row before its cells are read."""
    found: list[T] = []
    if any(cells.damaged(value) for value in raw):
        found.append(T("有无法识别的字符（文件编码损坏），请重新导出", "Unreadable characters; export the file again"))
    if raw and raw[-1].endswith(UNCLOSED):
        found.append(T("这一行有引号没有配对", "A quotation mark in this row never closes"))
    if len(raw) > len(columns) and any(cell.strip() for cell in raw[len(columns) :]):
        found.append(
            T(f"这一行有 {len(raw)} 列，表头只有 {len(columns)} 列", f"{len(raw)} cells under {len(columns)} headings")
        )
    return found


def goods_of(values: Mapping[str, str]) -> tuple[GoodsDraft, list[T]]:
    """One row of a goods file as a draft with one look, and everything that is wrong with it."""
    wrong: list[T] = []
    draft = GoodsDraft(code=_code(values.get("code", ""), "商家编码", wrong))
    draft.texts = {name: values[name][:length] for name, length in TEXTS.items() if name in values}
    for field, names in (("category", CATEGORIES), ("group", GROUPS)):
        if field in draft.texts:
            draft.texts[field] = named(draft.texts[field], names)
    draft.points = _listed(values, "points")
    draft.features = _listed(values, "features")
    draft.advantages = _listed(values, "advantages")
    draft.pictures = _listed(values, "pictures")
    for name in FLAGS:
        if name in values:
            _flag(draft, name, values[name], wrong)
    if "weight" in values:
        weight = whole(values["weight"].lower().removesuffix("g").removesuffix("克"), "重量（克）", wrong)
        draft.weight_g = weight if weight is None or 0 <= weight <= 10**6 else None
    if values.get("presale_at", "否") not in _NO:
        draft.presale_at = _try(wrong, cells.moment, values["presale_at"])
    draft.size_table, draft.freight = values.get("size_table"), values.get("freight")
    sku = SkuDraft(colour=values.get("colour", "")[:40], size=values.get("size", "")[:40])
    if "sku_code" in values:
        sku.code = _code(values["sku_code"], "规格编码", wrong)
    if "price" in values:
        sku.price_fen = _try(wrong, cells.fen, values["price"])
    draft.skus = [sku]
    return draft, wrong


def stock_of(values: Mapping[str, str]) -> tuple[str, int, list[T]]:
    """One row of a stock file: code, quantity, and what is wrong."""
    wrong: list[T] = []
    code = _code(values.get("sku_code", ""), "规格编码", wrong)
    said = values.get("qty", values.get("change", ""))
    qty = whole(said.removesuffix("件"), "数量", wrong) if said else None
    if not said:
        wrong.append(T("缺少数量", "The quantity is missing"))
    if "qty" in values and qty is not None and qty < 0:
        wrong.append(T(f"库存数不能是负数：{qty}", f"A count must not be negative: {qty}"))
    return code, qty or 0, wrong


def named(said: str, names: Mapping[str, T]) -> str:
    """A kind as it is stored, from its name in either language or itself; what nobody knows goes to the general one."""
    for name, label in names.items():
        if said.lower() in (name, label.zh, label.en.lower()):
            return name
    found = next((name for name, label in names.items() if label.zh in said), None)
    return found or ("general" if "general" in names else "other")


def whole(said: str, what: str, wrong: list[T]) -> int | None:
    if not _WHOLE.match(said.replace(",", "").strip()):
        wrong.append(T(f"{what}“{said[:20]}”不是整数", f"{said[:20]!r} is not a whole number"))
        return None
    return int(float(said.replace(",", "")))


def _code(said: str, what: str, wrong: list[T]) -> str:
    bare = "".join(said.split())
    if not bare:
        wrong.append(T(f"缺少{what}", "The code is missing"))
    elif cells.SCIENTIFIC.match(bare) and "+" in bare:
        wrong.append(
            T(f"{what}“{bare}”是科学计数法，请把该列设为文本", f"The code {bare!r} is in scientific notation; use text")
        )
    elif not is_code(bare):
        wrong.append(T(f"{what}“{bare[:40]}”不能用（64 字以内的字母、数字、中文、横线）", f"{bare[:40]!r} is no code"))
    return bare[:64]


def _flag(draft: GoodsDraft, name: str, said: str, wrong: list[T]) -> None:
    low = said.lower()
    if low in _YES | _NO:
        draft.flags[name] = low in _YES
    else:
        wrong.append(
            T(f"「{GOODS[name][0]}」请写 是 或 否，收到“{said[:10]}”", f"{name}: write yes or no, not {said[:10]!r}")
        )


def _listed(values: Mapping[str, str], name: str) -> list[str] | None:
    if name not in values:
        return None
    return [part.strip()[:300] for part in _LIST.split(values[name]) if part.strip()][:20]


def _try(wrong: list[T], read: Any, said: str) -> Any:
    try:
        return read(said)
    except CellError as error:
        wrong.append(T(error.zh, error.en))
        return None
