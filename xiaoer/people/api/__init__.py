"""The people area over HTTP: one router, one file per subject."""

from ninja import Router

from xiaoer.people.api import invitations, sessions, shops, staff, tokens
from xiaoer.people.api.callers import SessionAuth, TokenAuth

__all__ = ["SessionAuth", "TokenAuth", "router"]

router = Router(tags=["people 人员"])
for part in (sessions, shops, staff, invitations, tokens):
    router.add_router("", part.router)
