"""A realistic export of a women's clothing shop, the same for the same seed: for tests, the demo and measurements.

The columns are those of Taobao's 已卖出的宝贝 order export (`orders`) and item export (`items`); numbers are
wrapped as Taobao wraps them. Names, nicks and addresses and phones are made up.
"""

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from xiaoer.kernel.money import plain_yuan

ORDER_COLUMNS = [
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
    "发票抬头",
    "是否手机订单",
    "分阶段订单信息",
    "特权订金订单id",
    "定金排名",
    "修改后的sku",
    "修改后的收货地址",
    "异常信息",
    "发货时间",
]
ITEM_COLUMNS = (
    "订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "备注",
    "订单状态",
    "商家编码",
    "买家会员名",
    "总金额",
    "买家应付邮费",
    "订单创建时间",
)
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林"
_GIVEN = [
    "雨欣",
    "梦洁",
    "晓燕",
    "佳怡",
    "静怡",
    "思涵",
    "丽华",
    "秀英",
    "婷婷",
    "诗琪",
    "若曦",
    "文静",
    "雪梅",
    "艳红",
    "可馨",
    "悦",
    "颖",
    "倩",
    "琳",
    "蕾",
]
_NICK = [
    "幸福",
    "蔓延",
    "柠檬",
    "小鹿",
    "暖阳",
    "清风",
    "豆包",
    "奶茶",
    "星河",
    "橘子",
    "半糖",
    "海盐",
    "云朵",
    "青柠",
    "桃子",
    "麦穗",
    "浅夏",
    "木棉",
    "初雪",
    "月牙",
]
_PLACES = (
    "浙江省 杭州市 余杭区 良渚街道",
    "广东省 深圳市 南山区 粤海街道",
    "江苏省 苏州市 吴中区 木渎镇",
    "四川省 成都市 武侯区 桂溪街道",
    "吉林省 通化市 柳河县 柳河镇",
    "北京 北京市 朝阳区 望京街道",
    "湖南省 长沙市 岳麓区 梅溪湖街道",
    "福建省 厦门市 思明区 莲前街道",
    "新疆维吾尔自治区 乌鲁木齐市 天山区 团结路街道",
    "山东省 青岛市 市南区 八大峡街道",
    "陕西省 西安市 雁塔区 小寨路街道",
    "云南省 昆明市 五华区 华山街道",
)
GOODS = (
    ("圈圈家秋冬新款法式复古针织连衣裙女收腰显瘦", 25900, "QQ-QZ01"),
    ("圈圈家慵懒风宽松毛衣女套头高领加厚", 18900, "QQ-MY02"),
    ("圈圈家高腰阔腿牛仔裤女垂感拖地", 15900, "QQ-KZ03"),
    ("圈圈家双面呢羊毛大衣女中长款", 69900, "QQ-DY04"),
    ("圈圈家法式V领碎花雪纺衬衫女长袖", 12900, "QQ-CS05"),
    ("圈圈家轻薄羽绒服女短款立领", 39900, "QQ-YR06"),
    ("圈圈家百褶半身裙女中长款学院风", 11900, "QQ-BQ07"),
    ("圈圈家纯棉圆领打底T恤女长袖", 6900, "QQ-TX08"),
    ("圈圈家无痕纯棉内裤女中腰三条装", 4900, "QQ-NY09"),
    ("圈圈家小皮鞋女英伦风单鞋粗跟", 22900, "QQ-XZ10"),
)
COLOURS = ("黑色", "燕麦色", "焦糖色", "雾霾蓝", "奶白", "酒红")
SIZES = ("S", "M", "L", "XL")
_CARRIERS = (("中通快递", "75"), ("圆通速递", "YT"), ("韵达快递", "43"), ("顺丰速运", "SF"), ("申通快递", "77"))
_MESSAGES = ("", "", "", "", "麻烦尽快发货，谢谢", "不要发圆通", "送人的，请不要放价格单", "周末送货，工作日没人")
_REMARKS = ("", "", "", "", "", "客户要求修改地址,已修改妥当---2026.11.11圈圈", "客户要求发顺丰---2026.11.11糖糖")
_STATES = (
    ("等待买家付款",)
    + ("买家已付款，等待卖家发货",) * 4
    + ("卖家已发货，等待买家确认",) * 6
    + ("交易成功",) * 8
    + ("交易关闭",)
)
_BEGIN = datetime(2026, 10, 20, 8, 0)  # noqa: DTZ001  exports carry Beijing time without a zone


def order_rows(lines: int, *, seed: int = 1) -> Iterator[list[str]]:
    """Rows of the order export, one order each, oldest first."""
    dice = random.Random(seed)
    for place in range(lines):
        yield _order(dice, place, lines, seed)


def _order(dice: random.Random, place: int, lines: int, seed: int) -> list[str]:
    title, price, _ = dice.choice(GOODS)
    quantity = dice.choice((1, 1, 1, 1, 2, 3))
    goods, freight = price * quantity, dice.choice((0, 0, 0, 0, 800, 1200))
    state = dice.choice(_STATES)
    made = _BEGIN + timedelta(seconds=int(place * 22 * 86_400 / max(lines, 1)))
    paid = "" if state == _STATES[0] else str(made + timedelta(seconds=dice.randint(20, 1800)))
    sent = state in ("卖家已发货，等待买家确认", "交易成功")
    carrier, prefix = dice.choice(_CARRIERS)
    name = dice.choice(_SURNAMES) + dice.choice(_GIVEN)
    address = f"{dice.choice(_PLACES)} {dice.choice(_GIVEN)}路{dice.randint(1, 399)}号{dice.randint(1, 30)}幢{dice.randint(101, 2904)}室"
    total = goods + freight
    # fmt: off
    return [
        f'="{order_number(place, seed)}"', nick_of(dice), f"{dice.randint(10**8, 10**9)}@example.com",
        plain_yuan(goods), plain_yuan(freight), "0", plain_yuan(total), "0", plain_yuan(total) if paid else "0.00", "0",
        state, dice.choice(_MESSAGES), name, f"{address}({dice.randint(100000, 859999)})", "快递", "'",
        f"'1700000{dice.randint(0, 9999):04d}", str(made), paid, title, "1",
        f"No:{prefix}{dice.randint(10**11, 10**12)}" if sent else "", carrier if sent else "",
        dice.choice(_REMARKS), str(quantity), "0", "圈圈家旗舰店",
        "买家未付款" if state == "交易关闭" else "订单未关闭", "0", "0元", "", "手机订单", "", "", "",
        f"颜色分类:{dice.choice(COLOURS)};尺码:{dice.choice(SIZES)}", "", "",
        str(made + timedelta(hours=dice.randint(2, 40))) if sent else "",
    ]
    # fmt: on


def item_rows(lines: int, *, seed: int = 1) -> Iterator[list[str]]:
    """Rows of the item export: one to three items per order, next to each other."""
    dice = random.Random(seed)
    place = written = 0
    while written < lines:
        nick, state = nick_of(dice), dice.choice(_STATES)
        made = _BEGIN + timedelta(minutes=place)
        picked = dice.sample(GOODS, min(dice.choice((1, 1, 1, 2, 3)), lines - written))
        counts = [dice.choice((1, 1, 2)) for _ in picked]
        total = sum(price * count for (_, price, _), count in zip(picked, counts, strict=True))
        for (title, price, code), count in zip(picked, counts, strict=True):
            yield [
                f'="{order_number(place, seed)}"',
                title,
                plain_yuan(price),
                str(count),
                code,
                f"颜色分类:{dice.choice(COLOURS)};尺码:{dice.choice(SIZES)}",
                "",
                "",
                state,
                code,
                nick,
                plain_yuan(total),
                "0.00",
                str(made),
            ]
        written += len(picked)
        place += 1


def order_number(place: int, seed: int = 1) -> str:
    """19 digits, as Taobao's."""
    return f"{19 + seed % 9}{30_679_858_170_000 + place * 7:014d}{(place * 37 + 131) % 1000:03d}"


def nick_of(dice: random.Random) -> str:
    return f"{dice.choice(_NICK)}{dice.choice(_NICK)}{dice.randint(1, 9999)}"


def write(out: Path, *, lines: int, encoding: str = "gbk", kind: str = "orders", seed: int = 1) -> None:
    """Write the report as Taobao does: every cell quoted, CRLF line ends."""
    columns, rows = (ORDER_COLUMNS, order_rows) if kind == "orders" else (ITEM_COLUMNS, item_rows)
    with out.open("w", encoding=encoding, newline="") as text:
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows(rows(lines, seed=seed))
