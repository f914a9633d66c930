"""The rows that come back from a small file: readable in Excel, harmless there, and the same columns when sent again."""

import csv
import io

from xiaoer.kernel.i18n import T
from xiaoer.kernel.rejects import Rejects

WHY = [T("没有这个运单", "No such waybill"), T("时间不对", "Wrong time")]


def test_the_rejected_rows_carry_their_reasons_and_no_formula() -> None:
    bad = Rejects(["运单号", "=公式列", "备注"])
    assert bad.csv() == "" and bad.first() == []
    bad.add(7, ["YT0000000000001", "=1+1"], WHY)
    text = bad.csv()
    assert text.startswith("\ufeff") and bad.first() == ["7: 没有这个运单；时间不对"]
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == [
        ["行号", "原因", "运单号", "'=公式列", "备注"],
        ["7", "没有这个运单；时间不对", "YT0000000000001", "'=1+1", ""],
    ]


def test_a_file_that_comes_back_twice_has_its_two_columns_once() -> None:
    again = Rejects(["行号", "原因", "运单号"], "en")
    again.add(2, ["7", "No such waybill", "YT1"], WHY[:1])
    rows = list(csv.reader(io.StringIO(again.csv().removeprefix("\ufeff"))))
    assert rows == [["行号", "原因", "运单号"], ["2", "No such waybill", "YT1"]]
