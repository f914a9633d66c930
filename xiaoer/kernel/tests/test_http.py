"""What every request passes before an area sees it."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xiaoer.aftersales.models import StrayParcel
from xiaoer.customers.models import Customer
from xiaoer.kernel.http import MOST_BYTES, MOST_FROM_BUYERS
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.people.models import Invitation


def test_a_nul_character_is_refused_wherever_it_stands(cast: Cast) -> None:
    anan = cast.as_("anan")
    with nothing_changes(Customer):
        assert anan.call("get", "/api/orders?q=a%00b", None, 422).json()["error"]["code"] == "nul"
        anan.call("get", "/uploads/ab%00cd", None, 404)
        anan.call("patch", "/api/session", {"language": "zh\x00"}, 422)


def test_a_written_backslash_is_text(cast: Cast) -> None:
    refused = cast.as_("anan").patch("/api/session", {"language": "\\u0000"}, status=422)
    assert refused["error"]["code"] != "nul"


def test_every_answer_carries_the_safe_headers(cast: Cast) -> None:
    answer = cast.as_("anan").call("get", "/api/session", None, 200)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Frame-Options"] == "DENY"


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(cast: Cast) -> None:
    """Anybody can be a buyer: a stated length beyond the limit costs no disk."""
    call = cast.as_("anan").client
    for url, most in (("/api/buyer/uploads", MOST_FROM_BUYERS), ("/api/orders/imports", MOST_BYTES)):
        answer = call.post(url, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(most + 1))
        assert answer.status_code == 413 and answer.json()["error"]["code"] == "too_large"
        assert call.post(url, b"x", content_type="text/plain").status_code != 413


HUGE = 10**30
EARLY, LATE = "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"


@pytest.mark.parametrize(
    "url",
    [
        "/api/journal?cursor=²",
        f"/api/journal?cursor={'9' * 5000}",
        f"/api/journal?since={EARLY}",
        f"/api/orders?until={LATE}",
        f"/api/orders?shop={HUGE}",
        f"/api/conversations?box=all&customer={HUGE}",
        f"/api/cases?desk=all&cursor={EARLY}|return|1",
        f"/api/orders?cursor={base64.urlsafe_b64encode(b'0001-01-01T00:00:00+14:00|1').decode()}",
    ],
)
def test_what_no_column_holds_is_the_callers_mistake(cast: Cast, url: str) -> None:
    """SQLite cannot hold it and says so; PostgreSQL can ask for it and finds nothing. Neither breaks."""
    answer = cast.as_("owner").call("get", url)
    assert answer.status_code == 200 or (answer.status_code == 422 and "error" in answer.json())


def test_writing_what_no_column_holds_changes_nothing(cast: Cast) -> None:
    shop, owner = cast.tmall.pk, cast.as_("owner")
    invited = {"name": "小新", "username": "newone", "roles": ["clerk"], "team_ids": [HUGE]}
    stray = {"shop": shop, "waybill": "SF1234567890123", "carrier": "sf", "note": "", "photos": [HUGE]}
    with nothing_changes(Customer, Invitation, StrayParcel, Event):
        owner.post(f"/api/shops/{shop}/invitations", invited, status=422)
        owner.post("/api/dock/strays", stray, status=422)
        body = '{"username": "\\ud800", "password": "x"}'
        assert owner.client.post("/api/session", body, content_type="application/json").status_code == 422


def test_a_new_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if name != "XIAOER_SECRET_KEY"}
    command = [sys.executable, "-c", "import xiaoer.settings"]
    subprocess.run(command, env={**environment, "XIAOER_HOME": str(home)}, check=True)
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
