"""The blog, its posts and its feed."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from tests.factories.knowledge import BlogPostFactory
from tests.factories.members import MemberFactory
from tests.forums_pages.conftest import signed_in, text_of
from tests.knowledge_pages.conftest import closed, path_of

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def post(number: int, **values):
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number)
    return BlogPostFactory(title=f"News number {number:02d}", first_published_at=at, **values)


def test_the_blog_lists_posts_newest_first_and_goes_on(browser) -> None:
    for number in range(22):
        post(number)

    first = browser.get("/blog/")
    older = text_of(first).split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]

    assert text_of(first).index("number 21") < text_of(first).index("number 20")
    assert "number 01" not in text_of(first)
    assert "number 01" in text_of(browser.get(older.replace("&amp;", "&")))


def test_an_empty_blog_says_so(browser) -> None:
    assert "No news yet" in text_of(browser.get("/blog/"))
    assert browser.get("/blog/feed/").status_code == 200


def test_a_post_is_read_and_names_its_feed(browser) -> None:
    page = text_of(browser.get(path_of(post(1))))

    assert "<p>We have moved.</p>" in page
    assert 'type="application/atom+xml"' in page
    assert 'href="/blog/feed/"' in page


def test_the_feed_is_atom_and_holds_what_every_visitor_may_read_whoever_asks(browser) -> None:
    shown, hidden = post(1, summary="In short."), post(2)
    closed(hidden)

    for client in (browser, signed_in(MemberFactory())):
        response = client.get("/blog/feed/")
        feed = ET.fromstring(text_of(response))  # noqa: S314 our own

        assert response["Content-Type"].startswith("application/atom+xml")
        assert [entry.findtext("a:title", "", ATOM) for entry in feed.findall("a:entry", ATOM)] == [shown.title]
        assert feed.find("a:entry/a:link", ATOM).get("href") == f"http://testserver{path_of(shown)}"


def test_a_members_post_asks_a_visitor_to_sign_in(browser) -> None:
    hidden = post(1)
    closed(hidden)

    assert browser.get(path_of(hidden)).status_code == 403
    assert hidden.title not in text_of(browser.get("/blog/"))
    assert hidden.title in text_of(signed_in(MemberFactory()).get("/blog/"))
