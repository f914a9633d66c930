"""Pictures of agents (with a message, a note or a case), and the address from which pictures are served."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T, language_of
from xiaoer.people.auth import viewer_of_session, viewer_of_token
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules
from xiaoer.reception import actions, queries
from xiaoer.reception.actions.uploads import path_of
from xiaoer.reception.pictures import Picture, read_picture

router = Router()


class UploadOut(Schema):
    """A picture, ready to be named in a message's or a case's attachments."""

    id: int
    url: str
    mime: str
    width: int | None
    height: int | None


def picture_from(file: UploadedFile, shop_id: int) -> Picture:
    """The checked picture; size and types as the rules of the shop allow."""
    found = rules(["upload_max_bytes", "upload_types"], shop=shop_facts(shop_id), at=clock.now())
    most = int(found["upload_max_bytes"].value)
    data = file.read(most + 1)
    return read_picture(data, types=found["upload_types"].value, most_bytes=most)


@router.post("/uploads", response=UploadOut, summary="Upload a picture (multipart)")
def upload(
    request: HttpRequest,
    file: File[UploadedFile],
    shop: Form[int | None] = None,
    conversation: Form[int | None] = None,
) -> dict[str, Any]:
    """`shop` or `conversation` says where it belongs; who works in one shop may leave both out."""
    viewer = viewer_of(request)
    shop_id = _shop_of(viewer, shop, conversation)
    picture = picture_from(file, shop_id)
    with transaction():
        row = actions.keep_upload(
            shop_id,
            picture,
            file.name or "",
            customer_id=None,
            staff_id=viewer.id if viewer.kind == "staff" else None,
            conversation_id=conversation,
            at=clock.now(),
        )
    return queries.upload_facts(row)


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


@require_safe
def serve(request: HttpRequest, ref: str) -> HttpResponseBase:
    """GET /uploads/<number or key>: the picture, to staff of the shop and to the buyer it concerns."""
    try:
        row = queries.find_upload(ref, _viewer(request), request.GET.get("t", ""))
        handle = path_of(row.key).open("rb")
    except (Refusal, FileNotFoundError) as error:
        text = error.text if isinstance(error, Refusal) else T("图片文件已丢失", "The picture's file is lost")
        said = text.say(language_of(request.headers.get("Accept-Language", "")))
        return HttpResponse(said, status=404, content_type="text/plain; charset=utf-8")
    response = FileResponse(handle, content_type=row.mime)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _viewer(request: HttpRequest) -> Viewer | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "buyer":
        found = queries.viewer_of_visitor(secret.strip(), clock.real_now())
        return found[0] if found else None
    if kind.lower() == "bearer":
        return viewer_of_token(secret.strip(), clock.real_now())
    return viewer_of_session(request.session.session_key or "")
