"""What the courier says of parcels that come back (退件轨迹): when they were signed for."""

from collections.abc import Collection
from datetime import datetime

from xiaoer.orders.models import Parcel


def signed_returns(wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], datetime]:
    """(shop, waybill) -> when it was signed for, where a trace says so."""
    numbers = {number for _, number in wanted}
    rows = Parcel.objects.filter(shop_id__in={shop for shop, _ in wanted}, waybill__in=numbers)
    found = rows.exclude(signed_at=None).values_list("shop_id", "waybill", "signed_at")
    return {(shop, number): at for shop, number, at in found if at is not None and (shop, number) in wanted}
