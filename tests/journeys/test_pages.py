"""Every page a role can reach by links: no violation, accessible, within the window, targets large enough."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.journeys.conftest import Served, axe_violations, overflow_px

pytestmark = pytest.mark.browser
ROLES = ["visitor", "customer", "administrator"]
SKIPPED = re.compile(r"^/(cms|media|static|brand|accounts/logout|sandbox)")
LOOKS = [(1280, "light"), (360, "dark")]
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter((e) => e.type !== 'hidden' && !e.closest('.skip, .sr'))
  .filter((e) => getComputedStyle(e).display !== 'inline')
  .map((e) => [e, ((e.matches('[type=radio], [type=checkbox]') && e.closest('label')) || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
  .map(([e, box]) => `${e.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


def links_of(page: Page) -> list[str]:
    """Return the paths a page links to on this site."""
    hrefs: list[str] = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.href)")
    parts = [urlsplit(href) for href in hrefs if href.startswith("http")]
    here = urlsplit(page.url).netloc
    return [part.path + (f"?{part.query}" if part.query else "") for part in parts if part.netloc == here]


def name_of(path: str) -> str:
    """Return the name of the page at `path`; tabs and filters of a page are that page."""
    bare = urlsplit(path).path
    try:
        found = resolve(bare)
    except Resolver404:
        return bare
    return found.view_name


def crawl(page: Page, served: Served, start: str = "/") -> Iterator[str]:
    """Go to one address of each page that can be reached by links, yielding its path once it stands there."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        if SKIPPED.match(path) or name_of(path) in seen:
            continue
        seen.add(name_of(path))
        answer = page.goto(served.url + path)
        assert answer is not None
        assert answer.status < 500, path
        page.evaluate("scrollTo(0, 0)")  # an anchor may leave links half under the sticky header
        yield path
        waiting += links_of(page)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_clean(
    open_page: Callable[..., Page], served: Served, role: str, width: int, scheme: str
) -> None:
    page = open_page("/", role=role, width=width, scheme=scheme)
    problems: dict[str, object] = {}

    for path in crawl(page, served):
        found = {
            "axe": axe_violations(page),
            "wider by": overflow_px(page),
            "targets": page.evaluate(SMALL_TARGETS),
            "headings": "gallery" not in path and page.locator("h1").count() != 1,
        }
        problems |= {f"{path} {name}": value for name, value in found.items() if value}

    assert problems == {}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_fits_320_px_and_200_percent_text(open_page: Callable[..., Page], served: Served, role: str) -> None:
    narrow = open_page("/", role=role, width=320)
    wide: dict[str, int] = {}

    for path in crawl(narrow, served):
        wide[f"{path} at 320 px"] = overflow_px(narrow)
        for width in (800, 900, 1024, 1280):
            narrow.set_viewport_size({"width": width, "height": 900})
            narrow.evaluate("document.documentElement.style.fontSize = '200%'")
            wide[f"{path} at {width} px, 200 % text"] = overflow_px(narrow)
            narrow.evaluate("document.documentElement.style.fontSize = ''")
        narrow.set_viewport_size({"width": 320, "height": 900})

    assert {where: px for where, px in wide.items() if px > 0} == {}


def test_spanish_and_right_to_left_fit_too(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/es/", role="administrator", width=360)
    wide: dict[str, int] = {}

    for path in crawl(page, served, "/es/"):
        wide[path] = overflow_px(page)
        page.evaluate("document.documentElement.dir = 'rtl'")
        wide[f"{path} rtl"] = overflow_px(page)

    assert {where: px for where, px in wide.items() if px > 0} == {}
