"""Cross-origin answers for the embedded widget (the Django part; the lane and the stream use `cors.py` themselves)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from xiaoer.reception.cors import cors_headers, is_open, preflight_headers


class BuyerCors:
    """Answers preflights and marks the buyer's answers as readable by the page that embeds the widget."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_open(request.path):
            return self.get_response(request)
        origin = request.headers.get("Origin")
        if request.method == "OPTIONS" and request.headers.get("Access-Control-Request-Method"):
            return HttpResponse(status=204, headers=preflight_headers(origin))
        response = self.get_response(request)
        for name, value in cors_headers(origin).items():
            if name == "Vary":
                patch_vary_headers(response, [value])
            else:
                response[name] = value
        return response
