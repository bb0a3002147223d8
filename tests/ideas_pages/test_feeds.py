"""Feeds hold what every visitor may read, whoever asks."""

from xml.etree import ElementTree as ET

import pytest

from ideas.models import Idea
from ideas.services import idea_hide, ideas_merge
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.forums_pages.test_budgets import queries_of
from tests.ideas_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def entries(client, path):
    """Return the entries of a feed, in order."""
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(text_of(answer)).findall("a:entry", ATOM)  # noqa: S314 our own


def titles(client, path):
    return [entry.findtext("a:title", "", ATOM) for entry in entries(client, path)]


def test_the_feed_holds_the_newest_ideas_every_visitor_may_read_whoever_asks(client, board):
    first, second = (IdeaFactory(board=board, title=title) for title in ("Number one", "Number two"))
    other = IdeaFactory(board=BoardFactory(slug="other"), title="Elsewhere")
    IdeaFactory(board=BoardFactory(slug="inner", audience="members"), title="For members")
    hidden, merged = IdeaFactory(board=board), IdeaFactory(board=board)
    idea_hide(member=ModeratorFactory(), idea_id=hidden.pk)
    ideas_merge(member=ModeratorFactory(), source_id=merged.pk, target_id=first.pk)

    for browser in (client, signed_in(MemberFactory()), signed_in(ModeratorFactory()), signed_in(hidden.author)):
        assert titles(browser, "/ideas/feed/") == [other.title, second.title, first.title]
        assert titles(browser, "/ideas/b/app/feed/") == [second.title, first.title]
        assert browser.get("/ideas/b/inner/feed/").status_code == 404
        assert browser.get("/ideas/b/none/feed/").status_code == 404


def test_an_entry_says_whose_it_is_and_keeps_its_id_when_the_words_change(client, idea):
    (entry,) = entries(client, "/es/ideas/feed/")

    assert entry.findtext("a:author/a:name", "", ATOM) == "Ida Inventor"
    assert entry.findtext("a:id", "", ATOM) == f"http://testserver/i/{idea.pk}/"
    assert entry.find("a:link", ATOM).get("href") == f"http://testserver/es/i/{idea.pk}/{idea.slug}/"
    assert entry.findtext("a:summary", "", ATOM) == "It is grey today."
    assert entry.find("a:category", ATOM).get("term") == "The app"


def test_lists_name_their_feed_and_closed_boards_have_none(client, idea):
    BoardFactory(slug="inner", audience="members")

    assert 'type="application/atom+xml" title="Ideas" href="/ideas/feed/"' in text_of(client.get("/ideas/"))
    assert 'href="/ideas/b/app/feed/"' in text_of(client.get("/ideas/b/app/"))
    assert "atom+xml" not in text_of(signed_in(MemberFactory()).get("/ideas/b/inner/"))


def test_what_xml_cannot_hold_is_left_out(client, idea):
    Idea.objects.update(title="A \x01night mode", cooked="<p>By\x02 day</p>")

    assert titles(client, "/ideas/feed/") == ["A night mode"]


def test_a_feed_costs_the_same_however_long_it_is(client, board):
    counts = []
    for _ in range(2):
        IdeaFactory.create_batch(5, board=board)
        counts.append(len(queries_of(lambda: client.get("/ideas/feed/"))))

    assert counts[0] == counts[1] <= 4
