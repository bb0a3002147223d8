"""Feeds of topics hold what every visitor may read, whoever asks."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from forums.models import Topic
from forums.services import post_hide
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.forums_pages.conftest import signed_in, text_of
from tests.forums_pages.test_budgets import queries_of

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def entries(client: Client, path: str) -> list[ET.Element]:
    """Return the entries of a feed, in order."""
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(text_of(answer)).findall("a:entry", ATOM)  # noqa: S314 our own


def titles(client: Client, path: str) -> list[str]:
    return [entry.findtext("a:title", "", ATOM) for entry in entries(client, path)]


def test_the_feed_holds_the_latest_topics_every_visitor_may_read_whoever_asks(client: Client) -> None:
    category = CategoryFactory(slug="pumps")
    first, second = (TopicFactory(category=category, title=title) for title in ("Does it hum?", "Does it drip?"))
    other = TopicFactory(category=CategoryFactory(slug="other"), title="Does it shine?")
    TopicFactory(category=CategoryFactory(slug="inner", audience="members"), title="Who is here?")
    hidden = TopicFactory(category=category)
    post_hide(member=ModeratorFactory(), post_id=hidden.posts.get(number=1).pk)

    for browser in (client, signed_in(MemberFactory()), signed_in(ModeratorFactory()), signed_in(hidden.author)):
        assert titles(browser, "/questions/feed/") == [other.title, second.title, first.title]
        assert titles(browser, "/c/pumps/feed/") == [second.title, first.title]
        assert browser.get("/c/inner/feed/").status_code == 404
        assert browser.get("/c/none/feed/").status_code == 404


def test_an_entry_says_whose_it_is_and_keeps_its_id_when_the_title_changes(client: Client) -> None:
    topic = TopicFactory(title="Does it \x01hum?", body="At **night**.", author=MemberFactory(name="Ida Asker"))
    Topic.objects.update(title="Does it \x01hum?")

    (entry,) = entries(client, "/es/questions/feed/")

    assert entry.findtext("a:title", "", ATOM) == "Does it hum?"
    assert entry.findtext("a:author/a:name", "", ATOM) == "Ida Asker"
    assert entry.findtext("a:id", "", ATOM) == f"http://testserver/t/{topic.pk}/"
    assert entry.find("a:link", ATOM).get("href") == f"http://testserver/es/t/{topic.pk}/{topic.slug}/"  # type: ignore[union-attr]
    assert entry.findtext("a:summary", "", ATOM) == "At night."


def test_lists_name_their_feed_and_closed_categories_have_none(client: Client) -> None:
    CategoryFactory(slug="pumps", name="Pumps")
    CategoryFactory(slug="inner", audience="members")

    assert 'type="application/atom+xml" title="Questions" href="/questions/feed/"' in text_of(client.get("/questions/"))
    assert 'title="Pumps · Questions" href="/c/pumps/feed/"' in text_of(client.get("/c/pumps/"))
    assert "atom+xml" not in text_of(signed_in(MemberFactory()).get("/c/inner/"))


def test_a_feed_costs_the_same_however_long_it_is(client: Client) -> None:
    category, counts = CategoryFactory(), []
    for _ in range(2):
        TopicFactory.create_batch(5, category=category)
        counts.append(len(queries_of(lambda: client.get("/questions/feed/"))))

    assert counts[0] == counts[1] <= 5
