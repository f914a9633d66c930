"""Colleagues: posts, teams, invitations; the last owner stays, and nobody gives away more than she has."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.people import actions
from xiaoer.people.models import Invitation, Membership, Staff, Team

PASSWORD = "kind-lantern-88"


def seat_url(cast: Cast, username: str, shop: Any = None) -> str:
    return f"/api/shops/{(shop or cast.tmall).pk}/staff/{cast.staff[username].pk}"


def test_everybody_of_the_shop_and_nobody_else(cast: Cast) -> None:
    rows = cast.as_("anan").get(f"/api/shops/{cast.tmall.pk}/staff")["items"]
    assert {row["username"] for row in rows} == set(cast.staff) - {"stranger"}
    (anan,) = [row for row in rows if row["username"] == "anan"]
    assert (anan["name"], anan["roles"], anan["teams"], anan["active"]) == ("安安", ["after_sales"], [], True)
    cast.as_("stranger").get(f"/api/shops/{cast.tmall.pk}/staff", status=404)
    cast.as_("owner").patch(seat_url(cast, "stranger"), {"roles": ["owner"]}, status=404)


def test_posts_and_teams_change_in_one_shop_only(cast: Cast) -> None:
    owner = cast.as_("owner")
    team = owner.post(f"/api/shops/{cast.tmall.pk}/teams", {"name": "夜班", "kind": "night"}, status=201)
    changed = owner.patch(seat_url(cast, "anan"), {"roles": ["after_sales", "pre_sales"], "team_ids": [team["id"]]})
    assert changed["roles"] == ["pre_sales", "after_sales"] and changed["teams"] == [{"id": team["id"], "name": "夜班"}]
    other = {row["username"]: row for row in owner.get(f"/api/shops/{cast.taobao.pk}/staff")["items"]}
    assert other["anan"]["roles"] == ["after_sales"]
    event = Event.objects.get(kind="staff.changed")
    assert event.payload["changes"] == {
        "roles": [["after_sales"], ["pre_sales", "after_sales"]],
        "team_ids": [[], [team["id"]]],
    }
    assert team["id"] in cast.as_("anan").get("/api/session")["viewer"]["team_ids"]
    (listed,) = owner.get(f"/api/shops/{cast.tmall.pk}/teams")["items"]
    assert listed["members"] == [{"id": cast.staff["anan"].pk, "name": "安安"}]


def test_a_colleague_who_rests_sees_the_shop_no_more(cast: Cast) -> None:
    anan = cast.as_("anan")
    cast.as_("owner").patch(seat_url(cast, "anan"), {"active": False})
    anan.get(f"/api/shops/{cast.tmall.pk}", status=404)
    assert [shop["slug"] for shop in anan.get("/api/session")["viewer"]["shops"]] == ["quanquan-taobao"]


@pytest.mark.parametrize("change", [{"roles": ["supervisor"]}, {"active": False}])
def test_the_last_owner_stays(cast: Cast, change: dict[str, Any]) -> None:
    owner = cast.as_("owner")
    with nothing_changes(Membership):
        answer = owner.patch(seat_url(cast, "owner"), change, status=409)
    assert answer["error"]["code"] == "last_owner" and "沈老板" in answer["error"]["message"]
    owner.patch(seat_url(cast, "supervisor"), {"roles": ["owner"]})
    owner.patch(seat_url(cast, "owner"), change)
    with nothing_changes(Membership):
        cast.as_("supervisor").patch(seat_url(cast, "supervisor"), change, status=409)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"roles": ["wizard"]}, "roles"), ({"roles": []}, "roles"), ({"team_ids": [987654]}, "team_ids")],
)
def test_unknown_posts_and_teams_are_refused(cast: Cast, change: dict[str, Any], field: str) -> None:
    with nothing_changes(Membership):
        answer = cast.as_("owner").patch(seat_url(cast, "anan"), change, status=422)
    assert field in answer["error"]["fields"]


def test_a_team_of_another_shop_is_refused(cast: Cast) -> None:
    owner = cast.as_("owner")
    other = owner.post(f"/api/shops/{cast.taobao.pk}/teams", {"name": "夜班"}, status=201)
    with nothing_changes(Membership, Team):
        owner.patch(seat_url(cast, "anan"), {"team_ids": [other["id"]]}, status=422)
        owner.patch(f"/api/shops/{cast.tmall.pk}/teams/{other['id']}", {"name": "x"}, status=404)


def test_nobody_gives_away_or_overrules_more_than_she_holds(cast: Cast) -> None:
    supervisor = cast.as_("supervisor")
    with nothing_changes(Membership, Invitation):
        for url, change in (
            (seat_url(cast, "supervisor"), {"roles": ["owner"]}),
            (seat_url(cast, "owner"), {"roles": ["pre_sales"]}),
            (seat_url(cast, "anan"), {"roles": ["finance"]}),
            (seat_url(cast, "finance"), {"active": False}),
        ):
            assert supervisor.patch(url, change, status=403)["error"]["code"] == "beyond_your_rights"
        cast.as_("anan").patch(seat_url(cast, "mumu"), {"roles": ["pre_sales"]}, status=403)
        invited = {"name": "新人", "username": "xinren", "roles": ["owner"]}
        supervisor.post(f"/api/shops/{cast.tmall.pk}/invitations", invited, status=403)
    supervisor.patch(seat_url(cast, "anan"), {"roles": ["pre_sales"]})


def test_teams_have_names_of_their_own(cast: Cast) -> None:
    owner, url = cast.as_("owner"), f"/api/shops/{cast.tmall.pk}/teams"
    team = owner.post(url, {"name": "售前一组", "kind": "pre_sales"}, status=201)
    with nothing_changes(Team):
        assert "name" in owner.post(url, {"name": "售前一组"}, status=422)["error"]["fields"]
        assert "kind" in owner.post(url, {"name": "x", "kind": "moon"}, status=422)["error"]["fields"]
        cast.as_("anan").post(url, {"name": "x"}, status=403)
        cast.as_("stranger").get(url, status=404)
    assert owner.patch(f"{url}/{team['id']}", {"name": "售前二组"})["kind"] == "pre_sales"
    assert Event.objects.get(kind="team.changed").payload["changes"] == {"name": ["售前一组", "售前二组"]}


# --- invitations ----------------------------------------------------------------------------------------------------


def invite(cast: Cast, username: str = "xinxin", by: str = "owner", **more: Any) -> dict[str, Any]:
    body = {"name": "新新", "username": username, "roles": ["pre_sales"], **more}
    made: dict[str, Any] = cast.as_(by).post(f"/api/shops/{cast.tmall.pk}/invitations", body, status=201)
    return made


def path(made: dict[str, Any]) -> str:
    return "/api/invitations/" + made["link"].rpartition("/")[2]


def test_an_invitation_from_link_to_work(cast: Cast) -> None:
    team = cast.as_("owner").post(f"/api/shops/{cast.tmall.pk}/teams", {"name": "夜班"}, status=201)
    made = invite(cast, by="supervisor", team_ids=[team["id"]])
    secret = made["link"].rpartition("/")[2]
    stored = Invitation.objects.get()
    assert secret not in str(Invitation.objects.values().get()) and secret not in str(list(Event.objects.values()))
    assert stored.expires_at - stored.created_at == timedelta(days=7)
    (row,) = cast.as_("supervisor").get(f"/api/shops/{cast.tmall.pk}/invitations")["items"]
    assert "link" not in row and row["username"] == "xinxin"
    new = Caller()
    seen = new.get(path(made))
    assert (seen["shop"], seen["username"], seen["existing"]) == ("圈圈家旗舰店", "xinxin", False)
    session = new.post(path(made), {"password": PASSWORD})
    assert session["viewer"]["username"] == "xinxin" and session["viewer"]["team_ids"] == [team["id"]]
    assert new.get("/api/session")["viewer"]["shops"][0]["roles"] == ["pre_sales"]
    joined = Event.objects.get(kind="staff.joined", actor=f"staff:{session['viewer']['id']}")
    assert joined.shop_id == cast.tmall.pk
    with nothing_changes(Staff, Membership, Invitation):
        Caller().get(path(made), status=404)
        Caller().post(path(made), {"password": PASSWORD}, status=404)
    assert cast.as_("supervisor").get(f"/api/shops/{cast.tmall.pk}/invitations")["items"] == []


@pytest.mark.parametrize(("password", "says"), [("short1", "8"), ("password1", "常见"), ("8472910563", "数字")])
def test_weak_passwords_are_refused(cast: Cast, password: str, says: str) -> None:
    made = invite(cast)
    with nothing_changes(Staff, Membership, Invitation):
        answer = Caller().post(path(made), {"password": password}, status=422)
    assert says in answer["error"]["fields"]["password"]


def test_an_invitation_ends_after_seven_days_or_when_withdrawn_or_replaced(cast: Cast) -> None:
    first, second = invite(cast), invite(cast)
    Caller().get(path(first), status=404)
    with clock.frozen(NOON + timedelta(days=7)):
        Caller().get(path(second), status=404)
        with nothing_changes(Staff, Invitation):
            Caller().post(path(second), {"password": PASSWORD}, status=404)
    cast.as_("owner").delete(f"/api/shops/{cast.tmall.pk}/invitations/{second['id']}")
    Caller().get(path(second), status=404)
    cast.as_("stranger").delete(f"/api/shops/{cast.tmall.pk}/invitations/{second['id']}", status=404)


def test_somebody_with_an_account_proves_that_it_is_hers(cast: Cast) -> None:
    made = invite(cast, "stranger")
    assert Caller().get(path(made))["existing"] is True
    before = Staff.objects.get(username="stranger").password
    with nothing_changes(Staff, Membership, Invitation):
        answer = Caller().post(path(made), {"password": "another-one-77"}, status=422)
    assert "password" in answer["error"]["fields"]
    session = Caller().post(path(made), {"password": "xiaoer-demo-2026"})
    assert {shop["slug"] for shop in session["viewer"]["shops"]} == {"elsewhere", "quanquan-tmall"}
    assert Staff.objects.get(username="stranger").password == before


def test_bad_invitations_are_refused(cast: Cast) -> None:
    url = f"/api/shops/{cast.tmall.pk}/invitations"
    owner, body = cast.as_("owner"), {"name": "新新", "username": "xinxin", "roles": ["pre_sales"]}
    with nothing_changes(Invitation):
        for change, field in (
            ({"username": "anan"}, "username"),
            ({"username": "a b"}, "username"),
            ({"name": ""}, "name"),
            ({"roles": ["wizard"]}, "roles"),
            ({"team_ids": [99999]}, "team_ids"),
        ):
            assert field in owner.post(url, {**body, **change}, status=422)["error"]["fields"], change
        cast.as_("anan").post(url, body, status=403)
        cast.as_("stranger").post(url, body, status=404)
        cast.as_("anan").get(url, status=403)


def test_accepting_needs_json(cast: Cast) -> None:
    made = invite(cast)
    with nothing_changes(Staff, Invitation):
        answer = Caller().client.post(path(made), f'{{"password": "{PASSWORD}"}}', content_type="text/plain")
    assert answer.status_code == 415


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_dismiss_each_other_at_once() -> None:
    from xiaoer.kernel.db import transaction
    from xiaoer.kernel.errors import Conflict
    from xiaoer.kernel.tests.toy import together
    from xiaoer.people.queries import viewer_of_staff

    shop = actions.open_shop(slug="s", name="店", platform="taobao", by=SYSTEM, at=NOON)
    both = [
        actions.hire(shop, username=u, name=u, password=PASSWORD, roles=["owner"], by=SYSTEM, at=NOON) for u in "ab"
    ]

    viewers = {one.pk: viewer_of_staff(one) for one in both}  # both are owners when they press

    def dismiss(me: Staff, other: Staff) -> bool:
        viewer = viewers[me.pk]
        seat = Membership.objects.get(staff=other)
        try:
            with transaction():
                actions.change_staff(viewer, seat, active=False, by=viewer.who, at=NOON)
            return True
        except Conflict:
            return False

    done = together(lambda: dismiss(both[0], both[1]), lambda: dismiss(both[1], both[0]))
    assert sorted(done) == [False, True]
    assert Membership.objects.filter(active=True).count() == 1
