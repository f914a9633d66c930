"""特殊客户: proposed with evidence, confirmed by a second person, appealed, ended by time; never a refusal (R367)."""

from datetime import timedelta

import pytest

from xiaoer.customers import actions
from xiaoer.customers.flow import SPECIAL
from xiaoer.customers.models import Customer, SpecialMark
from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, flow_matrix, make_cast, nothing_changes

GIVEN = {
    "kind": "claimant",
    "reason": "两次要求高开发票",
    "evidence": [{"subject": "conversation:7", "text": "电话13812345678"}],
}


@pytest.fixture
def cast(db, noon):
    return make_cast()


@pytest.fixture
def buyer(cast):
    return actions.find_or_create(cast.tmall.pk, nick="蜜桃乌龙", by=SYSTEM, at=NOON).id


def propose(cast, buyer, who="quanquan", status=200, **changes):
    return cast.as_(who).post(f"/api/customers/{buyer}/special", {**GIVEN, **changes}, status=status)


def step(cast, mark, verb, who="supervisor", status=200, note="看过证据了"):
    return cast.as_(who).post(f"/api/special-customers/{mark}/{verb}", {"note": note}, status=status)


def warning(cast, buyer, who="tangtang"):
    return cast.as_(who).get(f"/api/customers/{buyer}/special")["mark"]


def test_a_mark_warns_only_after_a_second_person(cast, buyer):
    made = propose(cast, buyer)
    assert made["state"] == "proposed" and made["evidence"][0]["text"] == "电话138****5678"
    assert warning(cast, buyer) is None
    done = step(cast, made["id"], "confirm")
    assert done["state"] == "active" and done["notes"][0]["by"] == "林主管"
    seen = warning(cast, buyer)
    assert seen["label"] == "职业索赔" and "照常接待" in seen["serve"] and "话术" in seen["advice"]
    assert cast.as_("anan").get("/api/special-customers", {"state": "live"})["items"][0]["customer"]["id"] == buyer


def test_no_journal_line_of_a_mark_reaches_the_buyer(cast, buyer):
    step(cast, propose(cast, buyer)["id"], "confirm")
    lines = Event.objects.filter(kind__startswith="special_customer.")
    assert lines.count() == 2 and not lines.exclude(customer_id=None).exists()


def test_refused_without_evidence_or_by_the_wrong_person(cast, buyer):
    with nothing_changes(SpecialMark):
        assert "evidence" in propose(cast, buyer, evidence=[], status=422)["error"]["fields"]
        assert "职业索赔" in propose(cast, buyer, kind="enemy", status=422)["error"]["fields"]["kind"]
        propose(cast, buyer, who="warehouse", status=403)
        propose(cast, buyer, who="stranger", status=404)
    made = propose(cast, buyer, who="supervisor")
    with nothing_changes(SpecialMark):
        assert step(cast, made["id"], "confirm", status=409)["error"]["code"] == "four_eyes"
        step(cast, made["id"], "confirm", who="quanquan", status=403)
        step(cast, made["id"], "confirm", who="stranger", status=404)
        propose(cast, buyer, status=409)
    assert step(cast, made["id"], "confirm", who="owner")["state"] == "active"


def test_an_appeal_is_decided_by_somebody_else_or_ends_the_mark(cast, buyer):
    mark = propose(cast, buyer)["id"]
    step(cast, mark, "confirm")
    assert step(cast, mark, "appeal", who="anan", note="买家只是问了一次发票")["state"] == "appealed"
    assert warning(cast, buyer)["state"] == "appealed"
    assert step(cast, mark, "uphold")["state"] == "active"
    step(cast, mark, "appeal", who="owner", note="证据不足")
    with nothing_changes(SpecialMark):
        assert step(cast, mark, "uphold", who="owner", status=409)["error"]["code"] == "own_appeal"
    with clock.frozen(NOON + timedelta(days=3)):
        while fire_due():
            pass
    assert SpecialMark.objects.get().state == "expired" and warning(cast, buyer) is None


def test_it_ends_by_time(cast, buyer):
    propose(cast, buyer)
    with clock.frozen(NOON + timedelta(days=7)):
        while fire_due():
            pass
    assert SpecialMark.objects.get().state == "expired"
    second = propose(cast, buyer)["id"]
    step(cast, second, "confirm")
    with clock.frozen(NOON + timedelta(days=179)):
        while fire_due():
            pass
        assert SpecialMark.objects.get(pk=second).state == "active"
    with clock.frozen(NOON + timedelta(days=180)):
        while fire_due():
            pass
    assert SpecialMark.objects.get(pk=second).state == "expired"


def test_the_flow_table_holds(cast, buyer):
    customer = Customer.objects.get(pk=buyer)

    def make(state):
        SpecialMark.objects.all().delete()
        return SpecialMark.objects.create(
            shop=cast.tmall,
            buyer=customer,
            state=state,
            state_at=NOON,
            kind="abuse",
            reason="辱骂",
            put_by="staff:1",
            at=NOON,
        )

    assert flow_matrix(SPECIAL, make) == 36
