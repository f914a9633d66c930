"""The help centre: public pages of what is for buyers, searchable, rated once a reader, in both languages."""

import pytest
from django.test import Client

from xiaoer.kernel.testing import NOON, nothing_changes
from xiaoer.knowledge.actions.life import load_article
from xiaoer.knowledge.models import Article, Rated, SearchLog

pytestmark = pytest.mark.django_db

SHIP = {
    "title": "什么时候发货",
    "title_en": "When do you ship?",
    "kind": "faq",
    "category": "shipping",
    "audience": "buyer",
    "body": "## 多久发货？\n\n按店铺公示的发货时间发出。\n\n![面单](upload:9)",
    "body_en": "## When?\n\nWithin the time on the page.",
}
STAFF = {"title": "内部规章", "kind": "article", "category": "office", "audience": "staff", "body": "只给同事看"}
TREE = {
    "title": "收到有问题",
    "kind": "tree",
    "category": "returns",
    "audience": "buyer",
    "body": "## 怎么了 {#start}\n- [坏了](#bad)\n\n## 拍照 {#bad}\n请拍照\n\n- [退货](action:open/return)",
}


@pytest.fixture
def pages(cast):
    for key, values in (("ship", SHIP), ("office", STAFF), ("tree", TREE)):
        load_article(cast.tmall.pk, values, key=key, by=cast.who("supervisor"), at=NOON)
    return Client()


def test_shelves_and_pages_for_buyers_only(pages):
    home = pages.get("/help/quanquan-tmall").content.decode()
    assert "什么时候发货" in home and "内部规章" not in home
    one = pages.get("/help/quanquan-tmall/ship").content.decode()
    assert "<title>什么时候发货 - 圈圈家旗舰店 帮助中心</title>" in one and "按店铺公示" in one
    assert "upload:9" not in one, "a picture that is not ours to show is left out"
    assert pages.get("/help/quanquan-tmall/office").status_code == 404
    assert pages.get("/help/quanquan-taobao/ship").status_code == 404
    assert pages.get("/help/nowhere").status_code == 404


def test_english_where_there_is_english(pages):
    one = pages.get("/help/quanquan-tmall/ship?lang=en").content.decode()
    assert "When do you ship?" in one and "Within the time on the page." in one and 'lang="en"' in one
    assert "This page is in Chinese only so far." in pages.get("/help/quanquan-tmall/tree?lang=en").content.decode()


def test_a_tree_is_walked_without_scripts(pages):
    one = pages.get("/help/quanquan-tmall/tree").content.decode()
    assert '<a href="#bad">坏了</a>' in one and 'id="bad"' in one and "data-chat" in one


def test_search_finds_and_hands_over_what_was_asked(pages):
    found = pages.get("/help/quanquan-tmall", {"q": "多久发货"}).content.decode()
    assert "/help/quanquan-tmall/ship" in found and "<mark>" in found and "内部" not in found
    assert "&quot;q&quot;: &quot;多久发货&quot;" in found
    hostile = pages.get("/help/quanquan-tmall", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in hostile


def test_a_question_without_an_answer_becomes_a_topic(pages):
    import re

    page = pages.get("/help/quanquan-tmall", {"q": "潜水艇租赁"}).content.decode()
    token = re.findall(r'data-asked="([^"]+)"', page)[0]
    assert pages.post("/help/quanquan-tmall/-/asked", {"token": token}).status_code == 204
    row = SearchLog.objects.get()
    assert (row.query, row.surface, row.hits) == ("潜水艇租赁", "help", 0)
    assert pages.post("/help/quanquan-tmall/-/asked", {"token": "forged"}).status_code == 204
    assert SearchLog.objects.count() == 1


def test_one_voice_a_reader_and_no_login(pages):
    where = "/help/quanquan-tmall/ship/helpful"
    assert pages.post(where, {"helped": "1"}).status_code == 302
    pages.post(where, {"helped": "1"})
    pages.post(where, {"helped": "0", "words": "太短"})
    row = Article.objects.get(key="ship")
    assert (row.helped, row.not_helped) == (0, 1)
    pages.post(where, {"helped": "1"}, headers={"user-agent": "another phone"})
    row.refresh_from_db()
    assert (row.helped, row.not_helped) == (1, 1)
    assert not Rated.objects.filter(reader__contains="127.0.0.1").exists()
    with nothing_changes(Rated):
        assert pages.post("/help/quanquan-tmall/office/helpful", {"helped": "1"}).status_code == 404
