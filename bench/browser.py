"""`python -m bench.browser`: what pages cost a visitor's phone: first look, shifts, slowest event, bytes, requests.

Chromium with an empty cache on 1.6 Mbit/s and 150 ms, its processor four times slower; medians of five runs. The
event is the slower of a press on the language menu and a key in the search box, if there is one. Bytes as transferred.
Last, from the last key of a question's title to the suggestions below it, on a line and a processor as they are; what
a larger community adds is the server's part: `python -m bench.search speed --things 1000000`.
"""

import argparse
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench import chromium
from bench.machine import FOREIGN_LIMIT, Foreign
from bench.server import prepare, running

RUNS = 5
LATENCY_MS, BYTES_A_SECOND, SLOWER = 150, 1_600_000 / 8, 4
PAGES = {
    "home": "/",
    "list": "/questions/",
    "topic": "/t/1/",
    "ideas": "/ideas/",
    "help": "/help/",
    "search": "/search/?q=heat",
}
LIMITS = {"LCP s": 1.2, "CLS": 0.02, "event ms": 100.0, "kB": 55.0, "requests": 9.0}
SUGGESTED_MS = 500
SUGGESTED = """
new Promise((done) => {
  const title = document.querySelector('#id_title');
  let last = 0;
  title.addEventListener('input', () => { last = performance.now() });
  new MutationObserver(() => document.querySelector('#similar .hit') && done(performance.now() - last))
    .observe(document.querySelector('#similar'), {childList: true, subtree: true});
  title.focus();
  title.value = 'Humming in the bedroom wall';
  title.dispatchEvent(new InputEvent('input', {bubbles: true}));
})
"""
WATCH = """
window.seen = {lcp: 0, cls: 0, event: 0};
const watch = (type, more, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true, ...more});
watch('largest-contentful-paint', {}, (entry) => { seen.lcp = entry.startTime });
watch('layout-shift', {}, (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value });
watch('event', {durationThreshold: 16}, (entry) => { seen.event = Math.max(seen.event, entry.duration) });
"""


@dataclass
class Weight:
    """What a page fetched."""

    transferred: int = 0
    requests: int = 0

    def watch(self, session: CDPSession) -> None:
        """Count from now on."""
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, _: dict[str, Any]) -> None:
        self.requests += 1

    def _came(self, event: dict[str, Any]) -> None:
        self.transferred += int(event["encodedDataLength"])


def main() -> int:
    """Print the medians of each page beside the limits; return 1 when one is above on a quiet machine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    if not chromium.found():
        print("no Chromium here: make services installs it")  # noqa: T201
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="bench-browser-") as folder,
        sync_playwright() as tools,
        ExitStack() as stack,
    ):
        prepare(Path(folder))
        port, _, _ = stack.enter_context(running(Path(folder)))
        browser = tools.chromium.launch(executable_path=chromium.found(), args=chromium.FLAGS)
        foreign = Foreign()
        print(f"{'':10}" + "".join(f"{name:>12}" for name in LIMITS))  # noqa: T201
        above = [
            name
            for name, path in PAGES.items()
            if _above(browser, name, f"http://localhost:{port}{path}", options.runs)
        ]
        print(f"{'at most':10}" + "".join(f"{limit:>12g}" for limit in LIMITS.values()))  # noqa: T201
        above += _suggestions_late(browser, f"http://localhost:{port}", options.runs)
        busy = foreign.cores()
        browser.close()
    if above and busy > FOREIGN_LIMIT:
        print(f"others used {busy:.2f} cores meanwhile: not judged ({', '.join(above)})")  # noqa: T201
        return 0
    return 1 if above else 0


def _above(browser: Browser, name: str, url: str, runs: int) -> bool:
    """Print the medians of a page; return whether one is above its limit."""
    _visit(browser, url)  # the server's own first time
    visits = [_visit(browser, url) for _ in range(runs)]
    medians = {figure: statistics.median(visit[figure] for visit in visits) for figure in LIMITS}
    print(f"{name:10}" + "".join(f"{value:>12.3g}" for value in medians.values()))  # noqa: T201
    return any(medians[figure] > limit for figure, limit in LIMITS.items())


def _suggestions_late(browser: Browser, site: str, runs: int) -> list[str]:
    """Print how long after the last key suggestions stand below the title; return what is late."""
    page = browser.new_page()
    while not page.goto(f"{site}/search/?q=humming") or not page.locator(".hit").count():
        page.wait_for_timeout(500)  # the worker fills the index after the start
    times = []
    for _ in range(runs + 1):  # the first is the server's own first time
        page.goto(f"{site}/ask/")
        times.append(page.evaluate(SUGGESTED))
    median = statistics.median(times[1:])
    page.close()
    print(f"suggestions {median:.0f} ms after the last key, at most {SUGGESTED_MS}")  # noqa: T201
    return ["suggestions"] if median > SUGGESTED_MS else []


def _visit(browser: Browser, url: str) -> dict[str, float]:
    """Open a page as somebody never seen before, press and type; return the figures that LIMITS names."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    context.add_init_script(WATCH)
    page = context.new_page()
    session = context.new_cdp_session(page)
    weight = Weight()
    weight.watch(session)
    session.send("Network.enable")
    line = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_A_SECOND,
        "uploadThroughput": BYTES_A_SECOND,
    }
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="networkidle")
    first_view = {"kB": weight.transferred / 1000, "requests": float(weight.requests)}
    _press_and_type(page)
    seen = page.evaluate("window.seen")
    context.close()
    return {"LCP s": seen["lcp"] / 1000, "CLS": seen["cls"], "event ms": seen["event"], **first_view}


def _press_and_type(page: Page) -> None:
    """Do what a visitor does first, and wait until it was painted."""
    page.locator("footer summary").first.click()
    box = page.locator("main input[type=search]:visible").first
    if box.count():
        box.press("a")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")


if __name__ == "__main__":
    sys.exit(main())
