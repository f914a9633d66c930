"""The starter content goes into a shop: what fits its platform, published, once."""

from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.knowledge import starter
from xiaoer.knowledge.actions.indexing import put
from xiaoer.knowledge.actions.life import load_article
from xiaoer.knowledge.events_life import StarterLoaded
from xiaoer.knowledge.models import Article
from xiaoer.knowledge.search_things import thing_of
from xiaoer.people.queries import shop_facts


def load_starter(shop_id: int, *, by: Who, at: datetime) -> dict[str, Any]:
    """Added and same ones are counted; a shop's own edition of a page is never written over."""
    platform = shop_facts(shop_id).platform
    here = set(Article.objects.filter(shop_id=shop_id).values_list("key", flat=True))
    told: dict[str, Any] = {"added": 0, "changed": 0, "same": 0, "wrong": []}
    for page in starter.pages():
        wanted = page.values.get("platforms") or []
        if wanted and platform not in wanted:
            continue
        if page.key in here:
            told["same"] += 1
            continue
        try:
            how = load_article(shop_id, page.values, key=page.key, note="内置知识 / starter", index=False, by=by, at=at)
            told[how] += 1
        except Invalid as wrong:
            reasons = "；".join(text.zh for text in wrong.fields.values())
            told["wrong"].append({"key": page.key, "why": reasons or wrong.text.zh})
    rows = Article.objects.filter(shop_id=shop_id, state="published").exclude(key__in=here).order_by("pk")
    put([thing for row in rows if (thing := thing_of(row)) is not None], at=at)
    announce(StarterLoaded(added=told["added"]), shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return told
