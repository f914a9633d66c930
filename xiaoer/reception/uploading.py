"""What comes in as an upload is looked at once, as a whole: kind by content, size by the shop's rules. Pure.

A picture is unpacked and packed anew (`pictures.py`), a document or film is checked (`documents.py`, `movies.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from xiaoer.reception import documents, movies
from xiaoer.reception.documents import ENDINGS, MOV, MP4, WORDS, bad, looks_like
from xiaoer.reception.pictures import read_picture, thumbnail

RULES = ("upload_types", "upload_max_bytes", "upload_file_max_bytes", "upload_video_max_bytes", "upload_video_seconds")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the shop's rules allow; the names are those of the rules without their first word."""

    types: Sequence[str]
    max_bytes: int
    file_max_bytes: int
    video_max_bytes: int
    video_seconds: int

    @property
    def most(self) -> int:
        return max(self.max_bytes, self.file_max_bytes, self.video_max_bytes)


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked upload, ready to be stored."""

    data: bytes
    mime: str
    width: int | None = None
    height: int | None = None
    thumb: bytes | None = None


def check_upload(data: bytes, name: str, limits: Limits) -> Checked:
    """The upload as it is kept, or a refusal that says what to send instead."""
    if not data:
        raise bad("文件是空的", "The file is empty")
    kind = looks_like(data)
    if kind == "image/*" or (not kind and _says_picture(name)):
        picture = read_picture(data, types=limits.types, most_bytes=limits.max_bytes)
        return Checked(picture.data, picture.mime, picture.width, picture.height, thumbnail(picture))
    if not kind or kind not in limits.types:
        raise _not_allowed(limits.types)
    movie = kind in (MP4, MOV)
    _require_small(len(data), limits.video_max_bytes if movie else limits.file_max_bytes, kind)
    _require_honest_name(name, kind)
    if movie:
        kept = movies.read_movie(data, most_seconds=limits.video_seconds)
    else:
        kept = documents.read_document(data, kind)
    return Checked(kept.data, kept.mime)


def _says_picture(name: str) -> bool:
    return name.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic"))


def _not_allowed(types: Sequence[str]) -> Exception:
    allowed = [WORDS.get(one, one) for one in types]
    return bad(
        f"不支持这种文件，可以上传 {'、'.join(allowed)}", f"This kind of file is not taken; send {', '.join(allowed)}"
    )


def _require_small(size: int, most: int, kind: str) -> None:
    if size > most:
        now, mb = f"{size / 1048576:.1f}", f"{most / 1048576:.0f}"
        word = WORDS[kind]
        raise bad(f"{word} 文件 {now} MB，最大 {mb} MB", f"The {word} file has {now} MB; {mb} MB at most")


def _require_honest_name(name: str, kind: str) -> None:
    """A file that says it is something else is not taken: whoever opens it would trust the name."""
    ending = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending and ending not in ENDINGS[kind]:
        word = WORDS[kind]
        raise bad(
            f"文件名是「{ending}」，内容却是 {word}，请改对文件名再传",
            f"The name ends in {ending!r}, but it is {word}; mend the name",
        )
