"""Files beside pictures: known by content, scanned before they are served, counted, swept; the queue that she is told."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing as django_signing
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from xiaoer.kernel import clock
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.reception import actions
from xiaoer.reception.documents import DOCX, MOV, MP4, TEXT, XLSX, named
from xiaoer.reception.documents import PDF as PDF_MIME
from xiaoer.reception.models import Conversation, Upload
from xiaoer.reception.signing import opens
from xiaoer.reception.tasks import scan_waiting
from xiaoer.reception.tests.made_files import EICAR, PDF, PLACE, FakeClamd, box, fake_clamd, film, office
from xiaoer.reception.tests.people_in_talks import Buyer, an_order, buyer_who, says
from xiaoer.reception.uploading import Limits, check_upload

pytestmark = pytest.mark.django_db
TYPES = ["image/jpeg", "image/png", PDF_MIME, DOCX, XLSX, TEXT, MP4, MOV]
LIMITS = Limits(TYPES, 5_000_000, 2_000_000, 3_000_000, 60)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def photo(size: tuple[int, int] = (900, 700)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def send(caller: Caller, data: bytes, name: str = "说明.pdf", url: str = "/api/buyer/uploads", **form: Any) -> Any:
    return caller.client.post(url, {"file": SimpleUploadedFile(name, data), **form})


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (PDF, "发票.pdf", PDF_MIME),
        (office(), "说明.docx", DOCX),
        (office("xl/workbook.xml"), "尺码表.xlsx", XLSX),
        ("亲，衣服收到了\r\n尺码偏小".encode("gb18030"), "留言.txt", TEXT),
        (film(), "开箱.mp4", MP4),
        (film(brand=b"qt  "), "IMG_0001.MOV", MOV),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, name: str, mime: str) -> None:
    assert check_upload(data, name, LIMITS).mime == mime


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><body>hi</body></html>", "说明.txt"),
        (b"  <svg onload='alert(1)'/>", "图.txt"),
        (b"#!/bin/sh\nrm -rf /\n", "run.txt"),
        (b"MZ\x90\x00" + bytes(200), "安装.exe"),
        (b"\x7fELF" + bytes(200), "a.pdf"),
        (PDF, "发票.exe"),
        (PDF, "发票.docx"),
        (b"plain words", "页面.html"),
        (PDF[:30], "断.pdf"),
        (PDF.replace(b"/Pages", b"/OpenAction<</S/JavaScript>>/Pages"), "脚本.pdf"),
        (office(more={"word/vbaProject.bin": b"x"}), "宏.docx"),
        (office(more={"word/embeddings/oleObject1.bin": b"x"}), "嵌.docx"),
        (office("other/part.xml"), "包.docx"),
        (b"PK\x03\x04" + bytes(90), "假.xlsx"),
        (film(seconds=61), "长.mp4"),
        (film()[:-40], "断.mp4"),
        (film(extra=box(b"evil", b"<script>")), "夹带.mp4"),
        (film() + b"<html>", "尾巴.mp4"),
        (box(b"ftyp", b"isom" + bytes(8)), "空.mp4"),
        (film(brand=b"heic"), "图.mp4"),
        (b"", "空.txt"),
        (PDF + bytes(2_000_000) + b"%%EOF", "大.pdf"),
    ],
)
def test_what_may_hurt_or_lies_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_upload(data, name, LIMITS)
    assert refusal.value.code == "bad_upload" and refusal.value.fields["file"].zh


def test_a_zip_that_unpacks_to_a_mountain_is_refused() -> None:
    bomb = office(more={f"word/{n}.xml": bytes(30_000_000) for n in range(7)})
    assert len(bomb) < 1_000_000
    with pytest.raises(Invalid) as refusal:
        check_upload(bomb, "炸弹.docx", LIMITS)
    assert "过大" in refusal.value.fields["file"].zh


def test_a_film_loses_the_place_where_it_was_taken_and_keeps_its_length() -> None:
    clean = check_upload(film(), "开箱.mp4", LIMITS)
    assert PLACE in film() and PLACE not in clean.data and len(clean.data) == len(film())
    assert clean.data.endswith(b"\x01" * 900) and clean.data.count(b"free") == 2


def test_names_tell_the_truth() -> None:
    assert named('发票"2026".pdf', PDF_MIME) == "发票2026.pdf"
    assert named("\u202efdp.exe", PDF_MIME) == "fdp.exe.pdf"
    assert named("...", TEXT) == "file.txt"


def test_a_file_goes_out_as_a_download(cast: Cast) -> None:
    buyer = Buyer()
    made = send(buyer, PDF, "发票.pdf").json()
    assert (
        made["name"] == "发票.pdf" and made["size"] == len(PDF) and made["mime"] == PDF_MIME and made["width"] is None
    )
    answer = cast.as_("quanquan").client.get(f"/uploads/{made['id']}")
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%8F%91")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert answer.getvalue() == PDF
    text = send(buyer, "你好".encode("gb18030"), "a.txt").json()
    answer = buyer.client.get(f"/uploads/{text['id']}")
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer.getvalue().decode() == "你好"


def test_a_film_is_served_in_pieces(cast: Cast) -> None:
    buyer = Buyer()
    made = send(buyer, film(), "开箱.mp4").json()
    answer = Caller().client.get(made["url"], headers={"Range": "bytes=4-7"})
    assert answer.status_code == 206 and answer.content == b"ftyp"
    assert answer["Content-Range"] == f"bytes 4-7/{len(film())}"
    assert Caller().client.get(made["url"], headers={"Range": "bytes=99999-"}).status_code == 416
    assert Caller().client.get(made["url"])["Accept-Ranges"] == "bytes"


def test_a_large_picture_has_a_small_one(cast: Cast) -> None:
    buyer = Buyer()
    made = send(buyer, photo(), "a.jpg").json()
    small = buyer.client.get(f"/uploads/{made['id']}?size=thumb")
    assert small["Content-Type"] == "image/webp" and max(Image.open(io.BytesIO(small.getvalue())).size) == 480
    assert buyer.client.get(f"/uploads/{made['id']}")["Content-Type"] == "image/jpeg"
    tiny = send(buyer, photo((60, 40)), "b.jpg").json()
    assert buyer.client.get(f"/uploads/{tiny['id']}?size=thumb")["Content-Type"] == "image/jpeg"
    assert Buyer().client.get(f"/uploads/{made['id']}?size=thumb").status_code == 404


def test_a_signature_runs_out_and_opens_one_file_only(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = send(Buyer(), PDF).json()
    ticket = made["url"].partition("?t=")[2]
    assert opens(ticket, made["id"]) and not opens(ticket, made["id"] + 1)
    old = django_signing.TimestampSigner(salt="xiaoer.media")
    monkeypatch.setattr(old, "timestamp", lambda: django_signing.b62_encode(1_700_000_000))
    expired = old.sign(str(made["id"])).partition(":")[2]
    assert Caller().client.get(f"/uploads/{made['id']}?t={expired}").status_code == 404


# ------------------------------------------------------------------------------------------------ the scanner


@pytest.fixture
def clamd(settings: Any) -> Any:
    with fake_clamd() as server:
        settings.SCAN = server.address
        yield server


def test_an_infected_file_is_refused_and_written_down(cast: Cast, clamd: FakeClamd, tmp_path: Path) -> None:
    buyer = Buyer()
    answer = send(buyer, EICAR, "eicar.txt")
    assert not Upload.objects.exists()
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "infected"
    assert "Eicar-Test-Signature" in answer.json()["error"]["fields"]["file"]
    (event,) = Event.objects.filter(kind="upload.refused")
    assert event.payload["found"] == "Eicar-Test-Signature" and event.actor.startswith("buyer:")
    assert clamd.seen == [EICAR] and not list(tmp_path.rglob("*.*"))


def test_a_clean_file_is_served_at_once(cast: Cast, clamd: FakeClamd) -> None:
    made = send(Buyer(), b"a" * 200_000, "长.txt").json()
    assert made["state"] == "" and Upload.objects.get().scan == "clean" and len(clamd.seen[0]) == 200_000
    assert Caller().client.get(made["url"]).status_code == 200


def test_nothing_is_served_before_the_scanner_looked(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.SCAN = "clamd:127.0.0.1:1"
    buyer = Buyer()
    good, worse = send(buyer, PDF).json(), send(buyer, b"text", "b.txt").json()
    assert good["state"] == worse["state"] == "pending"
    assert Caller().client.get(good["url"]).status_code == 409
    assert scan_waiting(cast.tmall.pk) == 0 and Caller().client.get(good["url"]).status_code == 409
    row = Upload.objects.get(pk=worse["id"])
    path = actions.uploads.path_of(row.key)
    path.write_bytes(EICAR)
    with fake_clamd() as server, django_capture_on_commit_callbacks(execute=True):
        settings.SCAN = server.address
        assert scan_waiting(cast.tmall.pk) == 2
    assert Caller().client.get(good["url"]).status_code == 200
    assert Caller().client.get(worse["url"]).status_code == 410 and not path.exists()
    said = list(Event.objects.filter(kind="upload.scanned").order_by("number").values_list("payload__state", flat=True))
    assert said == ["clean", "infected"]


def test_the_clock_brings_waiting_files_to_the_scanner(cast: Cast, settings: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    settings.SCAN = "clamd:127.0.0.1:1"
    send(Buyer(), PDF)
    fire_due(NOON + timedelta(minutes=2))
    assert DBTaskResult.objects.filter(task_path="xiaoer.reception.tasks.scan_uploads").count() == 1


def test_a_file_from_before_the_scanner_waits_for_it(cast: Cast, settings: Any) -> None:
    made = send(Buyer(), PDF).json()
    assert Caller().client.get(made["url"]).status_code == 200
    with fake_clamd() as server:
        settings.SCAN = server.address
        assert Caller().client.get(made["url"]).status_code == 409
        assert scan_waiting(cast.tmall.pk) == 1
        assert Caller().client.get(made["url"]).status_code == 200


@pytest.mark.parametrize(("script", "status"), [("exit 0", 200), ("echo stream: Bad FOUND; exit 1", 422)])
def test_a_command_may_scan(cast: Cast, settings: Any, script: str, status: int) -> None:
    settings.SCAN = f"command:sh -c 'cat > /dev/null; {script}'"
    assert send(Buyer(), PDF).status_code == status


# ------------------------------------------------------------------------------------------------ quota and sweep


def test_a_buyer_has_a_days_share(cast: Cast) -> None:
    cast.as_("owner").put(f"/api/policy/upload_buyer_daily?shop={cast.tmall.pk}", {"value": 2, "reason": "测试小限额"})
    buyer, other = Buyer(), Buyer()
    assert [send(buyer, PDF).status_code for _ in range(2)] == [200, 200]
    with nothing_changes(Upload):
        answer = send(buyer, PDF)
    assert answer.status_code == 429 and "2 个文件" in answer.json()["error"]["message"]
    assert send(other, PDF).status_code == 200
    with clock.frozen(NOON + timedelta(hours=25)):
        assert send(buyer, PDF).status_code == 200


def test_what_nothing_carries_is_swept(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    an_order(cast)
    buyer = Buyer()
    talk = buyer.talk()
    kept, proof, lost = (send(buyer, photo(), f"{n}.jpg").json()["id"] for n in range(3))
    ours = send(cast.as_("quanquan"), PDF, url="/api/uploads", shop=cast.tmall.pk).json()["id"]
    with transaction():
        actions.use_uploads([kept])
    buyer.prove()
    order = buyer.get("/api/buyer/orders")["items"][0]
    asked = {"kind": "return", "reason": "quality", "amount_fen": 100, "photos": [proof]}
    lines = [{"line": order["lines"][0]["id"], "qty": 1}]
    buyer.post("/api/buyer/cases/return", {"order": order["id"], "lines": lines, **asked}, status=201)
    path = actions.uploads.path_of(Upload.objects.get(pk=lost).key)
    fire_due(NOON + timedelta(hours=2))
    assert Upload.objects.count() == 4 and talk
    with clock.frozen(NOON + timedelta(hours=30)), django_capture_on_commit_callbacks(execute=True):
        fire_due(clock.now())
    assert set(Upload.objects.values_list("pk", flat=True)) == {kept, proof, ours} and not path.exists()
    assert Event.objects.get(kind="upload.swept").payload == {"count": 1}


# ------------------------------------------------------------------------------------------------ the queue she is told


def test_she_is_told_how_many_stand_before_her(cast: Cast) -> None:
    first, second = Buyer(), Buyer()
    assert first.get("/api/buyer/queue")["waiting"] is False
    for place, buyer in enumerate((first, second)):
        talk = buyer.talk()
        assert buyer.get("/api/buyer/queue")["waiting"] is False
        says(talk, buyer_who(talk), "在吗", at=NOON + timedelta(seconds=place))
    told = second.get("/api/buyer/queue")
    assert told["waiting"] and told["ahead"] == 1 and told["more"] is False and told["open"] is True
    assert first.get("/api/buyer/queue")["ahead"] == 0
    assert told["expected_seconds"] is None
    cast.as_("quanquan").post(f"/api/conversations/{Conversation.objects.order_by('pk')[0].pk}/take")
    assert first.get("/api/buyer/queue")["waiting"] is False and second.get("/api/buyer/queue")["ahead"] == 0


def test_a_long_queue_is_counted_to_a_limit_by_its_index(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from xiaoer.reception.tests.test_plans import fill
    from xiaoer.reception.waiting import place_of

    fill(cast, "queued", many=150)
    last = Conversation.objects.order_by("-waiting_since").first()
    assert last is not None
    with CaptureQueriesContext(connection) as queries:
        place = place_of(last, at=NOON)
    assert place is not None and (place.ahead, place.more) == (99, True)
    assert "LIMIT 100" in queries[0]["sql"]
