"""Searching by keys alone, asking with suggestions, and both without scripts."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served, axe_violations, overflow_px

pytestmark = pytest.mark.browser
TITLE = "Humming in the bedroom wall"


def indexed(page: Page, served: Served) -> None:
    """Wait until the demo can be found: the worker fills the index after the start."""
    for _ in range(60):
        page.goto(f"{served.url}/search/?q=humming")
        if page.get_by_text("Humming").count():
            return
        page.wait_for_timeout(500)
    pytest.fail("the demo was not indexed")


def reports(served: Served, open_page: Callable[..., Page]) -> Counter[str]:
    """Return the figures of the report as a colleague reads them; it has none while nobody has searched."""
    page = open_page("/staff/insight/", role="product manager")
    names = page.locator(".figs dt").all_inner_texts()
    values = page.locator(".figs dd > a").all_inner_texts()
    return Counter(dict(zip(names, map(int, values), strict=True)))


def test_searching_with_keys_only(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/")
    indexed(page, served)
    page.goto(served.url + "/points/")

    page.keyboard.press("/")
    expect(page.locator("#q-top")).to_be_focused()
    page.keyboard.type("filter")
    options = page.locator("#q-top-found [role=option]")
    expect(options.first).to_be_visible()
    expect(page.locator("form:has(#q-top) [role=status]")).to_contain_text("found. Use the arrow keys.")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#q-top-found")).to_be_hidden()
    expect(page.locator("#q-top")).to_have_value("filter")

    page.keyboard.type(" warning")
    expect(options.last).to_have_text("All results for “filter warning”")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/t/\d+/filter-warning"))

    page.go_back()
    page.locator("#q-top").fill("humming")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=humming"))
    assert axe_violations(page) == []
    page.get_by_role("link", name=re.compile("Past week")).first.click()
    page.wait_for_url(re.compile("since=week"))
    page.go_back()
    expect(page.locator(".hit").first).to_contain_text(re.compile("humming|hums", re.IGNORECASE))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_suggestion_is_opened_and_the_text_is_still_there(
    open_page: Callable[..., Page], served: Served, scripts: bool
) -> None:
    page = open_page("/ask/", role="customer", scripts=scripts)
    title = page.get_by_label("Title")
    title.fill(TITLE)
    if not scripts:
        page.locator("#id_body").fill("It comes from the wall.")
        page.get_by_role("button", name="Look for similar").click()
    suggestion = page.locator("#similar .hit", has_text="Humming").first
    expect(suggestion).to_be_visible(timeout=5_000)
    if scripts:
        expect(title).to_be_focused()
        page.locator("#id_body").fill("It comes from the wall.")
        expect(page.locator("[data-draft-state]")).to_contain_text("Draft saved", timeout=10_000)
        assert axe_violations(page) == []

    with page.context.expect_page() as opened:
        suggestion.get_by_role("link").click()
    expect(opened.value.locator("h1")).to_contain_text("Humming")
    expect(title).to_have_value(TITLE)
    page.goto(f"{served.url}{opened.value.url.removeprefix(served.url)}")  # and in this tab, too
    page.goto(f"{served.url}/ask/")

    expect(page.get_by_label("Title")).to_have_value(TITLE)
    expect(page.locator("#id_body")).to_have_value("It comes from the wall.")
    with page.expect_navigation():
        page.get_by_role("button", name="Discard draft").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_this_answered_it_counts_once_and_closes_the_draft(
    open_page: Callable[..., Page], served: Served, scripts: bool
) -> None:
    before = reports(served, open_page)
    page = open_page("/ask/", role="customer", scripts=scripts)
    page.get_by_label("Title").fill("Filter warning comes back after a new filter")
    page.locator("#id_body").fill("Two days later it is there again.")
    if not scripts:
        page.get_by_role("button", name="Look for similar").click()
    else:
        expect(page.locator("[data-draft-state]")).to_contain_text("Draft saved", timeout=10_000)
    button = page.locator("#similar .hit", has_text="Filter warning").get_by_role("button", name="This answered it")

    if scripts:
        button.dblclick()
    else:
        button.click()
        page.wait_for_url(re.compile("/search/answered/"))
        page.go_back()
        page.locator("#similar .hit", has_text="Filter warning").get_by_role("button", name="This answered it").click()
    page.wait_for_url(re.compile("/search/answered/"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Glad that answered it")
    after = reports(served, open_page)
    assert after["Said it answered"] - before["Said it answered"] == 1
    for _ in range(20):  # the worker closes the draft; it needs a moment
        page.goto(f"{served.url}/ask/")
        if page.get_by_label("Title").input_value() == "":
            return
        page.wait_for_timeout(500)
    pytest.fail("the draft is still there")


def test_searching_without_scripts(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/", scripts=False)

    page.locator("#q-home").fill("humming")
    page.locator("#q-home").press("Enter")

    page.wait_for_url(re.compile(r"/search/\?q=humming"))
    page.locator(".hit a", has_text="Humming").first.click()
    expect(page.locator("h1")).to_contain_text("Humming")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(
    open_page: Callable[..., Page], served: Served, width: int, scheme: str
) -> None:
    problems = []
    page = open_page("/search/", role="moderator", width=width, scheme=scheme)
    for path in ("/search/?q=humming+night", "/search/?q=zzzzqqqq", "/staff/insight/", "/staff/synonyms/", "/ask/"):
        page.goto(served.url + path)
        problems += [f"{path}: {problem}" for problem in axe_violations(page)]
        if overflow_px(page) > 0:
            problems.append(f"{path}: {overflow_px(page)} px too wide")

    assert problems == []
