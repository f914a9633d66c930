"""What may come in as a picture. The bytes are unpacked and packed anew: nothing but pixels survives.

Metadata (place, camera, EXIF), trailing bytes, scripts in SVG and files that are two things at once (a picture that is
also a web page) are lost on the way. Pure apart from Pillow: no Django, no files.
"""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.reception.settings import LONGEST_SIDE, MOST_PIXELS, THUMB_BYTES, THUMB_SIDE

_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "MPO": "image/jpeg"}
_WORDS = {"image/jpeg": "JPG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture, ready to be stored."""

    data: bytes
    mime: str
    width: int
    height: int


def _bad(zh: str, en: str) -> Invalid:
    return Invalid(code="bad_upload", fields={"file": T(zh, en)})


def read_picture(data: bytes, *, types: Sequence[str], most_bytes: int) -> Picture:
    """The picture in `data`, packed anew, or a refusal that says what to send instead."""
    if not data:
        raise _bad("文件是空的", "The file is empty")
    if len(data) > most_bytes:
        size, most = f"{len(data) / 1048576:.1f}", f"{most_bytes / 1048576:.0f}"
        raise _bad(f"图片 {size} MB，最大 {most} MB，请压缩后再传", f"The picture has {size} MB; at most {most} MB")
    allowed = "、".join(_WORDS.get(one, one) for one in types)
    formats = [name for name, mime in _MIMES.items() if mime in types]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=formats) as image:
                return _repack(image)
    except UnidentifiedImageError:
        raise _bad(f"不是可以识别的图片，请上传 {allowed}", f"Not a picture we know; send {allowed}") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Invalid:
        raise
    except Exception:  # Pillow's readers raise many kinds on broken files; all mean the same to the sender
        raise _bad("图片已损坏，打不开，请重新拍照或截图", "The picture is broken; take it again") from None


def _too_large() -> Invalid:
    millions = MOST_PIXELS // 1_000_000
    return _bad(
        f"图片尺寸过大（超过 {millions} 百万像素），请缩小后再传", f"More than {millions} megapixels; make it smaller"
    )


def _repack(image: Image.Image) -> Picture:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    mime = _MIMES[str(image.format)]
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # first of all: a small file may hold 60 million pixels
    image.load()
    upright = ImageOps.exif_transpose(image)
    out = io.BytesIO()
    if mime == "image/jpeg":
        upright.convert("RGB").save(out, "JPEG", quality=88, optimize=True)
    elif mime == "image/webp":
        _plain(upright).save(out, "WEBP", quality=88)
    else:  # a moving GIF keeps its first picture
        mime = "image/png"
        _plain(upright).save(out, "PNG")
    return Picture(out.getvalue(), mime, upright.width, upright.height)


def thumbnail(picture: Picture) -> bytes | None:
    """A small WebP for lists and bubbles; None when the picture itself is small enough."""
    if max(picture.width, picture.height) <= THUMB_SIDE and len(picture.data) <= THUMB_BYTES:
        return None
    with Image.open(io.BytesIO(picture.data)) as image:
        image.thumbnail((THUMB_SIDE, THUMB_SIDE))
        out = io.BytesIO()
        _plain(image).save(out, "WEBP", quality=80)
    return out.getvalue()


def _plain(image: Image.Image) -> Image.Image:
    """Pixels only: a new picture that carries none of the old one's text chunks or profiles."""
    mode = "RGBA" if image.mode in ("RGBA", "LA", "P", "PA") else "RGB"
    plain = Image.new(mode, image.size)
    plain.paste(image.convert(mode))
    return plain
