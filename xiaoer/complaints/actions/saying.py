"""What goes out in public or to the buyer passes the guard first (R399, C12)."""

from datetime import datetime

from xiaoer.guard import queries as guard
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts


def require_sayable(shop_id: int, text: str, field: str, *, at: datetime) -> None:
    """Refuse words that the guard stops: money for a rating, contacts outside, promises, insults."""
    verdict = guard.check(text, guard.context_for(shop_facts(shop_id), at=at))
    if not verdict.blocked:
        return
    hit = next(one for one in verdict.rules if one.level == "block")
    words = text[hit.span[0] : hit.span[1]]
    better = hit.rewrite
    raise Invalid(
        fields={
            field: T(
                f"「{words}」不能发：{hit.title.zh}。{hit.reason.zh}" + (f" 可改为：{better.zh}" if better else ""),
                f"{words!r} is stopped: {hit.title.en}. {hit.reason.en}" + (f" Say: {better.en}" if better else ""),
            )
        },
        code="guard_blocked",
    )
