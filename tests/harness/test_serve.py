"""`make run` as a person sees it: one command, one address, and nothing left behind."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from django.conf import settings
from websockets import ConnectionClosed, InvalidStatus, Origin
from websockets.sync.client import ClientConnection, connect

from community.core.serving.threads import ALL_STARTED_S
from tests import databases

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.loopback, pytest.mark.usefixtures("_one_at_a_time")]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def served_folder() -> Path:
    """A `var/` for these tests in this process, kept from run to run while the migrations stay the same."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Path(settings.VAR_DIR) / "test" / f"served-{databases.state_of_migrations()}-{worker}"


@pytest.fixture
def _one_at_a_time() -> Iterator[None]:
    """Another run may use the same `var/`, and a `var/` serves once."""
    folder = served_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        migrated = databases.migrated_file()
        if migrated and not (folder / "tertulia.sqlite3").exists():
            shutil.copyfile(migrated, folder / "tertulia.sqlite3")
        yield


class Server:
    """`manage.py serve`, run as `make run` runs it, in a `var/` of its own."""

    def __init__(self, port: int, **variables: str) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--no-demo"],
            env={
                "PATH": os.environ["PATH"],
                "PORT": str(port),
                "VAR_DIR": str(served_folder()),
                **variables,
            },
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait(self, timeout_s: float = 180) -> "Server":
        """Return once it answers."""
        while time.monotonic() - self.began < timeout_s and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/live", timeout=2)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return self
        raise AssertionError(f"did not answer: {self.process.communicate(timeout=5)[0]}")

    def all_processes(self) -> list[psutil.Process]:
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]


@contextmanager
def server(**variables: str) -> Iterator[Server]:
    running = Server(free_port(), **variables)
    try:
        yield running.wait()
    finally:
        with_children = running.all_processes() if running.process.poll() is None else []
        for process in with_children:
            process.kill()
        running.process.wait(10)


def assert_all_gone(processes: list[psutil.Process], within_s: float = 20) -> None:
    _, alive = psutil.wait_procs(processes, timeout=within_s)
    assert not alive


@pytest.mark.chaos
def test_one_command_serves_pages_forms_and_static_files_and_ctrl_c_leaves_nothing_running() -> None:
    """One start for all of it: a start is what costs."""
    core = max(os.sched_getaffinity(0))
    with server(CPU_CORE=str(core)) as running:
        page_is_served(running)
        forms_reach_django_whole_whatever_their_size(running)
        static_files_come_compressed_hashed_and_never_sniffed(running)
        sockets_are_for_our_own_pages(running)
        threads_keep_together_and_do_not_displace_each_other(running, core)
        left_open = socket_to(running)
        second = Server(free_port())
        refusal = second.process.communicate(timeout=120)[0]
        processes = running.all_processes()
        began = time.monotonic()
        os.killpg(running.process.pid, signal.SIGINT)
        printed = running.process.communicate(timeout=20)[0]

        assert f"http://localhost:{running.port}" in printed
        assert f"Already running: http://localhost:{running.port} (pid {running.process.pid})" in refusal
        assert second.process.returncode == 1
        assert_all_gone(processes)
        assert time.monotonic() - began < 8
        assert running.process.returncode == 0
        with pytest.raises(ConnectionClosed):
            left_open.recv(timeout=1)


def page_is_served(running: Server) -> None:
    page = httpx.get(f"{running.url}/accounts/login/", headers={"Host": f"localhost:{running.port}"}, timeout=30)

    assert page.status_code == 200


def forms_reach_django_whole_whatever_their_size(running: Server) -> None:
    token = "a" * 32
    with httpx.Client(base_url=running.url, cookies={"csrftoken": token}, timeout=30) as client:
        small, large = (
            client.post("/accounts/login/", data={"csrfmiddlewaretoken": token, "login": login, "password": "wrong"})
            for login in ("ana@example.com", "a" * 1_000_000)
        )
        without_token = client.post("/accounts/login/", data={"login": "ana@example.com"})

    assert small.status_code == large.status_code == 200
    assert without_token.status_code == 403


def socket_to(running: Server, *, origin: str = "") -> ClientConnection:
    """Open a socket as a page of `origin` does, ours unless told."""
    here = f"localhost:{running.port}"
    return connect(f"ws://{here}/ws/?since={time.time()}", origin=Origin(origin or f"http://{here}"), open_timeout=20)


def sockets_are_for_our_own_pages(running: Server) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        socket_to(running, origin="https://evil.example")
    with socket_to(running) as ours:
        ours.send("hello")
        with pytest.raises(ConnectionClosed):
            ours.recv(timeout=20)
        assert ours.close_code == 4400


def threads_keep_together_and_do_not_displace_each_other(running: Server, core: int) -> None:
    """The process with the most threads is the one that answers. Its sockets' thread runs no Python and is free."""
    process = max(running.all_processes(), key=psutil.Process.num_threads)
    until = time.monotonic() + ALL_STARTED_S + 2
    while os.sched_getaffinity(process.pid) != {core} and time.monotonic() < until:
        time.sleep(0.1)
    names = {thread.id: Path(f"/proc/{process.pid}/task/{thread.id}/comm").read_text() for thread in process.threads()}
    kept = {thread for thread in names if os.sched_getaffinity(thread) == {core}}

    assert len(kept) > 2
    assert {names[thread].strip() for thread in names.keys() - kept} == {"tokio-rt-worker"}
    assert {os.sched_getscheduler(thread) for thread in names} == {os.SCHED_BATCH}


def static_files_come_compressed_hashed_and_never_sniffed(running: Server) -> None:
    names = json.loads((served_folder() / "static" / "staticfiles.json").read_text())["paths"]
    path = f"/static/{names['css/tertulia.css']}"
    plain = httpx.get(running.url + path, headers={"Accept-Encoding": "identity"})
    small = httpx.get(running.url + path, headers={"Accept-Encoding": "br"})

    assert plain.status_code == small.status_code == 200
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert small.headers["content-encoding"] == "br"
    assert small.content == plain.content
    assert plain.headers["content-type"].startswith("text/css")
    assert "immutable" in plain.headers["cache-control"]


@pytest.mark.chaos
def test_nothing_is_written_beside_the_code_once_the_texts_are_compiled(tmp_path: Path) -> None:
    code = tmp_path / "code"
    shutil.copytree(
        ROOT, code, ignore=shutil.ignore_patterns(".venv", "var", ".git", "*.mo", "__pycache__", ".*_cache")
    )
    variables = {"PATH": os.environ["PATH"], "VAR_DIR": str(served_folder()), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*command: str) -> dict[Path, int]:
        subprocess.run([sys.executable, *command], cwd=code, env=variables, check=True, timeout=120)
        return {path: path.stat().st_mtime_ns for path in code.rglob("*")}

    compiled = run("-m", "community.core.catalogues")

    assert [path.name for path in compiled if path.suffix == ".mo"]
    assert run("manage.py", "serve", "--prepare-only", "--no-demo") == compiled
    for deployed in ("Containerfile", "tertulia-prepare.service"):
        assert "-m community.core.catalogues" in (ROOT / "deploy" / deployed).read_text()


def test_a_taken_port_is_said_with_who_took_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refused = Server(listener.getsockname()[1])
        printed = refused.process.communicate(timeout=120)[0]

    assert refused.process.returncode == 1
    assert f"Port {refused.port} is taken by" in printed
    assert f"(pid {os.getpid()})" in printed
    assert "Traceback" not in printed


@pytest.mark.chaos
def test_the_worker_process_follows_a_killed_supervisor() -> None:
    with server() as running:
        processes = running.all_processes()
        running.process.kill()

        assert len(processes) == 2
        assert_all_gone(processes)


@pytest.mark.chaos
def test_a_killed_worker_process_is_replaced() -> None:
    with server() as running:
        [first] = running.all_processes()[1:]
        first.kill()
        psutil.wait_procs([first], timeout=5)
        time.sleep(1)
        running.began = time.monotonic()
        running.wait(60)
        [second] = running.all_processes()[1:]

        assert second.pid != first.pid


@pytest.mark.chaos
def test_ten_stops_under_load_leave_nothing_running_and_take_little_time() -> None:
    took_s = []
    for _ in range(10):
        with server() as running:
            stop = threading.Event()
            readers = [threading.Thread(target=read_on, args=(running.url, stop)) for _ in range(4)]
            for reader in readers:
                reader.start()
            time.sleep(1)
            processes = running.all_processes()
            began = time.monotonic()
            os.killpg(running.process.pid, signal.SIGTERM)
            running.process.communicate(timeout=15)
            took_s.append(time.monotonic() - began)
            stop.set()
            for reader in readers:
                reader.join()
            assert_all_gone(processes)

    print(f"stops took {sorted(round(one, 2) for one in took_s)} s")  # noqa: T201
    assert max(took_s) < 8  # 3 s for pages, 6 s for the belt; idle it takes 0.05 s


def read_on(url: str, stop: threading.Event) -> None:
    with httpx.Client(timeout=5) as client:
        while not stop.is_set():
            try:
                client.get(f"{url}/accounts/login/")
            except httpx.TransportError:
                return
