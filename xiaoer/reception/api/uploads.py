"""What is sent in as a file: checked, scanned, kept. The agents' address; the buyers' one (`api/buyer.py`) uses the same."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer, Who, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules
from xiaoer.reception import actions, queries, scanning
from xiaoer.reception.actions.uploads import Belongs, remove_files, write_files
from xiaoer.reception.models import Upload
from xiaoer.reception.uploading import RULES, Checked, Limits, check_upload

router = Router()


class UploadOut(Schema):
    """A picture or file, ready to be named in a message's or a case's attachments."""

    id: int
    url: str
    mime: str
    width: int | None
    height: int | None
    name: str = Field("", description="Under which name a file goes out; empty for pictures")
    size: int = Field(0, description="Bytes of a file; 0 for pictures")
    state: str = Field("", description="pending: the virus scanner has not looked yet, it is served later")


class UploadLimits(Schema):
    """What may be uploaded (upload_* rules of the shop)."""

    types: list[str]
    max_bytes: int
    file_max_bytes: int
    video_max_bytes: int
    video_seconds: int


def limits_of(shop_id: int) -> Limits:
    """Sizes and types as the rules of the shop allow."""
    found = rules(RULES, shop=shop_facts(shop_id), at=clock.now())
    return Limits(**{name.removeprefix("upload_"): answer.value for name, answer in found.items()})


def receive(file: UploadedFile, belongs: Belongs, *, by: Who) -> Upload:
    """One upload: quota, check by content, scanner, files, row. The scanner is asked outside of any transaction."""
    actions.require_quota(belongs, at=clock.now())
    limits = limits_of(belongs.shop_id)
    data, name = file.read(limits.most + 1), file.name or ""
    checked = check_upload(data, name, limits)
    scanned = scanning.scan(data)
    if scanned.state == scanning.INFECTED:
        with transaction():
            actions.note_refused(belongs, checked, scanned, by=by, at=clock.now())
        raise _infected(scanned.found)
    return _keep(belongs, checked, name, scanned)


def _keep(belongs: Belongs, checked: Checked, name: str, scanned: scanning.Verdict) -> Upload:
    key = write_files(checked)
    try:
        with transaction():
            return actions.keep_upload(belongs, checked, key, name, scanned=scanned, at=clock.now())
    except BaseException:
        remove_files(key)
        raise


def _infected(found: str) -> Invalid:
    text = T(f"文件含有病毒（{found}），已拦截", f"The file is infected ({found}) and was refused")
    return Invalid(code="infected", fields={"file": text})


def shown(row: Upload) -> dict[str, Any]:
    return {**queries.upload_facts(row), "state": row.scan if row.scan == scanning.PENDING else ""}


@router.post("/uploads", response=UploadOut, summary="Upload a picture or file (multipart)")
def upload(
    request: HttpRequest,
    file: File[UploadedFile],
    shop: Form[int | None] = None,
    conversation: Form[int | None] = None,
) -> dict[str, Any]:
    """`shop` or `conversation` says where it belongs; who works in one shop may leave both out."""
    viewer = viewer_of(request)
    shop_id = _shop_of(viewer, shop, conversation)
    staff_id = viewer.id if viewer.kind == "staff" else None
    belongs = Belongs(shop_id, staff_id=staff_id, conversation_id=conversation)
    return shown(receive(file, belongs, by=viewer.who))


@router.get("/uploads/limits", response=UploadLimits, summary="What may be uploaded")
def limits(request: HttpRequest, shop: int) -> Limits:
    viewer = viewer_of(request)
    return limits_of(_shop_of(viewer, shop, None))


def _shop_of(viewer: Viewer, shop: int | None, conversation: int | None) -> int:
    if conversation is not None:
        return queries.find(viewer, conversation).shop_id
    if shop is None:
        if len(viewer.shops) == 1:
            return viewer.shop_ids[0]
        raise Invalid(fields={"shop": T("请说明是哪个店铺的图片", "Say for which shop the picture is")})
    if shop not in viewer.shops:
        raise Invalid(fields={"shop": T("没有这个店铺", "There is no such shop")})
    return shop
