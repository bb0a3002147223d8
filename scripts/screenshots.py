"""`make screenshots`: pictures of every kind of page, from a freshly seeded community, into docs/screenshots/.

The table PAGES is the only list. A page that does not answer with 200 is named at the end, and the rest is made.
"""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from bench import chromium

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
LOGIN = re.compile(r"^\s+(\w[\w ]*?)\s{2,}(\S+@\S+)\s+(.+?)\s*$", re.MULTILINE)
LOOKS = (("en", 1280, "light"), ("es", 1280, "dark"), ("es", 360, "light"), ("en", 360, "dark"))
"""Both languages, both themes, both widths: each once, four pictures a page."""
MOST_HIGH_PX = 1800
QUALITY = 60
START_WITHIN_S = 900


@dataclass(frozen=True)
class Shot:
    """One page: the name of its pictures, who looks, and where it is."""

    name: str
    words: str
    path: str
    role: str = ""
    """As the server prints it; empty for a visitor."""
    found: tuple[str, ...] = ()
    """Patterns: from `path`, the first link whose address matches is followed, one after the other."""


PAGES = (
    Shot("home", "Home, as a member", "/", "customer"),
    Shot("topics", "All topics", "/questions/"),
    Shot("topic", "A solved question", "/questions/?state=solved", found=(r"/t/\d+/",)),
    Shot("category", "A category", "/c/", found=(r"/c/[\w-]+/$",)),
    Shot("ask", "Asking", "/ask/", "customer"),
    Shot("ideas", "Ideas", "/ideas/", "customer"),
    Shot("idea", "An idea", "/ideas/", found=(r"/i/\d+/[\w-]+/",)),
    Shot("idea-new", "Sharing an idea", "/ideas/new/", "customer"),
    Shot("idea-merge", "Merging an idea", "/ideas/", "product manager", found=(r"/i/\d+/[\w-]+/", r"/i/\d+/merge/")),
    Shot(
        "idea-status", "Deciding on an idea", "/ideas/", "product manager", found=(r"/i/\d+/[\w-]+/", r"/i/\d+/status/")
    ),
    Shot("ideas-mine", "My ideas", "/ideas/mine/", "customer"),
    Shot("roadmap", "The roadmap", "/roadmap/"),
    Shot("help", "The help centre", "/help/"),
    Shot("section", "A section of the help centre", "/help/", found=(r"/help/[\w-]+/$",)),
    Shot("article", "An article", "/help/", found=(r"/help/[\w-]+/$", r"/help/a/\d+/[\w-]+/$")),
    Shot("blog", "The blog", "/blog/"),
    Shot("developers", "The reference of the API", "/developers/"),
    Shot("search", "Search", "/search/?q=thermostat"),
    Shot("profile", "A member", "/m/marta/"),
    Shot("points", "How points work", "/points/"),
    Shot("inbox", "Notices", "/notifications/", "customer"),
    Shot("notice-settings", "What one is told", "/settings/notifications/", "customer"),
    Shot("settings", "Settings", "/settings/", "customer"),
    Shot("privacy", "Privacy", "/settings/privacy/", "customer"),
    Shot("tokens", "Tokens of the API", "/settings/tokens/", "administrator"),
    Shot("sessions", "Where one is signed in", "/accounts/sessions/", "customer"),
    Shot("two-factor", "Two-factor authentication", "/accounts/2fa/", "customer"),
    Shot("signin", "Signing in", "/accounts/login/"),
    Shot("join", "Joining", "/accounts/signup/"),
    Shot("password-forgotten", "A forgotten password", "/accounts/password/reset/"),
    Shot("mailed-code", "Signing in with a mailed code", "/accounts/login/code/"),
    Shot("missing", "A page that is not there", "/nowhere/"),
    Shot("staff", "The team's overview", "/staff/", "administrator"),
    Shot("moderation", "The moderation queue", "/staff/moderation/", "moderator"),
    Shot("sync", "CRM sync", "/staff/sync/", "administrator"),
    Shot("connection", "A connection", "/staff/sync/", "administrator", found=(r"/staff/sync/\d+/$",)),
    Shot("sandbox", "The built-in CRM", "/staff/sandbox-crm/", "administrator"),
    Shot("reports", "Reports", "/staff/insight/", "product manager"),
    Shot("activity", "What was recorded", "/staff/activity/", "administrator"),
    Shot("brand", "The brand, with a preview", "/staff/brand/", "administrator"),
    Shot("statuses", "Statuses of ideas", "/staff/ideas/statuses/", "administrator"),
    *(
        Shot(f"setup-{step}", f"Set-up: {step}", f"/setup/{step}/", "administrator")
        for step in ("name", "languages", "sign-in", "categories", "team", "crm")
    ),
)
STATUS = {"missing": 404}


def main() -> int:
    """Serve, look, write; return how many pages could not be shown."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        url, server = _serve(Path(folder))
        browser = tools.chromium.launch(executable_path=chromium.found(), args=chromium.FLAGS)
        try:
            states = _sign_in(browser, url, (Path(folder) / "server.log").read_text())
            for old in TARGET.glob("*-*-*-*.webp"):
                old.unlink()
            for shot in PAGES:
                missed += _take(browser, url, shot, states)
                print(".", end="", flush=True)  # noqa: T201
        finally:
            browser.close()
            server.terminate()
            server.wait(20)
    (TARGET / "README.md").write_text(_index(), encoding="utf-8")
    size = sum(path.stat().st_size for path in TARGET.glob("*.webp"))
    count = len(list(TARGET.glob("*.webp")))
    print(f"\n{count} pictures, {size / 1e6:.1f} MB", *missed, sep="\n")  # noqa: T201
    return len(missed)


def _serve(folder: Path) -> tuple[str, "subprocess.Popen[bytes]"]:
    """Start a seeded community of its own on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = {**os.environ, "VAR_DIR": str(folder), "PORT": str(port), "PUBLIC_URL": url}
    for name in ("DATABASE_URL", "REDIS_URL", "SEARCH_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    log = (folder / "server.log").open("w")
    command = [sys.executable, "manage.py", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 our own
    deadline = time.monotonic() + START_WITHIN_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(f"{url}/live", timeout=2).close()  # noqa: S310 loopback
        except OSError:
            time.sleep(0.5)
        else:
            return url, server
    server.terminate()
    raise SystemExit(f"the server did not start:\n{(folder / 'server.log').read_text()[-2000:]}")


def _sign_in(browser: Browser, url: str, printed: str) -> dict[str, StorageState | None]:
    """Return the cookies of every role the server printed, and none for a visitor."""
    states: dict[str, StorageState | None] = {"": None}
    for role, address, password in LOGIN.findall(printed):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}/accounts/login/")
        page.fill("input[name=login]", address)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{url}/")
        states[role] = context.storage_state()
        context.close()
    return states


def _take(browser: Browser, url: str, shot: Shot, states: dict[str, StorageState | None]) -> list[str]:
    """Write the four pictures of a page; return what went wrong."""
    missed = []
    for language, width, scheme in LOOKS:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            storage_state=states.get(shot.role),
            reduced_motion="reduce",
        )
        page = context.new_page()
        prefix = "" if language == "en" else f"/{language}"
        status = _open(page, url + prefix + shot.path, shot.found)
        if status == STATUS.get(shot.name, 200):
            _write(page, TARGET / f"{shot.name}-{width}-{scheme}-{language}.webp", width)
        else:
            missed.append(f"{shot.name} ({language}): {status} at {page.url.removeprefix(url)}")
        context.close()
    return missed


def _open(page: Page, address: str, found: tuple[str, ...]) -> int:
    """Go to the address and on to what `found` names; return the status."""
    answer = page.goto(address, wait_until="load")
    for pattern in found:
        links = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
        link = next((link for link in links if re.search(pattern, link)), None)
        if link is None:
            return 404
        answer = page.goto(link, wait_until="load")
    return answer.status if answer else 0


def _write(page: Page, path: Path, width: int) -> None:
    """Keep the top of the page as a small picture."""
    height = min(MOST_HIGH_PX, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": max(height, 600)})
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)


def _index() -> str:
    """Return the page that shows them all."""
    lines = ["# Every kind of page", "", "Made by `make screenshots` from the demo community; do not edit.", ""]
    for shot in PAGES:
        made = [
            f"{shot.name}-{width}-{scheme}-{language}.webp"
            for language, width, scheme in LOOKS
            if (TARGET / f"{shot.name}-{width}-{scheme}-{language}.webp").exists()
        ]
        if made:
            lines += [
                f"## {shot.words}",
                "",
                " ".join(f"[![{shot.words}: {name}]({name})]({name})" for name in made),
                "",
            ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
