"""Every page of the table of routes in Chromium: clean, accessible, within the window, in every look and language."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, Response

from tests.journeys.conftest import WCAG, Objections, Served, look, overflow_px, watch
from tests.journeys.pages import ROLES, PageAddress, one_of_each, pages_of
from tests.leaks.routes import ROUTES
from tests.leaks.served import ServedWorld

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
ABOUT_COLOUR = ["color-contrast", "link-in-text-block"]
"""The only rules of axe that can judge a page in the dark otherwise than in the light."""
HTML, STAFF_HTML = 15_000, 25_000
"""Most a page may weigh as sent; a composer may add 3 kB."""
PARTS = 3
"""Into how many tests the longest crawls are cut, so that no process waits for another's at the end."""
LARGE_TEXT_WIDTHS = (640, 800, 900, 1024, 1280)
SURE = {route["name"] for route in ROUTES} - {"crm_sync:dead_discard"}
"""Pages that must stand there; of dead records the worker of a served community may have taken care meanwhile."""
SCRIPTS = Path(__file__).parent / "scripts"
RUN_AXE, SMALL_TARGETS, CLIPPED = ((SCRIPTS / f"{name}.js").read_text() for name in ("axe", "small_targets", "clipped"))


@pytest.fixture
def page_of(served: Served, world: ServedWorld, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Return a page signed in as a persona, without motion; when the test ends, nothing may have been said."""
    opened: list[tuple[Any, Objections]] = []

    def page_of(persona: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        if persona != "visitor":
            context.add_cookies([{"name": "sessionid", "value": world.sessions[persona], "url": served.url}])
        page = context.new_page()
        opened.append((context, Objections()))
        watch(page, served.url, opened[-1][1])
        return page

    yield page_of
    for context, _ in opened:
        context.close()
    for _, objections in opened:
        assert objections.console == []
        assert objections.outside == []


def go(page: Page, served: Served, address: PageAddress, language: str = "en") -> Response | None:
    """Open an address; return the answer if a page stands there, no fragment and no file."""
    path = address.path if language == "en" else f"/{language}{address.path}"
    answer = page.goto(served.url + path)
    assert answer is not None
    assert answer.status < (400 if address.name in SURE else 500), f"{path}: {answer.status}"
    is_page = "text/html" in answer.headers.get("content-type", "") and page.locator("html[lang]").count() == 1
    return answer if is_page else None


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_a_role_breaks_the_policy_or_reports_an_error(
    page_of: Callable[[str], Page], served: Served, world: ServedWorld, role: str
) -> None:
    page = page_of(role)
    heavy: dict[str, int] = {}
    shown = 0

    for address in pages_of(world, role):
        if answer := go(page, served, address):
            shown += 1
            size = answer.request.sizes()["responseBodySize"]
            if size > (STAFF_HTML if "/staff/" in page.url else HTML):
                heavy[address.path] = size

    assert shown > 20
    assert heavy == {}


UNSTICK = "document.querySelectorAll('.actbar').forEach(bar => { bar.style.position = 'static' })"
"""What lies half under the bar of decisions counts as a small target until one scrolls."""


def problems_of(page: Page, language: str) -> Iterator[tuple[str, object]]:
    """Look at the page in every width and theme, the longer language with large text, too; yield what is wrong.

    Colours and boxes are not a matter of language: in Spanish axe judges the page once, in English in every look.
    """
    page.evaluate(AXE)
    page.evaluate(UNSTICK)
    yield "headings", page.locator("h1").count() != 1 and "/staff/gallery/" not in page.url
    for width in (1280, 360):
        look(page, width, "light")
        if language == "en" or width == 360:
            yield f"{width} light axe", page.evaluate(RUN_AXE, WCAG)
        yield f"{width} targets", page.evaluate(SMALL_TARGETS)
        yield f"{width} wider by", overflow_px(page)
        if language == "en":
            look(page, width, "dark")
            yield f"{width} dark axe", page.evaluate(RUN_AXE, ABOUT_COLOUR)
    page.evaluate("document.documentElement.dir = 'rtl'")
    yield "360 right to left, wider by", overflow_px(page)
    page.evaluate("document.documentElement.dir = 'ltr'")
    look(page, 320, "light")
    yield "320 wider by", overflow_px(page)
    yield "320 clipped", page.evaluate(CLIPPED)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in LARGE_TEXT_WIDTHS if language == "es" else ():
        look(page, width, "light")
        yield f"{width} 200 % text wider by", overflow_px(page)
        yield f"{width} 200 % text clipped", page.evaluate(CLIPPED)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", ["visitor", "administrator"])
def test_every_page_is_accessible_and_fits(
    page_of: Callable[[str], Page], served: Served, world: ServedWorld, role: str, language: str, part: int
) -> None:
    page = page_of(role)
    problems: dict[str, object] = {}

    for address in one_of_each(world, role)[part::PARTS]:
        look(page, 1280, "light")
        if go(page, served, address, language):  # Spanish is the longer language: what fits in it fits
            found = problems_of(page, language)
            problems |= {f"{language} {address.path} {what}": value for what, value in found if value}

    assert problems == {}, "\n".join(f"{where}: {what}" for where, what in problems.items())


@pytest.mark.parametrize("width", [1280, 360])
def test_a_title_of_one_line_is_large_enough_to_press(
    page_of: Callable[[str], Page], served: Served, width: int
) -> None:
    page = page_of("visitor")
    look(page, width, "light")
    page.goto(served.url + "/es/")
    page.evaluate(AXE)
    titles = page.locator(".topic h3 a")
    small: dict[int, object] = {}

    for words in range(1, 8):
        titles.evaluate_all("(titles, text) => titles.forEach(title => { title.textContent = text })", "Title " * words)
        if found := page.evaluate(RUN_AXE, ["target-size"]):
            small[words] = found

    assert titles.count() > 0
    assert small == {}
