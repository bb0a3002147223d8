"""Cooking stored posts again when the cooker has changed."""

import pytest

from community.core.markup import COOKER_VERSION
from community.work.periodic import jobs
from forums.jobs import recook_some
from forums.models import Post
from forums.services import post_edit, recook_posts
from tests.factories.forums import PostFactory, TopicFactory
from tests.forums.log import recorded

pytestmark = pytest.mark.django_db


def test_posts_of_an_older_cooker_are_cooked_again_in_batches() -> None:
    topic = TopicFactory(body="*one*")
    for _ in range(4):
        PostFactory(topic=topic, body="*two*")
    Post.objects.update(cooker_version=0, cooked="old")
    before = recorded()

    batches = [recook_posts(limit=2) for _ in range(4)]

    assert batches == [2, 2, 1, 0]
    assert set(Post.objects.values_list("cooker_version", flat=True)) == {COOKER_VERSION}
    assert all("<em>" in cooked for cooked in Post.objects.values_list("cooked", flat=True))
    assert recorded() == before


def test_the_job_of_the_worker_goes_on_until_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    topic = TopicFactory()
    for _ in range(4):
        PostFactory(topic=topic)
    Post.objects.update(cooker_version=0)
    monkeypatch.setattr("forums.jobs.RECOOK_BATCH", 2)

    assert recook_some() == 5
    assert recook_some() == 0
    assert "forums.recook_posts" in jobs


def test_fresh_posts_are_left_alone() -> None:
    PostFactory()

    assert recook_posts() == 0


def test_a_post_edited_meanwhile_keeps_what_the_edit_cooked() -> None:
    post = PostFactory(body="before")
    Post.objects.update(cooker_version=0)

    post_edit(member=post.author, post_id=post.pk, body="after", edit_number=0)
    recook_posts()

    assert "after" in Post.objects.get(pk=post.pk).cooked


def test_texts_longer_than_members_may_type_are_cooked_too() -> None:
    post = PostFactory()
    Post.objects.filter(pk=post.pk).update(raw="x" * 120_000, cooker_version=0)

    recook_posts()

    assert len(Post.objects.get(pk=post.pk).cooked) > 120_000
