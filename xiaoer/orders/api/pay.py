"""Paying over HTTP: the worklist of unpaid orders (催付), pre-sales (预售), and money advice (费用与付款)."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Body, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, NotFound
from xiaoer.kernel.moving import find_legal, parse_form, require_actor
from xiaoer.orders import pay_reads, presale_reads, queries, unpaid_reads
from xiaoer.orders.actions import free_shipping, presale, reminders
from xiaoer.orders.api.pay_schemas import MoneyAnswer, OrderMoney, PresaleOut, ReminderOut, UnpaidOut, UnpaidPage, Words
from xiaoer.orders.pay_flow import PRESALE, REMINDER
from xiaoer.orders.rules import Status
from xiaoer.people.queries import facts_of, find_shop, shop_facts

router = Router()


class NoteIn(Schema):
    """未付款原因 and a snooze; what is left out stays as it is."""

    reason: str | None = None
    note: str | None = None
    snoozed_until: datetime | None = None


class PresaleIn(Schema):
    deposit_fen: int
    balance_from: datetime
    balance_until: datetime
    ships_at: datetime
    deposit_at: datetime | None = None


@router.get("/unpaid", response=UnpaidPage, summary="Unpaid orders, the one that closes soonest first")
def unpaid(
    request: HttpRequest,
    shop: int | None = None,
    box: Literal["all", "ready", "mine"] = "all",
    reason: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`box`: all, ready (may be reminded now), mine (being written by me). A page of `ready` may hold few rows."""
    viewer = viewer_of(request)
    items, after = unpaid_reads.page(
        viewer, shop=shop, box=box, reason=reason, at=clock.now(), cursor=cursor, limit=limit
    )
    return {"items": items, "next": after}


@router.get("/unpaid/words", response=Words, summary="Reasons for not paying, channels, the scripts' category")
def words(request: HttpRequest) -> dict[str, Any]:
    return unpaid_reads.words(viewer_of(request).language)


@router.get("/orders/{int:order_id}/unpaid", response=UnpaidOut, summary="How one unpaid order stands")
def unpaid_one(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find(viewer, order_id)
    if row.status != Status.WAITING_PAYMENT:
        raise NotFound("这张订单不在待付款状态", "This order does not wait for payment")
    return unpaid_reads.one(viewer, row, at=clock.now())


@router.post("/orders/{int:order_id}/unpaid", response=UnpaidOut, summary="Why it is not paid; remind again later")
def unpaid_note(request: HttpRequest, order_id: int, data: NoteIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        viewer.require(Perm.CHAT, row.shop_id)
        reminders.note(
            row.pk,
            reason=data.reason,
            text=data.note,
            snoozed_until=data.snoozed_until,
            by=viewer.who,
            at=clock.now(),
        )
    return unpaid_reads.one(viewer, row, at=clock.now())


@router.post("/orders/{int:order_id}/reminders", response=ReminderOut, summary="Begin to remind; one agent at a time")
def remind(request: HttpRequest, order_id: int) -> dict[str, Any]:
    """409 with the reason and the first time it is allowed: at night, too early, too often, a colleague is at it."""
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        viewer.require(Perm.CHAT, row.shop_id)
        if viewer.kind != "staff":
            raise Forbidden("催付由客服本人操作", "A person reminds, not a machine")
        made = reminders.take(row.pk, by=viewer.who, at=clock.now())
    return unpaid_reads.shown_reminder(made, viewer.language)


_REMIND = {"send": reminders.send, "drop": reminders.drop}


@router.post("/reminders/{int:reminder_id}/{verb}", response=ReminderOut, summary="send or drop a reminder")
def reminded(
    request: HttpRequest, reminder_id: int, verb: str, data: dict[str, Any] = Body(default={})
) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = unpaid_reads.find_reminder(viewer, reminder_id)
        step = find_legal(REMINDER, row, verb)
        require_actor(step, viewer, row.shop_id)
        _REMIND[verb](row, parse_form(step, data), by=viewer.who, at=clock.now())
    return unpaid_reads.shown_reminder(row, viewer.language)


@router.get("/orders/{int:order_id}/presale", response=PresaleOut, summary="Deposit, balance window, ship date")
def presale_of(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return presale_reads.shown(presale_reads.find(viewer, order_id), viewer)


@router.put("/orders/{int:order_id}/presale", response=PresaleOut, summary="Write down or correct a pre-sale's dates")
def presale_set(request: HttpRequest, order_id: int, data: PresaleIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        presale.set_presale(row.pk, **data.dict(), by=viewer.who, at=clock.now())
    return presale_reads.shown(presale_reads.find(viewer, order_id), viewer)


_PRESALE = {"remind": presale.remind, "pay": presale.pay}


@router.post("/orders/{int:order_id}/presale/{verb}", response=PresaleOut, summary="remind of the balance, or pay")
def presale_moved(
    request: HttpRequest, order_id: int, verb: str, data: dict[str, Any] = Body(default={})
) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = presale_reads.find(viewer, order_id)
        step = find_legal(PRESALE, row, verb)
        require_actor(step, viewer, row.shop_id)
        _PRESALE[verb](row, parse_form(step, data), by=viewer.who, at=clock.now())
    return presale_reads.shown(row, viewer)


@router.get("/orders/{int:order_id}/money", response=OrderMoney, summary="What may be changed, how it may be paid")
def money_of(request: HttpRequest, order_id: int) -> dict[str, Any]:
    row = queries.find(viewer_of(request), order_id)
    return pay_reads.order_money(row, shop_facts(row.shop_id), at=clock.now())


@router.post(
    "/orders/{int:order_id}/free-shipping", response=OrderMoney, summary="Grant free shipping, with its cost (C30)"
)
def grant_free_shipping(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        row = free_shipping.grant(row, by=viewer.who, at=clock.now())
    return pay_reads.order_money(row, shop_facts(row.shop_id), at=clock.now())


@router.post("/orders/money", response=MoneyAnswer, summary="Money advice for any question; changes nothing")
def money(request: HttpRequest, data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    """The same object as a line of `xiaoer orders money`; with `shop` that shop's own settings hold."""
    viewer = viewer_of(request)
    if not viewer.shops_with(Perm.ORDERS_VIEW):
        raise Forbidden("您的岗位没有「orders.view」权限，请联系店主开通", "Your role lacks the permission orders.view")
    asked, shop = dict(data), None
    number = asked.pop("shop", None)
    if isinstance(number, int) and not isinstance(number, bool):
        viewer.require(Perm.ORDERS_VIEW, number)
        shop = facts_of(find_shop(viewer, number))
    return pay_reads.answer_money(asked, shop, clock.now())
