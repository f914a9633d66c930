"""QR codes inside pictures (图片里的二维码, R619): what a code says is read as text and checked like any other words."""

import io

import zxingcpp
from PIL import Image

MARK = "二维码："
"""How the content of a code stands before the rules: 二维码：https://..."""
SIDE = 1600
"""Larger pictures are made smaller first: a code that a phone can scan survives it."""
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode])


def codes_in(data: bytes) -> tuple[str, ...]:
    """What the QR codes of a picture say, each as a text for the rules; () for what is no readable picture."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("L", (SIDE, SIDE))
            grey = picture.convert("L")
    except (OSError, ValueError, Image.DecompressionBombError):
        return ()
    grey.thumbnail((SIDE, SIDE))
    found = zxingcpp.read_barcodes(grey, formats=_FORMATS)
    return tuple(dict.fromkeys(MARK + one.text for one in found if one.text.strip()))
