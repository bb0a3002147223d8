"""From an empty database to the first answered question, in a browser, each step skipped first and taken up again."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import ROOT, _environment, _wait_until_served

pytestmark = pytest.mark.browser
PASSWORD = "a long way up the hill"
MOST_S = 300
STEPS = ("name", "languages", "sign-in", "categories", "team", "crm")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Serve an empty installation; give its address and the code it printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, log = f"http://localhost:{port}", tmp_path / "server.log"
    environment = {**_environment(tmp_path, url), "PUBLIC_URL": url}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "serve", "--no-demo"]
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)  # noqa: S603 our own
    try:
        _wait_until_served(url, server, log)
        yield url, re.findall(r"\b\w{4}-\w{4}-\w{4}\b", log.read_text())[-1]
    finally:
        server.terminate()
        server.wait(20)


def press(page: Page, name: str) -> None:
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_from_an_empty_database_to_the_first_answered_question(
    empty: tuple[str, str], browser: Browser, record_property: Callable[[str, object], None]
) -> None:
    url, code = empty
    context = browser.new_context()
    page = context.new_page()
    began = time.monotonic()

    page.goto(url)
    assert page.url == f"{url}/setup/"
    for name, value in (("code", code), ("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)):
        page.fill(f"[name={name}]", value)
    press(page, "Begin")
    for step in STEPS:
        assert page.url == f"{url}/setup/{step}/"
        press(page, "Skip for now")
    assert page.url == f"{url}/staff/"

    page.get_by_role("link", name="Go on").click()
    page.fill("[name=name]", "Ostler")
    press(page, "Save and go on")
    for step, button in zip(STEPS[1:4], ("Save and go on", "Save and go on", "Make these categories"), strict=True):
        page.goto(f"{url}/setup/{step}/")
        press(page, button)
    page.goto(f"{url}/setup/team/")
    page.fill("[name=addresses]", "kim@example.com")
    press(page, "Send invitations")
    page.goto(f"{url}/setup/crm/")
    press(page, "Connect")
    assert page.url == f"{url}/staff/"
    assert page.get_by_role("link", name="Go on").count() == 0

    answer(browser, url, ask(page, url), invited(page, url))

    took_s = time.monotonic() - began
    record_property("from_empty_to_answered_s", round(took_s, 1))
    assert took_s < MOST_S
    context.close()


def ask(page: Page, url: str) -> str:
    """Ask the first question; return where it is."""
    page.goto(f"{url}/c/getting-started/")
    page.goto(page.locator("main a[href*='/ask/']").first.evaluate("link => link.href"))
    if page.locator("select[name=category]").count():
        page.select_option("select[name=category]", label="Getting started")
    page.fill("[name=title]", "How long does the first charge take?")
    page.fill("[name=body]", "The light has been orange for three hours. Is that what it should do?")
    with page.expect_navigation(url=re.compile(r"/t/\d+/")):
        page.locator("main form:has([name=title]) button[type=submit].p").click()
    return page.url


def invited(page: Page, url: str) -> str:
    """Return the link in the invitation, as its mail says it."""
    for _ in range(60):
        page.goto(f"{url}/dev/outbox/")
        mail = page.locator("main a[href*='/dev/outbox/']").first
        if mail.count():
            page.goto(mail.evaluate("link => link.href"))
            return re.search(r"http://\S+/invited/[\w-]+/", page.locator("main").inner_text()).group()  # type: ignore[union-attr]
        page.wait_for_timeout(500)
    pytest.fail("the invitation was not sent")


def answer(browser: Browser, url: str, question: str, link: str) -> None:
    """Come in by the invitation and answer."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.fill("[name=name]", "Kim")
    page.fill("[name=password]", PASSWORD)
    press(page, "Make my account")
    page.goto(question)
    page.fill("[name=body]", "Six hours the first time, then two. Orange is right until it turns green.")
    page.locator("form:has([name=body]) button[type=submit].p").first.click()
    page.get_by_text("Six hours the first time").first.wait_for()
    context.close()
