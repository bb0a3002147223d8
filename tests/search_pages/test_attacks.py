"""Titles and texts that attack come out inert wherever search prints them."""

import re

import pytest

from forums.models import Topic
from search.templatetags.search import marked
from tests.core.inertness import faults
from tests.core.test_markup_attacks import BUILT_IN, vectors
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.search.driving import settle_search
from tests.search_pages.conftest import browser, text_of

pytestmark = pytest.mark.django_db


def titled(engine: object, attacks: list[str]) -> None:
    """Ask a question with each attack as its title, as far as titles go, and as its text."""
    category = CategoryFactory()
    for number, attack in enumerate(attacks):
        topic = TopicFactory(category=category, title=f"Kettle {number}", body=f"kettle `{attack}`"[:2_000])
        Topic.objects.filter(pk=topic.pk).update(title=f"Kettle {attack}"[:200].replace("\0", ""))
    settle_search()


def printed(path: str, **form: str) -> list[str]:
    """Return what stands in the links and passages of a page."""
    answer = browser().post(path, form) if form else browser().get(path)
    page = text_of(answer)
    assert "<script>" not in page.replace("<script src", "")
    return page.split('data-thing="')[1:]


def test_attacks_as_titles_are_text_in_results_box_and_suggestions(engine) -> None:
    titled(engine, BUILT_IN)

    parts = [
        *printed("/search/?q=kettle"),
        *printed("/search/instant/?q=kettle"),
        *printed("/search/similar/", title="kettle", body="kettle", help="7"),
    ]

    assert len(parts) > len(BUILT_IN)
    for part in parts:
        title = part.partition(">")[2].partition("</a>")[0]
        assert not set(tags_in(title)) - {"mark", "span", "svg", "use"}, title


def tags_in(html: str) -> list[str]:
    """Return the names of the elements in a piece of a page."""
    return [name.lower() for name in re.findall(r"<\s*/?\s*([a-zA-Z!][\w-]*)", html)]


def test_all_vectors_are_inert_as_an_engine_marks_them(engine) -> None:
    """Engines escape before they mark; were one to forget, the page would not."""
    bad = {}
    for vector in vectors():
        for html in (f"<mark>{vector['input']}</mark>", vector["input"]):
            if found := faults(str(marked(html)).replace("<mark>", "").replace("</mark>", "")):
                bad[vector["id"]] = found

    assert bad == {}
