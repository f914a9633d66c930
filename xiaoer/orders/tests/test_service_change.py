"""Flow 1, order_change: modify, remark, confirm, tell the clerk, in that order, on every branch (R035-R047, R054-R059)."""

import pytest

from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import Cast, nothing_changes, screens_follow
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.models_print import HandOver, OrderHold
from xiaoer.orders.models_service import ServiceCase, ServiceStep
from xiaoer.orders.tests.service_makers import NEW_ADDRESS, an_order, ask, changes_of, line_of, read, step, through

pytestmark = pytest.mark.django_db
TABLES = (ServiceCase, ServiceStep, Order, OrderLine, OrderHold, HandOver)
MARK = "---2026.11.11圈圈"


def test_an_unprinted_order_is_changed_in_four_steps(cast: Cast) -> None:
    row = an_order(cast)
    case = ask(cast, row, "address")
    assert (case["state"], case["waits_for"], case["asked_when"]) == ("requested", "agent", "unprinted")
    assert case["same_account"] and "苏州市" in case["what"][0] and "星湖街" not in case["what"][0]
    assert OrderHold.objects.get(order=row).kind == "changed", "the warehouse must not pack what is being changed"
    case = step(cast, case, "change")
    assert Order.objects.get(pk=row.pk).receiver_address == NEW_ADDRESS
    assert case["remark_plan"] == f"客户要求修改地址,新地址为:{NEW_ADDRESS}{MARK}"
    case = step(cast, case, "remark")
    after = Order.objects.get(pk=row.pk)
    assert (after.flag, after.seller_remark) == ("red", f"客户要求修改地址,新地址为:{NEW_ADDRESS}{MARK}")
    case = through(cast, case, "confirm", "tell_clerk")
    assert (case["state"], case["waits_for"]) == ("clerk_told", "clerk")
    assert "已改好" in OrderHold.objects.get(order=row, released_at=None).reason
    assert [one["verb"] for one in case["track"] if one["at"]] == ["change", "remark", "confirm", "tell_clerk"]
    case = step(cast, case, "finish")
    assert case["state"] == "done" and case["ended_at"] and not case["can"]
    assert not OrderHold.objects.filter(order=row, released_at=None).exists()
    assert [one["by"] for one in case["steps"]][-1] == "打单小周"


@pytest.mark.parametrize("verb", ["remark", "confirm", "tell_clerk", "finish"])
def test_a_later_step_is_refused_before_the_earlier_one(cast: Cast, verb: str) -> None:
    """R096: at every stage only the next step passes; the server says where the case stands."""
    case = ask(cast, an_order(cast), "attribute")
    order = ["change", "remark", "confirm", "tell_clerk", "finish"]
    for done in order[: order.index(verb)]:
        for early in order[order.index(done) + 1 :]:
            read(cast, case["order"]["id"], "supervisor")
            with nothing_changes(*TABLES):
                answer = step(cast, case, early, who="supervisor", status=409)
            assert answer["error"]["code"] == "not_legal_now" and answer["error"]["current"]["state"] == case["state"]
        case = step(cast, case, done)


def test_a_remark_alone_is_no_change(cast: Cast) -> None:
    """C04, R158."""
    case = ask(cast, an_order(cast), "address")
    with nothing_changes(*TABLES):
        answer = step(cast, case, "change", {"backend": False}, status=422)
    assert "只写备注不算修改" in answer["error"]["fields"]["backend"]


def test_the_remark_follows_the_templates_word_for_word(cast: Cast) -> None:
    """R037, R046 and R043-R045 unprinted; R057 on papers."""
    row = an_order(cast)
    wishes = [
        changes_of(row, one)[0] for one in ("attribute", "courier", "invoice_title", "card_text", "delivery_slot")
    ]
    case = through(cast, ask(cast, row, changes=wishes), "change", "remark")
    assert case["remark"] == (
        "客户拍下黑色;M,要求修改成红色;L,已修改妥当；"
        "客户要求发顺丰速运、开发票,抬头:杭州某某科技有限公司、放贺卡,内容:生日快乐、送货时间:周末上午" + MARK
    )
    line = OrderLine.objects.get(order=row)
    assert (line.sku, line.sku_code, Order.objects.get(pk=row.pk).carrier) == ("红色;L", "Q1-L", "顺丰速运")
    printed = through(cast, ask(cast, an_order(cast, "printed"), "attribute"), "got_back", "change", "remark")
    assert printed["remark"] == f"客户要求修改成红色;L,已在发货单与快递单上修改妥当{MARK}"


def test_printed_papers_are_fetched_back_and_packed_parcels_printed_again(cast: Cast) -> None:
    """R056, R058."""
    row = an_order(cast, "printed")
    case = ask(cast, row)
    assert (case["state"], case["waits_for"]) == ("fetching", "warehouse")
    assert HandOver.objects.get(case=f"order_change:{case['id']}").what == "papers"
    with nothing_changes(*TABLES):
        step(cast, case, "change", status=409)
    case = step(cast, case, "got_back")
    assert (case["state"], case["held"]) == ("fetched", "papers")
    assert HandOver.objects.get().took_by_name == "圈圈"

    packed = an_order(cast, "packed")
    case = through(cast, ask(cast, packed), "got_back", "change", "remark", "confirm")
    assert case["held"] == "parcel" and "重新打单" in case["remark"]
    step(cast, case, "tell_clerk")
    assert Order.objects.get(pk=packed.pk).fulfilment == "unprinted", "R058: the clerk prints it again"


def test_the_print_desk_finishes_the_case_and_not_before_it_was_told(cast: Cast) -> None:
    row = an_order(cast)
    case = ask(cast, row)
    hold = OrderHold.objects.get(order=row)
    with nothing_changes(*TABLES):
        from xiaoer.kernel.errors import Refusal
        from xiaoer.orders.actions import holds

        with pytest.raises(Refusal, match="not_yet"):
            from xiaoer.kernel.db import transaction

            with transaction():
                holds.confirm_papers(hold.pk, "corrected", by=cast.who("clerk"), at=hold.placed_at)
    through(cast, case, "change", "remark", "confirm", "tell_clerk")
    now = OrderHold.objects.get(order=row, released_at=None)
    holds.confirm_papers(now.pk, "corrected", by=cast.who("clerk"), at=now.placed_at)
    assert ServiceCase.objects.get(pk=case["id"]).state == "done"


def test_a_buyer_who_says_it_is_wrong_begins_again(cast: Cast) -> None:
    row = an_order(cast)
    case = through(cast, ask(cast, row), "change", "remark")
    case = step(
        cast, case, "correct", {"changes": [{"kind": "address", "receiver_address": "上海市 浦东新区 世纪大道1号"}]}
    )
    assert case["state"] == "requested" and not any(one["at"] for one in case["track"])
    case = through(cast, case, "change", "remark")
    remark = Order.objects.get(pk=row.pk).seller_remark
    assert remark.count("\n") == 1 and remark.endswith(f"上海市 浦东新区 世纪大道1号{MARK}"), "the new one stands last"


def test_shipped_goes_to_aftersales(cast: Cast) -> None:
    """R059."""
    case = ask(cast, an_order(cast, "shipped"), "attribute")
    assert (case["state"], case["waits_for"]) == ("to_aftersales", "aftersales")
    told = Event.objects.get(kind="order.to_aftersales")
    assert told.payload["wants"] == "note" and "红色;L" in told.payload["what"]


def test_nobody_reads_an_address_in_the_journal(cast: Cast) -> None:
    row = an_order(cast)
    change = {"kind": "address", "receiver_address": NEW_ADDRESS, "receiver_phone": "13900001111"}
    case = through(cast, ask(cast, row, changes=[change]), "change", "remark", "confirm", "tell_clerk", "finish")
    cast.as_("quanquan").post(f"/api/orders/{row.pk}/remark", {"flag": "red", "text": "备注"})
    said = "\n".join(f"{event.kind} {event.payload}" for event in Event.objects.all())
    assert not [line for line in said.splitlines() if "星湖街" in line or "13900001111" in line]
    assert "江苏省苏州市" in said
    assert "星湖街" not in str(case["changes"]) and "13900001111" not in str(case["changes"])
    assert Order.objects.get(pk=row.pk).phone_tail == "1111"


def test_bad_forms_name_the_field(cast: Cast) -> None:
    row = an_order(cast)
    wrong = [
        ([], "changes"),
        ([{"kind": "address", "receiver_address": "短"}], "receiver_address"),
        ([{"kind": "attribute", "line": line_of(row), "sku": "黑色;M"}], "sku"),
        ([{"kind": "attribute", "line": 99999, "sku": "红色;L"}], "line"),
        ([{"kind": "invoice_title"}], "title"),
        ([{"kind": "card_text", "text": ""}], "text"),
        ([{"kind": "teleport"}], ""),
    ]
    with nothing_changes(*TABLES):
        for changes, field in wrong:
            answer = ask(cast, row, changes=changes, status=422)
            assert field in answer["error"]["fields"] or not field, (changes, answer)


def test_screens_follow_every_step(cast: Cast) -> None:
    row = an_order(cast, "printed")
    agent = cast.as_("quanquan")
    page = {f"order:{row.pk}": lambda: agent.get(f"/api/orders/{row.pk}/service")["cases"]}
    with screens_follow(page):
        case = ask(cast, row)
    for verb in ("got_back", "change", "remark", "confirm", "tell_clerk", "finish"):
        with screens_follow(page):
            case = step(cast, case, verb)


@pytest.mark.parametrize(("stands", "what"), [("printed", "papers"), ("packed", "parcel")])
def test_what_a_change_fetched_is_given_back_when_it_is_done(cast: Cast, stands: str, what: str) -> None:
    case = ask(cast, an_order(cast, stands))
    asked = HandOver.objects.get(case=f"order_change:{case['id']}")
    assert (asked.what, asked.state) == (what, "asked")
    cast.as_("clerk").post(f"/api/print/hand-overs/{asked.pk}/hand", {"took": "圈圈"})
    through(cast, case, "change", "remark", "confirm", "tell_clerk")
    assert HandOver.objects.get(pk=asked.pk).state == "handed"
    step(cast, case, "finish")
    after = HandOver.objects.get(pk=asked.pk)
    assert (after.state, after.how, after.settled_by_name) == ("settled", "returned", "打单小周")
    assert Event.objects.filter(kind="order.settled", payload__how="returned").count() == 1


def test_a_withdrawn_change_asks_for_nothing_back_any_more(cast: Cast) -> None:
    row = an_order(cast, "printed")
    case = ask(cast, row)
    read(cast, row.pk, "quanquan")
    ask(cast, row, "cancel")  # overtakes it
    after = HandOver.objects.get(case=f"order_change:{case['id']}")
    assert (after.state, after.how) == ("settled", "dropped")
    assert HandOver.objects.filter(order=row, state="asked").count() == 1, "the cancel asks for the papers itself"


def test_papers_handed_for_a_withdrawn_change_still_want_a_signature(cast: Cast) -> None:
    row = an_order(cast, "printed")
    case = ask(cast, row)
    asked = HandOver.objects.get(case=f"order_change:{case['id']}")
    cast.as_("clerk").post(f"/api/print/hand-overs/{asked.pk}/hand", {"took": "圈圈"})
    step(cast, case, "withdraw")
    assert HandOver.objects.get(pk=asked.pk).state == "handed"
    done = cast.as_("clerk").post(f"/api/print/hand-overs/{asked.pk}/settle", {"how": "returned"})
    assert (done["state"], done["how"]) == ("settled", "returned")
