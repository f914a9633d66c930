"""What the order desk hands on: refunds and returns open by themselves, and their end moves the order desk's case."""

import pytest

from xiaoer.aftersales.models import RefundOnlyCase, ReturnCase
from xiaoer.aftersales.tests.makers import act
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import Cast
from xiaoer.orders.models_service import ServiceCase
from xiaoer.orders.tests.service_makers import an_order, ask, step, through

pytestmark = pytest.mark.django_db


def _react() -> None:
    for _ in range(4):  # what a reaction writes is read in the next round
        run_reactions()


def test_a_void_becomes_a_refund_and_the_refund_ends_the_cancel(cast: Cast) -> None:
    """R050, R052: the papers stay until the money is back."""
    row = an_order(cast, "printed")
    case = through(cast, ask(cast, row, "cancel"), "got_back")
    _react()
    assert not RefundOnlyCase.objects.exists(), "R050: not before pre-sales tells after-sales"
    case = step(cast, case, "tell_refund")
    _react()
    refund = RefundOnlyCase.objects.get(order=row)
    assert (refund.reason, refund.requested_fen, refund.state) == ("not_wanted", 25900, "requested")
    after = {"flow": "refund_only", "id": refund.pk}
    act(cast, "anan", after, "grant")
    act(cast, "finance", after, "refund", {"channel": "platform", "reference": "20261111220011"})
    _react()
    now = ServiceCase.objects.get(pk=case["id"])
    assert (now.state, now.waits_for) == ("refunded", "warehouse")
    assert step(cast, case, "settle")["state"] == "done"


def test_a_parcel_that_cannot_be_recalled_becomes_a_return(cast: Cast) -> None:
    row = an_order(cast, "shipped")
    case = through(cast, ask(cast, row, "recall", who="anan"), "courier_refuses")
    _react()
    opened = ReturnCase.objects.get(order=row)
    now = ServiceCase.objects.get(pk=case["id"])
    assert now.state == "handed_on" and opened.number in now.steps.get(verb="take_over").note


def test_the_buyers_own_application_counts_and_a_late_wish_waits_for_a_person(cast: Cast) -> None:
    row = an_order(cast, "shipped")
    late = ask(cast, row, "address")
    _react()
    assert ServiceCase.objects.get(pk=late["id"]).state == "to_aftersales" and not ReturnCase.objects.exists()
    tab = cast.as_("anan").get("/api/order-service", {"desk": "aftersales"})["items"]
    assert [one["id"] for one in tab] == [late["id"]]
    step(cast, late, "take_over", {"note": "已请快递改址"}, who="anan")
    cancel = ask(cast, row, "cancel")
    step(cast, cancel, "to_aftersales")
    _react()
    step_two = through(cast, ask(cast, an_order(cast), "cancel"), "void", "tell_refund")
    _react()
    _react()
    assert RefundOnlyCase.objects.count() == 1 and ReturnCase.objects.count() == 1
    assert ServiceCase.objects.get(pk=step_two["id"]).state == "refund_due"
