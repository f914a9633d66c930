"""The words of the pages: what the server can name, both languages can say."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from xiaoer.kernel import deadlines

I18N = Path(__file__).parents[1] / "web" / "src" / "i18n"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_area_has_its_word(language: str) -> None:
    """The journal shows the area of each event; a new area without a word showed its key there."""
    block = re.search(r"^  area: \{$(.*?)^  \}", (I18N / language / "common.ts").read_text(), re.M | re.S)
    assert block
    words = set(re.findall(r"^    (\w+):", block[1], re.M))
    assert {"kernel", *settings.AREAS} - words == set()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_clock_has_its_word(language: str) -> None:
    """The page of deadlines showed `followup_sweep` and `idle_close` to people."""
    words = set(re.findall(r"^    (\w+):", (I18N / language / "deadlines.ts").read_text(), re.M))
    assert {kind for kind in deadlines.DUE if kind.isidentifier() and kind != "bell"} - words == set()
