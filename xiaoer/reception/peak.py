"""Is the shop in peak mode (高峰模式, R775)? Routing switches it; reception speaks shorter meanwhile."""

from datetime import datetime

from xiaoer.reception.models import ReceptionMode


def in_peak(shop_id: int, *, at: datetime) -> bool:
    """The switch that routing turns, by hand or by the length of the queue."""
    return ReceptionMode.objects.filter(shop_id=shop_id, peak=True).exists()


def mode_of(shop_id: int) -> ReceptionMode:
    """How the shop stands: in peak mode or not, since when, by whom, held by hand or not."""
    return ReceptionMode.objects.filter(shop_id=shop_id).first() or ReceptionMode(shop_id=shop_id)
