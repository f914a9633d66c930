"""Small tables: columns by any of their names, a header not on the first line, both encodings; what is wrong is said."""

from pathlib import Path

import pytest

from xiaoer.kernel import tables
from xiaoer.kernel.errors import Invalid

COLUMNS = {"no": ("订单号", "order"), "word": ("原因", "reason")}


def read(folder: Path, text: bytes, name: str = "file.csv") -> tuple[list[str], list[tables.Row]]:
    path = folder / "upload"
    path.write_bytes(text)
    return tables.read(path, name, COLUMNS, ("no",))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_rows_by_the_names_of_their_columns(tmp_path: Path, encoding: str, mark: str) -> None:
    """The header may stand below a title; empty lines are skipped; numbers are the file's own lines."""
    lines = [["维权记录", "", ""], ["备注", "原因", "订单号"], ["x", "起球", "A1"], ["", "", ""], ["", "褪色", "A2"]]
    heads, rows = read(tmp_path, "\n".join(mark.join(line) for line in lines).encode(encoding))
    assert heads == ["备注", "原因", "订单号"]
    told = [(row.number, row.cells["no"], row.cells["word"]) for row in rows]
    assert told == [(3, "A1", "起球"), (5, "A2", "褪色")]


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (b"a,b\n1,2\n", "file.csv", "订单号"),
        ("订单号\n1\n".encode(), "file.pdf", ".csv"),
        (b"\xff\xfe\xff\xff\n", "file.csv", "编码"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: bytes, name: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, text, name)
    assert says in refused.value.text.zh
    with pytest.raises(Invalid):
        tables.refuse_empty([])
