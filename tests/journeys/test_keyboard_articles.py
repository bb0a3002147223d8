"""Reading an article, saying that it did not help and asking about it by keyboard alone; the focus is always seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_keyboard import tab_to

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_an_article_is_read_judged_and_asked_about_by_keyboard_alone(
    open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    reader = open_page("/help/", width=width, scheme=scheme, reduced_motion="reduce")
    for name in ("Care and quiet", "Change the filters of a V200 or V350"):
        tab_to(reader, name, "a")
        reader.keyboard.press("Enter")
        expect(reader.locator("h1")).to_have_text(name)

    heading = reader.locator(".toc a").first.inner_text()
    tab_to(reader, heading, "a")
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(re.compile("#h-"))
    tab_to(reader, "No", "button")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", name="What was missing?")).to_be_focused()
    tab_to(reader, "What I looked for is not in it", "input")
    reader.keyboard.press("Space")
    tab_to(reader, "Ask the community", "button")
    reader.keyboard.press("Enter")
    reader.wait_for_url(re.compile(r"/ask/"))
    expect(reader.locator("main")).to_contain_text("Change the filters of a V200 or V350")
