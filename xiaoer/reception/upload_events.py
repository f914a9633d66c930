"""What the journal says about uploads: found infected, scanned after the fact, swept."""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class UploadRefused(Payload):
    """A file was refused because the scanner found something in it; the file is not kept. No name: it may tell of her."""

    KIND: ClassVar[str] = "upload.refused"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("上传文件被拦截（病毒）", "Upload refused: infected")

    found: str
    mime: str
    size: int


class UploadScanned(Payload):
    """A file that had waited for the scanner: clean, and served from now on; or infected, and removed."""

    KIND: ClassVar[str] = "upload.scanned"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("上传文件查毒结果", "Upload scanned")
    PERM: ClassVar[str] = Perm.CHAT
    BUYER_FIELDS: ClassVar[frozenset[str] | None] = frozenset({"upload", "state"})

    upload: int
    state: str
    found: str = ""


class UploadsSwept(Payload):
    """Uploads that nothing ever carried were removed after the time that the shop's rule gives them."""

    KIND: ClassVar[str] = "upload.swept"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("清理未使用的上传", "Unused uploads removed")

    count: int
