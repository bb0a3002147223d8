"""The CMS works under its looser policy, and leads to the page where the brand is edited; that shows at once."""

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from urllib.parse import urljoin

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served

pytestmark = pytest.mark.browser
BRAND = "/staff/brand/"


def test_the_cms_leads_to_the_brand(open_page: Callable[..., Page]) -> None:
    page = open_page("/cms/", role="administrator")

    expect(page.locator("h1")).to_be_visible()
    assert page.locator(f'a[href="{BRAND}"]').count() or BRAND in page.content()


def test_the_preview_follows_what_is_typed_and_saving_shows_everywhere(
    open_page: Callable[..., Page], served: Served
) -> None:
    page = open_page(BRAND, role="administrator")
    before = page.request.get(served.url).text()
    dark = page.frame_locator("iframe[data-theme=dark]")

    page.fill("#id_name", "Brisa Nord")
    page.fill("#id_colour", "#ffee00")
    expect(dark.locator("header")).to_contain_text("Brisa Nord")
    expect(page.locator("#colours")).to_contain_text("Too pale")
    page.get_by_role("button", name="Take #").click()
    expect(page.locator("#colours")).not_to_contain_text("Too pale")
    page.get_by_role("button", name="Mail", exact=True).click()
    expect(dark.locator(".mail .brand")).to_contain_text("Brisa Nord")
    assert sheet_of(page.request.get(served.url).text()) == sheet_of(before)
    taken = page.input_value("#id_colour")
    page.get_by_role("button", name="Save brand").click()
    expect(page.locator(".toast, [role=status]").first).to_be_attached()
    page.wait_for_load_state()

    after = page.request.get(served.url).text()
    assert "Brisa Nord" in after
    assert sheet_of(before) != sheet_of(after)
    assert taken in page.request.get(served.url + sheet_of(after)).text()


def test_an_article_with_a_picture_and_a_date_is_written_and_published(
    open_page: Callable[..., Page], served: Served, tmp_path: Path
) -> None:
    title = f"Bleed the valve {token_hex(3)}"
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
    page.fill("input[name=title]", title)
    page.locator("[data-streamfield-stream-container] button[title='Insert a block']").first.click()
    page.get_by_role("option", name="Text", exact=True).first.click()
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type("Turn it to the left.")
    page.locator("[data-streamfield-stream-container] button[title='Insert a block']").last.click()
    page.get_by_role("option", name="Image", exact=True).first.click()
    page.get_by_role("button", name="Choose an image").click()
    page.locator(".modal-body a[data-chooser-modal-choice]", has_text="The valve").first.click()
    page.get_by_label("What it shows").fill("A valve seen from above")
    expect(page.locator(".modal-backdrop")).to_have_count(0)  # it gives the focus back when it goes
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    page.fill("input[name=reviewed_on]", "2026-11-20")
    expect(calendar).to_be_visible()  # it opens a moment after the field has the focus
    page.keyboard.press("Tab")
    expect(calendar).to_have_count(0)
    page.locator("[data-w-dropdown-target=toggle][aria-label='More actions'], footer .w-dropdown__toggle").first.click()
    page.get_by_role("button", name="Publish", exact=True).first.click()
    expect(page.locator(".messages .success")).to_be_visible()

    page.goto(urljoin(served.url, page.get_by_role("link", name="View live").first.get_attribute("href") or ""))
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("article img")).to_have_attribute("alt", "A valve seen from above")
    assert page.locator("article img").evaluate("picture => picture.complete && picture.naturalWidth > 0")
    expect(page.locator("dl.facts").first).to_contain_text("20, 2026")


def sheet_of(html: str) -> str:
    """Return the address of the brand's style sheet, whose name is a hash."""
    return next("/brand/" + part.partition('"')[0] for part in html.split('href="/brand/')[1:] if ".css" in part[:30])
