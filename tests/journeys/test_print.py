"""On paper an article and a topic are their words, dark on white, with the addresses of their links."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import overflow_px

pytestmark = pytest.mark.browser
SHOWN = """() => [...document.querySelectorAll("nav, header.top, footer, form, button, dialog, aside.side")]
  .filter((one) => one.checkVisibility() && one.getClientRects().length)
  .map((one) => `${one.tagName} ${one.className} ${one.innerText.slice(0, 40)}`)"""
LUMINANCE = """(selector) => {
  const [red, green, blue] = getComputedStyle(document.querySelector(selector)).color.match(/[\\d.]+/g).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}"""
LINKED = """() => {
  const link = document.querySelector(".prose p, .prose li").appendChild(document.createElement("a"));
  link.href = "https://example.com/manual"; link.textContent = "the manual";
  return getComputedStyle(link, "::after").content;
}"""


@pytest.mark.parametrize(
    ("path", "link", "scheme"),
    [
        ("/help/getting-started/", "a[href*='/help/a/']", "dark"),
        ("/es/help/primeros-pasos/", "a[href*='/help/a/']", "light"),
        ("/questions/?state=solved", "a[href*='/t/']", "light"),
        ("/es/questions/?state=solved", "a[href*='/t/']", "dark"),
    ],
)
def test_paper_has_the_words_and_nothing_to_press(
    open_page: Callable[..., Page], path: str, link: str, scheme: str
) -> None:
    page = open_page(path, role="customer", scheme=scheme)
    page.goto(page.locator("main").locator(link).first.evaluate("link => link.href"))
    assert page.evaluate(SHOWN)

    page.emulate_media(media="print")

    assert page.evaluate(SHOWN) == []
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".prose").first).to_be_visible()
    for selector in ("h1", ".prose p"):
        assert page.evaluate(LUMINANCE, selector) < 0.2, selector
    assert "https://example.com/manual" in page.evaluate(LINKED)
    assert overflow_px(page) == 0
