"""The CMS works under its looser policy, and the brand edited there shows at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
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


def test_an_article_with_a_picture_and_a_date_is_written_and_published(
    open_page: Callable[..., Page], served: Served, tmp_path: Path
) -> None:
    picture = tmp_path / "valve.png"
    Image.new("RGB", (300, 200), "teal").save(picture)
    page = open_page("/cms/images/add/", role="administrator")
    page.set_input_files("input[name=file]", picture)
    page.fill("input[name=title]", "The valve")
    page.locator("form button[type=submit]").last.click()
    expect(page.locator(".messages .success")).to_be_visible()
    sections = "from community.knowledge.models import Section as S; print(S.objects.order_by('pk').first().pk)"
    section = served.manage("shell", "--no-imports", "-c", sections).strip()

    page.goto(f"{served.url}/cms/pages/add/knowledge/article/{section}/")
    page.fill("input[name=title]", "Bleed the valve")
    page.fill("#id_slug", "bleed-the-valve") if page.locator("#id_slug").is_visible() else None
    page.locator("[data-streamfield-stream-container] button[title='Insert a block']").first.click()
    page.get_by_role("option", name="Text", exact=True).first.click()
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type("Turn it to the left.")
    page.locator("[data-streamfield-stream-container] button[title='Insert a block']").last.click()
    page.get_by_role("option", name="Image", exact=True).first.click()
    page.get_by_role("button", name="Choose an image").click()
    page.locator(".modal-body a[data-chooser-modal-choice]", has_text="The valve").first.click()
    page.get_by_label("What it shows").fill("A valve seen from above")
    page.fill("input[name=reviewed_on]", "2026-11-20")
    page.keyboard.press("Escape")
    page.locator("[data-w-dropdown-target=toggle][aria-label='More actions'], footer .w-dropdown__toggle").first.click()
    page.get_by_role("button", name="Publish", exact=True).first.click()
    expect(page.locator(".messages .success")).to_be_visible()

    page.goto(served.url + page.get_by_role("link", name="View live").first.get_attribute("href"))
    expect(page.locator("h1")).to_have_text("Bleed the valve")
    expect(page.locator("article img")).to_have_attribute("alt", "A valve seen from above")
    assert page.locator("article img").evaluate("picture => picture.complete && picture.naturalWidth > 0")
    expect(page.get_by_text("November 20, 2026")).to_be_visible()


def sheet_of(html: str) -> str:
    """Return the address of the brand's style sheet."""
    return "/brand/" + html.partition('href="/brand/')[2].partition('"')[0]
