"""The CMS works under its looser policy, and the brand edited there shows at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served

pytestmark = pytest.mark.browser


def test_an_administrator_changes_the_brand_in_the_cms(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/cms/settings/branding/brandsettings/", role="administrator")
    before = page.request.get(served.url).text()

    expect(page.locator("h1")).to_contain_text("rand")
    page.fill("input[name=legal_name]", "Brisa Clima GmbH")
    page.fill("input[name=colour]", "#a83a17")
    page.locator("form button[type=submit]").last.click()
    expect(page.locator(".messages .success")).to_be_visible()
    after = page.request.get(served.url).text()

    assert "Brisa Clima GmbH" not in before
    assert "Brisa Clima GmbH" in after
    assert sheet_of(before) != sheet_of(after)
    assert "#a83a17" in page.request.get(served.url + sheet_of(after)).text()


def test_the_brand_can_be_read_whatever_was_chosen(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/cms/settings/branding/brandsettings/", role="administrator")

    page.fill("input[name=colour]", "yellow")
    page.locator("form button[type=submit]").last.click()

    expect(page.get_by_text("six digits").first).to_be_visible()


def sheet_of(html: str) -> str:
    """Return the address of the brand's style sheet."""
    return "/brand/" + html.partition('href="/brand/')[2].partition('"')[0]
