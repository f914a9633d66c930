"""The knowledge over HTTP: articles and their life, the search."""

from ninja import Router

from xiaoer.knowledge.api.articles import router as articles
from xiaoer.knowledge.api.life import router as life
from xiaoer.knowledge.api.search import router as search
from xiaoer.knowledge.api.synonyms import router as synonyms

router = Router(tags=["knowledge 知识"])
for part in (search, synonyms, life, articles):
    router.add_router("", part)
