"""The buyer asks for her invoice herself; another buyer's does not exist."""

import pytest

from xiaoer.aftersales.tests.makers import buyer
from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.orders.models import Invoice
from xiaoer.orders.tests.money_makers import USCC, order

pytestmark = pytest.mark.django_db


def test_she_asks_changes_and_follows(cast: Cast) -> None:
    mine, other = order(cast.tmall), order(cast.tmall, "4520000000000000002", nick="别的买家")
    me, stranger = buyer(mine), buyer(other)
    form = me.get(f"/api/buyer/invoices/form?order={mine.pk}")["form"]
    assert "note" not in form["properties"] and "company" not in form["properties"]
    with nothing_changes(Invoice):
        me.call("post", f"/api/buyer/invoices?order={other.pk}", {"kind": "personal", "title": "个人"}, 404)
        wrong = {"kind": "company", "title": "北京星河科技有限公司", "tax_no": USCC[:-1] + "0"}
        error = me.call("post", f"/api/buyer/invoices?order={mine.pk}", wrong, 422).json()["error"]
    assert "应为 L" in error["fields"]["tax_no"]
    mail = {"kind": "personal", "title": "个人", "delivery": "email", "email": "mahui@example.com"}
    one = me.post(f"/api/buyer/invoices?order={mine.pk}", mail, 201)
    assert one["email"] == "mahui@example.com" and one["asked_by"] == "" and one["may"] == []
    assert [move["verb"] for move in one["can"]] == ["amend", "withdraw"]
    seen = cast.as_("quanquan").get(f"/api/invoices/{one['id']}")
    assert seen["email"] == "m***@example.com" and seen["source_label"] == "买家自助"
    with nothing_changes(Invoice):
        stranger.call("post", f"/api/buyer/invoices/{one['id']}/withdraw", {"reason": "buyer_asked"}, 404)
        me.call("post", f"/api/buyer/invoices/{one['id']}/issue", {"number": "26312000001"}, 403)
        me.call("post", f"/api/buyer/invoices/{one['id']}/withdraw", {"reason": "order_over"}, 422)
    assert stranger.get("/api/buyer/invoices")["items"] == []
    changed = me.post(f"/api/buyer/invoices/{one['id']}/amend", {**mail, "title": "马慧"})
    assert changed["title"] == "马慧"
    gone = me.post(f"/api/buyer/invoices/{one['id']}/withdraw", {"reason": "buyer_asked"})
    assert gone["state"] == "withdrawn"
