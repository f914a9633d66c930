"""Collecting the parts of an evidence pack (一键举证包): order, parcels, talk, case, added evidence, photos, journal."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from xiaoer.aftersales import queries as aftersales
from xiaoer.complaints import pack, reading, showing
from xiaoer.complaints.flow import DISPUTE
from xiaoer.complaints.models import Dispute
from xiaoer.complaints.pack_cover import Cover
from xiaoer.complaints.reasons import ITEMS, REASONS
from xiaoer.complaints.rules import DISPUTE_KINDS, OUTCOMES
from xiaoer.customers.queries import mask_name, mask_text
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.events import label_of
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.money import format_yuan
from xiaoer.orders import parcel_reads
from xiaoer.orders import queries as orders
from xiaoer.orders.print_pdf import beijing
from xiaoer.people.queries import names_of, shop_facts
from xiaoer.reception import queries as reception
from xiaoer.reception.actions.uploads import path_of

MOST_TALKS, MOST_MESSAGES = 20, 1000
_NO_TALK = T(
    "部分聊天记录：只有接待客服本人或主管可以导出，请主管生成完整举证包",
    "Some talks: only their agent or a supervisor may take them along; ask a supervisor for the whole pack",
)


def collect(row: Dispute, viewer: Viewer, at: datetime) -> pack.Sealed:
    """Everything there is, as this viewer may see it. Receivers stay masked; internal notes never go in."""
    made = pack.Pack()
    _order(made, row, viewer, at)
    _talks(made, row, viewer)
    _case(made, row, viewer)
    _evidence(made, row, viewer, at)
    _journal(made, row, viewer)
    return pack.sealed(made, _cover(row, viewer), at)


def _order(made: pack.Pack, row: Dispute, viewer: Viewer, at: datetime) -> None:
    found = orders.find(viewer, row.order_id)
    told = orders.described(found, viewer)
    told.pop("seller_remark", None)
    told["lines"] = [orders.described_line(line) for line in found.lines.order_by("line_no", "pk")]
    made.add_json("01-订单.json", told, T("订单与付款记录", "Order and payment"))
    parcels = parcel_reads.of_order(found, viewer, at=at)
    if parcels:
        kept = [{k: v for k, v in one.items() if k in _PARCEL} for one in parcels]
        made.add_json("02-物流轨迹.json", kept, T("物流轨迹", "Courier traces"))
    else:
        made.left_out.append(T("物流轨迹：还没有包裹", "Courier traces: there is no parcel yet"))


_PARCEL = {"carrier_label", "waybill", "state_label", "first_scan_at", "last_scan_at", "signed_at", "traces"}


def _talks(made: pack.Pack, row: Dispute, viewer: Viewer) -> None:
    """What buyer and shop said to each other on the platform, without notes and whispers (R292)."""
    buyer = reading.as_buyer(row.shop_id, row.customer_id)
    mine = set(reception.visible(viewer).filter(customer_id=row.customer_id).values_list("pk", flat=True))
    talks = list(reception.visible(buyer).order_by("-opened_at", "-pk")[:MOST_TALKS])
    if not talks:
        made.left_out.append(T("平台聊天记录：没有会话", "Platform chat: there is none"))
    for number, talk in enumerate(reversed(talks), start=1):
        if talk.pk not in mine:
            if _NO_TALK not in made.left_out:
                made.left_out.append(_NO_TALK)
            continue
        found: list[dict[str, Any]] = []
        after = 0
        while len(found) < MOST_MESSAGES:
            part, _ = reception.messages_page(talk, buyer, after=after, limit=100)
            if not part:
                break
            found += part
            after = int(part[-1]["seq"])
        text = mask_text(pack.chat_text(found, viewer.language))
        made.add(f"03-聊天-{number:02d}.txt", text, T(f"平台聊天记录 {number}", f"Platform chat {number}"))


def _case(made: pack.Pack, row: Dispute, viewer: Viewer) -> None:
    if not row.case_id:
        return
    try:
        case = aftersales.find(viewer, row.case_flow, row.case_id)
    except NotFound:
        return
    flow = aftersales.flow_named(row.case_flow)
    told = {
        "number": case.number,
        "flow": flow.zh,
        "state": flow.state(case.state).zh,
        "opened_at": case.opened_at,
        "requested_fen": case.requested_fen,
        "granted_fen": case.granted_fen,
        "answer": case.answer,
        "steps": _steps(f"{row.case_flow}:{row.case_id}"),
    }
    made.add_json("04-售后单.json", told, T("售后单经过", "After-sales case"))


def _steps(subject: str) -> list[dict[str, Any]]:
    found = Event.objects.filter(subject=subject, for_buyer=True).order_by("number")
    return [{"number": one.number, "at": one.at, "step": label_of(one.kind).zh} for one in found]


def _evidence(made: pack.Pack, row: Dispute, viewer: Viewer, at: datetime) -> None:
    """What was added by hand and the platform accepts; the rest is named as left out (R292)."""
    pieces = showing.dispute(row, viewer, at)["evidence"]
    said = [one for one in pieces if one["text"]]
    if said:
        kept = [{k: one[k] for k in ("label", "channel_label", "text", "at")} for one in said if one["accepted"]]
        made.add_json("05-凭证说明.json", kept, T("凭证说明", "Words of the evidence"))
    for one in pieces:
        if not one["accepted"]:
            name = one["label"]
            made.left_out.append(T(f"{name}：站外记录，平台不认可（R292）", f"{name}: not accepted by the platform"))
            continue
        for photo in one["photos"]:
            _photo(made, photo, one, viewer)


def _photo(made: pack.Pack, photo: dict[str, Any], piece: dict[str, Any], viewer: Viewer) -> None:
    try:
        held = reception.find_upload(str(photo["id"]), viewer, "")
        data = path_of(held.key).read_bytes()
    except (NotFound, OSError):
        name = ITEMS[piece["item"]].label
        made.left_out.append(T(f"{name.zh}：照片 {photo['id']} 已不在", f"{name.en}: photo {photo['id']} is gone"))
        return
    ending = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}.get(held.mime, "bin")
    label = ITEMS[piece["item"]].label
    made.add(f"06-照片-{photo['id']}.{ending}", data, label)


def _journal(made: pack.Pack, row: Dispute, viewer: Viewer) -> None:
    """The lines about the dispute, its order and its case that this viewer may read, in their order."""
    subjects = [f"dispute:{row.pk}", f"order:{row.order_id}"]
    if row.case_id:
        subjects.append(f"{row.case_flow}:{row.case_id}")
    lines = [
        one
        for one in Event.objects.filter(Q(subject__in=subjects), shop_id=row.shop_id).order_by("number")
        if not one.perm or viewer.may(one.perm, row.shop_id)
    ]
    labels = {one.number: label_of(one.kind).zh for one in lines}
    made.add("07-流水.jsonl", pack.journal_lines(lines, labels), T("系统流水（哈希链）", "Journal (hash chain)"))


def _cover(row: Dispute, viewer: Viewer) -> Cover:
    steps = showing.timeline(DISPUTE, row, "zh")
    who = names_of([viewer.id]).get(viewer.id, "") if viewer.id and viewer.kind == "staff" else ""
    money = format_yuan(row.claim_fen) if row.claim_fen is not None else ""
    outcome = OUTCOMES[row.outcome].zh if row.outcome else ""
    return Cover(
        row.number,
        row.platform_no,
        shop_facts(row.shop_id).name,
        row.order.order_no,
        mask_name(row.customer.nick),
        f"{DISPUTE_KINDS[row.kind].zh} · {REASONS[row.reason].label.zh}",
        mask_text(row.claim),
        mask_text(row.statement or row.reply),
        who,
        tuple((a, b) for a, b in (("诉求金额", money), ("发起时间", beijing(row.raised_at)), ("判定", outcome)) if b),
        tuple((beijing(one["at"]), one["label"], "") for one in steps if one["target"]),
    )
