"""Replying: numbers, counters, states, read marks."""

import pytest

from community.core.errors import Denied, Invalid
from forums.models import Draft, Post, Topic, TopicMember
from forums.services import draft_save, post_hide, reply_create, topic_close, topic_follow
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db


def test_a_reply_takes_the_next_number_and_counts() -> None:
    topic, author = TopicFactory(), MemberFactory()

    post = reply_create(member=author, topic_id=topic.pk, body="Like **this**.")

    topic.refresh_from_db()
    assert post.number == 2
    assert (topic.post_count, topic.answer_count, topic.highest_number, topic.last_post_number) == (2, 1, 2, 2)
    assert (topic.last_post_author, topic.last_post_at, topic.bumped_at) == (author, post.created_at, post.created_at)
    assert topic.first_answer_at == post.created_at
    assert topic.state == "answered"
    assert recorded("post_published")[-1] == ("post_published", post.pk)
    assert last_activity("post_published").payload == {"topic_id": topic.pk, "number": 2, "author_id": author.pk}


def test_the_askers_own_reply_is_no_answer() -> None:
    topic = TopicFactory()

    PostFactory(topic=topic, author=topic.author)

    assert (topic.state, topic.answer_count, topic.post_count, topic.first_answer_at) == ("new", 0, 2, None)


def test_a_number_is_never_given_twice() -> None:
    topic = TopicFactory()
    second = PostFactory(topic=topic)
    post_hide(member=ModeratorFactory(), post_id=second.pk)

    third = PostFactory(topic=topic)

    assert (second.number, third.number) == (2, 3)


def test_a_discussion_stays_open() -> None:
    topic = TopicFactory(category__discussion=True)

    PostFactory(topic=topic)

    assert topic.state == "open"
    assert topic.answer_count == 1


def test_who_replies_tracks_the_topic_and_has_read_to_their_reply() -> None:
    topic = TopicFactory()

    post = PostFactory(topic=topic)

    row = TopicMember.objects.get(member=post.author)
    assert (row.level, row.reason, row.last_read) == (TopicMember.Level.TRACKING, "replied", 2)


def test_replying_overrides_no_level_a_person_chose() -> None:
    topic, author = TopicFactory(), MemberFactory()
    topic_follow(member=author, topic_id=topic.pk, level=TopicMember.Level.MUTED)

    PostFactory(topic=topic, author=author)

    row = TopicMember.objects.get(member=author)
    assert (row.level, row.reason, row.last_read) == (TopicMember.Level.MUTED, "chosen", 2)


def test_replying_lowers_no_level() -> None:
    topic = TopicFactory()

    PostFactory(topic=topic, author=topic.author)

    row = TopicMember.objects.get(member=topic.author)
    assert (row.level, row.reason, row.last_read) == (TopicMember.Level.WATCHING, "author", 2)


def test_sending_the_form_twice_makes_one_reply() -> None:
    topic, author = TopicFactory(), MemberFactory()
    form = {"member": author, "topic_id": topic.pk, "body": "once", "submission_key": "k"}

    first, second = reply_create(**form), reply_create(**form)

    assert first == second
    topic.refresh_from_db()
    assert (Post.objects.count(), topic.post_count) == (2, 2)
    assert len(recorded("post_published")) == 2


def test_posting_ends_the_draft_of_the_reply() -> None:
    topic, author = TopicFactory(), MemberFactory()
    draft_save(member=author, context=f"reply:{topic.pk}", sequence=0, body="beg")

    PostFactory(topic=topic, author=author)

    assert not Draft.objects.exists()


def test_a_closed_topic_takes_replies_of_staff_only() -> None:
    topic = TopicFactory()
    topic_close(member=ModeratorFactory(), topic_id=topic.pk)

    with pytest.raises(Denied):
        PostFactory(topic=topic)
    PostFactory(topic=topic, author=ProductManagerFactory())

    assert Topic.objects.get().post_count == 2


def test_a_hidden_topic_takes_no_replies() -> None:
    topic = TopicFactory()
    post_hide(member=ModeratorFactory(), post_id=topic.posts.get().pk)

    with pytest.raises(Denied):
        PostFactory(topic=topic, author=topic.author)


def test_an_empty_reply_changes_nothing() -> None:
    topic = TopicFactory()

    with pytest.raises(Invalid):
        PostFactory(topic=topic, body="<!-- -->")

    assert Topic.objects.get().highest_number == 1


def test_a_reply_to_a_topic_that_is_gone_says_so() -> None:
    with pytest.raises(Topic.DoesNotExist):
        reply_create(member=MemberFactory(), topic_id=999, body="x")
