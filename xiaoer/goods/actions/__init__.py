"""Writes about goods, by what they write."""

from xiaoer.goods.actions.catalogue import Put, put_goods, put_size_table
from xiaoer.goods.actions.imports import claim_import, create_import, end_import, note_rows, start_import
from xiaoer.goods.actions.promotions import put_freight, put_promotion, stop_promotion
from xiaoer.goods.actions.questions import answer, ask, expire, withdraw
from xiaoer.goods.actions.stock import Counted, Taken, end_reservation, free, reserve, take_report

__all__ = [
    "Counted",
    "Put",
    "Taken",
    "answer",
    "ask",
    "claim_import",
    "create_import",
    "end_import",
    "end_reservation",
    "expire",
    "free",
    "note_rows",
    "put_freight",
    "put_goods",
    "put_promotion",
    "put_size_table",
    "reserve",
    "start_import",
    "stop_promotion",
    "take_report",
    "withdraw",
]
