"""Reading the bank's or Alipay's result file (回盘文件): CSV or XLSX; a bad row says what is wrong with it. Pure but for the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xiaoer.kernel import cells, sheets
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

HEADINGS: dict[str, tuple[str, ...]] = {
    "payout_no": ("打款单号", "商户订单号", "商户流水号", "商家订单号", "业务单号", "payout_no"),
    "amount": ("金额", "打款金额", "转账金额", "付款金额", "amount"),
    "status": ("状态", "结果", "打款结果", "转账状态", "处理结果", "交易状态", "status"),
    "reference": ("流水号", "支付宝流水号", "银行流水号", "交易号", "支付宝交易号", "reference"),
    "why": ("失败原因", "原因说明", "错误信息", "备注说明", "reason"),
}
NEEDED = ("payout_no", "amount", "status")
GOOD = frozenset({"成功", "success", "已成功", "交易成功", "转账成功", "已支付", "付款成功", "打款成功", "s", "ok"})
BAD = frozenset({"失败", "fail", "failed", "交易失败", "转账失败", "退票", "已退回", "打款失败", "f", "拒绝"})
_KNOWN = {sheets.normalise(one): field for field, names in HEADINGS.items() for one in names}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one row says."""

    payout_no: str
    amount_fen: int
    success: bool
    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row with its number, its cells as they stood, and either what it says or what is wrong."""

    line: int
    raw: list[str]
    outcome: Outcome | None
    problems: tuple[T, ...] = ()


def known(row: Sequence[str]) -> int:
    return sum(1 for cell in row if sheets.normalise(cell) in _KNOWN)


def columns_of(facts: sheets.FileFacts) -> dict[str, int]:
    """Field -> place of its column; refused when one that is needed is missing."""
    found: dict[str, int] = {}
    for place, name in enumerate(facts.columns):
        field = _KNOWN.get(sheets.normalise(name))
        if field is not None:
            found.setdefault(field, place)
    missing = [HEADINGS[name][0] for name in NEEDED if name not in found]
    if missing:
        listed = "、".join(missing)
        raise Invalid(
            f"回盘文件缺少列：{listed}。请用导出的打款文件回填，或用支付宝批量付款的结果文件",
            f"The result file lacks the columns {listed}",
            code="columns_missing",
        )
    return found


def read(path: Path, filename: str) -> tuple[list[str], Iterator[ReadRow]]:
    facts = sheets.inspect(path, filename, known)
    places = columns_of(facts)
    return facts.columns, (_row(line, raw, places) for line, raw, _ in sheets.rows(facts))


def _row(line: int, raw: list[str], places: dict[str, int]) -> ReadRow:
    said = {name: cells.clean(raw[place]) if place < len(raw) else "" for name, place in places.items()}
    problems: list[T] = []
    amount = 0
    try:
        amount = cells.fen(said["amount"]) or 0
    except cells.CellError as wrong:
        problems.append(T(f"金额：{wrong.zh}", f"Amount: {wrong.en}"))
    status = said["status"].lower()
    reference = said.get("reference", "")
    if not said["payout_no"]:
        problems.append(T("没有打款单号", "No payout number"))
    if status not in GOOD and status not in BAD:
        problems.append(T(f"看不懂的状态「{said['status']}」，请写“成功”或“失败”", f"Unknown state {said['status']!r}"))
    if cells.SCIENTIFIC.match(reference):
        problems.append(
            T(f"流水号 {reference} 的尾数已丢失，请把该列设为文本后重新导出", "The reference lost its digits")
        )
    if status in GOOD and len(reference) < 4:
        problems.append(T("打款成功但没有流水号", "Paid, but without a reference"))
    if problems:
        return ReadRow(line, raw, None, tuple(problems))
    return ReadRow(
        line, raw, Outcome(said["payout_no"], amount, status in GOOD, reference[:64], said.get("why", "")[:200])
    )
