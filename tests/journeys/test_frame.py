"""Header, footer, theme, menus and errors in a real browser, with and without JavaScript."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Page, StorageState, expect

from tests.journeys.conftest import Served

pytestmark = pytest.mark.browser
ALL_BYTES, PAGE_CSS, PAGE_JS, HTML, REQUESTS = 55_000, 14_000, 22_000, 15_000, 9
"""Most a visitor's first view may weigh, as sent."""
EVERY_KIND = (
    *("/", "/t/1/", "/ask/", "/search/?q=heat", "/ideas/", "/roadmap/", "/ideas/new/", "/help/", "/blog/"),
    *("/settings/tokens/", "/setup/crm/", "/staff/brand/", "/staff/insight/", "/staff/moderation/", "/staff/sync/"),
    "/staff/gallery/",
)
"""A page of each part of the product, the gallery of patterns last."""
STAFF_BYTES, STAFF_CSS, STAFF_REQUESTS = 90_000, 16_000, 14


@dataclass
class Weight:
    """What a page asked for."""

    kinds: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def bytes_of(self, *kinds: str) -> int:
        """Return what files of these kinds weighed as sent; of all kinds when none is named."""
        return sum(size for key, size in self.sizes.items() if not kinds or self.kinds.get(key) in kinds)

    def __str__(self) -> str:
        rows = (f"{self.sizes.get(key, 0):>7} {self.kinds.get(key, '?'):<12} {url}" for key, url in self.urls.items())
        return "\n".join(rows)


def weigh(browser: Browser, url: str, state: StorageState | None = None) -> Weight:
    """Open `url` with an empty cache and return what it fetched, headers included."""
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    session = context.new_cdp_session(page)
    weight = Weight()
    session.on("Network.requestWillBeSent", lambda e: weight.urls.update({e["requestId"]: e["request"]["url"]}))
    session.on("Network.responseReceived", lambda e: weight.kinds.update({e["requestId"]: e["type"]}))
    session.on("Network.loadingFinished", lambda e: weight.sizes.update({e["requestId"]: int(e["encodedDataLength"])}))
    session.send("Network.enable")
    page.goto(url)
    page.wait_for_load_state("networkidle")
    context.close()
    return weight


@pytest.mark.parametrize("path", ["/", "/t/1/", "/c/heat-pumps/", "/points/", "/accounts/login/"])
def test_a_visitors_first_view_is_small(served: Served, browser: Browser, path: str) -> None:
    weight = weigh(browser, served.url + path)

    assert weight.bytes_of("Document") <= HTML, weight
    assert weight.bytes_of("Stylesheet") <= PAGE_CSS, weight
    assert weight.bytes_of("Script") <= PAGE_JS, weight
    assert weight.bytes_of() <= ALL_BYTES, weight
    assert len(weight.urls) <= REQUESTS, weight


def test_a_page_of_the_team_stays_within_its_weight(
    served: Served, browser: Browser, signed_in: Callable[[str], StorageState | None]
) -> None:
    weight = weigh(browser, f"{served.url}/staff/sync/", signed_in("administrator"))

    assert weight.bytes_of("Stylesheet") <= STAFF_CSS, weight
    assert weight.bytes_of() <= STAFF_BYTES, weight
    assert len(weight.urls) <= STAFF_REQUESTS, weight


def test_back_is_instant(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/")
    page.evaluate("addEventListener('pageshow', (e) => (document.title = e.persisted ? 'kept' : document.title))")
    page.goto(f"{served.url}/accounts/login/")
    page.go_back()

    blocked = page.evaluate(
        "JSON.stringify(performance.getEntriesByType('navigation')[0]?.notRestoredReasons?.reasons ?? [])"
    )
    names = {reason["reason"] for reason in json.loads(blocked)}
    assert not names & {"response-cache-control-no-store", "unload-handler", "websocket"}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_chooses_a_theme(open_page: Callable[..., Page], served: Served, scripts: bool) -> None:
    page = open_page("/", scripts=scripts)

    page.get_by_text("Theme: system").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.get_by_text("Theme: dark")).to_be_visible()
    page.goto(f"{served.url}/accounts/login/")

    assert page.locator("html").get_attribute("data-theme") == "dark"
    answer = page.request.get(served.url)
    assert 'data-theme="dark"' in answer.text()[:80]


@pytest.mark.parametrize(("theme", "system"), [("dark", "light"), ("light", "dark")])
def test_a_chosen_theme_never_flashes(open_page: Callable[..., Page], served: Served, theme: str, system: str) -> None:
    page = open_page("/accounts/login/", scheme=system)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": served.url}])
    page.reload()
    grounds = [ground_of(frame) for frame in frames_of(page, f"{served.url}/t/1/")]

    assert len(grounds) >= 2
    assert {ground < 60 if theme == "dark" else ground > 200 for ground in grounds} == {True}, grounds


def frames_of(page: Page, url: str) -> list[bytes]:
    """Go to `url` and return a picture of each frame that was painted on the way, the first one included."""
    frames: list[bytes] = []
    session = page.context.new_cdp_session(page)

    def painted(event: dict[str, Any]) -> None:
        frames.append(b64decode(event["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", painted)
    session.send("Page.startScreencast", {"format": "png", "maxWidth": 320, "maxHeight": 240, "everyNthFrame": 1})
    page.goto(url, wait_until="commit")
    try:
        frames.append(page.screenshot())
    except Error:  # there is no picture yet of a page that has painted nothing
        page.wait_for_load_state()
        frames.append(page.screenshot())
    page.wait_for_load_state("networkidle")
    session.send("Page.stopScreencast")
    return frames


def ground_of(picture: bytes) -> int:
    """Return how light (0 to 255) the left edge of a page is, half way down, where nothing stands."""
    with Image.open(BytesIO(picture)) as image:
        return int(image.convert("L").getpixel((2, image.height // 2)))


@pytest.mark.parametrize("scripts", [True, False])
def test_the_language_switch_keeps_the_page(open_page: Callable[..., Page], served: Served, scripts: bool) -> None:
    page = open_page("/accounts/login/?next=/", scripts=scripts)

    page.locator("footer summary").first.click()
    page.get_by_role("button", name="Español").click()

    expect(page).to_have_url(f"{served.url}/es/accounts/login/?next=/")
    assert page.locator("html").get_attribute("lang") == "es"


def test_menus_close_on_escape_and_outside(open_page: Callable[..., Page]) -> None:
    page = open_page("/", role="customer")
    menu = page.locator("header details")
    summary = menu.locator("summary")

    summary.click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_on_phones_the_navigation_is_at_the_bottom_and_large(open_page: Callable[..., Page]) -> None:
    page = open_page("/", width=360, role="administrator")

    bar = page.locator("nav.nav").bounding_box()
    assert bar is not None
    assert round(bar["y"] + bar["height"]) == 900
    for link in page.locator("nav.nav a:visible").all():
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    page.locator("header summary").click()
    expect(page.get_by_role("link", name="Staff pages")).to_be_visible()


def test_the_keyboard_finds_the_skip_link_first_and_sees_the_focus(open_page: Callable[..., Page]) -> None:
    page = open_page("/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    outline = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] })()"
    )
    assert outline == ["solid", "2px"]


def test_an_unknown_address_is_a_page_of_ours_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page("/nothing/at/all/")

    expect(page.locator("h1")).to_have_text("There is nothing at this address")
    assert page.locator("script").count() == 0
    assert page.locator("h1").count() == 1


MOVING = """() => [...document.querySelectorAll('*')].filter((e) => {
  const s = getComputedStyle(e);
  return s.transitionDuration !== '0s' || s.animationName !== 'none' }).map((e) => e.outerHTML.slice(0, 120))"""
FLAT = """() => [...document.querySelectorAll('.btn:not(.q), .vote, main select, main input[type=text]')].filter((e) =>
  e.checkVisibility() && getComputedStyle(e).borderStyle === 'none').map((e) => e.outerHTML.slice(0, 120))"""


def test_reduced_motion_stops_all_motion_and_forced_colours_keep_borders(
    open_page: Callable[..., Page], served: Served
) -> None:
    page = open_page("/", role="administrator", reduced_motion="reduce", forced_colors="active")
    found: dict[str, object] = {}

    for path in EVERY_KIND:
        answer = page.goto(served.url + path)
        assert answer is not None
        assert answer.ok, path
        found[path] = [*page.evaluate(MOVING), *page.evaluate(FLAT)]

    assert page.locator(".btn.p").count() > 0
    assert {path: elements for path, elements in found.items() if elements} == {}


def test_a_wanted_dialog_opens_and_closes(open_page: Callable[..., Page]) -> None:
    page = open_page("/staff/gallery/", role="administrator")
    dialog = page.locator("dialog#delete-post")

    page.get_by_role("button", name="Open it").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Open it").click()
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()


def test_an_invalid_form_is_answered_in_place_and_its_summary_has_the_focus(open_page: Callable[..., Page]) -> None:
    page = open_page("/ask/", role="customer")

    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Post", exact=True).click()

    assert answered.value.status == 422
    expect(page.locator(".sum")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.field.err') !== null")
