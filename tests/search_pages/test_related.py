"""Beside a topic stands what is like it."""

import pytest
from django.test import Client

from forums.services import post_hide
from search import backends
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.search.driving import settle_search
from tests.search_pages.conftest import browser, text_of
from tests.search_pages.test_results import Resting

pytestmark = pytest.mark.django_db


def related_of(client: Client, topic: object) -> str:
    """Return what stands beside the topic."""
    return text_of(client.get(f"/t/{topic.pk}/{topic.slug}/")).partition("<aside")[2]  # type: ignore[attr-defined]


def test_a_topic_without_common_tags_is_related_by_its_words(humming) -> None:
    other = TopicFactory(category=CategoryFactory(), title="Humming from the bedroom ceiling")
    settle_search()

    assert other.title in related_of(browser(), humming)


def test_what_is_hidden_or_for_others_is_not_related(humming, member, moderator) -> None:
    secret = TopicFactory(category=CategoryFactory(audience="members"), title="Humming bedroom wall of an installer")
    hidden = TopicFactory(category=CategoryFactory(), title="Humming bedroom wall, buy cheap")
    settle_search()
    assert secret.title in related_of(browser(member), humming)
    assert hidden.title in related_of(browser(member), humming)

    post_hide(member=moderator, post_id=hidden.posts.get().pk)

    assert secret.title not in related_of(browser(), humming)
    assert hidden.title not in related_of(browser(member), humming), "gone at once, whatever is remembered"


def test_while_the_engine_rests_tags_relate(humming) -> None:
    other = TopicFactory(category=CategoryFactory(), title="A rattle in the duct", tags=["noise"])
    backends.use(Resting())
    try:
        assert other.title in related_of(browser(), humming)
    finally:
        backends.use(None)
