"""The worklist of unpaid orders (催付): until when the platform leaves them open, and whether one may be urged now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.orders.models import Order, PaymentReminder, PresaleCase, UnpaidNote
from xiaoer.orders.pay_flow import PRESALE, REMINDER
from xiaoer.orders.pay_rules import BEIJING, WHY_TEXT, ReminderRules, Standing, Unpaid, beijing_day, standing
from xiaoer.orders.pay_words import CHANNELS, REASONS, SCRIPT_CATEGORY, SCRIPT_TAGS, SUGGESTED
from xiaoer.orders.rules import Status
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rules

_KEYS = (
    *("payment_reminder_first", "payment_reminder_gap", "payment_reminders_max", "contacts_per_day"),
    *("payment_reminder_night_wait", "quiet_from", "quiet_until"),
)
KEPT = timedelta(days=7)
"""An order still unpaid this long after the platform should have closed it is no reminder but a follow-up (R738)."""


@dataclass(frozen=True, slots=True)
class Urging:
    """Everything the worklist knows of one unpaid order."""

    closes_at: datetime
    standing: Standing
    sent: list[PaymentReminder]
    held: PaymentReminder | None
    today: int
    note: UnpaidNote | None
    presale: PresaleCase | None
    same_buyer: int

    @property
    def held_by(self) -> str:
        return self.held.taken_by_name if self.held is not None else ""

    @property
    def reason(self) -> str:
        return self.note.reason if self.note is not None else ""


def reminder_rules(shop: ShopFacts, at: datetime) -> ReminderRules:
    found = rules(_KEYS, shop=shop, at=at)
    return ReminderRules(
        found["payment_reminder_first"].duration,
        found["payment_reminder_gap"].duration,
        int(found["payment_reminders_max"].value),
        int(found["contacts_per_day"].value),
        found["payment_reminder_night_wait"].duration,
        str(found["quiet_from"].value),
        str(found["quiet_until"].value),
    )


def close_after(shop: ShopFacts, at: datetime) -> timedelta:
    """How long the platform leaves an unpaid order open (R188, B13)."""
    return rules(["order_auto_close"], shop=shop, at=at)["order_auto_close"].duration


def standings_of(rows: Sequence[Order], shop: ShopFacts, *, at: datetime) -> dict[int, Urging]:
    """How several unpaid orders of one shop stand, in five queries whatever their number."""
    if not rows:
        return {}
    ids, buyers = [row.pk for row in rows], {row.customer_id for row in rows}
    reminders: dict[int, list[PaymentReminder]] = {}
    for one in PaymentReminder.objects.filter(order_id__in=ids).exclude(state="dropped").order_by("taken_at", "pk"):
        reminders.setdefault(one.order_id, []).append(one)
    today = Counter(_counted(PaymentReminder.objects.filter(customer_id__in=buyers, day=beijing_day(at))))
    notes = {one.order_id: one for one in UnpaidNote.objects.filter(order_id__in=ids)}
    presales = {one.order_id: one for one in PresaleCase.objects.filter(order_id__in=ids)}
    twice = Counter(dict(_same_buyer(shop.id, buyers)))
    numbers, after = reminder_rules(shop, at), close_after(shop, at)
    found = {}
    for row in rows:
        note, presale = notes.get(row.pk), presales.get(row.pk)
        mine = reminders.get(row.pk, [])
        held = next((one for one in mine if one.state == "taken"), None)
        waits = presale is not None and not PRESALE.state(presale.state).final
        closes = presale.balance_until if waits and presale else (row.created_at or row.ordered_at) + after
        order = Unpaid(
            row.ordered_at,
            closes,
            [one.sent_at for one in mine if one.sent_at is not None],
            today[row.customer_id],
            held.taken_by_name or held.taken_by if held else "",
            note.snoozed_until if note else None,
            presale.balance_from if waits and presale else None,
        )
        found[row.pk] = Urging(
            closes,
            standing(order, numbers, at),
            [one for one in mine if one.sent_at is not None],
            held,
            today[row.customer_id],
            note,
            presale,
            twice[row.customer_id],
        )
    return found


def _counted(rows: QuerySet[PaymentReminder]) -> dict[int, int]:
    found = rows.exclude(state="dropped").values_list("customer_id").annotate(n=Count("pk")).order_by("customer_id")
    return {int(customer): int(n) for customer, n in found}


def _same_buyer(shop_id: int, buyers: Iterable[int]) -> Iterable[tuple[int, int]]:
    """How many unpaid orders each of the buyers has in the shop: several may be one ordered twice (R510)."""
    rows = Order.objects.filter(customer_id__in=buyers, shop_id=shop_id, status=Status.WAITING_PAYMENT)
    return rows.values_list("customer_id").annotate(n=Count("pk")).order_by("customer_id")


def page(
    viewer: Viewer, *, shop: int | None, box: str, reason: str, at: datetime, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Unpaid orders, the one that closes soonest first. `box`: all, ready (may be urged now), mine (being written)."""
    shops = [one for one in viewer.shops_with(Perm.ORDERS_VIEW) if shop is None or one == shop]
    facts = {one: shop_facts(one) for one in shops}
    oldest = at - max((close_after(one, at) for one in facts.values()), default=timedelta(0)) - KEPT
    rows = Order.objects.filter(shop_id__in=shops, status=Status.WAITING_PAYMENT, ordered_at__gte=oldest)
    rows = rows.select_related("customer").prefetch_related("lines")
    if reason:
        rows = rows.filter(unpaid_note__reason=reason)
    if box == "mine":
        rows = rows.filter(reminders__state="taken", reminders__taken_by=str(viewer.who))
    found, after = paging.soonest_first(rows, "ordered_at", cursor=cursor, limit=limit)
    items = []
    for number, one_shop in facts.items():
        mine = [row for row in found if row.shop_id == number]
        for order_id, view in standings_of(mine, one_shop, at=at).items():
            row = next(one for one in mine if one.pk == order_id)
            if box != "ready" or view.standing.may:
                items.append(shown(row, view, viewer.language))
    items.sort(key=lambda item: (item["closes_at"], item["id"]))
    return items, after


def one(viewer: Viewer, row: Order, *, at: datetime) -> dict[str, Any]:
    """One unpaid order as the worklist shows it."""
    shop = shop_facts(row.shop_id)
    return shown(row, standings_of([row], shop, at=at)[row.pk], viewer.language)


def find_reminder(viewer: Viewer, reminder_id: int) -> PaymentReminder:
    rows = PaymentReminder.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW)).select_related(
        "shop", "order"
    )
    row = rows.filter(pk=reminder_id).first()
    if row is None:
        raise NotFound("没有这次催付", "There is no such reminder")
    return row


def shown(row: Order, view: Urging, language: str) -> dict[str, Any]:
    lines = sorted(row.lines.all(), key=lambda line: (line.line_no, line.pk))
    goods = (lines[0].title if lines else "") or "宝贝"
    closes = f"{view.closes_at.astimezone(BEIJING):%m-%d %H:%M}"
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order_no": row.order_no,
        "kind": row.kind,
        "customer": {"id": row.customer_id, "nick": row.customer.nick, "vip": row.customer.vip},
        "goods": goods,
        "sku": lines[0].sku if lines else "",
        "more": max(len(lines) - 1, 0),
        "payable_fen": row.payable_fen,
        "ordered_at": iso(row.ordered_at),
        "closes_at": iso(view.closes_at),
        "may": view.standing.may,
        "why": view.standing.why.value,
        "why_label": WHY_TEXT[view.standing.why].say(language),
        "not_before": iso(view.standing.not_before),
        "held": None if view.held is None else shown_reminder(view.held, language),
        "reminders": [shown_reminder(one_, language) for one_ in view.sent],
        "today": view.today,
        "same_buyer": view.same_buyer,
        "reason": view.reason,
        "note": view.note.note if view.note else "",
        "snoozed_until": iso(view.note.snoozed_until) if view.note else None,
        "presale": view.presale.state if view.presale else "",
        "category": SCRIPT_CATEGORY,
        "suggested": {
            reason: text.fill(goods=goods[:30], closes=closes).say(language) for reason, text in SUGGESTED.items()
        },
    }


def shown_reminder(row: PaymentReminder, language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "order": row.order_id,
        "state": row.state,
        "state_label": REMINDER.state(row.state).label.say(language),
        "reason": row.reason,
        "channel": row.channel,
        "channel_label": CHANNELS[row.channel].say(language) if row.channel in CHANNELS else "",
        "text": row.text,
        "by": row.taken_by,
        "by_name": row.taken_by_name,
        "taken_at": iso(row.taken_at),
        "sent_at": iso(row.sent_at),
        "paid_at": iso(row.paid_at),
    }


def words(language: str) -> dict[str, Any]:
    """The lists a page needs: reasons with the scripts' tag, channels."""
    return {
        "reasons": [
            {"value": code, "label": text.say(language), "tag": SCRIPT_TAGS[code]} for code, text in REASONS.items()
        ],
        "channels": [{"value": code, "label": text.say(language)} for code, text in CHANNELS.items()],
        "category": SCRIPT_CATEGORY,
    }
