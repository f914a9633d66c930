"""Whom the lane and the streams believe: a session is remembered for some seconds, but not past its sign-out."""

import pytest
from django.conf import settings

from xiaoer.kernel.testing import Cast
from xiaoer.reception import lane_auth

pytestmark = pytest.mark.django_db


def test_a_sign_out_works_at_once(cast: Cast) -> None:
    me = cast.as_("anan")
    headers = {b"cookie": f"{settings.SESSION_COOKIE_NAME}={me.client.session.session_key}".encode()}
    viewer = lane_auth.find(headers, True)
    assert viewer is not None and viewer.id == cast.staff["anan"].pk
    assert lane_auth.find(headers, False) is viewer, "remembered"
    me.delete("/api/session")
    assert lane_auth.find(headers, True) is None
