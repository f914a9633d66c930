"""Starts what is measured: the server in a process of its own, on a fresh data folder, gone afterwards."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def environment(home: Path, **more: str) -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "XIAOER_HOME": str(home), "PYTHONPATH": os.pathsep.join(paths), **more}


def fresh(
    agents: int,
    conversations: int,
    shops: int,
    home: Path,
    *,
    silent: bool = False,
    role: str = "pre_sales",
    **more: str,
) -> dict[str, Any]:
    """Seed a data folder; returns the cookies and tokens. `silent` buyers have opened no conversation yet."""
    command = [sys.executable, "-m", "bench.seed", str(agents), str(conversations), str(shops), str(int(silent))]
    command.append(role)
    done = subprocess.run(command, env=environment(home, **more), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"seeding failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def running(command: list[str], port: int, path: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that answers; it is ended with SIGTERM."""
    process = _begin(command, port, path, env)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _begin(command: list[str], port: int, path: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, env={**os.environ, **env}, cwd=ROOT)
    _wait(process, port, path)
    return process


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with status {process.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server did not answer")


@contextmanager
def xiaoer(home: Path, port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`xiaoer serve` on a seeded folder."""
    with running(_serve(port), port, "/lane/messages", **environment(home, **more)) as process:
        yield process


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """`xiaoer serve`, to be ended by the caller."""
    return _begin(_serve(port), port, "/lane/messages", environment(home))


def _serve(port: int) -> list[str]:
    more = os.environ.get("BENCH_SERVE", "").split()
    return [sys.executable, "-m", "xiaoer.cli", "serve", "--port", str(port), *more]


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Processor time used so far by the process."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settled(process: subprocess.Popen[bytes], most: float = 60) -> None:
    """Wait until the server has read what it reads beside its start: dictionaries, models, the search index."""
    end = time.monotonic() + most
    before = cpu_seconds(process)
    while time.monotonic() < end:
        time.sleep(2)
        now = cpu_seconds(process)
        if now - before < 0.3:
            return
        before = now


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="xiaoer-bench-") as name:
        yield Path(name)
