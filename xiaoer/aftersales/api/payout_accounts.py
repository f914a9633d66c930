"""收款账户 over HTTP: finance asks and looks, the buyer tells; and what finance's list missed before it existed."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router
from pydantic import ValidationError

from xiaoer.aftersales import finance_reads as reads
from xiaoer.aftersales import finance_showing as showing
from xiaoer.aftersales.actions import finance_backfill, payout_accounts
from xiaoer.aftersales.api import finance_schemas as out
from xiaoer.aftersales.api.buyer import _order
from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.models import Payable, PayoutAccount
from xiaoer.aftersales.payout_accounts import TellAccount, masked
from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.moving import invalid_from
from xiaoer.reception.api import BuyerAuth, buyer_of

router = Router()
mine = Router(auth=BuyerAuth(), tags=["buyer 买家"])


@router.post("/finance/opened", response=out.Added, summary="Put in the list what was granted before there was a list")
def opened(request: HttpRequest) -> dict[str, int]:
    """Saying it again adds nothing."""
    viewer = staff_of(request)
    with transaction():
        return {"added": finance_backfill.put_in_list(viewer, at=clock.now())}


@router.post("/finance/{int:payable_id}/ask-account", response=out.PayableOut, summary="Ask the buyer for an account")
def asked(request: HttpRequest, payable_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        payout_accounts.ask(reads.find(viewer, payable_id), by=viewer.who, at=clock.now())
    return showing.rows([reads.find(viewer, payable_id)], viewer.language)[0]


@router.post("/finance/{int:payable_id}/account", response=out.WholeAccount, summary="The whole account; journalled")
def whole(request: HttpRequest, payable_id: int) -> dict[str, str]:
    viewer = staff_of(request)
    with transaction():
        return payout_accounts.show(reads.find(viewer, payable_id), by=viewer.who, at=clock.now())


@mine.get("/buyer/payout-accounts", response=list[out.AskedAccount], summary="Where shall my money go?")
def my_accounts(request: HttpRequest) -> list[dict[str, Any]]:
    return _asked(buyer_of(request))


def _asked(viewer: Viewer) -> list[dict[str, Any]]:
    """What is asked of her and not paid yet."""
    rows = PayoutAccount.objects.filter(customer_id=viewer.customer_id or 0, shop_id__in=viewer.shops)
    found = []
    for row in rows.select_related("order").order_by("-asked_at", "-pk")[:20]:
        owed = Payable.objects.filter(order_id=row.order_id, state__in=reads.TABS["open"])
        if fen := sum(owed.values_list("amount_fen", flat=True)):
            order = {"id": row.order_id, "order_no": row.order.order_no}
            found.append({"order": order, "amount_fen": fen, "account": masked(row, viewer.language)})
    return found


@mine.post("/buyer/payout-accounts", response=list[out.AskedAccount], summary="My money shall go there")
def told(request: HttpRequest, data: dict[str, Any] = Body(...)) -> list[dict[str, Any]]:
    """`order`, and the fields of the account: kind (alipay, bank), holder, account, bank."""
    viewer = buyer_of(request)
    try:
        asked_for = out.OfOrder.model_validate(data)
        form = TellAccount.model_validate(asked_for.model_extra or {})
    except ValidationError as error:
        raise invalid_from(error) from None
    order = _order(viewer, asked_for.order)
    with transaction():
        payout_accounts.tell(order.id, form, by=viewer.who, at=clock.now())
    return _asked(viewer)
