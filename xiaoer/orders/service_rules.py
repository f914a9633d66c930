"""The hidden rules of the order desk as a table (隐藏规则表): how an order stands x what is asked -> what happens. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from xiaoer.kernel.i18n import T
from xiaoer.orders.rules import Fulfilment, Status
from xiaoer.orders.service_words import CHANGES

TABLE = Path(__file__).with_name("service_rules.toml")
ASKS: dict[str, T] = {
    **CHANGES,
    "cancel": T("取消订单", "Cancel"),
    "recall": T("撤回包裹", "Recall the parcel"),
    "other_account": T("非下单账号来问", "Another account asks"),
}
STANDS: dict[str, T] = {
    "unpaid": T("未付款", "Unpaid"),
    "unprinted": T("未打单", "Not printed"),
    "printed": T("已打单", "Printed"),
    "packed": T("已打包", "Packed"),
    "shipped": T("已发货", "Shipped"),
    "signed": T("已签收", "Signed for"),
    "voided": T("已作废", "Voided"),
    "closed": T("已关闭", "Closed"),
}
WRITES: dict[str, T] = {
    "": T("—", "—"),
    "plain": T(
        "红旗：「客户要求修改地址,新地址为:…」/「客户拍下…,要求修改成…,已修改妥当」/「客户要求…」+ ---日期姓名",
        "R038 / R037 / R046",
    ),
    "papers": T("红旗：「客户要求修改成…,已在发货单与快递单上修改妥当---日期姓名」", "R057"),
    "parcel": T("红旗：「客户要求修改成…,包裹已取回,通知重新打单---日期姓名」", "after R057"),
    "cancel": T("红旗：「客户要求取消订单,请勿发货---日期姓名」", "R046"),
    "recall": T("两联快件退回单（签字、姓名、日期）", "The two-copy recall slip, signed"),
}
KIND_OF = {**dict.fromkeys(CHANGES, "order_change"), "cancel": "order_cancel", "recall": "parcel_recall"}


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """One row: allowed ("yes", "no", "aftersales"), the state it opens in, who acts, what is written, why."""

    platforms: tuple[str, ...]
    asks: tuple[str, ...]
    stands: tuple[str, ...]
    allowed: str
    sources: str
    zh: str
    en: str
    opens: str = ""
    hold: str = ""
    fetch: str = ""
    acts: tuple[str, ...] = ()
    writes: str = ""
    reprint: bool = False

    @property
    def text(self) -> T:
        return T(self.zh, self.en)


@lru_cache(maxsize=1)
def table() -> tuple[ServiceRule, ...]:
    """The rows; a combination answered twice, or an unknown word, is an error of the file."""
    rows = []
    seen: set[tuple[str, str, str]] = set()
    for raw in tomllib.loads(TABLE.read_text(encoding="utf-8"))["rule"]:
        values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in raw.items()}
        row = ServiceRule(**values)
        if unknown := (set(row.asks) - set(ASKS)) | (set(row.stands) - set(STANDS)) | ({row.writes} - set(WRITES)):
            raise ValueError(f"{TABLE.name}: unknown words {sorted(unknown)}")
        for cell in ((p, a, s) for p in row.platforms for a in row.asks for s in row.stands):
            if cell in seen:
                raise ValueError(f"{TABLE.name}: {cell} is answered twice")
            seen.add(cell)
        rows.append(row)
    return tuple(rows)


def standing(status: str, fulfilment: str, signed_at: datetime | None) -> str:
    """How an order stands for these rules: the platform's state first, then our own papers."""
    if status == Status.CLOSED:
        return "closed"
    if status == Status.SUCCEEDED or signed_at is not None:
        return "signed"
    if fulfilment in (Fulfilment.VOIDED, Fulfilment.SHIPPED):
        return fulfilment
    return "unpaid" if status == Status.WAITING_PAYMENT else fulfilment


def answer(platform: str, ask: str, stands: str) -> ServiceRule | None:
    """The row for this platform, else the one for any; None where nothing is said."""
    for wanted in (platform, "any"):
        for row in table():
            if wanted in row.platforms and ask in row.asks and stands in row.stands:
                return row
    return None
