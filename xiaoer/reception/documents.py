"""What may come in as a file beside pictures: PDF, Word, Excel, plain text, short films. Known by content, not by name.

Nothing is served as a page: whatever is kept goes out as a download under its own type (`api/serving.py`). What can
carry programs (macros, ActiveX, scripts in a PDF, a text that is a web page) is refused. Pure: no Django, no files.
"""

import io
import zipfile
from dataclasses import dataclass

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.reception.settings import MOST_PARTS, MOST_UNPACKED

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
MP4, MOV = "video/mp4", "video/quicktime"
WORDS = {
    "image/jpeg": "JPG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    PDF: "PDF",
    DOCX: "Word (docx)",
    XLSX: "Excel (xlsx)",
    TEXT: "TXT",
    MP4: "MP4",
    MOV: "MOV",
}
ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    PDF: (".pdf",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    TEXT: (".txt", ".csv", ".log"),
    MP4: (".mp4", ".m4v"),
    MOV: (".mov",),
}
"""The names under which a kind may go out; the first one is added when the name ends otherwise."""

_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
_PROGRAMS = ("vbaproject.bin", "/activex/", "/embeddings/", "macrosheets/")
_PDF_PROGRAMS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_MARKUP = ("<!doctype", "<html", "<script", "<svg", "<?xml", "<?php", "<iframe", "<body")


@dataclass(frozen=True, slots=True)
class Document:
    """A file that may be kept."""

    data: bytes
    mime: str


def bad(zh: str, en: str) -> Invalid:
    return Invalid(code="bad_upload", fields={"file": T(zh, en)})


def looks_like(data: bytes) -> str:
    """What the first bytes say, before anything is opened: a mime, "image/*", or "" when it is nothing we know."""
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return "image/*"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/*"
    if data[4:8] == b"ftyp":
        return MOV if data[8:12] == b"qt  " else MP4
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return TEXT if _text(data) is not None else ""


def read_document(data: bytes, mime: str) -> Document:
    """The file as it is kept, or a refusal that says what is wrong with it. `mime` is what `looks_like` found."""
    if mime == PDF:
        return Document(_safe_pdf(data), PDF)
    if mime in _PARTS:
        return Document(_safe_office(data), mime)
    text = _text(data)
    if text is None:
        raise bad("不是纯文本文件", "Not a plain text file")
    return Document(text.encode(), TEXT)


def _safe_pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-2048:]:
        raise bad("PDF 不完整，请重新导出后再传", "The PDF is cut off; export it again")
    if any(word in data for word in _PDF_PROGRAMS):
        raise bad(
            "PDF 内含脚本或附件，不能上传；请打印成新的 PDF 再传",
            "The PDF holds scripts or attachments; print it into a new PDF",
        )
    return data


def _office(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return ""
    if "[Content_Types].xml" not in names:
        return ""
    return next((mime for mime, part in _PARTS.items() if part in names), "")


def _safe_office(data: bytes) -> bytes:
    """A package without programs that does not unpack to a mountain."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise bad("文件解开后过大，不能上传", "The file unpacks to too much")
    if any(part.flag_bits & 1 for part in parts):
        raise bad("文件有密码保护，请去掉密码再传", "The file is locked by a password; remove it")
    names = ["/" + part.filename.lower().replace("\\", "/") for part in parts]
    if any(word in name for name in names for word in _PROGRAMS) or any("/../" in name for name in names):
        raise bad("文件内含宏或嵌入对象，不能上传；请另存为普通文档", "It holds macros or objects; save it without")
    return data


def _text(data: bytes) -> str | None:
    """The text in UTF-8 or GB18030 (Windows notepads), or None when it is binary or a web page in disguise."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any((ord(sign) < 32 and sign not in "\t\n\r\f") or ord(sign) == 127 for sign in text):
            return None
        head = text.lstrip()[:2000].lower()
        return None if head.startswith("#!") or any(word in head for word in _MARKUP) else text
    return None


def named(name: str, mime: str) -> str:
    """The name under which it goes out again: the buyer's own, with an ending that tells the truth."""
    clean = "".join(sign for sign in name if sign.isprintable() and sign not in '<>:"/\\|?*').strip(" .")[:100]
    endings = ENDINGS.get(mime, ())
    if endings and not clean.lower().endswith(endings):
        clean = (clean or "file") + endings[0]
    return clean or "file"
