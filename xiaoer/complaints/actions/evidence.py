"""Evidence of a dispute: added piece by piece, the desk's own records by themselves (凭证)."""

from collections.abc import Sequence
from datetime import datetime

from xiaoer.aftersales.links import pictures, use_pictures
from xiaoer.complaints import events, forms
from xiaoer.complaints.flow import DISPUTE
from xiaoer.complaints.models import Dispute, Evidence
from xiaoer.complaints.reading import accepted_channels, collected
from xiaoer.complaints.reasons import ITEMS
from xiaoer.complaints.rules import CHANNELS, CHATS
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T


def store(
    row: Dispute, item: str, channel: str, text: str, photos: Sequence[int], *, by: Who, at: datetime
) -> Evidence:
    if photos:
        pictures(photos, shop_id=row.shop_id)
        use_pictures(photos)
    piece = Evidence.objects.create(
        dispute=row, item=item, channel=channel, text=text[:1000], photos=list(photos), by=str(by), at=at
    )
    good = channel not in CHATS or channel in accepted_channels(row.shop_id, at=at)
    said = events.EvidenceAdded(number=row.number, item=item, channel=channel, accepted=good)
    announce(said, shop_id=row.shop_id, subject=f"dispute:{row.pk}", by=by, at=at)
    return piece


def add_evidence(row: Dispute, form: forms.AddEvidence, *, by: Who, at: datetime) -> Evidence:
    """A piece added by hand. A record of a talk outside the platform is kept but refused as evidence (R292)."""
    if DISPUTE.state(row.state).final:
        raise Conflict("dispute_over", "维权单已结束，不能再添加凭证", "The dispute is over; nothing can be added")
    if ITEMS[form.item].kind == "auto":
        label = ITEMS[form.item].label
        raise Invalid(
            fields={"item": T(f"「{label.zh}」由系统自动收集", f"{label.en!r} is collected by the desk itself")}
        )
    if not form.text and not form.photos:
        raise Invalid(fields={"photos": T("请上传照片或写明内容", "Add a photo or write what it says")})
    if form.channel in CHATS and form.channel not in accepted_channels(row.shop_id, at=at):
        name = CHANNELS[form.channel]
        if ITEMS[form.item].kind != "said":
            raise Invalid(
                fields={
                    "channel": T(
                        f"平台不认可「{name.zh}」的记录，请提供平台聊天记录（R292）",
                        f"The platform does not accept records of {name.en}; use its own chat (R292)",
                    )
                }
            )
    return store(row, form.item, form.channel, form.text, form.photos, by=by, at=at)


def drop_evidence(row: Dispute, evidence_id: int, *, by: Who, at: datetime) -> None:
    """A piece added by mistake is taken out again while nothing was submitted."""
    piece = Evidence.objects.filter(dispute=row, pk=evidence_id).first()
    if piece is None:
        raise NotFound("没有这份凭证", "There is no such evidence")
    if row.state not in ("registered", "answered", "evidence", "negotiating", "intervened"):
        raise Conflict("submitted", "已提交平台，不能移除凭证", "It was submitted; nothing can be taken out")
    Evidence.objects.filter(pk=piece.pk).delete()
    said = events.EvidenceDropped(number=row.number, item=piece.item)
    announce(said, shop_id=row.shop_id, subject=f"dispute:{row.pk}", by=by, at=at)


def held_items(row: Dispute) -> set[str]:
    """What of the checklist is there: what the desk holds by itself, and what was added and is accepted."""
    return set(collected(row)) | {one.item for one in Evidence.objects.filter(dispute=row)}


def pack_made(row: Dispute, parts: int, manifest: str, *, by: Who, at: datetime) -> None:
    said = events.PackMade(number=row.number, parts=parts, manifest=manifest)
    announce(said, shop_id=row.shop_id, subject=f"dispute:{row.pk}", by=by, at=at)
