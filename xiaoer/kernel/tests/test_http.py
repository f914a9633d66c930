"""What every request passes before an area sees it."""

from xiaoer.customers.models import Customer
from xiaoer.kernel.testing import Cast, nothing_changes


def test_a_nul_character_is_refused_wherever_it_stands(cast: Cast) -> None:
    anan = cast.as_("anan")
    with nothing_changes(Customer):
        assert anan.call("get", "/api/orders?q=a%00b", None, 422).json()["error"]["code"] == "nul"
        anan.call("get", "/uploads/ab%00cd", None, 404)
        anan.call("patch", "/api/session", {"language": "zh\x00"}, 422)


def test_a_written_backslash_is_text(cast: Cast) -> None:
    refused = cast.as_("anan").patch("/api/session", {"language": "\\u0000"}, status=422)
    assert refused["error"]["code"] != "nul"


def test_every_answer_carries_the_safe_headers(cast: Cast) -> None:
    answer = cast.as_("anan").call("get", "/api/session", None, 200)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Frame-Options"] == "DENY"
