"""Reporting and moderating in a real browser: by keyboard alone, by two people at once, without scripts."""

import re
import time
from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served, axe_violations, look, overflow_px

pytestmark = pytest.mark.browser
QUEUE = "/staff/moderation/"
SEED = """
from community.activity.delivery import drain_activity
from community.members.services import member_create
from community.moderation.models import Review
from forums.models import Category
from forums.services import reply_create, topic_ask
asker = member_create(name="Somebody", handle="{name}-asks")
category = Category.objects.filter(slug="heat-pumps").first()
topic = topic_ask(member=asker, category=category, title="Is it warm there?", body="Here it is. ({name})")
Review.objects.waiting().update(state="settled")
for number in range({count}):
    author = member_create(name=f"Newcomer {{number}}", handle="{name}-" + str(number))
    reply_create(member=author, topic_id=topic.pk, body=f"Offer {name} {{number}}: https://s{{number}}.example/x")
drain_activity()
"""
"""Leaves nothing in the queue but held replies, to a question that no other test reads."""
REPORTED = """
post = reply_create(member=asker, topic_id=topic.pk, body="It was warm here last week. ({name})")
print(topic.pk, post.number)
"""
LEFT = """
from community.moderation.models import Review
print(Review.objects.waiting().count())
"""


def seed(served: Served, *, name: str, count: int) -> None:
    """Leave nothing in the queue but `count` held replies."""
    served.manage("shell", "--no-imports", "-c", SEED.format(name=name, count=count))


def printed(served: Served, code: str) -> str:
    """Run code in the installation; return the last line it printed."""
    return served.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1]


def left(served: Served) -> int:
    """Return how many things wait."""
    return int(printed(served, LEFT))


def text_under_review(page: Page) -> str:
    return page.locator("#item .note-staff .prose").inner_text()


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_twenty_things_are_decided_by_keyboard_alone_and_undone(open_page: Callable[..., Page], served: Served) -> None:
    seed(served, name="keys", count=20)
    page = open_page(QUEUE, role="moderator", reduced_motion="reduce")  # pages fade otherwise, and keys are faster
    first = text_under_review(page)
    began = time.monotonic()

    press(page, "r")
    press(page, "z")
    assert text_under_review(page) == first
    for number in range(20):
        press(page, "arh"[number % 3])

    spent_s = time.monotonic() - began
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    assert left(served) == 0
    assert spent_s <= 60, f"{spent_s:.1f} s for 20 things"


def test_keys_rest_while_somebody_types_are_listed_and_can_be_switched_off(
    open_page: Callable[..., Page], served: Served
) -> None:
    seed(served, name="typing", count=1)
    page = open_page(QUEUE, role="moderator")

    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("a harsh answer")
    assert page.locator("#note-text").input_value() == "a harsh answer"
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("a harsh answer").first).to_be_visible()

    page.goto(f"{served.url}/settings/")
    page.get_by_label("Single keys do what is printed on buttons").uncheck()
    page.get_by_role("button", name="Save settings").click()
    page.goto(served.url + QUEUE)
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    expect(page.locator("#item")).to_be_visible()
    page.goto(f"{served.url}/settings/")
    page.get_by_label("Single keys do what is printed on buttons").check()
    page.get_by_role("button", name="Save settings").click()


def test_the_second_moderator_sees_the_lock_and_cannot_decide(open_page: Callable[..., Page], served: Served) -> None:
    seed(served, name="lock", count=1)
    one = open_page(QUEUE, role="moderator")
    address = f"{served.url}{QUEUE}{one.locator('#item').get_attribute('action').split('/')[-3]}/"

    two = open_page(QUEUE, role="administrator")
    expect(two.get_by_text("Nothing is left for you")).to_be_visible()
    two.goto(address)
    expect(two.get_by_text(re.compile("Noah Brandt is on it until"))).to_be_visible()
    assert two.locator("button[value=approve]").count() == 0
    two.keyboard.press("a")

    press(one, "a")
    two.goto(address)
    expect(two.get_by_text("This is decided already.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_report_is_made_and_its_thing_hidden(open_page: Callable[..., Page], served: Served, scripts: bool) -> None:
    name = "reported" if scripts else "reported-plain"
    topic_id, number = printed(served, (SEED + REPORTED).format(name=name, count=0)).split()
    member = open_page(f"/t/{topic_id}/", role="customer", scripts=scripts)
    topic = member.url
    place = f"post-{number}"
    reported = member.locator(f"section#{place}")
    reported.get_by_role("link", name="Report").click()
    member.get_by_label("Off topic").check()
    member.get_by_label("In your words").fill("It is about something else.")
    member.get_by_role("button", name="Send the report").click()
    if scripts:
        expect(member.locator("#report")).to_contain_text(re.compile(r"Report \d+ is with our moderators"))
    else:
        member.wait_for_url(re.compile("/reports/"))
        expect(member.locator("main")).to_contain_text("It is about something else.")

    moderator = open_page(QUEUE, role="moderator", scripts=scripts)
    expect(moderator.locator("#item")).to_contain_text("It is about something else.")
    moderator.get_by_role("button", name="Hide").click()
    moderator.wait_for_url(re.compile(r"/moderation/$"))
    member.goto(topic)
    expect(member.locator(f"#{place}.stub")).to_be_visible()
    moderator.goto(f"{served.url}{QUEUE}")
    moderator.get_by_role("button", name="Undo").click()
    expect(moderator.locator("#item")).to_contain_text("It is about something else.")
    member.goto(topic)
    expect(member.locator(f"section#{place}")).to_be_visible()


def test_a_held_text_is_shown_to_its_author_only(open_page: Callable[..., Page], served: Served) -> None:
    seed(served, name="author", count=1)
    page = open_page(QUEUE, role="moderator")
    place = page.locator("#item .by .end").get_attribute("href")

    expect(page.locator("#item")).to_contain_text("Held for review")
    visitor = open_page(place)
    assert "Offer author" not in visitor.content()


def test_the_pages_are_accessible(open_page: Callable[..., Page], served: Served) -> None:
    seed(served, name="axe", count=2)
    wrong = []
    page = open_page(QUEUE, role="moderator", reduced_motion="reduce")
    for path in (
        QUEUE,
        f"{QUEUE}log/",
        f"{QUEUE}log/?show=import",
        f"{QUEUE}rules/",
        f"{QUEUE}members/warmfix/",
        "/reports/",
    ):
        page.goto(served.url + path)
        for width, scheme in product((1280, 360), ("light", "dark")):
            look(page, width, scheme)
            wrong += [f"{path} {width} {scheme}: {line}" for line in axe_violations(page)]
            if overflow_px(page) > 0:
                wrong.append(f"{path} {width} {scheme}: {overflow_px(page)} px too wide")

    assert wrong == []
