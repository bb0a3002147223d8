"""A real server with demo content and a real Chromium; each page reports what the browser objected to."""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState

from tests import databases
from tests.leaks.served import ServedWorld

ROOT = Path(__file__).resolve().parents[2]
LOGIN = re.compile(r"^\s+(.+?)\s{2,}(\S+@\S+)\s+(.+?)\s*$", re.MULTILINE)
"""A login as the server prints it: role, address, password."""
START_WITHIN_S = 300
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class Served:
    """A running installation of its own."""

    url: str
    var_dir: Path

    @property
    def logins(self) -> dict[str, tuple[str, str]]:
        """Address and password of each role (`customer`, `administrator`), as printed at the start."""
        printed = LOGIN.findall((self.var_dir / "server.log").read_text())
        return {role: (address, password) for role, address, password in printed}

    def manage(self, *command: str) -> str:
        """Run a management command of this installation and return what it printed."""
        done = subprocess.run(  # noqa: S603 our own manage.py
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=_environment(self.var_dir, self.url),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@dataclass
class Objections:
    """What the browser complained about, and where it wanted to go."""

    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of an installation with the demo that is ready to be served; made once for all test processes."""
    alone = worker_id == "master"
    folder = (tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent) / "prepared"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            if migrated := databases.migrated_file():
                shutil.copyfile(migrated, folder / "tertulia.sqlite3")
            Served("http://localhost:8000", folder).manage("serve", "--prepare-only")
    return folder


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Served]:
    """The product as `make run` serves it, with the demo, on a free port; or one that runs already.

    `JOURNEYS_AT="http://localhost:8000 /path/of/its/var"` saves the start while a journey is being written; that server
    must have been started with its output in `server.log` there.
    """
    if running := os.environ.get("JOURNEYS_AT"):
        url, _, var_dir = running.partition(" ")
        yield Served(url, Path(var_dir))
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    var_dir = tmp_path_factory.mktemp("served")
    shutil.copytree(request.getfixturevalue("prepared"), var_dir, dirs_exist_ok=True)
    url = f"http://localhost:{port}"
    log = (var_dir / "server.log").open("w")
    server = subprocess.Popen(  # noqa: S603 our own manage.py
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=_environment(var_dir, url), stdout=log, stderr=log
    )
    try:
        _wait_until_served(url, server, var_dir / "server.log")
        yield Served(url, var_dir)
    finally:
        server.terminate()
        server.wait(10)
        log.close()


@pytest.fixture(scope="session")
def world(served: Served) -> ServedWorld:
    """The small community of the leak crawl beside the demo, with a session of each persona."""
    printed = served.var_dir / "world.log"
    if not printed.exists():
        build = "from tests.leaks.served import main; main()"
        printed.write_text(served.manage("shell", "--no-imports", "-c", build))
    return ServedWorld.read(printed.read_text())


@pytest.fixture(scope="session")
def signed_in(served: Served, browser: Browser) -> Callable[[str], StorageState | None]:
    """Return the cookies of a role, signing in once for the session; None for a visitor."""
    states: dict[str, StorageState] = {}

    def state_of(role: str) -> StorageState | None:
        if role == "visitor":
            return None
        if role not in states:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{served.url}/accounts/login/")
            address, password = served.logins[role]
            page.fill("input[name=login]", address)
            page.fill("input[name=password]", password)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(f"{served.url}/")
            states[role] = context.storage_state()
            context.close()
        return states[role]

    return state_of


@pytest.fixture
def open_page(
    served: Served, browser: Browser, signed_in: Callable[[str], StorageState | None]
) -> Iterator[Callable[..., Page]]:
    """Open a path as a role: `open_page("/", role="customer", width=360, scheme="dark", scripts=False)`.

    The page has `objections`; when the test ends, none may be left in it.
    """
    opened: list[tuple[Any, Objections]] = []

    def open_one(
        path: str, *, role: str = "visitor", width: int = 1280, scheme: str = "light", scripts: bool = True, **more: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            storage_state=signed_in(role),
            java_script_enabled=scripts,
            **more,
        )
        page = context.new_page()
        objections = Objections()
        watch(page, served.url, objections)
        page.objections = objections  # type: ignore[attr-defined]
        opened.append((context, objections))
        page.goto(served.url + path)
        return page

    yield open_one
    for context, _ in opened:
        context.close()
    for _, objections in opened:
        assert objections.console == []
        assert objections.outside == []


def watch(page: Page, origin: str, objections: Objections) -> None:
    """Note console errors (policy violations are such), uncaught errors and requests that leave the origin."""

    def noted(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            objections.console.append(f"{page.url}: {message.text}")

    page.on("console", noted)
    page.on("pageerror", lambda error: objections.console.append(f"{page.url}: {error}"))
    page.on(
        "request",
        lambda request: (
            objections.outside.append(request.url) if not request.url.startswith((origin, "data:", "blob:")) else None
        ),
    )


def axe_violations(page: Page) -> list[str]:
    """Return what axe finds on the page (WCAG 2.2 A and AA), one line a rule."""
    found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']][:4]}" for rule in found]


def look(page: Page, width: int, scheme: str) -> None:
    """Change the window and the theme of a page that stands there."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def overflow_px(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _environment(var_dir: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "VAR_DIR": str(var_dir),
        "PORT": url.rpartition(":")[2],
        "DJANGO_SETTINGS_MODULE": "community.settings.dev",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _wait_until_served(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{url}/live", timeout=2):  # noqa: S310 loopback
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}", pytrace=False)
