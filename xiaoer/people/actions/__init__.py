"""Writes about shops and staff, one file per subject."""

from xiaoer.people.actions.invitations import accept, invite, withdraw_invitation
from xiaoer.people.actions.sessions import choose_language, note_failed_login, note_login, require_not_throttled
from xiaoer.people.actions.shops import change_shop, open_shop
from xiaoer.people.actions.staff import change_staff, create_staff, hire
from xiaoer.people.actions.teams import change_team, make_team
from xiaoer.people.actions.tokens import make_token, note_token_used, revoke_token

__all__ = [
    "accept",
    "change_shop",
    "change_staff",
    "change_team",
    "choose_language",
    "create_staff",
    "hire",
    "invite",
    "make_team",
    "make_token",
    "note_failed_login",
    "note_login",
    "note_token_used",
    "open_shop",
    "require_not_throttled",
    "revoke_token",
    "withdraw_invitation",
]
