"""A question nobody answers becomes a complaint in a real Tryton, and what support does there shows on the topic.

In a real browser, against the served product: its own worker applies the rule, sends and polls.
"""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served
from tests.servers.tryton import TrytonServer

pytestmark = [pytest.mark.browser, pytest.mark.tryton]
WITHIN_S = 100
"""The rule runs every minute, the poll every half: once round, and some."""


def until(found: Callable[[], Any], what: str) -> Any:
    """Return what `found` returns as soon as it is something. Fails after a while."""
    ends_at = time.monotonic() + WITHIN_S
    while time.monotonic() < ends_at:
        if result := found():
            return result
        time.sleep(1)
    return pytest.fail(f"{what}: not within {WITHIN_S} s", pytrace=False)


@pytest.fixture
def connected(open_page: Callable[..., Page], served: Served, tryton: TrytonServer) -> Iterator[Page]:
    """The administrator connects Tryton by the pages: adds, tests, looks, enables, sets the rule."""
    page = open_page("/staff/sync/", role="administrator")
    page.get_by_role("link", name="Connect Tryton").first.click()
    page.get_by_label("Name", exact=True).fill("Tryton, support")
    page.get_by_label("Address").fill(tryton.url)
    page.get_by_label("User").fill(tryton.user)
    page.get_by_label("Password").fill(tryton.password)
    page.get_by_role("button", name="Add connection").click()
    expect(page.get_by_role("main")).to_contain_text("Not enabled yet")

    page.get_by_role("button", name="Test").click()
    expect(page.locator(".note[role=status]")).to_contain_text("Tryton 8.2 answers and lets us in.")

    page.get_by_role("link", name="Enable").click()
    page.get_by_role("button", name="Enable").click()
    expect(page.locator(".conn", has_text="Tryton, support")).to_contain_text("Working")
    yield page
    page.goto(f"{served.url}/staff/sync/")
    page.locator(".conn", has_text="Tryton, support").get_by_role("link", name="Pause").click()
    page.get_by_role("button", name="Pause").click()


def rule_on(page: Page, hours: int) -> None:
    """Switch the rule on, after a look at what it would take."""
    page.get_by_role("link", name="Tryton, support").click()
    page.get_by_role("link", name="Set a rule").click()
    page.get_by_label("Hours without an answer").fill(str(hours))
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_role("complementary")).to_contain_text("1 question")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("main")).to_contain_text(f"A question without an answer for {hours} hours becomes a case.")


def ask(page: Page, title: str) -> int:
    """Ask a question; return the number of its topic."""
    page.get_by_label("Title").fill(title)
    page.locator("#id_body").fill("It shows **E17** since this morning and heats no more.")
    page.get_by_role("button", name="Post", exact=True).click()
    page.wait_for_url(re.compile(r"/t/\d+/"))
    found = re.search(r"/t/(\d+)/", page.url)
    assert found
    return int(found[1])


def let_hours_pass(served: Served, topic_id: int, hours: int) -> None:
    """Set the question back in time: the only thing this journey cannot wait for."""
    served.manage(
        "shell",
        "--no-imports",
        "-c",
        "from datetime import timedelta; from forums.models import Topic; from django.utils import timezone; "
        f"Topic.objects.filter(pk={topic_id}).update(asked_at=timezone.now() - timedelta(hours={hours}))",
    )


def test_an_unanswered_question_becomes_a_case_and_its_state_comes_back(
    connected: Page,
    open_page: Callable[..., Page],
    served: Served,
    tryton: TrytonServer,
) -> None:
    title = "E17 on the display and no heat"
    asker = open_page("/ask/?category=heat-pumps", role="customer")
    topic_id = ask(asker, title)
    expect(open_page(f"/t/{topic_id}/").locator("h1")).to_contain_text(title)  # nobody holds it for review
    let_hours_pass(served, topic_id, hours=700)
    rule_on(connected, hours=690)  # so long that none of the demo's own questions is taken

    def complaint() -> dict[str, Any] | None:
        mine = [one for one in tryton.complaints("") if (one["reference"] or "").endswith(f":case:{topic_id}")]
        assert len(mine) <= 1
        return mine[0] if mine else None

    created = until(complaint, "the complaint in Tryton")

    assert title in created["description"]
    assert created["state"] == "draft"
    [party] = tryton.find("party.party", [["id", "=", created["customer"]]], ["name", "code"])
    assert re.fullmatch(r"[a-z0-9]{12}:contact:\d+", party["code"])

    for step in ("wait", "approve"):
        tryton.call("sale.complaint", step, [created["id"]])

    def shown() -> bool:
        asker.reload()
        return "Case: Solved" in asker.locator(".q-state").inner_text()

    until(shown, "the state on the topic")
    agent = open_page(asker.url.removeprefix(served.url), role="support agent")
    expect(agent.locator(".q-state")).to_contain_text("Tryton")
    expect(agent.locator(".q-state")).to_contain_text(created["number"])

    connected.goto(f"{served.url}/staff/sync/runs/")
    connected.locator("table.runs a").first.click()
    expect(connected.get_by_role("heading", name="What was asked and answered")).to_be_visible()
    assert tryton.password not in connected.content()
