"""What happens elsewhere shows on an open page: offered, never forced; by socket, or by polling when there is none."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.conftest import axe_violations

pytestmark = pytest.mark.browser


@pytest.fixture
def topic(open_page: Callable[..., Page]) -> str:
    """Ask a question of the test's own and reply once; return its path. What colleagues write is never held."""
    page = open_page("/ask/?category=heat-pumps", role="support agent")
    page.fill("input[name=title]", "Which pages hear of a reply?")
    page.fill("textarea[name=body]", "Those that are open, if all is well.")
    page.locator("button[value=post]").click()
    page.wait_for_url("**/t/**")
    path = urlsplit(page.url).path
    reply(page, "Before anybody looks.")
    return path


def reply(page: Page, text: str) -> None:
    """Write a reply on an open topic page, by its form."""
    page.fill("#id_body", text)
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_text(text).first).to_be_visible()


def sockets_of(page: Page) -> list[str]:
    """Note `open` and `close` of every socket from now on."""
    seen: list[str] = []

    def noted(socket: Any) -> None:
        seen.append("open")
        socket.on("close", lambda _: seen.append("close"))

    page.on("websocket", noted)
    return seen


def wait_for_socket(page: Page) -> None:
    with page.expect_websocket() as opening:
        page.reload()
    if not opening.value.is_closed():
        page.wait_for_timeout(500)


def hide(page: Page, hidden: bool) -> None:
    """Bring the tab into the background, or back."""
    page.evaluate(
        """(hidden) => { Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
             document.dispatchEvent(new Event("visibilitychange")); }""",
        hidden,
    )


def test_a_reply_is_offered_and_comes_on_a_press(open_page: Callable[..., Page], topic: str) -> None:
    writer, reader = open_page(topic, role="support agent"), open_page(topic, role="product manager")
    wait_for_socket(reader)
    replies = int(reader.locator("#reply-count .num").inner_text())
    reader.locator("#id_body").focus()
    before = reader.evaluate("[scrollY, document.activeElement.id]")

    reply(writer, "The live reply, first of two.")
    pill = reader.locator("#fresh a")
    expect(pill).to_have_text("1 new reply, show it")
    reply(writer, "The live reply, second of two.")
    expect(pill).to_have_text("2 new replies, show them")

    assert reader.evaluate("[scrollY, document.activeElement.id]") == before
    assert reader.locator("#fresh").get_attribute("role") == "status"
    reader.evaluate("scrollTo(0, 0)")  # what is half under the header counts as a small target
    assert axe_violations(reader) == []
    pill.click()
    expect(reader.get_by_text("The live reply, second of two.")).to_be_visible()
    expect(pill).to_have_count(0)
    first = reader.locator(".post", has_text="first of two")
    expect(first).to_be_focused()
    expect(reader.locator("#reply-count .num")).to_have_text(str(replies + 2))


def test_a_press_on_the_offer_holds_while_the_offer_grows(open_page: Callable[..., Page], topic: str) -> None:
    writer, reader = open_page(topic, role="support agent"), open_page(topic, role="product manager")
    wait_for_socket(reader)
    reply(writer, "First, before the press.")
    pill = reader.locator("#fresh a")
    expect(pill).to_have_text("1 new reply, show it")

    pill.hover()
    reader.mouse.down()
    reply(writer, "Second, during the press.")
    expect(pill).to_have_text("2 new replies, show them")
    reader.mouse.up()

    expect(reader.get_by_text("Second, during the press.")).to_be_visible()
    expect(reader.locator(".post", has_text="First, before the press.")).to_be_focused()
    assert urlsplit(reader.url).query == ""  # it came into the page that stood there


def test_a_visitor_hears_too_and_the_state_follows(open_page: Callable[..., Page]) -> None:
    visitor, colleague = open_page("/t/2/"), open_page("/t/2/", role="support agent")
    wait_for_socket(visitor)
    expect(visitor.locator("#topic-state")).to_contain_text("Answered")

    colleague.get_by_role("button", name="Accept as answer").first.click()

    expect(visitor.locator("#topic-state")).to_contain_text("Solved")


def test_a_new_topic_is_offered_in_its_category(open_page: Callable[..., Page]) -> None:
    writer = open_page("/c/", role="customer")
    category = writer.locator("main a[href^='/c/']").first.get_attribute("href")
    reader = open_page(str(category))
    wait_for_socket(reader)

    writer.goto(reader.url)
    writer.locator("main").get_by_role("link", name="Ask a question").click()
    writer.fill("input[name=title]", "Does the pill show a new question?")
    writer.fill("textarea[name=body]", "It should, without moving anything.")
    writer.locator("button[value=post]").click()
    writer.wait_for_url("**/t/**")

    pill = reader.get_by_role("link", name="1 new topic, show it")
    expect(pill).to_be_visible()
    pill.click()
    expect(reader.get_by_role("link", name="Does the pill show a new question?")).to_be_visible()


def test_without_a_socket_the_page_polls_and_says_nothing(open_page: Callable[..., Page], topic: str) -> None:
    writer, reader = open_page(topic, role="support agent"), open_page(topic)
    refused: list[str] = []

    def refuse(route: WebSocketRoute) -> None:
        refused.append(route.url)
        route.close()

    reader.route_web_socket("**/ws/**", refuse)
    reader.clock.install()
    reader.reload()
    words = reader.locator("body").inner_text()

    reply(writer, "Found by polling.")
    reader.clock.run_for(5_000)
    assert refused
    assert reader.locator("body").inner_text() == words
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    while not asked:  # in one leap, the page's clock would give up on an answer that is on its way
        reader.clock.run_for(5_000)

    expect(reader.locator("#fresh a")).to_contain_text("show")
    assert len(refused) > 2


def test_a_socket_that_is_lost_comes_back_and_misses_nothing(open_page: Callable[..., Page], topic: str) -> None:
    writer, reader = open_page(topic, role="support agent"), open_page(topic)
    routes: list[WebSocketRoute] = []
    through = [True]

    def pass_on(route: WebSocketRoute) -> None:
        routes.append(route)
        if through[0]:
            route.connect_to_server()
        else:
            route.close()

    reader.route_web_socket("**/ws/**", pass_on)
    reader.reload()
    reader.wait_for_timeout(700)
    through[0] = False
    routes[0].close()
    reply(writer, "Written while the line was cut.")
    through[0] = True

    expect(reader.locator("#fresh a")).to_contain_text("show", timeout=20_000)
    assert len(routes) > 1


def test_a_hidden_tab_has_no_socket_and_catches_up_when_it_is_seen(open_page: Callable[..., Page], topic: str) -> None:
    writer, reader = open_page(topic, role="support agent"), open_page(topic)
    seen = sockets_of(reader)
    wait_for_socket(reader)

    hide(reader, True)
    reader.wait_for_timeout(500)
    assert seen[-2:] == ["open", "close"]
    reply(writer, "Written while the tab was hidden.")
    assert reader.locator("#fresh a").count() == 0
    hide(reader, False)

    expect(reader.locator("#fresh a")).to_contain_text("show")
    assert seen[-1] == "open"


def test_one_socket_a_tab_and_none_where_nothing_is_live(open_page: Callable[..., Page]) -> None:
    page = open_page("/t/1/")
    wait_for_socket(page)
    seen = sockets_of(page)

    page.reload()
    page.wait_for_timeout(1000)
    assert seen.count("open") == 1
    page.goto(page.url.partition("/t/")[0] + "/accounts/login/")
    page.wait_for_timeout(500)
    assert seen.count("open") == 1


def test_without_javascript_a_topic_is_as_it_was(open_page: Callable[..., Page]) -> None:
    page = open_page("/t/1/", scripts=False)

    expect(page.locator("#fresh")).to_be_empty()
    expect(page.locator("h1")).to_be_visible()


def test_the_bell_counts_while_the_page_is_open(open_page: Callable[..., Page]) -> None:
    writer, asker = open_page("/ask/", role="customer"), open_page("/", role="customer")
    writer.fill("input[name=title]", "Does the bell ring without a reload?")
    writer.fill("textarea[name=body]", "It should, and the other tab should fall silent with it.")
    writer.locator("button[value=post]").click()
    writer.wait_for_url("**/t/**")
    wait_for_socket(asker)
    before = asker.locator("#bell").text_content() or ""

    answering = open_page(urlsplit(writer.url).path, role="support agent")
    reply(answering, "It does.")

    expect(asker.locator("#bell .count")).to_be_visible()
    expect(asker.locator("#bell")).not_to_have_text(before)
    assert asker.evaluate("document.activeElement === document.body")
    writer.reload()
    expect(asker.locator("#bell")).to_have_text(before)
