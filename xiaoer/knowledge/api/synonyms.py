"""The shops' own synonyms over HTTP (同义词), and what a set of them would change before it is kept."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.clock import iso
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.knowledge import search_reads, searching
from xiaoer.knowledge.actions import searches
from xiaoer.knowledge.models import Synonym

router = Router()
_SHOWN = 5


class SynonymIn(Schema):
    shop: int
    words: list[str] = Field(max_length=40)


class SynonymOut(Schema):
    id: int
    shop: int
    words: list[str]
    changed_at: str


class SynonymsOut(Schema):
    items: list[SynonymOut]
    next: str | None = None


class PreviewIn(SynonymIn):
    query: str = Field(max_length=120, description="What a colleague or buyer would search for")
    id: int | None = Field(None, description="The set these words take the place of")


class Found(Schema):
    source: str
    ref: int
    title: str
    moved: int | None = Field(description="Places up (above 0) or down against the answer now; null: it is new")


class PreviewOut(Schema):
    """What the question finds as things are, and what it would find with these words."""

    before: list[Found]
    after: list[Found]
    before_total: int
    after_total: int


class Gone(Schema):
    ok: bool = True


def _shown(row: Synonym) -> dict[str, Any]:
    return {"id": row.pk, "shop": row.shop_id, "words": row.words, "changed_at": iso(row.changed_at)}


def _may_write(viewer: Viewer, shop_id: int) -> None:
    viewer.require(Perm.SCRIPTS_EDIT, shop_id)


@router.get("/knowledge/synonyms", response=SynonymsOut, summary="The shops' own synonyms")
def synonyms(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = viewer_of(request)
    shops = [one for one in viewer.shop_ids if shop in (None, one)]
    return {"items": [_shown(row) for row in search_reads.synonyms(viewer, shops)]}


@router.post("/knowledge/synonyms", response={201: SynonymOut}, summary="Words that mean the same in this shop")
def add_synonyms(request: HttpRequest, data: SynonymIn) -> Any:
    viewer = viewer_of(request)
    _may_write(viewer, data.shop)
    with transaction():
        row = searches.put_synonyms(data.shop, data.words, by=viewer.who, at=clock.now())
    return 201, _shown(row)


@router.post("/knowledge/synonyms/preview", response=PreviewOut, summary="What a set of synonyms would change")
def preview(request: HttpRequest, data: PreviewIn) -> dict[str, Any]:
    """Nothing is written."""
    viewer = viewer_of(request)
    _may_write(viewer, data.shop)
    words = searches.clean_words(data.words)
    if not data.query.strip():
        raise Invalid(fields={"query": T("请写一个要试的问题", "Write a question to try")})
    if data.id is not None:
        search_reads.find_synonym(viewer, data.id)
    kept = search_reads.synonym_sets([data.shop], without=data.id)
    at, asker = clock.now(), searching.Asker((data.shop,))
    now = searching.find(asker, data.query, at=at, limit=20, plain=True)
    then = searching.find(asker, data.query, at=at, limit=20, plain=True, synonyms=(*kept, tuple(words)))
    places = {(hit.source, hit.ref): n for n, hit in enumerate(now.items)}
    rows = []
    for n, hit in enumerate(then.items[:_SHOWN]):
        was = places.get((hit.source, hit.ref))
        rows.append({**_found(hit), "moved": None if was is None else was - n})
    before = [{**_found(hit), "moved": 0} for hit in now.items[:_SHOWN]]
    return {"before": before, "after": rows, "before_total": now.total, "after_total": then.total}


def _found(hit: searching.Hit) -> dict[str, Any]:
    return {"source": hit.source, "ref": hit.ref, "title": hit.title}


@router.put("/knowledge/synonyms/{int:synonym_id}", response=SynonymOut, summary="Write a set of synonyms anew")
def change_synonyms(request: HttpRequest, synonym_id: int, data: SynonymIn) -> Any:
    viewer = viewer_of(request)
    row = search_reads.find_synonym(viewer, synonym_id)
    _may_write(viewer, row.shop_id)
    with transaction():
        row = searches.put_synonyms(row.shop_id, data.words, synonym_id=row.pk, by=viewer.who, at=clock.now())
    return _shown(row)


@router.delete("/knowledge/synonyms/{int:synonym_id}", response=Gone, summary="Take a set of synonyms away")
def drop_synonyms(request: HttpRequest, synonym_id: int) -> Any:
    viewer = viewer_of(request)
    row = search_reads.find_synonym(viewer, synonym_id)
    _may_write(viewer, row.shop_id)
    with transaction():
        searches.drop_synonyms(row, by=viewer.who, at=clock.now())
    return {}
