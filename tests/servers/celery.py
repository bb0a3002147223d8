"""A Redis of the test's own, which may be killed, and a real Celery worker with its clock on the test's database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class Broker:
    """`redis-server` without a memory: killed, it has forgotten everything."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Broker":
        """Start it and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([*command, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)
        assert wait_for(self._answers, 20), "redis-server does not answer"
        return self

    def kill(self) -> None:
        """SIGKILL."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """An empty broker; killed at the end at the latest."""
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server here: run `make services`")
    running = Broker(tmp_path).start()
    yield running
    running.kill()


@contextmanager
def celery_worker(broker: Broker, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`celery worker --beat` of this project on the database of the test."""
    log = (folder / "celery.log").open("ab")
    command = [sys.executable, "-m", "celery", "--app", "community.celery", "worker", "--beat", "--concurrency", "2"]
    process = subprocess.Popen(
        [*command, "--schedule", str(folder / "schedule"), "--loglevel", "INFO"],
        cwd=ROOT,
        env=environment(broker, folder),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        assert wait_for(lambda: b" ready." in (folder / "celery.log").read_bytes(), 120), _tail(folder)
        yield process
    finally:
        kill_group(process)
        log.close()


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL for a worker and all its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def wait_for(holds: Callable[[], object], timeout_s: float) -> bool:
    """Wait until `holds()`; False when it did not in time."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return bool(holds())


def environment(broker: Broker, folder: Path) -> dict[str, str]:
    """Return what another process needs to work on the database of the test, behind the broker's Redis."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "community.settings.test",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker.url,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def database_url() -> str:
    """Return the address of the database this test uses."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    password = f":{quote(found['PASSWORD'])}" if found["PASSWORD"] else ""
    port = f":{found['PORT']}" if found["PORT"] else ""
    return f"postgres://{found['USER']}{password}@{found['HOST']}{port}/{found['NAME']}"


def _tail(folder: Path) -> str:
    return (folder / "celery.log").read_text()[-3000:]
