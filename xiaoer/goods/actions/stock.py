"""Stock: reports taken in, pieces reserved and freed. Two who want the last piece: one gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Sum

from xiaoer.goods import events
from xiaoer.goods.models import Reservation, Sku, Stock, StockEntry, StockReport
from xiaoer.goods.rules import RESERVED_FOR
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

KINDS = ("snapshot", "delta")
HELD = "stock_reserved"
"""The deadline of a reservation."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of a report: how many there are (snapshot), or how many more or fewer (delta)."""

    code: str
    qty: int


@dataclass(slots=True)
class Taken:
    """What became of a report. `known`: it had been taken in before, and nothing changed now."""

    report: StockReport
    known: bool = False
    rejected: dict[str, T] = field(default_factory=dict)


def take_report(
    shop_id: int,
    lines: Sequence[Counted],
    *,
    report_id: str,
    kind: str,
    as_of: datetime,
    source: str,
    by: Who,
    at: datetime,
) -> Taken:
    """Take a warehouse's report in, each SKU of it once: its id says which it is. Reports may come in any order and
    twice; what results is the latest count and every change after it. A line whose code nobody knows is given back with
    its reason, and can be sent again under the same id once the goods are known."""
    _check(report_id, kind, as_of, at)
    report, fresh = StockReport.objects.get_or_create(
        shop_id=shop_id,
        report_id=report_id,
        defaults={"kind": kind, "source": source[:40], "as_of": as_of, "by": str(by), "at": at},
    )
    taken = Taken(report)
    skus = {row.code: row for row in Sku.objects.filter(shop_id=shop_id, code__in={line.code for line in lines})}
    sums = _sums(lines, report.kind, skus, taken)
    if not fresh:
        told = set(StockEntry.objects.filter(report=report).values_list("sku_id", flat=True))
        sums = {code: qty for code, qty in sums.items() if skus[code].pk not in told}
        taken.known = not sums
    if sums or fresh:
        _take(report, skus, sums, taken, len(lines), by, at)
    return taken


def _take(
    report: StockReport,
    skus: Mapping[str, Sku],
    sums: Mapping[str, int],
    taken: Taken,
    rows: int,
    by: Who,
    at: datetime,
) -> None:
    changed, oversold = _write(report, skus, sums)
    stale = len(sums) - len(changed)
    report.rows, report.changed, report.stale, report.rejected = rows, len(changed), stale, len(taken.rejected)
    StockReport.objects.filter(pk=report.pk).update(
        rows=rows, changed=len(changed), stale=stale, rejected=len(taken.rejected)
    )
    if changed:
        ids = [skus[code].pk for code in changed]
        payload = events.StockTakenIn(
            report=report.report_id,
            kind=report.kind,
            source=report.source,
            changed=len(ids),
            stale=stale,
            skus=ids[:500],
        )
        announce(payload, shop_id=report.shop_id, subject=f"shop:{report.shop_id}", by=by, at=at)
    if oversold:
        payload_over = events.Oversold(codes=oversold[:50])
        announce(payload_over, shop_id=report.shop_id, subject=f"shop:{report.shop_id}", by=by, at=at)


def _check(report_id: str, kind: str, as_of: datetime, at: datetime) -> None:
    wrong: dict[str, T] = {}
    if not 1 <= len(report_id) <= 80:
        wrong["report_id"] = T("请给报告一个 1～80 字的编号", "Give the report an id of 1 to 80 characters")
    if kind not in KINDS:
        wrong["kind"] = T(
            f"应为 {'、'.join(KINDS)}，收到「{kind[:20]}」", f"Use one of {', '.join(KINDS)}, not {kind[:20]!r}"
        )
    if as_of.tzinfo is None or as_of > at:
        wrong["as_of"] = T(
            "清点时间不能晚于现在，并要带时区", "The time of the count must have a zone and not lie ahead"
        )
    if wrong:
        raise Invalid(fields=wrong)


def _sums(lines: Sequence[Counted], kind: str, skus: Mapping[str, Sku], taken: Taken) -> dict[str, int]:
    """One number per SKU: changes add up, of two counts of one SKU (two shelves) the sum is meant too."""
    sums: dict[str, int] = {}
    for line in lines:
        if line.code not in skus:
            taken.rejected[line.code] = T(
                f"没有规格编码「{line.code[:40]}」，请先导入商品",
                f"There is no SKU {line.code[:40]!r}; import the goods first",
            )
        elif kind == "snapshot" and line.qty < 0:
            taken.rejected[line.code] = T(f"库存数不能是负数：{line.qty}", f"A count must not be negative: {line.qty}")
        else:
            sums[line.code] = sums.get(line.code, 0) + line.qty
    return {code: qty for code, qty in sums.items() if code not in taken.rejected}


def _write(report: StockReport, skus: Mapping[str, Sku], sums: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Write entries and the stock that follows from them; the codes that changed, and those now below zero."""
    ids = [skus[code].pk for code in sums]
    rows = {row.pk: row for row in Stock.objects.select_for_update().filter(pk__in=ids)}
    StockEntry.objects.bulk_create(
        [
            StockEntry(sku_id=skus[code].pk, report=report, kind=report.kind, qty=qty, as_of=report.as_of)
            for code, qty in sums.items()
        ]
    )
    later = _later_changes(ids, report) if report.kind == "snapshot" else {}
    changed, oversold = [], []
    for code, qty in sums.items():
        pk = skus[code].pk
        row = rows.get(pk)
        if row is None:
            qty += later.get(pk, 0)
            counted = report.as_of if report.kind == "snapshot" else None
            row = Stock(
                sku_id=pk, shop_id=report.shop_id, on_hand=qty, free=qty, counted_at=counted, as_of=report.as_of,
                source=report.source,
            )  # fmt: skip
            Stock.objects.bulk_create([row])
        elif row.counted_at is not None and report.as_of <= row.counted_at:
            continue  # a count at or after it already holds what it says
        else:
            _bring_up(row, report, qty + later.get(pk, 0))
        changed.append(code)
        if Stock.objects.filter(pk=pk, free__lt=0).exists():
            oversold.append(code)
    return changed, oversold


def _bring_up(row: Stock, report: StockReport, qty: int) -> None:
    mine = Stock.objects.filter(pk=row.pk)
    latest = max(row.as_of, report.as_of)
    if report.kind == "snapshot":
        mine.update(on_hand=qty, free=qty - F("reserved"), counted_at=report.as_of, as_of=latest, source=report.source)
    else:
        mine.update(on_hand=F("on_hand") + qty, free=F("free") + qty, as_of=latest, source=report.source)


def _later_changes(ids: list[int], report: StockReport) -> dict[int, int]:
    """Changes reported earlier that happened after this count: a count that comes late must not undo them."""
    rows = StockEntry.objects.filter(sku_id__in=ids, kind="delta", as_of__gt=report.as_of)
    return dict(rows.order_by().values_list("sku_id").annotate(Sum("qty")))


def reserve(
    shop_id: int,
    sku_code: str,
    qty: int,
    *,
    reason: str,
    subject: str,
    by: Who,
    at: datetime,
    until: datetime | None = None,
) -> Reservation:
    """留货: keep `qty` free pieces back for a subject ("exchange:12"). Asking again for the same changes nothing; for
    another number the difference is kept or freed. Refused when fewer are free: nothing is promised twice."""
    if reason not in RESERVED_FOR or not 1 <= qty <= 99_999 or not 1 <= len(subject) <= 64:
        raise Invalid(
            f"留货要写明原因（{'、'.join(RESERVED_FOR)}）、1 件以上的数量和单据",
            f"A reservation needs a reason ({', '.join(RESERVED_FOR)}), a quantity and its subject",
        )
    sku = Sku.objects.filter(shop_id=shop_id, code=sku_code).first()
    if sku is None:
        raise NotFound(f"没有规格编码「{sku_code[:40]}」", f"There is no SKU {sku_code[:40]!r}")
    held = Reservation.objects.filter(subject=subject, sku=sku, ended_at=None).first()
    more = qty - (held.qty if held else 0)
    if held is not None and more == 0:
        return held
    _keep_back(sku, more)
    until = until or at + rule("stock_reserved_for", shop=shop_facts(shop_id), at=at).duration
    if held is not None:
        if not Reservation.objects.filter(pk=held.pk, ended_at=None, qty=held.qty).update(qty=qty, until=until):
            raise Conflict("stock.changed", "这笔留货刚被改过，请刷新后再试", "This reservation just changed; reload")
        held.qty, held.until = qty, until
    else:
        held = Reservation.objects.create(
            shop_id=shop_id, sku=sku, qty=qty, reason=reason, subject=subject, until=until, by=str(by),
            by_name=by.name[:64], at=at,
        )  # fmt: skip
    deadlines.start(HELD, f"reservation:{held.pk}", shop_id=shop_id, due_at=until, at=at)
    payload = events.StockReserved(
        sku=sku.pk, sku_code=sku.code, qty=qty, free=_free(sku.pk), reason=reason, about=subject
    )
    announce(payload, shop_id=shop_id, subject=f"sku:{sku.pk}", by=by, at=at)
    return held


def _keep_back(sku: Sku, more: int) -> None:
    """The one statement that decides a race: it takes the pieces only while they are free."""
    rows = Stock.objects.filter(pk=sku.pk)
    if more > 0:
        rows = rows.filter(free__gte=more)
    if rows.update(reserved=F("reserved") + more, free=F("free") - more):
        return
    now = Stock.objects.filter(pk=sku.pk).first()
    if now is None:
        raise Conflict(
            "stock.unknown",
            f"{sku.code} 还没有库存数据，请先问仓库或导入库存",
            f"Nobody has counted {sku.code} yet; ask the warehouse or import the stock",
            current={"free": None},
        )
    raise Conflict(
        "stock.not_enough",
        f"{sku.code} 可用只有 {now.free} 件，留不了 {more} 件；可换其他颜色尺码，或问仓库",
        f"Only {now.free} of {sku.code} are free, not {more}; offer another look, or ask the warehouse",
        current={"free": now.free, "on_hand": now.on_hand, "reserved": now.reserved},
    )


def free(
    subject: str, *, shop_id: int | None = None, sku_code: str = "", why: str = "freed", by: Who, at: datetime
) -> int:
    """End what is kept back for a subject (one SKU of it, or all): not needed any more, or used. Idempotent; returns
    how many reservations ended."""
    rows = Reservation.objects.filter(subject=subject, ended_at=None)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if sku_code:
        rows = rows.filter(sku__code=sku_code)
    return sum(end_reservation(pk, why=why, by=by, at=at) for pk in rows.order_by("pk").values_list("pk", flat=True))


def end_reservation(reservation_id: int, *, why: str, by: Who, at: datetime) -> bool:
    """One reservation ends, once: who comes second finds it ended."""
    if not Reservation.objects.filter(pk=reservation_id, ended_at=None).update(ended_at=at, ended_why=why[:12]):
        return False
    row = Reservation.objects.select_related("sku").get(pk=reservation_id)
    Stock.objects.filter(pk=row.sku_id).update(reserved=F("reserved") - row.qty, free=F("free") + row.qty)
    deadlines.settle(f"reservation:{row.pk}", at=at)
    payload = events.StockFreed(
        sku=row.sku_id, sku_code=row.sku.code, qty=row.qty, free=_free(row.sku_id), why=row.ended_why, about=row.subject
    )
    announce(payload, shop_id=row.shop_id, subject=f"sku:{row.sku_id}", by=by, at=at)
    return True


def _free(sku_id: int) -> int:
    return int(Stock.objects.filter(pk=sku_id).values_list("free", flat=True).first() or 0)
