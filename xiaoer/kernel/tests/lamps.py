"""A case that only the kernel's tests know: a lamp that is repaired. Its table is made for the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection, models
from pydantic import BaseModel, Field

from xiaoer.kernel import events, moving
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import FLOWS, Flow, Move, Starts, State
from xiaoer.kernel.i18n import T
from xiaoer.kernel.testing import NOON

ANSWER = Starts("lamp_answer", "two_hours", "答复", "Answer", "agent")
REPAIR = Starts("lamp_repair", "a_day", "修理", "Repair", "warehouse")
RULES = {"two_hours": timedelta(hours=2), "a_day": timedelta(days=1)}


class Price(BaseModel):
    """The form of `accept`."""

    price_fen: int = Field(ge=0, json_schema_extra={"zh": "报价（分）", "en": "Price (fen)"})


class Lamp(models.Model):
    """No migration knows it: its app is not installed."""

    state = models.CharField(max_length=16, default="broken")
    state_at = models.DateTimeField(default=NOON)
    shop_id = models.BigIntegerField(default=1)
    customer_id = models.BigIntegerField(null=True, default=7)
    price_fen = models.BigIntegerField(default=0)
    bulb = models.BooleanField(default=True)

    objects: ClassVar[models.Manager["Lamp"]] = models.Manager()

    class Meta:
        app_label = "toy"

    @property
    def shop(self) -> None:
        return None


def has_bulb(row: Any) -> T | None:
    return None if row.bulb else T("缺灯泡", "There is no bulb")


def lamp_flow() -> Flow:
    return Flow(
        "lamp",
        "修灯",
        "Lamp repair",
        "toy",
        states=(
            State("broken", "待答复", "Broken", "open", "agent"),
            State("accepted", "修理中", "In repair", "waiting", "warehouse"),
            State("mended", "已修好", "Mended", "done"),
            State("binned", "已作废", "Binned", "dropped"),
        ),
        begins=(ANSWER,),
        moves=(
            Move("accept", "broken", "accepted", "接受", "Accept", may=Perm.AFTERSALES_DECIDE, form=Price,
                 starts=(REPAIR,), settles=("lamp_answer",), style="primary"),
            Move("mend", "accepted", "mended", "修好", "Mend", by=frozenset({"staff", "token"}),
                 may=Perm.WAREHOUSE_RECEIVE, settles=("*",), ready=has_bulb),
            Move("bin", ("broken", "accepted"), "binned", "作废", "Bin", by=frozenset({"buyer", "clock"}),
                 settles=("*",), style="danger", for_buyer=False),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Rule:
    duration: timedelta
    unit: str = "hours"


@contextmanager
def workshop() -> Iterator[Flow]:
    """The flow, its rules and its table, gone afterwards."""
    flow = lamp_flow()
    before = moving._rules
    moving.use_rules(lambda key, **_: _Rule(RULES[key]))
    with connection.schema_editor() as editor:
        editor.create_model(Lamp)
    try:
        yield flow
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Lamp)
        FLOWS.pop("lamp", None)
        moving._payloads.pop("lamp", None)
        moving._rules = before


def lines() -> list[str]:
    return list(events.Event.objects.order_by("number").values_list("kind", flat=True))
