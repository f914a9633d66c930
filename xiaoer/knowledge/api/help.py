"""GET /help/<shop>: the help centre (帮助中心). Public, server-rendered, readable without scripts and without a login."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import language_of
from xiaoer.knowledge import articles_showing, help_reads, help_words, markdown, pictures, searching, trees
from xiaoer.knowledge.actions import reading, searches
from xiaoer.knowledge.api.search import _token as token_of
from xiaoer.knowledge.api.search import asked_of
from xiaoer.knowledge.models import Article
from xiaoer.people.queries import ShopFacts, shop_by_slug

_LONGEST_QUESTION, _HITS = 80, 20
BUYER = Who("buyer", None)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "") or request.POST.get("lang", "")
    return asked if asked in ("zh", "en") else language_of(request.headers.get("Accept-Language", ""))


def _page(
    request: HttpRequest, template: str, shop: ShopFacts, words: dict[str, Any], status: int = 200
) -> HttpResponse:
    language = _language(request)
    given = {
        "shop": shop,
        "w": help_words.words(language, shop.name),
        "lang": language,
        "tail": "" if request.GET.get("lang") is None else f"?lang={language}",
        "other": "zh" if language == "en" else "en",
        "path": request.path,
        **words,
    }
    return render(request, f"knowledge/{template}", given, status=status)


def _missing(request: HttpRequest, shop: ShopFacts | None) -> HttpResponse:
    if shop is None:
        return render(request, "reception/shop_missing.html", status=404)
    return _page(request, "help_missing.html", shop, {"shelves": _shelves(request, shop)}, status=404)


def _shop(slug: str) -> ShopFacts | None:
    try:
        return shop_by_slug(slug)
    except NotFound:
        return None


def _shelves(request: HttpRequest, shop: ShopFacts) -> list[dict[str, Any]]:
    language = _language(request)
    found = help_reads.shelves(shop, at=clock.now(), language=language)
    return [{"name": one.name, "label": one.label, "lines": _lines(one.articles, language)} for one in found]


def _lines(rows: list[Article], language: str) -> list[dict[str, str]]:
    english = language == "en"
    return [
        {"key": row.key, "title": (english and row.title_en) or row.title, "summary": "" if english else row.summary}
        for row in rows
    ]


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """The shelves; with `?q=` what was found; with `?shelf=` one shelf whole."""
    shop = _shop(slug)
    if shop is None:
        return _missing(request, None)
    if asked := " ".join(request.GET.get("q", "").replace("\x00", "").split())[:_LONGEST_QUESTION]:
        return _found(request, shop, asked)
    if name := request.GET.get("shelf", "")[:32]:
        rows = help_reads.shelf(shop, name, at=clock.now())
        label = articles_showing.category_label(name, _language(request))
        return _page(request, "help_shelf.html", shop, {"label": label, "lines": _lines(rows, _language(request))})
    return _page(request, "help_home.html", shop, {"shelves": _shelves(request, shop)})


def _found(request: HttpRequest, shop: ShopFacts, asked: str) -> HttpResponse:
    at, language = clock.now(), _language(request)
    found = searching.find(
        searching.Asker((shop.id,), staff=False),
        asked,
        at=at,
        context=searching.Context(shop.platform),
        filters=searching.Filters(source="article"),
        limit=_HITS,
        plain=True,
    )
    known = {row.pk: row for row in help_reads.by_ids(shop, [hit.ref for hit in found.items], at=at)}
    hits = []
    for hit in found.items:
        if (row := known.get(hit.ref)) is not None:
            title = (language == "en" and row.title_en) or row.title
            marked = help_words.marked(title, hit.title_marks if title == hit.title else ())
            hits.append({"key": row.key, "title": marked, "excerpt": help_words.marked(hit.excerpt, hit.marks)})
    items = [hit for hit in found.items if hit.ref in known]
    token = token_of(asked, [shop.id], "help", len(items), items)
    said = json.dumps({"q": asked, "read": []}, ensure_ascii=False)
    told = help_words.words(language, shop.name)["found"].replace("{n}", str(len(hits)))
    words = {"q": asked, "hits": hits, "token": token, "said": said, "found_words": told}
    return _page(request, "help_found.html", shop, words)


@require_safe
def article(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One article; the chat bubble tells the agent what was read."""
    shop = _shop(slug)
    if shop is None:
        return _missing(request, None)
    at, language = clock.now(), _language(request)
    try:
        row = help_reads.one(shop, key, at=at)
    except NotFound:
        return _missing(request, shop)
    english = language == "en" and bool(row.body_en)
    title = row.title_en if english and row.title_en else row.title
    words = {
        "article": row,
        "title": title,
        "summary": "" if english else row.summary,
        "only_chinese": language == "en" and not english,
        "label": articles_showing.category_label(row.category, language),
        "beside": _lines(help_reads.beside(shop, row, at=at), language),
        "thanked": request.GET.get("thanks") == "1",
        "said": json.dumps({"read": [{"key": row.key, "title": row.title}]}, ensure_ascii=False),
        **_body(row, row.body_en if english else row.body, shop, language),
    }
    return _page(request, "help_article.html", shop, words)


def _body(row: Article, text: str, shop: ShopFacts, language: str) -> dict[str, Any]:
    """The text as HTML made of allowed elements; a tree as places of which CSS shows one."""

    def address(place: str) -> str | None:
        kind, _, what = place.partition(":")
        if kind == "article":
            return f"/help/{shop.slug}/{what}?lang={language}"
        if kind == "upload":
            return pictures.address(int(what), row.shop_id)
        return None if kind == "action" else place

    def html(nodes: list[markdown.Node]) -> str:
        return mark_safe(markdown.html_of(nodes, address))  # noqa: S308  # built from a list of allowed elements

    if row.kind == "tree" and (places := trees.places_of(text)):
        shown = [{"one": place, "text": html(place.text)} for place in places]
        return {"intro": html(trees.intro_of(text)), "places": shown, "html": ""}
    return {"html": html(markdown.tree_of(text)), "places": [], "intro": ""}


@csrf_exempt  # a stranger's voice, counted once per reader: there is no session that a foreign page could borrow
@require_POST
def helpful(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Was this helpful? One voice per reader and article; the next corrects it."""
    shop, at = _shop(slug), clock.now()
    if shop is None:
        return _missing(request, None)
    helped = request.POST.get("helped") == "1"
    words = " ".join(request.POST.get("words", "").replace("\x00", "").split())[:300]
    try:
        with transaction():
            row = help_reads.one(shop, key, at=at)
            reading.rate(row, _reader(request), helped, surface="help", words=words, by=BUYER, at=at)
    except NotFound:
        return _missing(request, shop)
    return HttpResponseRedirect(f"/help/{shop.slug}/{row.key}?lang={_language(request)}&thanks=1#thanks")


def _reader(request: HttpRequest) -> str:
    """The same device is the same reader; neither address nor browser can be read back."""
    told = f"{settings.SECRET_KEY}|{request.META.get('REMOTE_ADDR', '')}|{request.headers.get('User-Agent', '')}"
    return "help:" + hashlib.sha256(told.encode()).hexdigest()[:32]


@csrf_exempt
@require_POST
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """She rested on an answer: this was her question. What found nothing becomes a topic for an article."""
    try:
        told = asked_of(request.POST.get("token", "")[:4000])
    except Invalid:
        return HttpResponse(status=204)
    with transaction():
        searches.settle(told, by=BUYER, at=clock.now())
    return HttpResponse(status=204)
