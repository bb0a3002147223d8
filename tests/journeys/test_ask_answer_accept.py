"""A customer asks, another answers, the asker accepts: the points stand on the profile. In a real browser."""

import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served, axe_violations, overflow_px

pytestmark = pytest.mark.browser


def ask(page: Page, title: str) -> str:
    """Write a question on the ask page and send it; return its address."""
    page.get_by_label("Title").fill(title)
    page.locator("#id_body").fill(f"{title} It hums from **two** to four, every night.")
    page.get_by_label("Tags").fill("noise, B6")
    page.get_by_role("button", name="Post", exact=True).click()
    page.wait_for_url(re.compile(r"/t/\d+/"))
    return page.url


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_question_is_asked_answered_and_accepted_and_the_points_show(
    open_page: Callable[..., Page], served: Served, scripts: bool
) -> None:
    title = f"Why does the B6 hum at night, {'with' if scripts else 'without'} scripts?"
    asker = open_page("/ask/?category=heat-pumps", role="customer", scripts=scripts)
    topic = ask(asker, title).removeprefix(served.url)

    answerer = open_page(topic, role="support agent", scripts=scripts)
    profile = answerer.locator(".menu a", has_text="Your profile").get_attribute("href")
    answerer.locator("#id_body").fill("Put a rubber mat under it.\n\nThat took it from 38 to 31 dB here.")
    answerer.get_by_role("button", name="Post reply").click()
    answerer.wait_for_url(re.compile(r"#post-2$"))

    asker.goto(served.url + topic)
    expect(asker.locator("#post-2")).to_contain_text("rubber mat")
    asker.locator("#post-2").get_by_role("button", name="Helpful").click()
    expect(asker.locator("#post-2 [aria-pressed=true]")).to_contain_text("Helpful 1")
    asker.get_by_role("button", name="This solved it").click()
    expect(asker.locator("#answer")).to_contain_text("Accepted answer")
    expect(asker.locator(".q-state")).to_contain_text("Solved")

    points = open_page(f"{profile}points/", scripts=scripts)
    line = points.locator("tr", has_text=title)
    for _ in range(20):  # the worker gives the points; it needs a moment
        if line.count() == 2:
            break
        points.wait_for_timeout(500)
        points.reload()
    assert sorted(cell.inner_text() for cell in line.locator("td:last-child").all()) == ["+15", "+2"]


def test_a_visitors_text_survives_signing_in(open_page: Callable[..., Page], served: Served) -> None:
    page = open_page("/ask/")
    page.get_by_label("Title").fill("What a visitor wants to know")
    page.locator("#id_body").fill("Kept through sign-in.")
    page.get_by_role("button", name="Sign in and post").click()
    address, password = served.logins["moderator"]
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/ask/"))

    expect(page.get_by_label("Title")).to_have_value("What a visitor wants to know")
    expect(page.locator("#id_body")).to_have_value("Kept through sign-in.")
    page.get_by_role("button", name="Discard draft").click()
    expect(page.locator("#id_body")).to_have_value("")


def test_the_composer_suggests_quotes_uploads_previews_and_saves(
    open_page: Callable[..., Page], served: Served, tmp_path: object
) -> None:
    picture = f"{tmp_path}/mat.png"
    Image.new("RGB", (60, 40), (30, 120, 90)).save(picture)
    page = open_page("/t/6/", role="moderator")
    text = page.locator("#id_body")

    text.click()
    text.press_sequentially("Ask @jon")
    page.locator(".suggest li", has_text="@jonah").wait_for()
    page.keyboard.press("Enter")
    expect(text).to_have_value("Ask @jonah ")
    page.locator(".tools").get_by_role("button", name="Bold").click()
    page.keyboard.type("twice")
    expect(text).to_have_value("Ask @jonah **twice**")

    text.press("End")
    page.set_input_files("#id_body-file", picture)
    alt = page.get_by_label(re.compile("Describe the picture"))
    expect(alt).to_be_focused()
    page.keyboard.type("A green mat")
    expect(text).to_have_value(re.compile(r"!\[A green mat\]\(/media/post/\d+/\w+\.webp\)"))

    page.get_by_role("link", name="Quote").nth(1).click()
    expect(text).to_have_value(re.compile(r"\n> .*post 2\]", re.DOTALL))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".pre .prose img")).to_have_attribute("alt", "A green mat")

    expect(page.locator("[data-draft-state]")).to_contain_text("Draft saved", timeout=10_000)
    text.press("Escape")
    expect(text).to_have_value(re.compile("Ask @jonah"))
    elsewhere = open_page("/t/6/", role="moderator", width=360, scheme="dark")
    expect(elsewhere.locator("#id_body")).to_have_value(re.compile("A green mat"))
    expect(elsewhere.get_by_text("Your draft is back.")).to_be_visible()
    assert axe_violations(elsewhere) == []
    assert overflow_px(elsewhere) <= 0
    elsewhere.get_by_role("button", name="Discard draft").click()


def test_a_picture_can_be_taken_back_and_a_wrong_file_says_why(
    open_page: Callable[..., Page], tmp_path: object
) -> None:
    wrong, right = f"{tmp_path}/wrong.png", f"{tmp_path}/right.png"
    with open(wrong, "wb") as file:
        file.write(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    Image.new("RGB", (60, 40)).save(right)
    page = open_page("/t/6/", role="product manager")

    page.set_input_files("#id_body-file", wrong)
    expect(page.locator(".file .why")).to_contain_text("Only PNG")
    expect(page.locator("#id_body")).to_have_value(re.compile(r"^\s*$"))
    page.get_by_role("button", name="Remove this picture").click()
    page.set_input_files("#id_body-file", right)
    expect(page.locator("#id_body")).to_have_value(re.compile("webp"))
    page.get_by_role("button", name="Remove this picture").click()

    expect(page.locator("#id_body")).to_have_value(re.compile(r"^\s*$"))
    expect(page.locator(".file")).to_have_count(0)


def test_two_tabs_never_overwrite_each_other_in_silence(open_page: Callable[..., Page]) -> None:
    first = open_page("/t/9/", role="product manager")
    second = open_page("/t/9/", role="product manager")

    first.locator("#id_body").fill("From the first tab")
    expect(first.locator("[data-draft-state]")).to_contain_text("Draft saved", timeout=10_000)
    second.locator("#id_body").fill("From the second tab")
    banner = second.locator("[data-draft-banner]")
    expect(banner).to_be_visible(timeout=10_000)
    banner.get_by_role("button", name="Use the other one").click()

    expect(second.locator("#id_body")).to_have_value("From the first tab")
    expect(banner).to_have_count(0)
