"""What services cost: queries of each, in the worst case of ordinary use."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.services import (
    answer_accept,
    answer_unaccept,
    helpful_toggle,
    post_edit,
    post_hide,
    question_hand_over,
    reply_create,
    same_problem_toggle,
    topic_ask,
    topic_follow,
    topic_read_to,
)
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
POSTING = 20
"""Of a whole request that posts; session, member, category or topic take four of them, judging the text two."""


def cost(call: Callable[[], Any]) -> int:
    """Return how many queries `call` makes, without savepoints: only tests have those around a transaction."""
    with CaptureQueriesContext(connection) as queries:
        call()
    return sum(1 for query in queries if "SAVEPOINT" not in query["sql"])


def test_asking_stays_within_the_budget_of_posting() -> None:
    member, category = MemberFactory(), CategoryFactory()
    MemberFactory(handle="ana-b")
    TopicFactory(category=category, tags=["a1", "b1"])
    form = {"member": member, "category": category, "title": "A title", "body": "@ana-b says", "tags": ["a1", "b1"]}

    ordinary = cost(lambda: topic_ask(**form, submission_key="k1", draft_context="ask"))
    worst = cost(
        lambda: topic_ask(
            **{**form, "tags": ["new1"], "body": "@ana-b ![x](/media/post/1/x.webp)"},
            submission_key="k2",
            draft_context="ask",
        )
    )

    assert (ordinary, worst) <= (POSTING - 4, POSTING - 2)


def test_replying_stays_within_the_budget_of_posting() -> None:
    topic, member = TopicFactory(), MemberFactory()
    MemberFactory(handle="ana-b")

    assert (
        cost(lambda: reply_create(member=member, topic_id=topic.pk, body="@ana-b hi", submission_key="k"))
        <= POSTING - 4
    )


def test_the_rest_is_cheaper() -> None:
    topic, member, moderator = TopicFactory(), MemberFactory(), ModeratorFactory()
    first, second = PostFactory(topic=topic), PostFactory(topic=topic)

    costs = {
        "accept": cost(lambda: answer_accept(member=topic.author, post_id=first.pk)),
        "accept another": cost(lambda: answer_accept(member=topic.author, post_id=second.pk)),
        "unaccept": cost(lambda: answer_unaccept(member=topic.author, topic_id=topic.pk)),
        "helpful": cost(lambda: helpful_toggle(member=member, post_id=first.pk, wanted=True)),
        "same problem": cost(lambda: same_problem_toggle(member=member, topic_id=topic.pk, wanted=True)),
        "follow": cost(lambda: topic_follow(member=moderator, topic_id=topic.pk, level=3)),
        "read first": cost(lambda: topic_read_to(member=MemberFactory(), topic_id=topic.pk, number=2)) - 4,
        "read again": cost(lambda: topic_read_to(member=member, topic_id=topic.pk, number=3)),
        "edit": cost(lambda: post_edit(member=moderator, post_id=first.pk, body="new", edit_number=0)),
        "hide": cost(lambda: post_hide(member=moderator, post_id=second.pk)),
        "hand over": cost(lambda: question_hand_over(topic_id=topic.pk, actor_id=None)),
    }

    assert max(costs.values()) <= 12, costs
    assert costs["read again"] == 1
