"""Files that buyers send, made by hand: a PDF, a Word letter, a film; and a small clamd that speaks INSTREAM."""

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
PLACE = b"+30.2741+120.1551/"


def office(part: str = "word/document.xml", more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {"[Content_Types].xml": b"<Types/>", part: b"<w/>", **(more or {})}.items():
            packed.writestr(name, data)
    return out.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack("!L", 8 + len(body)) + kind + body


def film(seconds: int = 8, brand: bytes = b"isom", extra: bytes = b"") -> bytes:
    """Not a film that plays, but one whose boxes are all in their places; with the place where it was taken."""
    header = bytes(12) + struct.pack("!LL", 1000, seconds * 1000) + bytes(80)
    moov = box(b"mvhd", header) + box(b"udta", b"\xa9xyz" + PLACE) + box(b"trak", box(b"meta", PLACE))
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"moov", moov) + box(b"mdat", b"\x01" * 900) + extra


class FakeClamd:
    """Answers INSTREAM as clamd does: finds EICAR, says OK to everything else."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.seen: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"clamd:127.0.0.1:{self.port}"

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            with line:
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        stream = line.makefile("rb")
        if stream.read(10) != b"zINSTREAM\0":
            line.sendall(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            data += stream.read(size)
        self.seen.append(data)
        line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0")


@contextmanager
def fake_clamd() -> Iterator[FakeClamd]:
    server = FakeClamd()
    try:
        yield server
    finally:
        server.socket.close()
