"""Buyers: find or create, list, tags, note, level; masked and scoped."""

import json
from datetime import timedelta

import pytest

from xiaoer.customers import actions, queries
from xiaoer.customers.models import Customer
from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def buyer(cast: Cast) -> Customer:
    with transaction():
        ids = actions.note_sightings(cast.tmall.pk, [actions.Sighting("幸福蔓延1627", PHONE, "5678")], at=NOON)
        actions.find_or_create(cast.elsewhere.pk, nick="幸福蔓延1627", by=SYSTEM, at=NOON)
    return Customer.objects.get(pk=ids["幸福蔓延1627"])


def test_the_same_nick_is_one_buyer_per_shop(cast: Cast, buyer: Customer) -> None:
    with transaction():
        again = actions.find_or_create(cast.tmall.pk, nick=" 幸福蔓延1627 ", by=SYSTEM, at=NOON)
        other = actions.find_or_create(cast.taobao.pk, nick="幸福蔓延1627", by=SYSTEM, at=NOON)
        first = actions.find_or_create(cast.tmall.pk, nick="TB_User", by=SYSTEM, at=NOON)
        upper = actions.find_or_create(cast.tmall.pk, nick="tb_user", by=SYSTEM, at=NOON)
    assert again.id == buyer.pk and other.id != buyer.pk and first.id == upper.id


def test_a_visitor_is_found_again(cast: Cast) -> None:
    with transaction():
        first = actions.find_or_create(cast.tmall.pk, visitor="v-abcdef123456", by=SYSTEM, at=NOON)
        again = actions.find_or_create(cast.tmall.pk, visitor="v-abcdef123456", by=SYSTEM, at=NOON)
        other = actions.find_or_create(cast.tmall.pk, visitor="v-zzzzzz123456", by=SYSTEM, at=NOON)
    assert first.id == again.id != other.id and first.nick.startswith("访客")
    assert Event.objects.filter(kind="customer.first_seen").count() == 2
    with pytest.raises(Invalid), transaction():
        actions.find_or_create(cast.tmall.pk, nick="  ", by=SYSTEM, at=NOON)


def test_list_search_and_mask(cast: Cast, buyer: Customer) -> None:
    agent = cast.as_("quanquan")
    for q in ("幸福", "5678", PHONE, "1627"):
        found = agent.get("/api/customers", {"q": q, "shop": cast.tmall.pk})
        assert [row["id"] for row in found["items"]] == [buyer.pk], q
        assert PHONE not in json.dumps(found)
    assert agent.get("/api/customers", {"q": "没有这人"})["items"] == []
    seen = agent.get(f"/api/customers/{buyer.pk}")
    assert seen["phone"] == "138****5678" and seen["phone_tail"] == "5678"


def test_tags_and_note(cast: Cast, buyer: Customer) -> None:
    agent, url = cast.as_("anan"), f"/api/customers/{buyer.pk}"
    assert agent.patch(url, {"tags": [" 老客户 ", "爱裙子", "老客户", ""]})["tags"] == ["老客户", "爱裙子"]
    assert (
        agent.patch(url, {"tags": ["爱裙子", "易退货"], "notes": f"常用电话 {PHONE}"})["notes"]
        == "常用电话 138****5678"
    )
    first, second = Event.objects.filter(kind="customer.tagged").order_by("number")
    assert first.payload == {"added": ["老客户", "爱裙子"], "removed": []}
    assert second.payload == {"added": ["易退货"], "removed": ["老客户"]}
    assert PHONE not in str(Event.objects.get(kind="customer.noted").payload)
    assert [row["id"] for row in agent.get("/api/customers", {"tag": "易退货"})["items"]] == [buyer.pk]
    with transaction():
        assert actions.tag(buyer.pk, "VIP", by=SYSTEM, at=NOON) == ["爱裙子", "易退货", "VIP"]
        assert actions.untag(buyer.pk, "易退货", by=SYSTEM, at=NOON) == ["爱裙子", "VIP"]


def test_level(cast: Cast, buyer: Customer) -> None:
    agent, url = cast.as_("quanquan"), f"/api/customers/{buyer.pk}"
    assert agent.patch(url, {"vip": 3})["vip"] == 3
    with nothing_changes(Customer):
        assert "vip" in agent.patch(url, {"vip": 99, "tags": ["x"]}, 422)["error"]["fields"]
        agent.patch(url, {"vip": 3})


def test_who_may_edit(cast: Cast, buyer: Customer) -> None:
    url = f"/api/customers/{buyer.pk}"
    with nothing_changes(Customer):
        for who in ("vendor", "warehouse", "inspector"):
            cast.as_(who).patch(url, {"tags": ["x"]}, 403)
        for who in ("stranger", "trainer"):
            cast.as_(who).patch(url, {"tags": ["x"]}, 404)
            cast.as_(who).get(url, status=404)
    mine = cast.as_("stranger").get("/api/customers")["items"]
    assert [row["shop"] for row in mine] == [cast.elsewhere.pk]
    assert cast.as_("stranger").get("/api/customers", {"shop": cast.tmall.pk})["items"] == []


def test_pages(cast: Cast) -> None:
    with transaction():
        actions.note_sightings(cast.tmall.pk, [actions.Sighting(f"买家{n}") for n in range(25)], at=NOON)
    agent, seen, cursor = cast.as_("quanquan"), [], None
    while True:
        page = agent.get("/api/customers", {"limit": 10, **({"cursor": cursor} if cursor else {})})
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 25


def test_facts_for_other_areas(cast: Cast, buyer: Customer) -> None:
    facts = queries.customer_facts(buyer.pk)
    assert facts.nick == "幸福蔓延1627" and PHONE not in str(facts)
    assert (
        queries.facts_by_id([buyer.pk])[buyer.pk] == facts
        and queries.find_by_nick(cast.tmall.pk, "幸福蔓延1627") == facts
    )


def test_profiles_to_be_checked_are_listed_until_confirmed(cast: Cast, buyer: Customer) -> None:
    """R789: whose data nobody confirmed for longer than the rule says (180 days) stands in a list of its own."""
    url = f"/api/customers?due=true&shop={cast.tmall.pk}"
    with clock.frozen(NOON + timedelta(days=179)):
        assert cast.as_("supervisor").get(url)["items"] == []
    with clock.frozen(NOON + timedelta(days=181)):
        (one,) = cast.as_("supervisor").get(url)["items"]
        assert (one["id"], one["expired"]) == (buyer.pk, True)
        cast.as_("supervisor").post(f"/api/customers/{buyer.pk}/confirm")
        assert cast.as_("supervisor").get(url)["items"] == []
