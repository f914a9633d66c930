"""Opening a seller's order export (CSV or XLSX): kernel.sheets with the headings of orders."""

from pathlib import Path

from xiaoer.kernel import sheets
from xiaoer.kernel.sheets import MAX_BYTES as MAX_BYTES
from xiaoer.kernel.sheets import FileFacts as FileFacts
from xiaoer.kernel.sheets import encoding_of as encoding_of
from xiaoer.kernel.sheets import export_time as export_time
from xiaoer.kernel.sheets import rows as rows
from xiaoer.orders import headings


def inspect(path: Path, filename: str) -> FileFacts:
    """Look at the file's content, whatever its name claims; refuse what is not an order export."""
    return sheets.inspect(path, filename, headings.known)
