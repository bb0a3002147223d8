"""A pasted picture shows how far it is, can be cancelled, and asks what it shows; all by keyboard."""

import io
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PASTE = """([base64, name]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const pasted = new DataTransfer();
  pasted.items.add(new File([bytes], name, { type: "image/png" }));
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
}"""


def paste(page: Page, name: str) -> None:
    """Paste a picture of some 200 kB where the focus is."""
    picture = io.BytesIO()
    Image.effect_noise((420, 420), 80).save(picture, "PNG")
    page.evaluate(PASTE, [b64encode(picture.getvalue()).decode(), name])


@contextmanager
def slow_line(page: Page) -> Iterator[None]:
    """Let the page send 40 kB a second."""
    session = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 50, "downloadThroughput": -1}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": 40_000})
    yield
    session.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": -1})
    session.detach()


def test_a_pasted_picture_shows_how_far_it_is_and_can_be_cancelled_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("/t/6/", role="customer")
    text = page.locator("#id_body")
    text.fill("Before ")
    text.press("End")

    with slow_line(page):
        paste(page, "nameplate.png")
        gauge = page.locator(".file [data-gauge]")
        expect(gauge).to_have_attribute("aria-label", "nameplate.png")
        expect(page.locator(".file [data-percent]")).to_have_text(re.compile(r"^[1-9]\d? %$"))
        assert 0 < float(gauge.locator(".v").get_attribute("width") or 0) < 100
        expect(text).to_have_value(re.compile(r"nameplate\.png …\]\(\)"))
        expect(page.get_by_label(re.compile("Describe the picture"))).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Remove this picture")).to_be_focused()
        page.keyboard.press("Enter")

    expect(page.locator(".file")).to_have_count(0)
    expect(text).to_be_focused()
    assert text.input_value().strip() == "Before"


def test_a_pasted_picture_asks_what_it_shows_and_keeps_what_is_typed_meanwhile(open_page: Callable[..., Page]) -> None:
    page = open_page("/t/6/", role="support agent")
    text = page.locator("#id_body")
    text.focus()

    with slow_line(page):
        paste(page, "nameplate.png")
        page.keyboard.type("The nameplate: 7 kW")
        expect(page.locator(".file [data-percent]")).to_have_text(re.compile(r"%$"))
    expect(text).to_have_value(re.compile(r"!\[The nameplate: 7 kW\]\(/media/post/\d+/\w+\.webp\)"), timeout=20_000)
    page.keyboard.type(" unit")

    expect(text).to_have_value(re.compile(r"!\[The nameplate: 7 kW unit\]\(/media/"))
    page.get_by_role("button", name="Remove this picture").click()
