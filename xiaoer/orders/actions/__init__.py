"""Writes about orders, split by verb: reports taken in, imports, and what people do at the order desk."""

from xiaoer.orders.actions.desk import mark_signed, record_refund, remark, set_fulfilment, take_back_refund, unmask
from xiaoer.orders.actions.imports import (
    claim_import,
    create_import,
    fail_import,
    finish_import,
    start_import,
    write_batch,
)
from xiaoer.orders.actions.taking_in import Outcome, take_in, take_in_from_erp

__all__ = [
    "Outcome",
    "claim_import",
    "create_import",
    "fail_import",
    "finish_import",
    "mark_signed",
    "record_refund",
    "remark",
    "set_fulfilment",
    "start_import",
    "take_back_refund",
    "take_in",
    "take_in_from_erp",
    "unmask",
    "write_batch",
]
