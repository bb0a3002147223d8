"""What reading costs: the same with 3 and with 30 rows, without OFFSET or a count of all posts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.models import Category, Topic
from forums.selectors import (
    category_page,
    home_blocks,
    member_answers,
    member_topics,
    topic_list_page,
    topic_page,
)
from forums.services import (
    answer_accept,
)
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_alike")]
VISITOR = AnonymousUser()


def _filled(topics: int) -> Category:
    """Return a category of so many topics, each with tags and an accepted answer; the first has as many replies."""
    category = CategoryFactory()
    for number in range(topics):
        topic = TopicFactory(category=category, tags=["a1", f"t{number}"])
        answer_accept(member=topic.author, post_id=PostFactory(topic=topic).pk)
    topic = category.topics.earliest("id")
    for _ in range(topics):
        PostFactory(topic=topic, author=topic.author)
    return category


READS: dict[str, tuple[int, int, Callable[[Category, Topic, Any], Any]]] = {
    "category": (
        3,
        5,
        lambda category, _topic, viewer: category_page(category.slug, site=category.site, viewer=viewer, query={}),
    ),
    "all": (3, 5, lambda category, _topic, viewer: topic_list_page(site=category.site, viewer=viewer, query={})),
    "home": (5, 7, lambda category, _topic, viewer: home_blocks(site=category.site, viewer=viewer)),
    "topic": (3, 3, lambda category, topic, viewer: topic_page(topic.pk, site=category.site, viewer=viewer)),
    "topics of": (
        1,
        1,
        lambda category, topic, viewer: member_topics(topic.author_id, site=category.site, viewer=viewer),
    ),
    "answers of": (
        1,
        1,
        lambda category, topic, viewer: member_answers(topic.author_id, site=category.site, viewer=viewer),
    ),
}
"""Ceilings for a visitor and a member, of the selectors alone: a page adds session, member, draft and read mark."""


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_a_page_costs_the_same_with_3_and_with_30_rows(name: str, signed_in: bool) -> None:
    *ceilings, read = READS[name]
    viewer = MemberFactory() if signed_in else VISITOR
    counts = []
    for size in (3, 30):
        category = _filled(size)
        category = Category.objects.select_related("site").get(pk=category.pk)
        cache.clear()
        topic = Topic.objects.filter(category=category).earliest("id")
        with CaptureQueriesContext(connection) as queries:
            read(category, topic, viewer)
        counts.append(len(queries))
        assert not [query for query in queries if " OFFSET " in query["sql"]]
        assert not [query for query in queries if "COUNT(" in query["sql"] and 'FROM "forums_post"' in query["sql"]]

    assert counts[0] == counts[1] <= ceilings[signed_in]
