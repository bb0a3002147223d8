"""What the forums tell of a member to profiles and CRMs."""

from typing import Any

import pytest

from community.members.contributions import contributions_of
from forums.contributions import contributions
from forums.services import answer_accept, post_hide
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db


def test_topics_posts_and_accepted_answers_are_counted() -> None:
    member = MemberFactory()
    topic = TopicFactory(author=member)
    own = PostFactory(topic=topic, author=member)
    answer_accept(member=member, post_id=own.pk)
    other = TopicFactory()
    answer = PostFactory(topic=other, author=member)
    answer_accept(member=other.author, post_id=answer.pk)
    hidden = PostFactory(author=member)
    post_hide(member=ModeratorFactory(), post_id=hidden.pk)

    figures = contributions_of([member.pk])[member.pk]

    assert {name: figures[name] for name in ("topics", "posts", "accepted_answers")} == {
        "topics": 1,
        "posts": 3,
        "accepted_answers": 1,
    }


def test_everybody_asked_for_gets_an_answer_at_one_price(django_assert_num_queries: Any) -> None:
    members = [MemberFactory() for _ in range(5)]
    PostFactory(author=members[0])

    with django_assert_num_queries(3):
        figures = contributions([member.pk for member in members])

    assert figures.keys() == {member.pk for member in members}
    assert figures[members[1].pk] == {"topics": 0, "posts": 0, "accepted_answers": 0}
