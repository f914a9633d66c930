"""Short films from a phone (mp4, mov): a tree of boxes (ISO 14496-12). Checked, and relieved of place and camera. Pure.

A film is not packed anew (that would take a codec); but the boxes that carry where and with what it was taken (`udta`,
`meta`, `uuid`) are overwritten with zeros in place and renamed `free`, so that every offset in it stays right.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from xiaoer.reception.documents import MOV, MP4, Document, bad

_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"qt  ", b"hvc1"}
_TOP = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"mfra", b"sidx", b"styp", b"pnot", b"prfl"}
_TELLTALE = {b"udta", b"meta", b"uuid", b"mpvd"}
_INNER = {b"moov", b"trak"}
"""Only these are opened: what tells of the maker stands in them; tables of the film itself are left alone."""


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    start: int
    body: int
    end: int


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[Box]:
    at = start
    while at < end:
        if end - at < 8:
            raise _broken()
        size, kind, body = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8]), at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            raise _broken()
        yield Box(kind, at, body, at + size)
        at += size


def _broken() -> Exception:
    return bad("视频已损坏或不完整，请重新拍摄", "The film is broken or cut off; take it again")


def read_movie(data: bytes, *, most_seconds: int) -> Document:
    """The film without its telltale boxes, or a refusal: not a film, broken, too long."""
    clean = bytearray(data)
    top = list(_boxes(clean, 0, len(clean)))
    brand = bytes(clean[8:12])
    moov = next((box for box in top if box.kind == b"moov"), None)
    if top[0].kind != b"ftyp" or brand not in _BRANDS or moov is None or all(box.kind != b"mdat" for box in top):
        raise bad("不是可以播放的 MP4 或 MOV 视频", "Not an MP4 or MOV film that plays")
    if strange := [box for box in top if box.kind not in _TOP | _TELLTALE]:
        raise bad(
            f"视频里有不认识的内容（{strange[0].kind!r}）", f"The film holds something strange ({strange[0].kind!r})"
        )
    seconds = _seconds(clean, moov)
    if seconds > most_seconds:
        zh = f"视频 {seconds} 秒，最长 {most_seconds} 秒，请剪短后再传"
        raise bad(zh, f"The film lasts {seconds} s; {most_seconds} s at most")
    _blank(clean, top)
    return Document(bytes(clean), MOV if brand == b"qt  " else MP4)


def _seconds(data: bytearray, moov: Box) -> int:
    """The length that the film's header states."""
    for box in _boxes(data, moov.body, moov.end):
        if box.kind == b"mvhd":
            wide = data[box.body] == 1
            at = box.body + (20 if wide else 12)
            scale = int.from_bytes(data[at : at + 4], "big")
            length = int.from_bytes(data[at + 4 : at + (12 if wide else 8)], "big")
            return -(-length // scale) if scale else 0
    raise _broken()


def _blank(data: bytearray, boxes: list[Box]) -> None:
    for box in boxes:
        if box.kind in _TELLTALE:
            data[box.start + 4 : box.start + 8] = b"free"
            data[box.body : box.end] = bytes(box.end - box.body)
        elif box.kind in _INNER:
            _blank(data, list(_boxes(data, box.body, box.end)))
