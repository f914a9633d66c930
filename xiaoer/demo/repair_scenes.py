"""The scenes of the demo's repair desk: prices, parts, centres, and every case with its steps. Data, told by `repairs.py`."""

from dataclasses import dataclass, field
from typing import Any

from xiaoer.orders.drafts import LineDraft

H, D = 1.0, 24.0
SF = {"carrier": "sf"}
LOOKED = {"model_ok": True, "quantity": 1, "marking_ok": True, "package_ok": True}
SEEN = {"property_office": "asked", "family": "asked", "colleagues": "none", "locker": "asked"}
PRICES = (
    ("JC01", "到店检测", "inspection", 2000),
    ("GS01", "换拉链工时", "labour", 3000),
    ("GS02", "鞋底重新上胶", "labour", 4500),
    ("GS03", "毛衣勾线修补", "labour", 2500),
    ("PJ01", "拉链头（金属）", "part", 800),
    ("PJ02", "大底（橡胶）", "part", 6800),
    ("YF01", "寄回运费", "freight", 1200),
    ("SM01", "上门安装/维修", "on_site", 8000),
)
PARTS = (
    ("LLT-01", "金属拉链头 5#", "羽绒服、夹克", 350, 24, 10),
    ("KZ-18", "大衣牛角扣", "0201 红色羊毛大衣", 120, 6, 8),
    ("XD-39", "橡胶大底 39 码", "3021 头层牛皮马丁靴", 3200, 3, 2),
    ("JK-05", "穿衣镜脚轮", "9001 落地穿衣镜", 680, 9, 4),
)
TERMS = (
    ("", "9001", 24, "镜面自然脱落、框体开裂"),
    ("shoes", "", 3, "开胶、断底"),
    ("clothing", "", 6, "开线、拉链、纽扣"),
)
CENTRES: tuple[tuple[str, list[str], str, str], ...] = (
    ("杭州总仓维修部", [], "0571-88880210", "浙江省杭州市余杭区乔司街道汀兰路 18 号"),
    ("华南售后服务中心", ["广东省", "广西壮族自治区", "海南省"], "020-88880310", "广东省广州市白云区石井街道 6 号"),
    ("西南售后服务中心", ["四川省", "重庆市", "云南省", "贵州省"], "028-88880410", "四川省成都市武侯区簇桥街道 9 号"),
)


MIRROR = LineDraft(
    title="圈圈家 落地穿衣镜 实木框",
    sku="颜色分类:原木色",
    sku_code="9001",
    qty=1,
    price_fen=46800,
    paid_fen=46800,
    category="general",
)


@dataclass(frozen=True)
class Scene:
    """One case: who has what trouble, `ago` hours before now, and its steps (hours ago, who, verb, form)."""

    flow: str
    nick: str
    reason: str
    ago: float
    code: str = ""
    note: str = ""
    steps: tuple[tuple[float, str, str, dict[str, Any]], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    signed_days: float = 6
    bill: tuple[tuple[str, int], ...] = ()
    address: str = ""


def judge(ago: float, fault: str, cause: str, finding: str) -> tuple[float, str, str, dict[str, Any]]:
    return ago, "anan", "judge", {"fault": fault, "cause": cause, "finding": finding}


def sent(ago: float, verb: str, waybill: str, by: str = "warehouse") -> tuple[float, str, str, dict[str, Any]]:
    return ago, by, verb, {**SF, "waybill": waybill}


_ASK = {"courier_case": "ZT1122087", "demand": "请调取派件底单和驿站监控"}
TROUBLES = (
    Scene("parcel_trouble", "夏至未至77", "signed_not_received", 1.2, note="显示昨天签收，家里没人收到"),
    Scene(
        "parcel_trouble",
        "小满同学",
        "signed_not_received",
        20,
        steps=((18, "buyer", "checked", SEEN), (17.5, "anan", "ask_courier", _ASK)),
    ),
    Scene(
        "parcel_trouble",
        "清风徐来ok",
        "stuck",
        50,
        note="五天没动了",
        steps=(
            (49.5, "mumu", "ask_courier", {"demand": "请核实是否丢件"}),
            (3, "mumu", "courier_says", {"verdict": "lost", "answer": "分拨中心遗失，同意按规定理赔"}),
        ),
    ),
    Scene(
        "parcel_trouble",
        "桂花酒酿",
        "lost",
        70,
        steps=(
            (69, "anan", "ask_courier", {}),
            (30, "anan", "courier_says", {"verdict": "lost", "answer": "车辆自燃，整车件损毁"}),
            (29, "anan", "reship", {"buyer_confirmed": True, "note": "买家要同款"}),
        ),
    ),
    Scene(
        "parcel_trouble",
        "不二家的糖",
        "lost",
        6 * D,
        steps=(
            (6 * D - 1, "anan", "ask_courier", {}),
            (5 * D, "anan", "courier_says", {"verdict": "lost", "answer": "确认丢失"}),
            (5 * D - 1, "anan", "grant", {}),
            (4 * D, "finance", "refund", {"channel": "platform", "reference": "ALI20261118104412"}),
            (3 * D, "anan", "claim", {"amount_fen": 12900, "claim_no": "LP20261119021"}),
        ),
    ),
    Scene(
        "parcel_trouble",
        "阿福的猫",
        "stranded_courier",
        4 * D,
        steps=(
            (4 * D - 1, "mumu", "ask_courier", {}),
            (2 * D, "mumu", "find", {"where": "错分到隔壁网点，已重新派送"}),
        ),
    ),
    Scene("out_of_area", "高原红格桑", "out_of_area", 0.8, address="西藏自治区那曲市安多县帕那镇 3 号"),
    Scene(
        "out_of_area",
        "雪域小卓玛",
        "blind_area",
        26,
        address="西藏自治区阿里地区噶尔县狮泉河镇 12 号",
        steps=((25, "anan", "consult", {"carrier": "ems", "fee_fen": 1500, "pickup": "狮泉河镇邮政支局"}),),
    ),
    Scene(
        "out_of_area",
        "胡杨三千年",
        "out_of_area",
        3 * D,
        address="新疆维吾尔自治区和田地区和田市北京西路 8 号",
        steps=(
            (3 * D - 1, "anan", "consult", {"carrier": "ems", "fee_fen": 1500}),
            (2 * D, "buyer", "choose", {"choice": "forward"}),
            (1.8 * D, "anan", "forward", {"carrier": "ems", "waybill": "1112223334445", "fee_fen": 1500}),
        ),
    ),
)
REPAIRS = (
    Scene("repair", "小鹿乱撞99", "seam", 2, "0137", "右口袋拉链卡住拉不上", more={"serial": "YR0311-88412"}),
    Scene("repair", "云朵棉花糖", "broken_part", 20, "3021", "鞋跟掉胶皮", signed_days=140),
    Scene(
        "repair",
        "老街梧桐",
        "seam",
        30,
        "3021",
        "开胶，能修吗",
        steps=((28, "anan", "ask_approval", {"note": "过保 2 个月，老客户，建议付费维修"}),),
        signed_days=150,
    ),
    Scene(
        "repair",
        "青柠气泡水",
        "seam",
        5 * D,
        "8951",
        "毛衣勾线",
        steps=((5 * D - 2, "anan", "accept", {}), sent(4 * D, "post", "SF1400000011001", "buyer")),
    ),
    Scene(
        "repair",
        "北岛的信",
        "seam",
        7 * D,
        "0137",
        "拉链头断了",
        steps=(
            (7 * D - 3, "mumu", "accept", {}),
            sent(6 * D, "post", "SF1400000011002", "buyer"),
            (3 * D, "warehouse", "receive", {**LOOKED, "serial": "YR0311-90027"}),
            judge(2.8 * D, "sewing", "workmanship", "拉链头铸件有砂眼"),
            (2.7 * D, "anan", "start", {}),
        ),
        bill=(("GS01", 1), ("PJ01", 1)),
    ),
    Scene(
        "repair",
        "月半小夜曲",
        "broken_part",
        9 * D,
        "3021",
        "鞋底断了，想修",
        steps=(
            (9 * D - 3, "anan", "ask_approval", {"note": "过保，买家愿意付费"}),
            (9 * D - 5, "supervisor", "approve", {}),
            sent(8 * D, "post", "SF1400000011003", "buyer"),
            (5 * D, "warehouse", "receive", LOOKED),
            judge(4.5 * D, "shell", "wear", "正常磨损，需更换大底"),
            (26, "anan", "quote", {}),
        ),
        bill=(("GS02", 1), ("PJ02", 1), ("YF01", 1)),
        signed_days=200,
    ),
    Scene(
        "repair",
        "半亩方塘",
        "assembly",
        3 * D,
        "9001",
        "镜框一侧松动，自己装不上",
        more={"on_site": True},
        address="广东省广州市天河区体育西路 101 号",
        steps=(
            (
                3 * D - 2,
                "anan",
                "dispatch",
                {
                    "technician": "何师傅（华南）",
                    "phone": "020-88880311",
                    "tools": "内六角、加固角码、脚轮 2 个",
                    "site": "广州市天河区体育西路 101 号",
                    "contact": "方女士",
                },
            ),
        ),
    ),
    Scene(
        "repair",
        "长安故里",
        "seam",
        20 * D,
        "0201",
        "牛角扣脱落",
        steps=(
            (20 * D - 2, "anan", "accept", {}),
            sent(19 * D, "post", "SF1400000011004", "buyer"),
            (16 * D, "warehouse", "receive", LOOKED),
            judge(15.5 * D, "sewing", "workmanship", "缝线未打结"),
            (15 * D, "anan", "start", {}),
            (14 * D, "warehouse", "finish", {"result": "repaired", "work": "补钉牛角扣 2 枚并加固其余"}),
            sent(13 * D, "ship_back", "SF1400000011005"),
            (10 * D, "buyer", "confirm", {}),
            (8 * D, "mumu", "follow_up", {"satisfied": "good"}),
        ),
        bill=(("GS03", 1),),
    ),
    Scene(
        "repair",
        "拾光者",
        "appearance",
        15 * D,
        "0164",
        "洗后变形",
        steps=(
            (15 * D - 2, "anan", "accept", {}),
            sent(14 * D, "post", "SF1400000011006", "buyer"),
            (11 * D, "warehouse", "receive", LOOKED),
            judge(10.5 * D, "shell", "misuse", "机洗高温烘干导致，非质量问题"),
            (10 * D, "anan", "quote", {}),
            (9 * D, "buyer", "decline_quote", {}),
            sent(8 * D, "ship_back", "SF1400000011007"),
        ),
        bill=(("JC01", 1), ("YF01", 1)),
    ),
)
LOTS = (
    ("门店干洗养护卡（3 次）", 3, 25800, 20 * D, -40 * D, 1),
    ("量身改衣券（单次）", 1, 6900, 6 * D, -20 * D, 0),
    ("周末穿搭沙龙双人票", 2, 19800, 12 * D, -9 * D, 0),
    ("门店干洗养护卡（3 次）", 3, 25800, 40 * D, 3 * D, 1),
)
BUYERS = ("柚子茶不加冰", "木木不是林", "七七八八", "岁岁平安呀")
