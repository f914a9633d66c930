"""Colleagues of a shop, their posts, and its teams."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.people import actions, queries
from xiaoer.people.models import Membership, Team

router = Router()


class StaffChanges(Schema):
    roles: list[str] | None = None
    team_ids: list[int] | None = None
    active: bool | None = None


class Named(Schema):
    id: int
    name: str


class Seat(Schema):
    """A colleague in one shop: her posts and teams there."""

    id: int
    name: str
    username: str
    roles: list[str]
    teams: list[Named]
    team_ids: list[int]
    active: bool


class Seats(Schema):
    items: list[Seat]
    next: str | None


class NewTeam(Schema):
    name: str
    kind: str = ""


class TeamChanges(Schema):
    name: str | None = None
    kind: str | None = None


class TeamRow(Schema):
    id: int
    name: str
    kind: str
    members: list[Named]


class Teams(Schema):
    items: list[TeamRow]
    next: str | None


def _seat(row: Membership) -> dict[str, Any]:
    teams = sorted(row.teams.all(), key=lambda team: team.pk)
    return {
        "id": row.staff_id,
        "name": row.staff.name,
        "username": row.staff.username,
        "roles": row.roles,
        "teams": [{"id": team.pk, "name": team.name} for team in teams],
        "team_ids": [team.pk for team in teams],
        "active": row.active and row.staff.is_active,
    }


def _team(row: Team) -> dict[str, Any]:
    seats = [seat for seat in row.members.all() if seat.active]
    members = [{"id": seat.staff_id, "name": seat.staff.name} for seat in seats]
    return {"id": row.pk, "name": row.name, "kind": row.kind, "members": members}


@router.get("/shops/{shop_id}/staff", response=Seats, summary="Everybody who works in the shop")
def staff(request: HttpRequest, shop_id: int) -> dict[str, Any]:
    return {"items": [_seat(row) for row in queries.staff_of(viewer_of(request), shop_id)], "next": None}


@router.patch("/shops/{shop_id}/staff/{staff_id}", response=Seat, summary="Change posts, teams, or let her rest")
def change_staff(request: HttpRequest, shop_id: int, staff_id: int, data: StaffChanges) -> dict[str, Any]:
    viewer = viewer_of(request)
    seat = queries.find_seat(viewer, shop_id, staff_id)
    with transaction():
        actions.change_staff(viewer, seat, **data.dict(), by=viewer.who, at=clock.now())
    return _seat(queries.find_seat(viewer, shop_id, staff_id))


@router.get("/shops/{shop_id}/teams", response=Teams, summary="The shop's teams with their members")
def teams(request: HttpRequest, shop_id: int) -> dict[str, Any]:
    return {"items": [_team(row) for row in queries.teams_of(viewer_of(request), shop_id)], "next": None}


@router.post("/shops/{shop_id}/teams", response={201: TeamRow}, summary="Make a team")
def make_team(request: HttpRequest, shop_id: int, data: NewTeam) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    shop = queries.find_shop(viewer, shop_id)
    viewer.require(Perm.STAFF_EDIT, shop_id)
    with transaction():
        team = actions.make_team(shop, name=data.name, kind=data.kind, by=viewer.who, at=clock.now())
    return Status(201, _team(team))


@router.patch("/shops/{shop_id}/teams/{team_id}", response=TeamRow, summary="Rename a team")
def change_team(request: HttpRequest, shop_id: int, team_id: int, data: TeamChanges) -> dict[str, Any]:
    viewer = viewer_of(request)
    team = queries.find_team(viewer, shop_id, team_id)
    viewer.require(Perm.STAFF_EDIT, shop_id)
    with transaction():
        actions.change_team(team, name=data.name, kind=data.kind, by=viewer.who, at=clock.now())
    return _team(team)
