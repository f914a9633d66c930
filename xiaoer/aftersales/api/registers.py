"""Registers 登记表 over HTTP: the list of them, one with its rows, a signature, the workbook."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from xiaoer.aftersales import registers, registers_sheet
from xiaoer.aftersales import registers_trade as registers_trade
from xiaoer.aftersales.actions import watching
from xiaoer.aftersales.api import finance_schemas as out
from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.models import RegisterSign
from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.xlsx import XLSX

router = Router()
PAGE, REGISTER_MOST = 200, 5000


def _described(one: registers.Register, language: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title.say(language),
        "source": one.source,
        "columns": [{"key": c.key, "label": c.label.say(language), "money": c.money} for c in one.columns],
        "places": [{"place": place, "label": label.say(language)} for place, label in one.places.items()],
    }


@router.get("/registers", response=list[out.RegisterOut], summary="The registers there are")
def listed(request: HttpRequest) -> list[dict[str, Any]]:
    viewer = staff_of(request)
    return [_described(one, viewer.language) for one in registers.listed(viewer)]


def _asked(shop: int | None, since: date | None, until: date | None, q: str, limit: int) -> registers.Query:
    return registers.Query(shop, _start(since), _start(until, 1), q, limit)


def _start(day: date | None, after: int = 0) -> datetime | None:
    """A day as its beginning in Beijing; the last day counts whole."""
    return datetime.combine(day + timedelta(days=after), time.min, BEIJING) if day is not None else None


def signatures(name: str, subjects: list[str]) -> dict[str, dict[str, str]]:
    """Subject -> place -> "name day time"; a later signature stands behind the earlier ones."""
    found: dict[str, dict[str, str]] = {}
    for row in RegisterSign.objects.filter(register=name, subject__in=subjects).order_by("pk"):
        text = f"{row.by_name} {row.at.astimezone(BEIJING):%Y-%m-%d %H:%M}" + (f"（{row.note}）" if row.note else "")
        places = found.setdefault(row.subject, {})
        places[row.place] = f"{places[row.place]}；{text}" if row.place in places else text
    return found


@router.get("/registers/{name}", response=out.RegisterPage, summary="One register with its rows")
def shown(
    request: HttpRequest,
    name: str,
    shop: int | None = None,
    since: date | None = None,
    until: date | None = None,
    q: str = "",
    limit: int = PAGE,
) -> dict[str, Any]:
    viewer = staff_of(request)
    found = registers.find(viewer, name)
    rows = found.rows(viewer, _asked(shop, since, until, q, max(1, min(limit, PAGE))))
    given = signatures(name, [row.subject for row in rows])
    return {
        "about": _described(found, viewer.language),
        "items": [_row(row, given.get(row.subject, {})) for row in rows],
        "may_sign": bool(viewer.shops_with(found.signs)),
    }


def _row(row: registers.Row, given: dict[str, str]) -> dict[str, Any]:
    return {
        "subject": row.subject,
        "shop": row.shop,
        "path": row.path,
        "cells": row.cells,
        "signed": {**row.signed, **given},
    }


@router.post("/registers/{name}/sign", response=out.RegisterRow, summary="Sign a row; a signature is never taken away")
def signed(request: HttpRequest, name: str, data: out.SignIn) -> dict[str, Any]:
    viewer = staff_of(request)
    found = registers.find(viewer, name)
    if data.place not in found.places:
        places = "、".join(label.zh for label in found.places.values())
        raise Invalid(fields={"place": T(f"没有这个签字栏；可签：{places}", f"No such place; there are {places}")})
    row = _find(viewer, found, data.subject)
    viewer.require(found.signs, row.shop)
    if data.place in row.signed:
        raise Invalid(fields={"place": T("这一栏已在单据上签过", "This place was signed with the case itself")})
    with transaction():
        watching.sign(
            row.shop,
            name,
            data.subject,
            data.place,
            data.note.strip(),
            by=viewer.who,
            by_name=viewer.who.name,
            at=clock.now(),
        )
    return _row(row, signatures(name, [data.subject]).get(data.subject, {}))


def _find(viewer: Viewer, found: registers.Register, subject: str) -> registers.Row:
    """The row of a subject, in the register as this viewer sees it."""
    rows = found.rows(viewer, registers.Query(subject=subject))
    row = next((one for one in rows if one.subject == subject), None)
    if row is None:
        raise NotFound("登记表里没有这一行", "The register has no such row")
    return row


@router.get("/registers/{name}/export", summary="The register as a workbook (XLSX)")
def exported(
    request: HttpRequest,
    name: str,
    shop: int | None = None,
    since: date | None = None,
    until: date | None = None,
    q: str = "",
) -> HttpResponse:
    viewer = staff_of(request)
    found = registers.find(viewer, name)
    rows = found.rows(viewer, _asked(shop, since, until, q, REGISTER_MOST))
    body = registers_sheet.workbook(found, rows, signatures(name, [row.subject for row in rows]), viewer.language)
    answer = HttpResponse(body, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="register-{name}.xlsx"'
    return answer
