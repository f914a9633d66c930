"""The virus scanner that an installation names in XIAOER_SCAN; without one nothing is scanned.

`clamd:/run/clamav/clamd.ctl` or `clamd:127.0.0.1:3310` speaks clamd's INSTREAM protocol: the file goes over the socket
in pieces, each with its length in front, an empty piece ends it, one line comes back. `command:/usr/bin/clamscan -` is
given the file on its standard input and says by its exit code what it found (0 clean, 1 infected, as clamscan does).
Never called inside a transaction.
"""

import shlex
import socket
import struct
import subprocess
from dataclasses import dataclass

from django.conf import settings

from xiaoer.reception.settings import SCAN_TIMEOUT

NONE, PENDING, CLEAN, INFECTED = "none", "pending", "clean", "infected"
PIECE = 64 * 1024


class Unreachable(Exception):
    """The scanner did not answer, or not in words we know: the file stays unserved until it does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is none, pending, clean or infected; `found` is the scanner's name for what it found."""

    state: str
    found: str = ""


def configured() -> bool:
    return bool(settings.SCAN)


def scan(data: bytes) -> Verdict:
    """Look at the file now; pending when the scanner cannot be reached."""
    if not configured():
        return Verdict(NONE)
    try:
        return ask(str(settings.SCAN), data)
    except (Unreachable, OSError, subprocess.SubprocessError):
        return Verdict(PENDING)


def ask(scanner: str, data: bytes) -> Verdict:
    """Ask a scanner, or raise when it gives no answer."""
    kind, _, where = scanner.partition(":")
    if kind == "clamd":
        return _read_answer(_clamd(where, data))
    if kind == "command":
        return _command(where, data)
    raise Unreachable(f"XIAOER_SCAN begins with {kind!r}; it must be clamd: or command:")


def _connect(where: str) -> socket.socket:
    seconds = SCAN_TIMEOUT.total_seconds()
    host, _, port = where.rpartition(":")
    if host and port.isdigit():
        return socket.create_connection((host, int(port)), seconds)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(seconds)
    try:
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _clamd(where: str, data: bytes) -> str:
    """clamd's answer to INSTREAM, without its final NUL: "stream: OK" or "stream: Eicar-Test-Signature FOUND"."""
    with _connect(where) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096:
            if not (more := line.recv(4096)):
                break
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _read_answer(answer: str) -> Verdict:
    said = answer.partition(":")[2].strip()
    if said == "OK":
        return Verdict(CLEAN)
    if said.endswith(" FOUND"):
        return Verdict(INFECTED, said.removesuffix(" FOUND")[:120])
    raise Unreachable(answer[:200] or "no answer")


def _command(words: str, data: bytes) -> Verdict:
    done = subprocess.run(  # noqa: S603  # the owner of the installation names the program
        shlex.split(words), input=data, capture_output=True, timeout=SCAN_TIMEOUT.total_seconds() * 4, check=False
    )
    if done.returncode == 0:
        return Verdict(CLEAN)
    if done.returncode == 1:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        found = next((line for line in lines if line.endswith("FOUND")), lines[0] if lines else "")
        return Verdict(INFECTED, found.rpartition(":")[2].removesuffix("FOUND").strip()[:120])
    raise Unreachable(done.stderr.decode("utf-8", "replace")[:200])
