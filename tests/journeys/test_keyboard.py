"""Signing in, asking, answering, accepting and following by keyboard alone; the focus is seen at every stop."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served

pytestmark = pytest.mark.browser
MOST_STOPS = 120
FOCUS = (Path(__file__).parent / "scripts/focus.js").read_text()


def seen_focus(page: Page) -> dict[str, Any]:
    """Return what has the focus, having checked that a reader sees it."""
    focus: dict[str, Any] = page.evaluate(FOCUS)
    assert focus["ring_px"] >= 2, focus
    assert focus["contrast"] >= 3, focus
    assert not focus["hidden"], focus
    return focus


def tab_to(page: Page, name: str, tag: str = "") -> None:
    """Press Tab until what is called `name` has the focus; each stop on the way must be seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):  # past the last one: round again
            continue
        focus = seen_focus(page)
        if focus["name"].partition(":")[0] == name and focus["tag"] == (tag or focus["tag"]):
            return
    pytest.fail(f"{name!r} was not reached in {MOST_STOPS} stops on {page.url}", pytrace=False)


def sign_in(page: Page, served: Served, role: str) -> None:
    """Sign in from the page that stands there."""
    address, password = served.logins[role]
    tab_to(page, "Sign in", "a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/accounts/login/"))
    if page.evaluate("document.activeElement.name") != "login":
        tab_to(page, "Mail address", "input")
    page.keyboard.type(address)
    tab_to(page, "Password", "input")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.locator("header details.menu")).to_be_visible()


def ask(page: Page, title: str) -> None:
    """Ask a question from any page."""
    tab_to(page, "Ask", "a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ask/"))
    tab_to(page, "Category")
    page.keyboard.type("Heat")
    tab_to(page, "Title")
    with page.expect_response(re.compile("/search/similar/")):  # what it shows moves the fields below
        page.keyboard.type(title)
    expect(page.locator("#similar")).not_to_have_class(re.compile("htmx-request"))
    tab_to(page, "What happened, or what you want to know")
    page.keyboard.type(f"{title} It clicks twice a minute.")
    tab_to(page, "Post", "button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/t/\d+/"))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_main_jobs_are_done_by_keyboard_alone(
    open_page: Callable[..., Page], served: Served, width: int, scheme: str
) -> None:
    title = f"Why does the relay click at {width} pixels since {datetime.now(UTC):%H:%M:%S}?"
    asker = open_page("/", width=width, scheme=scheme, reduced_motion="reduce")
    sign_in(asker, served, "customer")
    ask(asker, title)

    helper = open_page(asker.url.removeprefix(served.url), width=width, scheme=scheme, reduced_motion="reduce")
    sign_in(helper, served, "product manager")
    helper.wait_for_url(asker.url)
    tab_to(helper, "Your reply", "textarea")
    helper.keyboard.type(f"At {width} pixels it looks for the thermostat; pair it again.")
    tab_to(helper, "Post reply")
    helper.keyboard.press("Enter")
    helper.wait_for_url(re.compile("#post-2"))

    asker.reload()
    tab_to(asker, "This solved it")
    asker.keyboard.press("Enter")
    expect(asker.locator("#answer")).to_contain_text("pair it again")
    tab_to(asker, "Watching", "summary")
    asker.keyboard.press("Enter")
    tab_to(asker, "Normal", "button")
    asker.keyboard.press("Enter")
    expect(asker.locator("aside details.menu summary").first).to_contain_text("Normal")
