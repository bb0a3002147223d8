"""Voting, following, commenting, sharing and changing an idea by keyboard alone; the focus is seen at every stop."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_keyboard import MOST_STOPS, seen_focus, sign_in, tab_to

pytestmark = pytest.mark.browser
ON_VOTE = "title => document.activeElement.matches('button.vote') && document.activeElement.innerText.includes(title)"


def tab_to_vote(page: Page, title: str) -> None:
    """Press Tab until the vote button of the idea `title` has the focus; each stop on the way must be seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        seen_focus(page)
        if page.evaluate(ON_VOTE, title):
            return
    pytest.fail(f"the vote button of {title!r} was not reached on {page.url}", pytrace=False)


def vote(page: Page) -> str:
    """Vote for the first idea of the list that has no vote of the member; return its title."""
    button = page.locator("button.vote[aria-pressed=false]").first
    title = button.locator(".sr").inner_text().strip().removeprefix("for “").removesuffix("”")
    pressed = page.locator("button.vote", has_text=title)
    tab_to_vote(page, title)
    page.keyboard.press("Enter")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(ON_VOTE, title), "the focus was lost with the press"
    page.keyboard.press("Enter")
    expect(pressed).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    return title


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_an_idea_is_voted_for_talked_about_and_shared_by_keyboard_alone(
    open_page: Callable[..., Page], served: Served, width: int, scheme: str
) -> None:
    page = open_page("/ideas/", width=width, scheme=scheme, reduced_motion="reduce")
    sign_in(page, served, "customer")
    page.wait_for_url(re.compile("/ideas/$"))

    title = vote(page)
    tab_to(page, title, "a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/i/\d+/"))
    tab_to(page, "Following", "button")
    page.keyboard.press("Enter")
    expect(page.locator("button[aria-pressed=false]", has_text="Follow")).to_be_visible()
    tab_to(page, "Your comment", "textarea")
    page.keyboard.type(f"We miss it, too: at {width} pixels since {datetime.now(UTC):%H:%M:%S}.")
    tab_to(page, "Post comment", "button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#comment-\d+"))
    expect(page.locator("section.post").last).to_contain_text(f"{width} pixels")

    share_and_change(page, f"A dial of {width} pixels that clicks at {datetime.now(UTC):%H:%M:%S}")


def share_and_change(page: Page, title: str) -> None:
    """Share an idea from any page, then change its words."""
    tab_to(page, "Ideas", "a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ideas/$"))
    tab_to(page, "Your idea in one sentence", "input")
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ideas/new/"))
    tab_to(page, "Share this idea", "button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/i/\d+/"))
    expect(page.locator("h1")).to_have_text(title)

    tab_to(page, "More about this idea", "summary")
    page.keyboard.press("Enter")
    tab_to(page, "Edit", "a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/edit/"))
    tab_to(page, "Your idea in one sentence", "input")
    page.keyboard.press("End")
    page.keyboard.type(", softly")
    tab_to(page, "Save", "button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("softly"))
    expect(page.locator("h1")).to_have_text(f"{title}, softly")
