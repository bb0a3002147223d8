"""Deleting, hiding, restoring, publishing what was held."""

import pytest

from community.activity.subjects import subject_of
from community.core.errors import Denied
from forums.models import Category, Post, Topic
from forums.services import answer_accept, counters_repair, post_delete, post_hide, post_restore
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db


def test_a_deleted_reply_is_not_counted_and_its_number_stays_taken() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)

    post_delete(member=post.author, post_id=post.pk)

    topic.refresh_from_db()
    assert (topic.state, topic.post_count, topic.answer_count, topic.last_post_number) == ("new", 1, 0, 1)
    assert (topic.highest_number, topic.last_post_author, topic.bumped_at) == (2, topic.author, topic.asked_at)
    assert topic.first_answer_at is None
    assert recorded("post_deleted") == [("post_deleted", post.pk)]


def test_hiding_and_restoring_ends_where_it_began() -> None:
    topic = TopicFactory()
    first, second = PostFactory(topic=topic), PostFactory(topic=topic)
    before = Topic.objects.values().get()
    moderator = ModeratorFactory()

    post_hide(member=moderator, post_id=second.pk)
    assert Topic.objects.get().last_post_number == first.number
    post_restore(member=moderator, post_id=second.pk)

    assert Topic.objects.values().get() == before
    assert recorded("post_hidden", "post_restored") == [("post_hidden", second.pk), ("post_restored", second.pk)]


def test_hiding_twice_tells_once() -> None:
    post, moderator = PostFactory(), ModeratorFactory()

    post_hide(member=moderator, post_id=post.pk)
    post_hide(member=moderator, post_id=post.pk)

    assert len(recorded("post_hidden")) == 1


def test_hiding_the_first_post_hides_the_topic() -> None:
    topic = TopicFactory()

    post_hide(member=ModeratorFactory(), post_id=topic.posts.get().pk)

    topic.refresh_from_db()
    assert topic.visibility == "hidden"
    assert Category.objects.get().topic_count == 0
    assert last_activity("post_hidden").payload["number"] == 1


def test_hiding_the_accepted_answer_takes_the_acceptance_back() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    answer_accept(member=topic.author, post_id=post.pk)

    post_hide(member=ModeratorFactory(), post_id=post.pk)

    topic.refresh_from_db()
    assert (topic.accepted_post, topic.accepted_at, topic.state) == (None, None, "new")
    assert [name for name, _id in recorded("answer_unaccepted", "post_hidden")] == ["answer_unaccepted", "post_hidden"]


def test_an_author_cannot_delete_a_question_others_answered_nor_the_accepted_answer() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    answer_accept(member=topic.author, post_id=post.pk)

    with pytest.raises(Denied):
        post_delete(member=topic.author, post_id=topic.posts.get(number=1).pk)
    with pytest.raises(Denied):
        post_delete(member=post.author, post_id=post.pk)


def test_others_cannot_remove() -> None:
    post, member = PostFactory(), MemberFactory()

    for remove in (post_delete, post_hide, post_restore):
        with pytest.raises(Denied):
            remove(member=member, post_id=post.pk)


def test_an_author_cannot_bring_back_what_was_hidden() -> None:
    post = PostFactory()
    post_hide(member=ModeratorFactory(), post_id=post.pk)

    with pytest.raises(Denied):
        post_restore(member=post.author, post_id=post.pk)


def test_what_was_held_is_published_as_if_just_written() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    Post.objects.filter(pk=post.pk).update(visibility="held", is_unseen=True)
    counters_repair()
    before = len(recorded())

    subject_of("forums.post").publish(post.pk, actor_id=ModeratorFactory().pk)

    topic.refresh_from_db()
    assert recorded()[before:] == [("post_published", post.pk)]
    assert last_activity("post_published").actor_id == post.author_id
    assert (topic.state, topic.answer_count) == ("answered", 1)


def test_a_held_topic_is_published_with_its_text() -> None:
    topic = TopicFactory()
    Post.objects.update(visibility="held", is_unseen=True)
    Topic.objects.update(visibility="held")
    counters_repair()
    before = len(recorded())

    subject_of("forums.topic").publish(topic.pk, actor_id=ModeratorFactory().pk)

    assert [name for name, _id in recorded()[before:]] == ["topic_asked", "post_published"]
    assert Category.objects.get().topic_count == 1
