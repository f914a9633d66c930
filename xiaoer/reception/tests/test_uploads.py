"""Pictures: unpacked and packed anew, refused when they are something else, served to whom they concern."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.reception.models import Upload
from xiaoer.reception.pictures import read_picture
from xiaoer.reception.queries import attachments
from xiaoer.reception.settings import UPLOADS_PER_BUYER
from xiaoer.reception.tests.people_in_talks import Buyer, says

pytestmark = pytest.mark.django_db
TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif"]
MOST = 10 * 1024 * 1024
SCRIPT = b"<script>alert(document.cookie)</script>"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (180, 30, 40)).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(caller: Caller, data: bytes, url: str = "/api/buyer/uploads", name: str = "a.png", **form: Any) -> Any:
    return caller.client.post(url, {"file": SimpleUploadedFile(name, data), **form})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_pictures_come_out_as_pixels_only(kind: str) -> None:
    clean = read_picture(picture(kind) + SCRIPT, types=TYPES, most_bytes=MOST)
    assert SCRIPT not in clean.data and (clean.width, clean.height) == (40, 30)
    assert Image.open(io.BytesIO(clean.data)).size == (40, 30)


def test_place_and_camera_are_lost_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "PhoneMaker"
    exif.get_ifd(0x8825)[2] = (30.0, 16.0, 0.0)
    clean = read_picture(picture("JPEG", (40, 20), exif=exif), types=TYPES, most_bytes=MOST)
    again = Image.open(io.BytesIO(clean.data))
    assert (clean.width, clean.height) == (20, 40) and not again.getexif() and b"PhoneMaker" not in clean.data


def test_text_in_a_png_is_lost() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    clean = read_picture(picture(pnginfo=info), types=TYPES, most_bytes=MOST)
    assert SCRIPT not in clean.data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<!doctype html>" + SCRIPT,
        b"GIF89a/*" + SCRIPT + b"*/=1;",
        b"\x89PNG\r\n\x1a\n" + SCRIPT,
        picture()[:60],
        picture("BMP"),
        b"%PDF-1.4\n",
        b"PK\x03\x04" + b"\x00" * 60,
    ],
    ids=["empty", "svg", "html", "gif-polyglot", "png-polyglot", "cut", "bmp", "pdf", "zip"],
)
def test_what_is_no_picture_is_refused(cast: Cast, data: bytes, tmp_path: Path) -> None:
    buyer = Buyer()
    with nothing_changes(Upload):
        response = send(buyer, data)
    assert response.status_code == 422 and "file" in response.json()["error"]["fields"], response.content
    assert not list(tmp_path.iterdir())


def test_too_many_bytes_and_too_many_pixels() -> None:
    with pytest.raises(Invalid) as refusal:
        read_picture(picture("BMP", (400, 400)), types=TYPES, most_bytes=1000)
    assert "MB" in refusal.value.fields["file"].zh
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(Invalid) as refusal:
        read_picture(bomb.getvalue(), types=TYPES, most_bytes=MOST)
    assert "尺寸过大" in refusal.value.fields["file"].zh


def test_a_long_side_is_made_shorter() -> None:
    clean = read_picture(picture("JPEG", (6000, 300)), types=TYPES, most_bytes=MOST)
    assert (clean.width, clean.height) == (4096, 205)


def test_the_shops_limit_holds(cast: Cast) -> None:
    cast.as_("owner").put(f"/api/policy/upload_max_bytes?shop={cast.tmall.pk}", {"value": 200, "reason": "测试小限额"})
    buyer = Buyer()
    with nothing_changes(Upload):
        assert send(buyer, picture("BMP", (90, 90))).status_code == 422


def test_only_those_concerned_see_it(cast: Cast) -> None:
    buyer, other = Buyer(), Buyer()
    made = send(buyer, picture(), name="../../etc/衣服.png").json()
    row = Upload.objects.get()
    assert row.name == "衣服.png" and row.mime == "image/png" and row.customer_id
    plain = f"/uploads/{made['id']}"
    for caller in (buyer, cast.as_("quanquan"), cast.as_("warehouse")):
        answer = caller.client.get(plain)
        assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
        assert "private" in answer["Cache-Control"] and answer.getvalue().startswith(b"\x89PNG")
    for caller in (other, cast.as_("stranger"), Caller()):
        assert caller.client.get(plain).status_code == 404
    assert Caller().client.get(made["url"]).status_code == 200
    assert Caller().client.get(made["url"][:-1] + ("0" if made["url"][-1] != "0" else "1")).status_code == 404
    assert Caller().client.get(made["url"].replace("?t=", "?t=9")).status_code == 404
    ticket = made["url"].partition("?")[2]
    assert Caller().client.get(f"/uploads/{made['id'] + 1}?{ticket}").status_code == 404
    for strange in ("../secret_key", "9" * 30, "x", "%00"):
        assert cast.as_("owner").client.get(f"/uploads/{strange}").status_code == 404


def test_an_agents_picture_reaches_the_buyer_only_when_it_was_sent(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk()
    agent = cast.as_("quanquan")
    agent.post(f"/api/conversations/{talk}/take")
    made = send(agent, picture(), "/api/uploads", conversation=talk).json()
    internal = send(agent, picture(), "/api/uploads", shop=cast.tmall.pk).json()
    assert buyer.client.get(f"/uploads/{made['id']}").status_code == 404
    kept = attachments([made["id"]], shop_id=cast.tmall.pk, customer_id=None)
    says(talk, cast.who("quanquan"), "", kind="image", attachments=kept)
    says(talk, cast.who("quanquan"), "内部", kind="note", attachments=[internal])
    assert buyer.client.get(f"/uploads/{made['id']}").status_code == 200
    assert buyer.client.get(f"/uploads/{internal['id']}").status_code == 404
    shown = [m for m in buyer.get("/api/buyer/messages")["items"] if m["kind"] == "image"]
    assert Caller().client.get(shown[0]["attachments"][0]["url"]).status_code == 200


def test_attachments_are_ones_own(cast: Cast) -> None:
    buyer, other = Buyer(), Buyer()
    made = send(buyer, picture()).json()
    mine, hers = (Upload.objects.get().customer_id, other.get("/api/buyer/messages"))
    assert attachments([made["id"]], shop_id=cast.tmall.pk, customer_id=mine)[0]["width"] == 40 and hers
    for shop, customer in ((cast.taobao.pk, mine), (cast.tmall.pk, (mine or 0) + 1)):
        with pytest.raises(Invalid):
            attachments([made["id"]], shop_id=shop, customer_id=customer)


def test_staff_uploads_name_a_shop_of_theirs(cast: Cast) -> None:
    buyer = Buyer()
    with nothing_changes(Upload):
        assert send(cast.as_("anan"), picture(), "/api/uploads").status_code == 422
        assert send(cast.as_("anan"), picture(), "/api/uploads", shop=cast.elsewhere.pk).status_code == 422
        assert send(cast.as_("stranger"), picture(), "/api/uploads", shop=cast.tmall.pk).status_code == 422
        assert send(Caller(), picture(), "/api/uploads", shop=cast.tmall.pk).status_code == 401
        assert send(buyer, picture(), "/api/uploads", shop=cast.tmall.pk).status_code == 401
    assert send(cast.as_("stranger"), picture(), "/api/uploads").status_code == 200


def test_a_flood_of_pictures_is_stopped(cast: Cast) -> None:
    buyer = Buyer()
    send(buyer, picture())
    first = Upload.objects.get()
    Upload.objects.bulk_create(
        Upload(shop=cast.tmall, customer_id=first.customer_id, key=f"k{n}", name="", mime="image/png", size=1, at=NOON)
        for n in range(UPLOADS_PER_BUYER)
    )
    with nothing_changes(Upload):
        assert send(buyer, picture()).status_code == 429


def test_a_post_or_token_that_reaches_no_talk_and_no_case_sees_no_picture(cast: Cast) -> None:
    """Numbers of pictures can be guessed: the scope `orders.import` is no reason to see buyers' photos."""
    bei = Buyer(cast.tmall.slug)
    number = send(bei, picture()).json()["id"]
    wanted = {"name": "ERP", "shops": [cast.tmall.pk], "expires_at": "2036-01-01T00:00:00Z"}
    for scope, status in (("orders.import", 404), ("aftersales.view", 200)):
        secret = cast.as_("owner").post("/api/tokens", {**wanted, "scopes": [scope]}, status=201)["token"]
        Caller({"Authorization": f"Bearer {secret}"}).call("get", f"/uploads/{number}", None, status)
    cast.as_("trainer").call("get", f"/uploads/{number}", None, 404)
    cast.as_("tangtang").call("get", f"/uploads/{number}", None, 200)
    own = send(cast.as_("trainer"), picture(), "/api/uploads", shop=cast.tmall.pk).json()["id"]
    cast.as_("trainer").call("get", f"/uploads/{own}", None, 200)
