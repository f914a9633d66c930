"""What the demo's buyers show: drawn snapshots and a receipt, taken in like any upload, so that they can be looked at."""

import io
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw

from xiaoer.reception import queries, uploading
from xiaoer.reception.actions import uploads
from xiaoer.reception.documents import PDF
from xiaoer.reception.scanning import NONE, Verdict

_LIMITS = uploading.Limits(["image/jpeg", PDF], 5_000_000, 5_000_000, 0, 0)
_NAMES = {"torn": "脱线位置.jpg", "label": "吊牌.jpg", "receipt": "购买凭证.pdf"}


def attachments(shop_id: int, customer_id: int, shows: list[str], at: datetime) -> list[dict[str, Any]]:
    """The uploads of one message, as it carries them."""
    rows = [keep(shop_id, customer_id, one, at) for one in shows]
    uploads.use_uploads([row.pk for row in rows])
    return [queries.upload_facts(row) for row in rows]


def keep(shop_id: int, customer_id: int, what: str, at: datetime) -> Any:
    name = _NAMES[what]
    checked = uploading.check_upload(_drawn(what), name, _LIMITS)
    belongs = uploads.Belongs(shop_id, customer_id=customer_id)
    return uploads.keep_upload(belongs, checked, uploads.write_files(checked), name, scanned=Verdict(NONE), at=at)


def _drawn(what: str) -> bytes:
    image = Image.new("RGB", (900, 1200) if what == "label" else (1080, 810), (226, 219, 210))
    pen = ImageDraw.Draw(image)
    if what == "torn":
        pen.polygon([(310, 200), (770, 200), (840, 720), (240, 720)], fill=(158, 52, 44))
        pen.line([(450, 450), (495, 495), (477, 528), (528, 558)], fill=(250, 240, 230), width=9)
        pen.ellipse((400, 400, 590, 600), outline=(255, 214, 70), width=8)
    elif what == "label":
        pen.rounded_rectangle((220, 160, 680, 1040), 30, fill=(252, 250, 246), outline=(120, 110, 100), width=4)
        pen.ellipse((425, 200, 475, 250), fill=(226, 219, 210))
        pen.text((300, 330), "QUANQUANJIA", fill=(60, 55, 50), font_size=44)
        pen.text((300, 420), "STYLE 0201   SIZE M", fill=(60, 55, 50), font_size=34)
        for place in range(48):
            pen.rectangle((300 + place * 6, 820, 302 + place * 6 + place % 3, 940), fill=(30, 30, 30))
    else:
        pen.rectangle((0, 0, 1080, 810), fill="white")
        pen.text((90, 80), "RECEIPT", fill=(40, 40, 40), font_size=64)
        for place in range(6):
            pen.line((90, 240 + place * 70, 990, 240 + place * 70), fill=(210, 206, 200), width=3)
    out = io.BytesIO()
    image.save(out, "PDF" if what == "receipt" else "JPEG")
    return out.getvalue()
