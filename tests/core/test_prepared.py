"""A prepared query reads what the same query of the ORM reads, values converted, whatever numbers it is given."""

from typing import Any

import pytest
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from community.core.db.prepared import MOST, Columns, Prepared, PreparedObjects
from forums.models import Helpful, Post, Topic
from forums.services import helpful_toggle, topic_read_to
from tests.factories.forums import PostFactory, TopicFactory

pytestmark = pytest.mark.django_db


def _rows(topic: int, viewer: int, numbers: list[int]) -> Any:
    helped = Exists(Helpful.objects.filter(post=OuterRef("pk"), member=viewer))
    posts = Post.objects.annotate(helped=helped).filter(topic=topic, number__in=numbers).order_by("number")
    return posts.values_list("number", "created_at", "topic__tag_names", "author__roles", "helped")


def test_rows_are_those_of_the_orm() -> None:
    topic = TopicFactory(tags=["one", "two"])
    post = PostFactory(topic=topic)
    other = PostFactory(topic=topic)
    helpful_toggle(member=other.author, post_id=post.pk, wanted=True)
    read = Prepared(_rows, "topic", "viewer", many="numbers")

    for numbers in ([1], [1, 2, 3], [2, 900], list(range(1, MOST + 1))):
        for viewer in (other.author_id, post.author_id):
            filling = {"topic": topic.pk, "viewer": viewer, "numbers": numbers}
            assert read(**filling) == list(_rows(**filling))


def test_no_numbers_are_no_rows_and_too_many_are_refused() -> None:
    read = Prepared(_rows, "topic", "viewer", many="numbers")

    assert read(topic=1, viewer=1, numbers=[]) == []
    with pytest.raises(ValueError, match="numbers"):
        read(topic=1, viewer=1, numbers=range(MOST + 1))


def test_objects_are_as_only_would_have_loaded_them(django_assert_num_queries: Any) -> None:
    topic = TopicFactory()
    columns = Columns(Topic, "title", "state")
    read = Prepared(lambda pk: Topic.objects.filter(pk=pk).values_list(*columns.names, "score"), "pk")

    loaded = columns.loaded(read(pk=topic.pk)[0])

    with django_assert_num_queries(0):
        assert (loaded, loaded.title, loaded.state) == (topic, topic.title, topic.state)
    with django_assert_num_queries(1):
        assert loaded.slug == topic.slug


def test_a_word_is_compared_as_it_is_written() -> None:
    topics = [TopicFactory(title=title) for title in ("100 % wool", "what's this", "100 x wool")]
    read = Prepared(lambda title: Topic.objects.filter(title=title).values_list("pk"), word="title")

    assert [read(title=topic.title) for topic in topics] == [[(topic.pk,)] for topic in topics]
    assert read(title="100 _ wool") == []


def _objects(topics: list[int], viewer: int) -> Any:
    mine = FilteredRelation("members", condition=Q(members__member=viewer))
    found = Topic.objects.filter(pk__in=topics).annotate(mine=mine, my_last_read=F("mine__last_read"))
    shown = found.select_related("author", "last_post_author").order_by("pk")
    return shown.only("title", "tag_names", "author__name", "last_post_author__name")


@pytest.mark.parametrize("count", [2, MOST + 1])
def test_objects_come_with_what_the_query_loads(count: int, django_assert_num_queries: Any) -> None:
    topics = [TopicFactory(tags=["one"]), *TopicFactory.create_batch(count - 1)]
    topic_read_to(member=topics[1].author, topic_id=topics[0].pk, number=1)
    filling = {"topics": [topic.pk for topic in topics], "viewer": topics[1].author_id}
    read = PreparedObjects(_objects, "viewer", many="topics")

    def seen(found: Any) -> list[Any]:
        return [
            (one, one.title, one.tag_names, one.author.name, one.last_post_author, one.my_last_read) for one in found
        ]

    with django_assert_num_queries(1):
        found = read(**filling)
        assert [one[-1] for one in seen(found)[:2]] == [1, 1]
    assert seen(found) == seen(_objects(**filling))
    with django_assert_num_queries(1):
        assert found[0].slug == topics[0].slug
    assert read(topics=[], viewer=1) == []
