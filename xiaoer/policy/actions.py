"""Writes about a shop's rules."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.policy import events, queries
from xiaoer.policy.models import PolicyOverride
from xiaoer.policy.queries import ShopLike
from xiaoer.policy.rules import check_override, plain


def _said(reason: str) -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= 500:
        text = T("请写明原因（1 到 500 字），以后查流水要看", "Give a reason of 1 to 500 characters for the journal")
        raise Invalid(fields={"reason": text})
    return reason


def set_override(
    shop: ShopLike, key: str, *, value: Any = None, alternative: str = "", reason: str, by: Who, at: datetime
) -> PolicyOverride:
    """Set a rule for a shop, or switch on one of the pack's alternatives. The setting before is closed, not changed."""
    reason = _said(reason)
    if (value is None) == (not alternative):
        text = T("请填写数值，或选择一个备选口径，二者选一", "Give a value or choose an alternative, one of the two")
        raise Invalid(fields={"value": text})
    checked = plain(check_override(queries.book(), key, shop.platform, at, value=value, alternative=alternative))
    before = queries.rule(key, shop=shop, at=at).value
    _close(shop.id, key, by=by, at=at)
    try:
        row = PolicyOverride.objects.create(
            shop_id=shop.id,
            key=key,
            value=checked,
            chosen_alternative=alternative,
            reason=reason,
            valid_from=at,
            by=str(by),
            at=at,
        )
    except IntegrityError as error:
        raise Conflict(
            "policy.changed", "这条规则刚被别人修改，请刷新后再改", "Somebody changed this rule just now; reload first"
        ) from error
    announce(
        events.PolicyOverridden(key=key, before=plain(before), value=checked, alternative=alternative, reason=reason),
        shop_id=shop.id,
        subject=f"policy:{row.pk}",
        by=by,
        at=at,
    )
    return row


def clear_override(shop: ShopLike, key: str, *, reason: str = "", by: Who, at: datetime) -> None:
    """Go back to the pack's rule. Refused when the shop has set nothing."""
    queries.book().key(key)
    row = PolicyOverride.objects.filter(shop_id=shop.id, key=key, valid_to__isnull=True).first()
    if row is None or not _close(shop.id, key, by=by, at=at):
        raise NotFound("这条规则没有店铺设置，已是默认规则", "The shop has not set this rule; the default holds")
    announce(
        events.PolicyRestored(
            key=key,
            before=row.value,
            value=plain(queries.rule(key, shop=shop, at=at).value),
            reason=reason.strip()[:500],
        ),
        shop_id=shop.id,
        subject=f"policy:{row.pk}",
        by=by,
        at=at,
    )


def _close(shop_id: int, key: str, *, by: Who, at: datetime) -> int:
    open_rows = PolicyOverride.objects.filter(shop_id=shop_id, key=key, valid_to__isnull=True)
    return open_rows.update(valid_to=at, closed_by=str(by))
