"""A step of the guide is ticked by hand, or taken back (接待流程)."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import guide, scripts
from xiaoer.reception.actions.conversations import get, tell
from xiaoer.reception.events_words import GuideTicked
from xiaoer.reception.models import GuideTick


def tick_guide(conversation_id: int, step: str, *, done: bool, by: Who, at: datetime) -> None:
    """Say by hand that a step was done (on the phone, with a picture) or was not after all; the journal keeps who."""
    row = get(conversation_id)
    if step not in guide.step_keys():
        listed = "、".join(f"{one.label.zh}（{one.key}）" for one in guide.steps())
        raise Invalid(fields={"step": T(f"没有步骤「{step}」，可选：{listed}", f"No step {step!r}; one of {listed}")})
    values = {"done": done, "seq": row.seq, "staff_id": by.id, "at": at}
    held = GuideTick.objects.filter(conversation_id=row.pk, step=step)
    if held.filter(done=done, seq=row.seq).exists():
        return
    if held.update(**values) == 0:
        GuideTick.objects.create(conversation_id=row.pk, step=step, **values)
    tell(row, GuideTicked(conversation=row.pk, step=step, done=done), by=by, at=at, for_buyer=False)


def recommend(shop_id: int, item: str, reasons: list[str], *, at: datetime) -> str:
    """The words of a cross-sale; refused with fewer reasons than the rule asks for: two (R330). Writes nothing."""
    clean = scripts.clean_reasons(reasons)
    least: int = rule("cross_sell_reasons", shop=shop_facts(shop_id), at=at).value
    wrong: dict[str, T] = {}
    if not item.strip():
        wrong["item"] = T("请填写推荐的商品", "Which item?")
    if len(clean) < least:
        wrong["reasons"] = T(
            f"推荐要说出至少 {least} 点不同的理由，现在 {len(clean)} 点",
            f"A recommendation needs at least {least} different reasons, not {len(clean)}",
        )
    if wrong:
        raise Invalid(fields=wrong)
    return scripts.recommendation(item, clean)
