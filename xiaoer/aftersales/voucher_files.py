"""Voucher orders as platforms' exports write them (CSV or XLSX), read row by row; every bad row with its reason."""

from datetime import datetime, timedelta

from xiaoer.aftersales.actions.vouchers import LotDraft
from xiaoer.kernel import cells
from xiaoer.kernel.i18n import T
from xiaoer.kernel.tables import Row

COLUMNS: dict[str, tuple[str, ...]] = {
    "order_no": ("订单号", "订单编号", "order_no"),
    "nick": ("买家昵称", "用户昵称", "买家", "nick"),
    "title": ("卡券名称", "商品名称", "券名称", "title"),
    "total": ("张数", "券数量", "数量", "total"),
    "paid": ("实付金额", "实付", "paid"),
    "paid_at": ("付款时间", "支付时间", "paid_at"),
    "from_at": ("有效期起", "生效时间", "from"),
    "until": ("有效期止", "失效时间", "until"),
    "codes": ("券码", "核销码", "codes"),
}
NEEDED = ("order_no", "nick", "title", "total", "paid", "paid_at", "until")
_DAY = timedelta(days=1)


def draft_of(row: Row) -> LotDraft | list[T]:
    """One row as a report, or every reason why not. A day without an hour counts whole."""
    told, wrong = row.cells, []
    for name in ("order_no", "nick", "title"):
        if not told.get(name):
            wrong.append(T(f"没有{COLUMNS[name][0]}", f"{name} is missing"))
    total: int | None = None
    paid: int | None = None
    times: dict[str, datetime | None] = {}
    try:
        total = cells.quantity(told.get("total", ""))
    except cells.CellError as error:
        wrong.append(T(f"张数：{error.zh}", f"Coupons: {error.en}"))
    try:
        paid = cells.fen(told.get("paid", ""), what_zh="实付金额", what_en="Paid")
    except cells.CellError as error:
        wrong.append(T(error.zh, error.en))
    for name in ("paid_at", "from_at", "until"):
        try:
            times[name] = cells.moment(told.get(name, ""), what_zh=COLUMNS[name][0], what_en=name)
        except cells.CellError as error:
            wrong.append(T(error.zh, error.en))
    paid_at, until = times.get("paid_at"), times.get("until")
    if not wrong and (total is None or paid is None or paid_at is None or until is None):
        wrong.append(T("张数、实付金额、付款时间、有效期止必须填写", "Coupons, price, payment time and end are needed"))
    if wrong or total is None or paid is None or paid_at is None or until is None:
        return wrong
    if ":" not in told.get("until", ""):
        until += _DAY
    codes = [code for code in told.get("codes", "").replace("，", "|").replace(",", "|").split("|") if code.strip()]
    return LotDraft(
        told["order_no"],
        told["nick"],
        told["title"],
        total,
        paid,
        paid_at,
        times.get("from_at") or paid_at,
        until,
        [code.strip() for code in codes],
    )
