"""An empty database with every table, made once per run and copied wherever a test wants its own.

Laying it takes seconds for each worker and each live server, when a copy takes a tenth of one.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE, POSTGRES = "XIAOER_TEST_TEMPLATE", "XIAOER_TEST_PG_TEMPLATE"
"""Environment: the folder of this run's template; the name of the template database on PostgreSQL."""
FILE = "xiaoer.sqlite3"


def begin() -> Path | None:
    """Choose the folder, once per run; None when a parent process has chosen it."""
    if HERE in os.environ:
        return None
    folder = Path(tempfile.mkdtemp(prefix="xiaoer-template-"))
    os.environ[HERE] = str(folder)
    return folder


def end(folder: Path | None) -> None:
    if folder is not None:
        os.environ.pop(HERE, None)
        shutil.rmtree(folder, ignore_errors=True)


def lay(home: Path, **env: str) -> None:
    """The tables of this version in an empty database."""
    environment = {**os.environ, "XIAOER_HOME": str(home), **env}
    if "DATABASE_URL" not in env:
        environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "xiaoer.cli", "manage", "upgrade", "--verbosity", "0"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def made() -> Path:
    """The folder with the template; the first who asks makes it, the others wait for it."""
    folder = Path(os.environ[HERE])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            lay(folder)
            (folder / "made").touch()
    return folder


def copy_to(target: Path) -> None:
    """The empty SQLite database as `target`."""
    folder = made()
    target.parent.mkdir(parents=True, exist_ok=True)
    for file in folder.glob(f"{FILE}*"):  # with its write-ahead log, should one have been left
        shutil.copy(file, target.with_name(file.name.replace(FILE, target.name)))


def copy_demo_to(home: Path) -> None:
    """The demo shop as `home`, when this run has made it; else the empty database, and the server loads the demo."""
    folder = made() / "demo"
    if folder.exists():
        shutil.copytree(folder, home, dirs_exist_ok=True)
    else:
        copy_to(home / FILE)


def make_demo() -> None:
    """Load the demo shop once for all browser tests."""
    home = made() / "demo-in-the-making"
    copy_to(home / FILE)
    environment = {**os.environ, "XIAOER_HOME": str(home), "XIAOER_DEMO": "1"}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "xiaoer.cli", "demo", "load"], env=environment, cwd=ROOT, check=True)
    home.rename(home.with_name("demo"))


def demo() -> Path:
    """The database file of the demo shop; made now when this run has none yet."""
    if not (made() / "demo").exists():
        make_demo()
    return made() / "demo" / FILE


if __name__ == "__main__":
    made()
    make_demo()
