"""A link that is typed on the brand page shows in both frames at once and nowhere else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served

pytestmark = pytest.mark.browser


def test_a_link_shows_in_the_preview_while_it_is_typed(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/staff/brand/", role="administrator")

    page.locator("[name='footer-0-text']").fill("Where to buy")
    page.locator("[name='footer-0-url']").fill("/where-to-buy/")

    for theme in ("light", "dark"):
        frame = page.frame_locator(f"iframe[data-theme={theme}]")
        expect(frame.locator("footer")).to_contain_text("Where to buy")
    assert "Where to buy" not in page.request.get(served.url).text()
