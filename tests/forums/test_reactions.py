"""Same problem and helpful: one vote a member, counted exactly."""

import pytest

from community.core.errors import Denied
from forums.models import Helpful, Post, SameProblem, Topic, TopicMember
from forums.services import helpful_toggle, post_hide, same_problem_toggle, topic_follow
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db


def test_a_member_joins_a_problem_once_and_watches_it() -> None:
    topic, member = TopicFactory(), MemberFactory()

    assert same_problem_toggle(member=member, topic_id=topic.pk, wanted=True)
    assert not same_problem_toggle(member=member, topic_id=topic.pk, wanted=True)

    topic.refresh_from_db()
    row = TopicMember.objects.get(member=member)
    assert (topic.same_problem_count, topic.score, SameProblem.objects.count()) == (1, 1, 1)
    assert (row.level, row.reason, row.last_read) == (TopicMember.Level.WATCHING, "same_problem", 0)
    assert recorded("same_problem_joined") == [("same_problem_joined", topic.pk)]
    assert last_activity("same_problem_joined").payload == {"author_id": topic.author_id}


def test_leaving_ends_where_it_began() -> None:
    topic, member = TopicFactory(), MemberFactory()
    same_problem_toggle(member=member, topic_id=topic.pk, wanted=True)

    assert same_problem_toggle(member=member, topic_id=topic.pk, wanted=False)
    assert not same_problem_toggle(member=member, topic_id=topic.pk, wanted=False)

    topic.refresh_from_db()
    row = TopicMember.objects.get(member=member)
    assert (topic.same_problem_count, topic.score) == (0, 0)
    assert (row.level, row.reason) == (TopicMember.Level.NORMAL, "")
    assert len(recorded("same_problem_left")) == 1


def test_leaving_keeps_the_level_a_person_chose() -> None:
    topic, member = TopicFactory(), MemberFactory()
    same_problem_toggle(member=member, topic_id=topic.pk, wanted=True)
    topic_follow(member=member, topic_id=topic.pk, level=TopicMember.Level.TRACKING)

    same_problem_toggle(member=member, topic_id=topic.pk, wanted=False)

    assert TopicMember.objects.get(member=member).level == TopicMember.Level.TRACKING


def test_one_does_not_join_ones_own_question_nor_a_discussion() -> None:
    question, talk = TopicFactory(), TopicFactory(category__discussion=True)

    with pytest.raises(Denied):
        same_problem_toggle(member=question.author, topic_id=question.pk, wanted=True)
    with pytest.raises(Denied):
        same_problem_toggle(member=MemberFactory(), topic_id=talk.pk, wanted=True)


def test_a_post_helped_each_member_once() -> None:
    post, members = PostFactory(), [MemberFactory(), MemberFactory()]

    for member in [*members, *members]:
        helpful_toggle(member=member, post_id=post.pk, wanted=True)

    assert (Post.objects.get(pk=post.pk).helpful_count, Helpful.objects.count()) == (2, 2)
    assert Topic.objects.get().score == 2
    assert last_activity("helpful_given").payload == {"topic_id": post.topic_id, "author_id": post.author_id}
    assert len(recorded("helpful_given")) == 2


def test_helpful_can_be_taken_back() -> None:
    post, member = PostFactory(), MemberFactory()
    helpful_toggle(member=member, post_id=post.pk, wanted=True)

    assert helpful_toggle(member=member, post_id=post.pk, wanted=False)
    assert not helpful_toggle(member=member, post_id=post.pk, wanted=False)

    assert (Post.objects.get(pk=post.pk).helpful_count, Topic.objects.get().score) == (0, 0)
    assert len(recorded("helpful_taken")) == 1


def test_nobody_marks_their_own_or_a_hidden_post() -> None:
    post = PostFactory()
    with pytest.raises(Denied):
        helpful_toggle(member=post.author, post_id=post.pk, wanted=True)

    post_hide(member=ModeratorFactory(), post_id=post.pk)

    with pytest.raises(Denied):
        helpful_toggle(member=MemberFactory(), post_id=post.pk, wanted=True)
