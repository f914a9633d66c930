"""The address from which pictures and files are served: private, as a download unless a picture or film, never a page."""

import re
from pathlib import Path
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.i18n import T, language_of
from xiaoer.people.auth import viewer_of_session, viewer_of_token
from xiaoer.reception import queries, scanning
from xiaoer.reception.actions.uploads import path_of
from xiaoer.reception.models import Upload

_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


@require_safe
def serve(request: HttpRequest, ref: str) -> HttpResponseBase:
    """GET /uploads/<number or key>?size=thumb: to staff of the shop and to the buyer it concerns, once it is clean."""
    try:
        row = queries.find_upload(ref, _viewer(request), request.GET.get("t", ""))
    except Refusal as error:
        return _told(request, error.text, error.status)
    if (problem := _withheld(row)) is not None:
        return _told(request, *problem)
    thumb = row.thumb and request.GET.get("size") == "thumb"
    try:
        response = _body(request, row, path_of(row.key, thumb=thumb), thumb)
    except FileNotFoundError:
        return _told(request, T("图片文件已丢失", "The picture's file is lost"), 404)
    picture = row.mime.startswith(("image/", "video/"))
    response["Content-Disposition"] = "inline" if picture else f"attachment; filename*=UTF-8''{quote(row.name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _withheld(row: Upload) -> tuple[T, int] | None:
    """An infected file is gone; where a scanner is set up, nothing goes out before it looked."""
    if row.scan == scanning.INFECTED:
        return T("文件含有病毒，已删除", "The file was infected and is removed"), 410
    if row.scan == scanning.PENDING or (row.scan == scanning.NONE and scanning.configured()):
        return T("文件正在安全检查，请稍后再打开", "The file is being checked; open it in a moment"), 409
    return None


def _told(request: HttpRequest, text: T, status: int) -> HttpResponse:
    said = text.say(language_of(request.headers.get("Accept-Language", "")))
    response = HttpResponse(said, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def _body(request: HttpRequest, row: Upload, path: Path, thumb: bool) -> HttpResponseBase:
    """The whole file; of a film the piece that the player asks for (Safari plays nothing without)."""
    mime = "image/webp" if thumb else "text/plain; charset=utf-8" if row.mime == "text/plain" else row.mime
    asked = _RANGE.fullmatch(request.headers.get("Range", "")) if row.mime.startswith("video/") else None
    if asked is None:
        response: HttpResponseBase = FileResponse(path.open("rb"), content_type=mime)
    else:
        size = path.stat().st_size
        first, last = int(asked[1]), min(int(asked[2] or size - 1), size - 1)
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        with path.open("rb") as handle:
            handle.seek(first)
            response = HttpResponse(handle.read(last - first + 1), status=206, content_type=mime)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    if row.mime.startswith("video/"):
        response["Accept-Ranges"] = "bytes"
    return response


def _viewer(request: HttpRequest) -> Viewer | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "buyer":
        found = queries.viewer_of_visitor(secret.strip(), clock.real_now())
        return found[0] if found else None
    if kind.lower() == "bearer":
        return viewer_of_token(secret.strip(), clock.real_now())
    return viewer_of_session(request.session.session_key or "", clock.real_now())
