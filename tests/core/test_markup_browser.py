"""The vectors in a real browser without any content policy: nothing runs, nothing is fetched, nothing can be sent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from community.core.markup import cook
from tests.core.test_markup_attacks import BUILT_IN, resolve, vectors

pytestmark = pytest.mark.browser
TOUCH_EVERYTHING = """() => {
  for (const element of document.querySelectorAll("body *")) {
    for (const name of ["mouseover", "focus", "blur", "pointerdown", "error", "load", "toggle", "wheel"]) {
      element.dispatchEvent(new Event(name, {bubbles: false}));
    }
    if (element.tagName !== "A") element.click?.();
  }
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that reaches nothing."""
    made = browser.new_page()
    yield made
    made.close()


def test_no_vector_acts_in_a_browser(page: Page) -> None:
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    attacks = [*BUILT_IN, *(vector["input"] for vector in vectors())]
    forms = (
        form for attack in attacks for form in (attack, f"[{attack}]({attack})", f"<p>{attack}</p>", f"> {attack}")
    )
    cooked = "".join(f"<div>{cook(form, resolve_mentions=resolve).html}</div>" for form in forms)
    page.route("**/*", refuse)

    page.set_content(f"<!doctype html><title>inert</title><body>{cooked}", wait_until="domcontentloaded")
    page.evaluate(TOUCH_EVERYTHING)
    page.wait_for_timeout(500)

    assert page.evaluate("window.__pwned") is None
    assert [url for url in asked if not url.startswith("about:")] == []
    assert page.locator("script, style, iframe, object, embed, form, input, svg, math, base, meta, link").count() == 0
    assert page.locator("body [id], body [name], body [class], body [style]").count() == 0
    assert page.title() == "inert"


def test_every_link_of_the_vectors_leads_to_an_honest_address(page: Page) -> None:
    cooked = "".join(f"<div>{cook(vector['input']).html}</div>" for vector in vectors())

    page.set_content(f'<!doctype html><base href="https://community.example/t/1/"><body>{cooked}')

    schemes = page.eval_on_selector_all("a[href]", "links => [...new Set(links.map(link => link.protocol))].sort()")
    assert set(schemes) <= {"http:", "https:", "mailto:"}
