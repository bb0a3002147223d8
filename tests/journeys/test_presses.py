"""Voting, following and saying what helped on a slow line: one press, told at once it is there, harmless twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""A phone on 3G: bytes a second, and milliseconds to and fro."""


def slowed(page: Page) -> Page:
    """Put the page on a slow line."""
    tools: Any = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW)
    return page


def pressed_twice(page: Page, button: Locator) -> None:
    """Press twice as fast as one can: it is as if pressed once."""
    before = str(button.get_attribute("aria-pressed"))
    after = "true" if before == "false" else "false"
    button.dblclick()
    expect(button).to_have_attribute("aria-pressed", after)
    page.wait_for_load_state("networkidle")
    expect(button).to_have_attribute("aria-pressed", after)
    page.reload()
    expect(button).to_have_attribute("aria-pressed", after)


def test_a_vote_and_a_follow_pressed_twice_on_a_slow_line_count_once(open_page: Callable[..., Page]) -> None:
    page = slowed(open_page("/ideas/", role="customer", width=360))
    page.locator('main h3 a[href*="/i/"]').first.click()
    page.wait_for_url(re.compile(r"/i/\d+/"))

    vote = page.locator("main button.vote").first
    count = int(re.sub(r"\D", "", vote.locator("span[id^=votes-]").first.inner_text()))
    was = vote.get_attribute("aria-pressed")
    pressed_twice(page, vote)
    expect(vote.locator("span[id^=votes-]").first).to_have_text(str(count + (1 if was == "false" else -1)))

    pressed_twice(page, page.locator("main button[aria-pressed]", has_text="Follow").first)


def test_a_helpful_answer_pressed_twice_on_a_slow_line_counts_once(open_page: Callable[..., Page]) -> None:
    page = slowed(open_page("/t/1/", role="product manager", width=360))

    pressed_twice(page, page.locator("main button[aria-pressed]", has_text="Helpful").first)
