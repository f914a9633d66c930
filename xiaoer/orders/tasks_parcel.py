"""Asking couriers in the background: the network first, then one transaction with what they said (law 5)."""

import logging

from django_tasks import task

from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.db import transaction
from xiaoer.orders import parcel_kuaidi100, parcel_poll
from xiaoer.orders.actions import parcels
from xiaoer.orders.carriers import CARRIERS
from xiaoer.orders.models import Order, Parcel
from xiaoer.orders.parcel_kuaidi100 import Account, Failure
from xiaoer.orders.regions import region_of
from xiaoer.people.queries import shop_facts

log = logging.getLogger("xiaoer.orders")
BY = Who("courier", None, "快递100")


@task()
def refresh_parcel(parcel_id: int) -> str:
    """Ask 快递100 once for one parcel: "ok", or why not."""
    return refresh(parcel_id)


@task()
def subscribe_parcel(parcel_id: int) -> str:
    """Ask 快递100 to push this parcel's news from now on."""
    account, row = parcel_poll.account(), Parcel.objects.filter(pk=parcel_id).first()
    if account is None or not account.callback or row is None or not _answers(row):
        return "no account"
    to, tail = _where(row)
    back = f"{account.callback.rstrip('/')}/{shop_facts(row.shop_id).slug}"
    form = parcel_kuaidi100.subscribe_form(row.carrier, row.waybill, account, callback=back, phone_tail=tail, to=to)
    return "ok" if parcel_poll.subscribe(form) else "refused"


def refresh(parcel_id: int, account: Account | None = None) -> str:
    """One question and what came of it."""
    account = account or parcel_poll.account()
    row = Parcel.objects.filter(pk=parcel_id).first()
    if account is None or row is None or not _answers(row):
        return "no account"
    to, tail = _where(row)
    said = parcel_poll.ask(parcel_kuaidi100.query_form(row.carrier, row.waybill, account, phone_tail=tail, to=to))
    now = clock.now()
    with transaction():
        parcels.note_polled([row.pk], at=now)
        if isinstance(said, Failure):
            log.warning("快递100 on parcel %s: %s %s", parcel_id, said.code, said.message)
            return f"{said.code} {said.message}".strip()
        parcels.take_traces(row.shop_id, [said], source=parcel_kuaidi100.SOURCE, by=BY, at=now)
    return "ok"


def _answers(row: Parcel) -> bool:
    known = CARRIERS.get(row.carrier)
    return known is not None and bool(known.kuaidi100)


def _where(row: Parcel) -> tuple[str, str]:
    """Where it goes (province, city, district only) and the phone's last digits, which some couriers ask for."""
    order = Order.objects.filter(pk__in=row.links.values("order_id")).order_by("pk").first()
    if order is None:
        return "", ""
    region = region_of(order.receiver_address)
    return region.province + region.city + region.district, order.phone_tail
