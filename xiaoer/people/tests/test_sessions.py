"""Signing in: throttled, rotated, guarded against foreign pages; what the session says of the viewer."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import PASSWORD, Caller, Cast, nothing_changes
from xiaoer.people.actions.sessions import ADDRESS_LIMIT, LOGIN_LIMIT
from xiaoer.people.models import LoginAttempt, Shop


def sign_in(username: str, password: str = PASSWORD) -> dict[str, str]:
    return {"username": username, "password": password}


def test_signing_in_and_out(cast: Cast) -> None:
    caller = Caller()
    caller.get("/api/session", status=401)
    session = caller.post("/api/session", sign_in("anan"))
    assert session["viewer"]["name"] == "安安" and session["demo"] is False and session["csrf"]
    assert [shop["slug"] for shop in session["viewer"]["shops"]] == ["quanquan-tmall", "quanquan-taobao"]
    assert "aftersales.decide" in session["viewer"]["shops"][0]["perms"]
    assert session["viewer"]["may_open_shop"] is False
    assert {e.shop_id for e in Event.objects.filter(kind="staff.signed_in")} == {cast.tmall.pk, cast.taobao.pk}
    assert caller.delete("/api/session") == {"ok": True}
    caller.get("/api/session", status=401)


def test_a_wrong_password_says_neither_which_part_was_wrong(cast: Cast) -> None:
    wrong = Caller().post("/api/session", sign_in("anan", "nope"), status=422)
    unknown = Caller().post("/api/session", sign_in("nobody", "nope"), status=422)
    assert wrong == unknown and wrong["error"]["code"] == "wrong_login"


def test_a_name_is_locked_after_too_many_tries_then_free_again(cast: Cast) -> None:
    for _ in range(LOGIN_LIMIT):
        Caller().post("/api/session", sign_in("anan", "guess"), status=422)
    refused = Caller().post("/api/session", sign_in("ANAN"), status=429)
    assert refused["error"]["code"] == "too_many_logins" and "10" in refused["error"]["message"]
    assert not Event.objects.filter(kind="staff.signed_in").exists()
    Caller().post("/api/session", sign_in("mumu"))
    LoginAttempt.objects.all().delete()  # ten minutes later
    Caller().post("/api/session", sign_in("anan"))


def test_an_address_that_tries_many_names_is_locked(cast: Cast) -> None:
    for n in range(ADDRESS_LIMIT):
        Caller().post("/api/session", sign_in(f"guess{n}", "x"), status=422)
    Caller().post("/api/session", sign_in("mumu"), status=429)


def test_a_good_sign_in_clears_the_name(cast: Cast) -> None:
    for _ in range(LOGIN_LIMIT - 1):
        Caller().post("/api/session", sign_in("anan", "guess"), status=422)
    Caller().post("/api/session", sign_in("anan"))
    assert not LoginAttempt.objects.filter(key="name:anan").exists()


def test_the_session_key_changes_with_every_sign_in(cast: Cast) -> None:
    caller = Caller()
    caller.post("/api/session", sign_in("anan"))
    first, token = caller.client.cookies["sessionid"].value, caller.client.cookies["csrftoken"].value
    caller.post("/api/session", sign_in("anan"))
    second = caller.client.cookies["sessionid"].value
    assert first != second and caller.client.cookies["csrftoken"].value != token
    assert not Session.objects.filter(session_key=first).exists()
    cookie = caller.client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    caller.delete("/api/session")
    assert not Session.objects.filter(session_key=second).exists()


def test_changes_need_the_csrf_header(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    signed = client.post("/api/session", sign_in("owner"), content_type="application/json")
    assert signed.status_code == 200
    url = f"/api/shops/{cast.tmall.pk}"
    with nothing_changes(Shop):
        bare = client.patch(url, {"name": "改名"}, content_type="application/json")
        assert bare.status_code in (401, 403) and "error" in bare.json()
        wrong = client.patch(url, {"name": "改名"}, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
        assert wrong.status_code in (401, 403)
        assert client.delete("/api/session").status_code in (401, 403)
    header = {"X-CSRFToken": client.cookies["csrftoken"].value}
    good = client.patch(url, {"name": "改名"}, content_type="application/json", headers=header)
    assert good.status_code == 200 and good.json()["name"] == "改名"
    assert client.get("/api/session").json()["csrf"]


def test_a_foreign_form_cannot_sign_anybody_in(cast: Cast) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = Client().post(
            "/api/session", '{"username": "anan", "password": "xiaoer-demo-2026"}', content_type=kind
        )
        assert answer.status_code == 415, kind
    assert not Session.objects.exists()


def test_language(cast: Cast) -> None:
    anan = cast.as_("anan")
    assert anan.patch("/api/session", {"language": "en"})["viewer"]["language"] == "en"
    assert anan.get(f"/api/shops/{cast.elsewhere.pk}", status=404)["error"]["message"] == "There is no such shop"
    anan.patch("/api/session", {"language": "fr"}, status=422)


def test_a_dismissed_account_is_out_at_once(cast: Cast) -> None:
    anan = cast.as_("anan")
    cast.staff["anan"].is_active = False
    cast.staff["anan"].save(update_fields=["is_active"])
    anan.get("/api/session", status=401)
    Caller().post("/api/session", sign_in("anan"), status=422)


@pytest.mark.django_db
def test_every_answer_carries_the_secure_headers() -> None:
    answer = Client().get("/api/health")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin"


def test_from_where_a_colleague_signs_in_is_for_the_audit(cast: Cast) -> None:
    """The line holds her network address: every screen of the shop follows the journal, not every post audits."""
    Caller().post("/api/session", sign_in("anan"))
    assert {e.perm for e in Event.objects.filter(kind="staff.signed_in")} == {"journal.view"}
    (line, *_) = cast.as_("inspector").get("/api/journal", {"kind": "staff.signed_in"})["items"]
    assert line["actor_name"] == "安安"
