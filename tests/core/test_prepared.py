"""A prepared query reads what the same query of the ORM reads, values converted, whatever numbers it is given."""

from typing import Any

import pytest
from django.db.models import Exists, OuterRef

from community.core.db.prepared import MOST, Columns, Prepared
from forums.models import Helpful, Post, Topic
from forums.services import helpful_toggle
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
