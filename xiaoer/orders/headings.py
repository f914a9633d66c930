"""Which column is which (列映射): the headings sellers' exports use, guessed and fingerprinted. Pure.

Sources: Taobao 已卖出的宝贝 order export (ExportOrderList), its item export (ExportOrderDetailList), the newer item
export with 主订单编号/子订单编号, and what common ERPs write.
"""

from collections.abc import Sequence

from xiaoer.kernel.sheets import REJECT_COLUMNS as REJECT_COLUMNS
from xiaoer.kernel.sheets import fingerprint as fingerprint
from xiaoer.kernel.sheets import normalise as normalise
from xiaoer.kernel.sheets import unique_columns as unique_columns

FIELDS: dict[str, tuple[str, ...]] = {
    "order_no": (
        "主订单编号",
        "订单编号",
        "订单号",
        "平台订单号",
        "平台订单编号",
        "淘宝订单编号",
        "交易编号",
        "交易号",
        "原始单号",
        "order_no",
        "orderno",
        "orderid",
    ),
    "nick": (
        "买家会员名",
        "买家昵称",
        "买家旺旺",
        "会员名",
        "会员昵称",
        "旺旺号",
        "旺旺",
        "买家id",
        "买家账号",
        "客户id",
        "买家",
        "nick",
        "buyer_nick",
    ),
    "status": ("订单状态", "交易状态", "状态", "status"),
    "goods": ("买家应付货款", "应付货款", "货款", "商品总额"),
    "freight": ("买家应付邮费", "应付邮费", "邮费", "运费", "快递费", "freight"),
    "payable": ("总金额", "订单总金额", "应付总额", "订单金额", "应付金额"),
    "paid": ("买家实际支付金额", "买家实付金额", "实际支付金额", "实付金额", "实付款", "实收金额"),
    "discount": ("优惠金额", "卖家优惠", "店铺优惠", "折扣金额"),
    "points": ("积分抵扣金额", "积分抵扣", "积分支付金额"),
    "red_packet": ("红包抵扣金额", "红包抵扣", "红包支付金额"),
    "payer": ("代付人", "代付人账号", "实际付款人"),
    "kind": ("订单类型", "交易类型", "支付方式", "付款方式"),
    "shipping": ("运送方式", "配送方式"),
    "buyer_message": ("买家留言", "买家备注", "留言"),
    "receiver_name": ("收货人姓名", "收货人", "收件人姓名", "收件人"),
    "province": ("收货省份", "省份", "省"),
    "city": ("收货城市", "收货市", "城市", "市"),
    "district": ("收货区县", "收货区", "区县", "区"),
    "receiver_address": ("收货地址", "收件地址", "收货人地址", "详细地址", "收货详细地址", "地址"),
    "modified_address": ("修改后的收货地址",),
    "mobile": ("联系手机", "收货人手机", "收件人手机", "收货人手机号", "手机号码", "手机号", "手机"),
    "phone": ("联系电话", "收货人电话", "收件人电话", "固定电话", "电话"),
    "created_at": ("订单创建时间", "下单时间", "买家下单时间", "拍下时间", "创建时间"),
    "paid_at": ("订单付款时间", "付款时间", "买家付款时间", "支付时间"),
    "shipped_at": ("发货时间", "卖家发货时间", "订单发货时间"),
    "signed_at": ("签收时间", "物流签收时间"),
    "succeeded_at": ("确认收货时间", "交易成功时间", "交易完成时间", "完成时间"),
    "closed_at": ("交易关闭时间", "订单关闭时间", "关闭时间"),
    "close_reason": ("订单关闭原因", "关闭原因"),
    "waybill": ("物流单号", "运单号", "快递单号", "运单编号", "面单号"),
    "carrier": ("物流公司", "快递公司", "承运商"),
    "seller_remark": ("订单备注", "卖家备注", "商家备注", "客服备注", "备注"),
    "flag": ("备注旗帜", "卖家备注旗帜", "备注标签", "旗帜颜色", "旗帜", "插旗"),
    "updated_at": ("订单修改时间", "最后修改时间", "修改时间", "更新时间"),
    "total_qty": ("宝贝总数量", "商品总数量", "商品总数"),
    "sub_no": ("子订单编号", "子订单号"),
    "title": ("宝贝标题", "标题", "商品标题", "宝贝名称", "商品名称", "title"),
    "sku": ("商品属性", "销售属性", "宝贝规格", "规格名称", "商品规格", "颜色尺码", "规格", "sku"),
    "modified_sku": ("修改后的sku",),
    "sku_code": ("商家编码", "sku编码", "商品编码", "货号"),
    "outer_code": ("外部系统编号",),
    "qty": ("购买数量", "商品数量", "数量", "qty"),
    "price": ("价格", "单价", "商品价格", "商品单价", "宝贝单价"),
    "line_goods": ("商品应付货款", "子订单应付货款", "商品应付金额"),
    "line_paid": ("商品实付金额", "子订单实付金额", "商品实际支付金额", "商品实付"),
    "category": ("商品类目", "宝贝类目", "类目"),
}
PER_LINE = frozenset(
    {
        "sub_no",
        "title",
        "sku",
        "modified_sku",
        "sku_code",
        "outer_code",
        "qty",
        "price",
        "line_goods",
        "line_paid",
        "category",
    }
)
REQUIRED = ("order_no",)

_SYNONYMS = {name: (field, rank) for field, names in FIELDS.items() for rank, name in enumerate(names)}


def known(headings: Sequence[str]) -> int:
    """How many of these cells are headings we know: finds the header row below a title or a notice."""
    return sum(normalise(heading) in _SYNONYMS for heading in headings)


def guess(columns: Sequence[str]) -> dict[str, str]:
    """The mapping field -> column name. Of two columns for one field, the more specific heading wins."""
    best: dict[str, tuple[int, str]] = {}
    for column in columns:
        if column in REJECT_COLUMNS:
            continue
        found = _SYNONYMS.get(normalise(column))
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], column)
    mapping = {field: column for field, (_, column) in best.items()}
    if "sub_no" in mapping:  # the newer item export: its amounts belong to the sub-order, not to the order
        for order_field, line_field in (("goods", "line_goods"), ("paid", "line_paid")):
            if order_field in mapping and line_field not in mapping:
                mapping[line_field] = mapping.pop(order_field)
    return mapping


def check(mapping: dict[str, str], columns: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What is wrong with a mapping: field -> (zh, en); empty when it can be used."""
    wrong: dict[str, tuple[str, str]] = {}
    present = set(columns)
    for field, column in mapping.items():
        if field not in FIELDS:
            wrong[field] = ("没有这个字段", "There is no such field")
        elif column not in present:
            wrong[field] = (f"文件里没有“{column}”这一列", f"The file has no column {column!r}")
    for field in REQUIRED:
        if field not in mapping:
            wrong[field] = ("必须指定订单编号在哪一列", "Say which column holds the order number")
    return wrong
