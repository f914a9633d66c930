"""The readings of a text that rules look at. Pure.

plain   folded: half-width, simplified, small, nothing invisible
clause  plain without spaces and ornaments (微❤信, 微 . 信); punctuation that ends a clause is a comma
tight   clause without the commas: for words that somebody tears apart on purpose
"""

from __future__ import annotations

import re

from xiaoer.kernel.text import FOLD, CharTable, fold_char

# Letters of other alphabets that look like Latin ones (ԛԛ, νх): a contact in disguise.
_LOOKALIKES = str.maketrans("аеорсухіѕԛԝνορϲ", "aeopcyxisqwvopc")
_BREAKS = frozenset(",。!?;\n\r，！？；…")
_KEPT = frozenset("%")
# Han strokes that nobody writes but as ornaments: 加丨V丨信.
_ORNAMENTS = frozenset("丨丶丿亅乀乁乚丷ー")
_SPOKEN = {"+": "加", "➕": "加", "✚": "加"}
_PICTURES = {
    **dict.fromkeys("❤♥💗💖💕💓🧡💛💚💙💜🤍🫶", "心"),
    **dict.fromkeys("🐔🐥🐤🐣🐓", "机"),
    **dict.fromkeys("📱📲", "手机"),
    **dict.fromkeys("☎📞", "电话"),
    **dict.fromkeys("💰💵💴💸", "钱"),
    **dict.fromkeys("📧✉📩📮", "邮箱"),
    **dict.fromkeys("🛰📡", "卫星"),
    "🐧": "企鹅",
    "🧧": "红包",
    "🎫": "票",
    "💳": "银行卡",
    "🐶": "狗",
    "🔗": "链接",
}

PICTURE = re.compile(f"[{''.join(_PICTURES)}]")
"""Without such a sign the spoken reading is the tight one."""


class ClauseTable(CharTable):
    def fold(self, char: str) -> str:
        if char in _SPOKEN:
            return _SPOKEN[char]
        return "".join(self._keep(c) for c in fold_char(char).translate(_LOOKALIKES))

    def _keep(self, char: str) -> str:
        if (char.isalnum() or char in _KEPT) and char not in _ORNAMENTS:
            return char
        return "," if char in _BREAKS else _SPOKEN.get(char, "")


class TightTable(ClauseTable):
    def _keep(self, char: str) -> str:
        return super()._keep(char).replace(",", "")


class SpokenTable(TightTable):
    """Tight, and pictures that stand for a word are that word: 手🐔 is 手机, 微❤ is 微心."""

    def fold(self, char: str) -> str:
        return _PICTURES.get(char) or super().fold(char)


TABLES: dict[str, CharTable] = {"plain": FOLD, "clause": ClauseTable(), "tight": TightTable(), "spoken": SpokenTable()}
