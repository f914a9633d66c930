"""Special customers over HTTP (特殊客户名单)."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema

from xiaoer.customers import actions_special, queries, special_reads
from xiaoer.customers.flow import SPECIAL
from xiaoer.customers.special_words import ADVICE, KINDS
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.moving import find_legal, parse_form, require_actor
from xiaoer.kernel.paging import newest_first

router = Router()


class Evidence(Schema):
    """A talk, an order, a case ("conversation:12") or a fact in words."""

    subject: str = Field("", max_length=64)
    text: str = Field("", max_length=300)


class MarkIn(Schema):
    kind: str
    reason: str = Field(max_length=400)
    evidence: list[Evidence] = Field(default=[], max_length=30)


@router.get("/special-customers", summary="The list: who is to be served with special care, and why (R367)")
def special_customers(
    request: HttpRequest,
    shop: int | None = None,
    state: str = "",
    kind: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows, after = newest_first(
        special_reads.asked(viewer, shop=shop, state=state, kind=kind), "at", cursor=cursor, limit=limit
    )
    return {"items": [special_reads.shown(row, viewer) for row in rows], "next": after}


@router.get("/special-customers/choices", summary="Kinds of marks and how to serve")
def choices(request: HttpRequest) -> dict[str, Any]:
    language = viewer_of(request).language
    return {
        "kinds": [
            {"name": name, "label": text.say(language), "advice": ADVICE[name].say(language)}
            for name, text in KINDS.items()
        ]
    }


@router.get("/special-customers/{int:pk}", summary="One mark with its evidence and record")
def special_customer(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return special_reads.shown(special_reads.find(viewer, pk), viewer)


@router.get("/customers/{customer_id}/special", summary="The mark that holds now, with advice; null when there is none")
def special_of(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find(viewer, customer_id)
    return {"mark": special_reads.warning(row.pk, viewer.language)}


@router.post("/customers/{customer_id}/special", summary="Propose a mark, with evidence")
def propose(request: HttpRequest, customer_id: int, data: MarkIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, customer_id)
        viewer.require(Perm.CHAT, row.shop_id)
        evidence = [one.dict() for one in data.evidence]
        made = actions_special.propose(
            row.pk, kind=data.kind, reason=data.reason, evidence=evidence, by=viewer.who, at=clock.now()
        )
    return special_reads.shown(made, viewer)


@router.post("/special-customers/{int:pk}/{verb}", summary="confirm, refuse, appeal, uphold or lift a mark")
def moved(request: HttpRequest, pk: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = special_reads.find(viewer, pk)
        step = find_legal(SPECIAL, row, verb)
        require_actor(step, viewer, row.shop_id)
        actions_special.step(row, verb, parse_form(step, data), by=viewer.who, at=clock.now())
    return special_reads.shown(row, viewer)
