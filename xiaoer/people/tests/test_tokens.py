"""Keys for machines and the command line."""

import io
from datetime import timedelta
from typing import Any

import pytest

from xiaoer import cli
from xiaoer.kernel import clock
from xiaoer.kernel.clock import iso
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.people.models import ApiToken, Membership, Shop, Staff


def make(cast: Cast, by: str = "owner", status: int = 201, **more: Any) -> dict[str, Any]:
    body = {"name": "ERP", "shops": [cast.tmall.pk], "scopes": ["orders.view", "journal.view"], **more}
    made: dict[str, Any] = cast.as_(by).post("/api/tokens", body, status=status)
    return made


def machine(made: dict[str, Any]) -> Caller:
    return Caller({"Authorization": f"Bearer {made['token']}"})


def test_a_token_does_what_its_scopes_say_in_its_shops(cast: Cast) -> None:
    made = make(cast)
    erp = machine(made)
    assert [row["id"] for row in erp.get("/api/shops")["items"]] == [cast.tmall.pk]
    assert erp.get("/api/journal")["items"]
    erp.get(f"/api/shops/{cast.taobao.pk}", status=404)
    with nothing_changes(Shop):
        erp.patch(f"/api/shops/{cast.tmall.pk}", {"name": "x"}, status=403)
        erp.post("/api/shops", {"slug": "x", "name": "x", "platform": "own"}, status=403)
        erp.post("/api/tokens", {"name": "x", "shops": [cast.tmall.pk], "scopes": ["chat"]}, status=403)
        erp.get("/api/session", status=403)


def test_the_secret_is_shown_once_and_kept_as_a_hash(cast: Cast) -> None:
    made = make(cast)
    secret = made["token"]
    assert secret not in str(list(ApiToken.objects.values())) and secret not in str(list(Event.objects.values()))
    (row,) = cast.as_("owner").get("/api/tokens")["items"]
    assert "token" not in row and secret.endswith(row["hint"]) and row["last_used_at"] is None
    machine(made).get("/api/shops")
    (row,) = cast.as_("owner").get("/api/tokens")["items"]
    assert row["last_used_at"] and row["shops"] == [{"id": cast.tmall.pk, "name": "圈圈家旗舰店"}]


def test_revoked_and_expired_tokens_are_out(cast: Cast) -> None:
    made = make(cast, shops=[cast.tmall.pk, cast.taobao.pk])
    owner = cast.as_("owner")
    owner.delete(f"/api/tokens/{made['id']}")
    machine(made).get("/api/shops", status=401)
    assert Event.objects.filter(kind="token.revoked").count() == 2
    with nothing_changes(ApiToken):
        owner.delete(f"/api/tokens/{made['id']}")
    brief = make(cast, expires_at=iso(clock.real_now() + timedelta(days=1)))
    machine(brief).get("/api/shops")
    ApiToken.objects.filter(pk=brief["id"]).update(expires_at=NOON - timedelta(days=900))
    machine(brief).get("/api/shops", status=401)
    Caller({"Authorization": "Bearer xiaoer_nonsense"}).get("/api/shops", status=401)


def test_bad_tokens_are_refused(cast: Cast) -> None:
    with nothing_changes(ApiToken):
        for change, field in (
            ({"scopes": ["fly"]}, "scopes"),
            ({"scopes": []}, "scopes"),
            ({"shops": []}, "shops"),
            ({"name": " "}, "name"),
            ({"expires_at": iso(NOON - timedelta(days=1))}, "expires_at"),
        ):
            assert field in make(cast, status=422, **change)["error"]["fields"], change
        make(cast, status=404, shops=[cast.elsewhere.pk])
        make(cast, by="supervisor", status=403)
        cast.as_("supervisor").get("/api/tokens", status=403)
    made = make(cast)
    with nothing_changes(ApiToken):
        cast.as_("stranger").delete(f"/api/tokens/{made['id']}", status=404)
    assert cast.as_("stranger").get("/api/tokens")["items"] == []


def run(*words: str) -> int:
    return cli.main(list(words))


@pytest.mark.django_db
def test_from_nothing_to_a_working_shop_on_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("kind-lantern-88\n"))
    assert run("owner", "create", "--username", "shen", "--name", "沈老板", "--password-stdin") == 0
    shen = Caller()
    assert shen.post("/api/session", {"username": "shen", "password": "kind-lantern-88"})["viewer"]["may_open_shop"]
    shen.post("/api/shops", {"slug": "first", "name": "第一家", "platform": "own"}, status=201)
    second = ("shop", "create", "--slug", "second", "--name", "第二家", "--platform", "jd", "--owner", "shen")
    assert run(*second) == 0
    assert Membership.objects.get(shop__slug="second").roles == ["owner"]
    capsys.readouterr()
    made = ("token", "create", "--name", "ERP", "--shop", "first", "--scope", "orders.import", "orders.view")
    assert run(*made) == 0
    secret = capsys.readouterr().out.strip()
    rows = Caller({"Authorization": f"Bearer {secret}"}).get("/api/shops")["items"]
    assert [row["slug"] for row in rows] == ["first"]
    assert run("token", "list") == 0 and "orders.view,orders.import" in capsys.readouterr().out
    assert run("token", "revoke", str(ApiToken.objects.get().pk)) == 0
    Caller({"Authorization": f"Bearer {secret}"}).get("/api/shops", status=401)
    assert run("shop", "list") == 0 and "second\tjd\t第二家" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_line_refuses_in_words(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345678\n"))
    with nothing_changes(Staff, Shop, ApiToken):
        assert run("owner", "create", "--username", "shen", "--name", "沈", "--password-stdin") == 1
        assert "password" in capsys.readouterr().err
        assert run("token", "create", "--name", "x", "--shop", "nowhere", "--scope", "chat") == 1
        assert "nowhere" in capsys.readouterr().err
        assert run("shop", "create", "--slug", "s", "--name", "s", "--platform", "moon") == 1
        assert "moon" in capsys.readouterr().err
        assert run("token", "revoke", "99999") == 1


@pytest.mark.parametrize("end", ["2036-01-01T00:00:00", "9999-12-31T23:59:59-14:00"])
def test_an_end_without_a_zone_or_beyond_the_calendar_is_refused(cast: Cast, end: str) -> None:
    with nothing_changes(ApiToken):
        make(cast, status=422, expires_at=end)
