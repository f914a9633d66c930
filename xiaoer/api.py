"""The REST API: one router per area, one way to say who is calling, one shape for every refusal."""

import logging
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.api import router as kernel_router
from xiaoer.kernel.errors import Forbidden, Invalid, NotFound, Refusal, Unauthenticated
from xiaoer.kernel.i18n import T, language_of
from xiaoer.people.api import SessionAuth, TokenAuth

log = logging.getLogger("xiaoer.api")

api = NinjaAPI(
    title="Xiaoer 小二",
    version="1",
    description="The customer-service desk of an online shop. Money is integer fen; times are ISO 8601 UTC.",
    auth=[SessionAuth(), TokenAuth()],
    docs_url="/docs",
)


def language(request: HttpRequest) -> str:
    """The viewer's own language, else the browser's."""
    viewer = getattr(request, "auth", None)
    if isinstance(viewer, Viewer):
        return viewer.language
    return language_of(request.headers.get("Accept-Language", ""))


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return api.create_response(request, error.body(language(request)), status=error.status)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {}
    for item in error.errors:
        name = ".".join(str(part) for part in item["loc"][1:] if part not in ("payload", "data", "body")) or "body"
        fields[name] = T(f"内容不符合要求：{item['msg']}", item["msg"])
    return _refusal(request, Invalid(fields=fields))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refusal(request, NotFound())


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _refusal(request, Unauthenticated())


@api.exception_handler(OverflowError)
@api.exception_handler(DataError)
@api.exception_handler(UnicodeEncodeError)
def _beyond(request: HttpRequest, error: Exception) -> HttpResponse:
    """A number, a time or a character that no database column holds, such as an id of 10**30: her mistake, not ours."""
    log.warning("%s %s: %s", request.method, request.path, error)
    told = T(
        "有数字、时间或字符超出可以保存的范围，请检查后再试",
        "A number, a time or a character is beyond what can be stored; check it",
    )
    return _refusal(request, Invalid(told.zh, told.en, code="out_of_range"))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own refusals: a missing CSRF header, a body that is no JSON."""
    if error.status_code == 403:
        zh, en = (
            "页面已过期，请刷新后再试（缺少 CSRF 标记）",
            "The page is stale, reload it (the CSRF token is missing)",
        )
        return _refusal(request, Forbidden(zh, en, code="csrf"))
    said = str(error)
    return _refusal(request, Refusal("bad_request", f"请求无法处理：{said}", said, status=error.status_code))


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _refusal(request, Unauthenticated())


api.add_router("", kernel_router)
for area in settings.AREAS:
    if find_spec(f"xiaoer.{area}.api") is not None:
        api.add_router("", import_module(f"xiaoer.{area}.api").router)
