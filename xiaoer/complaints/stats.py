"""What reviews and disputes teach: problem goods by topic (问题商品统计), disputes won and lost by evidence (胜败学习)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from xiaoer.complaints.models import Dispute, Evidence, Review, ReviewTopic
from xiaoer.complaints.reasons import ITEMS, REASONS
from xiaoer.complaints.rules import DEPARTMENTS, TOPICS, Tally, by_evidence, tally
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso

MOST_GOODS = 50
MOST_DISPUTES = 2000


def _shops(viewer: Viewer, shop: int | None) -> list[int]:
    return [one for one in viewer.shops_with(Perm.AFTERSALES_VIEW) if shop in (None, one)]


def problem_goods(viewer: Viewer, *, shop: int | None, since: datetime, until: datetime) -> dict[str, Any]:
    """Goods by how often buyers complain of what, the worst first; and every topic over all goods."""
    rows = ReviewTopic.objects.filter(shop_id__in=_shops(viewer, shop), given_at__gte=since, given_at__lte=until)
    counted = rows.order_by().values_list("goods", "topic", "good").annotate(n=Count("pk"), latest=Max("given_at"))
    goods: dict[str, dict[str, list[int]]] = defaultdict(lambda: {topic: [0, 0] for topic in TOPICS})
    last: dict[str, datetime] = {}
    for name, topic, good, number, latest in counted:
        goods[name][topic][0 if good else 1] += number
        if not good:
            last[name] = max(last.get(name, latest), latest)
    titles = _titles(viewer, shop, goods)
    ordered = sorted(goods, key=lambda name: (-sum(bad for _, bad in goods[name].values()), name))[:MOST_GOODS]
    return {
        "topics": [
            {
                "topic": topic,
                "label": label.say(viewer.language),
                "good": sum(one[topic][0] for one in goods.values()),
                "bad": sum(one[topic][1] for one in goods.values()),
            }
            for topic, label in TOPICS.items()
        ],
        "goods": [
            {
                "goods": name,
                "title": titles.get(name, name),
                "good": sum(good for good, _ in goods[name].values()),
                "bad": sum(bad for _, bad in goods[name].values()),
                "topics": {topic: {"good": good, "bad": bad} for topic, (good, bad) in goods[name].items()},
                "latest": iso(last.get(name)),
            }
            for name in ordered
        ],
    }


def _titles(viewer: Viewer, shop: int | None, names: Iterable[str]) -> dict[str, str]:
    """The title of goods that are known by their code."""
    rows = Review.objects.filter(shop_id__in=_shops(viewer, shop), sku_code__in=list(names)[:500]).exclude(title="")
    return dict(rows.order_by("pk").values_list("sku_code", "title"))


def learning(viewer: Viewer, *, shop: int | None, since: datetime, until: datetime) -> dict[str, Any]:
    """Won and lost by reason, and with and without each piece of evidence; responsible departments and root causes."""
    found = list(
        Dispute.objects.filter(shop_id__in=_shops(viewer, shop), judged_at__gte=since, judged_at__lte=until)
        .order_by("-judged_at", "-pk")
        .values("pk", "reason", "outcome", "awarded_fen", "department", "root_cause", "case_id")[:MOST_DISPUTES]
    )
    held = _evidence_of([one["pk"] for one in found])
    for one in found:
        if one["case_id"]:
            held[one["pk"]].add("case")
    language = viewer.language
    reasons = []
    for code, reason in REASONS.items():
        mine = [one for one in found if one["reason"] == code]
        if mine:
            pairs = [(one["outcome"], frozenset(held[one["pk"]])) for one in mine]
            items = [one for one in reason.items if ITEMS[one].kind != "auto" or one == "case"]
            with_and_without = by_evidence(pairs, items)
            reasons.append({
                "reason": code, "label": reason.label.say(language), **_tally(tally([o for o, _ in pairs])),
                "awarded_fen": sum(one["awarded_fen"] or 0 for one in mine),
                "evidence": [
                    {"item": item, "label": ITEMS[item].label.say(language), "with": _tally(yes), "without": _tally(no)}
                    for item, (yes, no) in with_and_without.items()
                ],
            })  # fmt: skip
    departments = Counter(one["department"] for one in found if one["department"])
    return {
        "all": _tally(tally([one["outcome"] for one in found])),
        "awarded_fen": sum(one["awarded_fen"] or 0 for one in found),
        "reasons": sorted(reasons, key=lambda one: (-one["judged"] - one["settled"], one["reason"])),
        "departments": [
            {"department": code, "label": DEPARTMENTS[code].say(language), "count": count}
            for code, count in departments.most_common()
        ],
        "root_causes": [
            {"id": one["pk"], "text": one["root_cause"], "reason": REASONS[one["reason"]].label.say(language)}
            for one in found
            if one["root_cause"]
        ][:20],
    }


def _tally(one: Tally) -> dict[str, Any]:
    return {
        "won": one.won,
        "lost": one.lost,
        "partly": one.partly,
        "settled": one.settled,
        "judged": one.judged,
        "win_permille": one.permille,
    }


def _evidence_of(ids: list[int]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = {pk: set() for pk in ids}
    for pk, item in Evidence.objects.filter(dispute_id__in=ids).values_list("dispute_id", "item"):
        held[pk].add(item)
    return held
