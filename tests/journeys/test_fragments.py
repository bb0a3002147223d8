"""What htmx swaps in obeys the policy too; a topic with its composer stays within its weight."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.journeys.conftest import Served
from tests.journeys.test_frame import weigh

pytestmark = pytest.mark.browser
COMPOSER_BYTES, COMPOSER_REQUESTS = 81_000, 14


def test_a_fragment_is_swapped_in_without_a_violation(open_page: Callable[..., Page]) -> None:
    page = open_page("/ask/", role="customer")

    page.locator("textarea").first.fill("It is **free**, and <img src=x onerror=alert(1)> does nothing.")
    with page.expect_response(lambda answer: "preview" in answer.url) as answered:
        page.get_by_role("button", name="Preview").click()

    assert (
        "nonce-" in answered.value.headers["content-security-policy"]
        or "script-src 'self'" in (answered.value.headers["content-security-policy"])
    )
    expect(page.locator(".pre strong")).to_have_text("free")
    assert page.locator(".pre [onerror]").count() == 0


def test_an_element_without_the_nonce_sends_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page("/", role="customer")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate(
        """() => { const b = document.createElement('button'); b.textContent = 'press';
             b.setAttribute('data-hx-get', '/settings/'); document.querySelector('main').append(b);
             htmx.process(b) }"""
    )
    page.get_by_role("button", name="press").click()
    page.wait_for_timeout(300)

    said = page.objections.console  # type: ignore[attr-defined]
    assert [url for url in asked if "settings" in url] == []
    assert any("hx-csp" in line for line in said)
    said.clear()  # the extension said what it took away, as it should


def test_a_refusal_shows_as_a_toast_that_says_why(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/", role="customer")

    shown = page.evaluate(
        """async () => { const r = await fetch('/staff/', { headers: { 'HX-Request': 'true' } });
             return [r.status, r.headers.get('HX-Retarget'), await r.text()] }"""
    )

    assert shown[0] == 403
    assert shown[1] == "[data-toasts]"
    assert "These pages are for the team." in shown[2]


def test_a_topic_with_a_composer_stays_within_its_weight(
    served: Served, browser: Browser, signed_in: Callable[[str], StorageState | None]
) -> None:
    weight = weigh(browser, f"{served.url}/t/1/", signed_in("customer"))

    assert weight.bytes_of() <= COMPOSER_BYTES, weight
    assert len(weight.urls) <= COMPOSER_REQUESTS, weight
