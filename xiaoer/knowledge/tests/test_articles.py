"""Articles: written, reviewed by another, published, superseded, brought back, read, rated; over the API."""

import pytest

from xiaoer.kernel.testing import NOON, flow_matrix, nothing_changes
from xiaoer.knowledge import starter
from xiaoer.knowledge.actions.starting import load_starter
from xiaoer.knowledge.flow import ARTICLE_VERSION
from xiaoer.knowledge.models import Article, ArticleVersion, Settled

pytestmark = pytest.mark.django_db

WOOL = {
    "title": "羊毛大衣怎么洗",
    "kind": "article",
    "body": "送干洗。\n\n> 不要水洗",
    "category": "goods",
    "audience": "staff",
}


def write(cast, who="anan", **values):
    return cast.as_(who).post(
        "/api/knowledge/articles", {"shop": cast.tmall.pk, "values": WOOL | values, "note": "第一版"}, 201
    )


def step(cast, who, article, verb, version, form=None, status=200):
    url = f"/api/knowledge/articles/{article}/move/{verb}"
    return cast.as_(who).post(url, {"version": version, "form": form or {}}, status)


def publish(cast, who="anan", reviewer="inspector", **values):
    one = write(cast, who, **values)
    step(cast, who, one["id"], "submit", 1)
    return step(cast, reviewer, one["id"], "publish", 1)


def test_written_reviewed_by_another_and_published(cast):
    one = write(cast)
    assert one["state"] == "draft" and [b["verb"] for b in one["draft"]["can"]] == ["submit", "withdraw"]
    step(cast, "anan", one["id"], "submit", 1, {"note": "第一版"})
    assert [row["title"] for row in cast.as_("inspector").get("/api/knowledge/work?desk=review")["items"]] == [
        WOOL["title"]
    ]
    assert cast.as_("anan").get("/api/knowledge/articles")["items"] == []
    done = step(cast, "inspector", one["id"], "publish", 1, {"words": "好"})
    assert (done["state"], done["version"], done["versions"][0]["reviewer"]) == ("published", 1, "质检小秦")
    listed = cast.as_("finance").get("/api/knowledge/articles")["items"]
    assert [row["id"] for row in listed] == [one["id"]]


def test_four_eyes_who_wrote_it_does_not_publish_it(cast):
    one = write(cast, "inspector")
    step(cast, "inspector", one["id"], "submit", 1)
    with nothing_changes(Article, ArticleVersion):
        refused = step(cast, "inspector", one["id"], "publish", 1, status=403)
    assert refused["error"]["code"] == "four_eyes"
    with nothing_changes(Article, ArticleVersion):
        step(cast, "anan", one["id"], "publish", 1, status=403)
    assert step(cast, "supervisor", one["id"], "publish", 1)["state"] == "published"


def test_unfinished_or_unsayable_texts_are_not_handed_in(cast):
    tree = write(cast, kind="tree", body="## 问 {#a}\n\n- [答](#nowhere)")
    with nothing_changes(Article, ArticleVersion):
        refused = step(cast, "anan", tree["id"], "submit", 1, status=422)
    assert "nowhere" in refused["error"]["fields"]["body"]
    script = write(cast, title="发我微信", kind="script", body="亲，加我微信 xiaoer888 聊")
    with nothing_changes(Article, ArticleVersion):
        refused = step(cast, "anan", script["id"], "submit", 1, status=422)
    assert refused["error"]["code"] == "guard_blocked" and "微信" in refused["error"]["fields"]["body"]


def test_a_new_version_supersedes_the_old_one_and_rolls_back(cast):
    one = publish(cast)
    anan, url = cast.as_("anan"), f"/api/knowledge/articles/{one['id']}"
    changed = anan.put(url + "/draft", {"values": WOOL | {"body": "可以用冷水手洗。"}, "note": "改了"})
    assert changed["content"]["nodes"][0]["c"][0]["x"] == "送干洗。", "the old text stays in force"
    step(cast, "anan", one["id"], "submit", 2)
    done = step(cast, "inspector", one["id"], "publish", 2)
    assert [(v["number"], v["state"]) for v in done["versions"]] == [(2, "published"), (1, "superseded")]
    assert done["body"] == "可以用冷水手洗。"
    lines = anan.get(url + "/diff?old=1&new=2")["lines"]
    assert {"is": "gone", "text": "送干洗。"} in lines and {"is": "new", "text": "可以用冷水手洗。"} in lines
    with nothing_changes(Article, ArticleVersion):
        anan.post(url + "/versions/1/restore", status=403)
    back = cast.as_("inspector").post(url + "/versions/1/restore")
    assert (back["version"], back["body"], back["versions"][0]["restores"]) == (3, WOOL["body"], 1)


def test_two_writers_of_one_draft_the_second_is_told(cast):
    one = write(cast)
    seen, url = one["draft"]["stamp"], f"/api/knowledge/articles/{one['id']}/draft"
    cast.as_("supervisor").put(url, {"values": WOOL | {"body": "甲"}, "seen": seen})
    with nothing_changes(Article, ArticleVersion):
        refused = cast.as_("supervisor").put(url, {"values": WOOL | {"body": "乙"}, "seen": seen}, 409)
    assert refused["error"]["code"] == "changed_meanwhile"
    with nothing_changes(Article, ArticleVersion):
        cast.as_("mumu").put(url, {"values": WOOL}, 403)


def test_a_rule_that_replaces_another_voids_it_at_once(cast):
    old = publish(cast, title="售后制度 2025")
    new = publish(cast, title="售后制度 2026", replaces=old["id"])
    gone = cast.as_("anan").get(f"/api/knowledge/articles/{old['id']}")
    assert (gone["state"], gone["versions"][0]["state"]) == ("superseded", "superseded")
    assert [row["id"] for row in cast.as_("anan").get("/api/knowledge/articles")["items"]] == [new["id"]]


def test_must_read_until_everybody_confirmed(cast):
    one = publish(cast, must_read=True)
    anan, url = cast.as_("anan"), f"/api/knowledge/articles/{one['id']}"
    assert anan.get("/api/knowledge/must-read")["items"][0]["read_at"] is None
    assert anan.get("/api/knowledge/counts")["unread"] == 1
    before = anan.get(url)["readers"]
    anan.post(url + "/read?version=1")
    after = anan.get(url)["readers"]
    assert after["read"] == before["read"] + 1 and len(after["missing"]) == len(before["missing"]) - 1
    assert "安安" in before["missing"] and "安安" not in after["missing"]
    with nothing_changes(Article):
        assert anan.post(url + "/read?version=7", status=409)["error"]["code"] == "newer_version"


def test_the_feed_marks_what_is_new_until_it_was_seen(cast):
    one = publish(cast)
    mumu = cast.as_("mumu")
    line = mumu.get("/api/knowledge/feed")["items"][0]
    assert (line["article"], line["new"], line["reviewer"]) == (one["id"], True, "质检小秦")
    mumu.post("/api/knowledge/feed/seen")
    assert mumu.get("/api/knowledge/feed")["items"][0]["new"] is False


def test_a_reader_says_once_whether_it_helped_and_may_correct_it(cast):
    one = publish(cast)
    url = f"/api/knowledge/articles/{one['id']}"
    cast.as_("anan").post(url + "/rate", {"helped": True})
    told = cast.as_("anan").post(url + "/rate", {"helped": False, "words": "不全"})
    assert (told["helped"], told["not_helped"], told["my_rating"]) == (0, 1, False)
    wanted = cast.as_("anan").get("/api/knowledge/suggestions")["items"]
    assert [(row["kind"], row["article"]) for row in wanted] == [("unhelpful", one["id"])]


def test_a_suggestion_is_taken_up(cast):
    shop = cast.tmall.pk
    cast.as_("anan").post("/api/knowledge/suggestions/settle", {"shop": shop, "key": "雨衣"})
    assert Settled.objects.get().folded == "雨衣"
    with nothing_changes(Settled):
        cast.as_("finance").post("/api/knowledge/suggestions/settle", {"shop": shop, "key": "伞"}, 403)


def test_strangers_see_nothing_and_drafts_stay_with_writers(cast):
    one = write(cast)
    cast.as_("stranger").get(f"/api/knowledge/articles/{one['id']}", status=404)
    cast.as_("finance").get(f"/api/knowledge/articles/{one['id']}", status=404)
    assert cast.as_("stranger").get("/api/knowledge/work?desk=draft")["items"] == []
    done = publish(cast, title="另一篇")
    assert cast.as_("finance").get(f"/api/knowledge/articles/{done['id']}")["draft"] is None
    cast.as_("stranger").get(f"/api/knowledge/articles/{done['id']}", status=404)


def test_the_preview_says_what_is_missing_and_what_the_guard_finds(cast):
    told = cast.as_("anan").post(
        "/api/knowledge/preview",
        {"shop": cast.tmall.pk, "values": {"title": "加微信", "kind": "script", "body": "加我微信聊吧 xiaoer888"}},
    )
    assert "category" in told["missing"] and told["verdict"] == "block"


def test_every_verb_in_every_state(cast):
    def make(state):
        article = Article.objects.create(
            shop=cast.tmall, key=f"k{Article.objects.count()}", title="t", state_at=NOON, changed_at=NOON
        )
        return ArticleVersion.objects.create(
            article=article, shop=cast.tmall, number=1, title="t", state=state, state_at=NOON, changed_at=NOON
        )

    assert flow_matrix(ARTICLE_VERSION, make, Article) == len(ARTICLE_VERSION.states) * len(ARTICLE_VERSION.verbs())


def test_the_starter_content_loads_whole_and_only_once(cast):
    assert len(starter.pages()) >= 60
    assert all(page.values.get("source", "").startswith("R") for page in starter.pages())
    first = load_starter(cast.tmall.pk, by=cast.who("supervisor"), at=NOON)
    assert first["wrong"] == [] and first["added"] == len(starter.pages())
    again = cast.as_("supervisor").post(f"/api/knowledge/starter?shop={cast.tmall.pk}")
    assert (again["added"], again["same"]) == (0, first["added"])
    with nothing_changes(Article):
        cast.as_("anan").post(f"/api/knowledge/starter?shop={cast.tmall.pk}", status=403)
