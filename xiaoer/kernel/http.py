"""What every request passes: a limit on its size, no NUL characters in, safe headers out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from xiaoer.kernel.errors import Invalid, NotFound, Refusal
from xiaoer.kernel.i18n import T, language_of

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " media-src 'self' https:; connect-src 'self'; font-src 'self' data:; object-src 'none'; base-uri 'self';"
    " form-action 'self';"
    " frame-ancestors 'none'"
)


class SecureHeaders:
    """Content-Security-Policy and Permissions-Policy; style attributes are allowed because Element Plus sets them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


MOST_BYTES = 60 * 1024 * 1024
"""The largest request: an order report of 50 MB with what surrounds it."""
MOST_FROM_BUYERS = 24 * 1024 * 1024
"""Anybody on the network can be a buyer: photos, papers and short films (`upload_*` rules), nothing longer."""


class NotTooLarge:
    """Refuses a body by its stated length before a byte of it is written to disk (Django reads no unstated ones)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stated = request.META.get("CONTENT_LENGTH") or "0"
        most = MOST_FROM_BUYERS if request.path_info.startswith("/api/buyer/") else MOST_BYTES
        if stated.isascii() and stated.isdigit() and (len(stated) > 18 or int(stated) > most):
            mb = most >> 20
            told = Refusal("too_large", f"内容过大，最多 {mb} MB", f"Too large: {mb} MB at most", status=413)
            return JsonResponse(told.body(language_of(request.headers.get("Accept-Language", ""))), status=413)
        return self.get_response(request)


class NoNul:
    """A NUL character means nothing in Chinese or English, and PostgreSQL cannot store one: refused at the door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            return JsonResponse(NotFound().body(language_of(request.headers.get("Accept-Language", ""))), status=404)
        if "%00" in request.META.get("QUERY_STRING", "") or self._in_body(request):
            told = T(
                "内容里有看不见的空字符（NUL），请删除后重试", "There is a NUL character in it; remove it and try again"
            )
            language = language_of(request.headers.get("Accept-Language", ""))
            return JsonResponse(Invalid(told.zh, told.en, code="nul").body(language), status=422)
        return self.get_response(request)

    def _in_body(self, request: HttpRequest) -> bool:
        """Only JSON: a file may hold any byte. An escaped backslash before u0000 is plain text and passes."""
        if request.content_type != "application/json":
            return False
        body = request.body
        return b"\x00" in body or b"\\u0000" in body.replace(b"\\\\", b"")
