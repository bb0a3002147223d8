"""A server to measure: `manage.py serve` as people run it, on a copy of the data."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.machine import tree_seconds

IDLE_CORES, IDLE_S, IDLE_WITHIN_S = 0.05, 3.0, 600.0
"""A server that uses less for so long has nothing left to do."""
ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def copy_data(source: Path, folder: Path) -> None:
    """Copy what `make run` keeps in `source` (database, secrets, static files) to `folder`; nothing if it is new."""
    folder.mkdir(parents=True, exist_ok=True)
    if (source / "secrets.env").exists():  # a database alone is no installation: a command made it on its way
        copy_database(source / "tertulia.sqlite3", folder / "tertulia.sqlite3")
        shutil.copy(source / "secrets.env", folder)
        shutil.copytree(source / "static", folder / "static", dirs_exist_ok=True)


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database that may be in use."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def prepare(folder: Path) -> None:
    """Bring the data in `folder` up to date, with the demo when it is new."""
    command = [sys.executable, "manage.py", "serve", "--prepare-only"]
    subprocess.run(command, cwd=ROOT, env=environment(folder, free_port()), check=True, timeout=300)  # noqa: S603


def environment(folder: Path, port: int, **variables: str) -> dict[str, str]:
    """Return the environment of a server on the data in `folder`."""
    return {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "ERROR", **variables}


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[tuple[int, int, float]]:
    """Serve the data in `folder`; yields (port, pid, seconds until the first page)."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 our own command
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment(folder, port, **variables),
        stdout=subprocess.DEVNULL,
        process_group=0,  # not a session of its own: the system shares the cores out among sessions first
    )
    try:
        yield port, process.pid, _first_page(port, process, began)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.wait(15)


def _first_page(port: int, process: "subprocess.Popen[bytes]", began: float) -> float:
    while process.poll() is None and time.monotonic() - began < 120:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30):  # noqa: S310 loopback
                return time.monotonic() - began
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"the home page answers {error.code}") from error
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server does not answer")


def until_idle(pid: int) -> None:
    """Wait until the server has worked off what the copied data still asks for: a search index of its own, mostly."""
    began = time.monotonic()
    while time.monotonic() - began < IDLE_WITHIN_S:
        spent = tree_seconds(pid)
        time.sleep(IDLE_S)
        if tree_seconds(pid) - spent < IDLE_CORES * IDLE_S:
            print(f"server idle after {time.monotonic() - began:.0f} s")  # noqa: T201
            return
    raise RuntimeError(f"the server still works after {IDLE_WITHIN_S:.0f} s")
