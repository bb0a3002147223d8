"""Counters: right after anything that happens, repaired when they are not."""

import random
from typing import Any

import pytest

from community.core.errors import Denied
from forums.models import Category, Helpful, Post, SameProblem, Topic
from forums.services import (
    answer_accept,
    answer_unaccept,
    counters_repair,
    helpful_toggle,
    post_delete,
    post_hide,
    post_restore,
    reply_create,
    same_problem_toggle,
)
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db


def test_after_random_operations_a_recount_finds_nothing_wrong() -> None:
    chance = random.Random(20261122)  # noqa: S311 not for secrets
    members = [MemberFactory() for _ in range(4)]
    moderator = ModeratorFactory()
    topics = [TopicFactory(author=member) for member in members[:3]]

    def post() -> int:
        return chance.choice(list(Post.objects.values_list("pk", flat=True)))

    def topic() -> int:
        return chance.choice(topics).pk

    operations: list[Any] = [
        lambda: reply_create(member=chance.choice(members), topic_id=topic(), body="said"),
        lambda: reply_create(member=chance.choice(members), topic_id=topic(), body="said"),
        lambda: post_hide(member=moderator, post_id=post()),
        lambda: post_restore(member=moderator, post_id=post()),
        lambda: post_restore(member=moderator, post_id=post()),
        lambda: post_delete(member=moderator, post_id=post()),
        lambda: answer_accept(member=moderator, post_id=post()),
        lambda: answer_unaccept(member=moderator, topic_id=topic()),
        lambda: helpful_toggle(member=chance.choice(members), post_id=post(), wanted=chance.random() < 0.6),
        lambda: same_problem_toggle(member=chance.choice(members), topic_id=topic(), wanted=chance.random() < 0.6),
    ]
    done = 0
    for _ in range(250):
        try:
            chance.choice(operations)()
            done += 1
        except Denied:
            continue

    assert done > 120
    assert counters_repair() == 0


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Topic, {"post_count": 99}),
        (Topic, {"answer_count": 7, "state": "new"}),
        (Topic, {"last_post_number": 1, "last_post_at": None, "last_post_author": None}),
        (Topic, {"highest_number": 1}),
        (Topic, {"same_problem_count": 5, "score": 70}),
        (Topic, {"first_answer_at": None}),
        (Post, {"helpful_count": 9}),
        (Category, {"topic_count": 40}),
    ],
)
def test_what_is_wrong_is_repaired(model: Any, wrong: dict[str, Any]) -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    voter = MemberFactory()
    helpful_toggle(member=voter, post_id=post.pk, wanted=True)
    same_problem_toggle(member=voter, topic_id=topic.pk, wanted=True)
    right = list(model.objects.order_by("pk").values())
    model.objects.update(**wrong)

    repaired = counters_repair()

    assert repaired >= 1
    assert list(model.objects.order_by("pk").values()) == right
    assert counters_repair() == 0


def test_lost_votes_are_noticed() -> None:
    post, voter = PostFactory(), MemberFactory()
    helpful_toggle(member=voter, post_id=post.pk, wanted=True)
    same_problem_toggle(member=voter, topic_id=post.topic_id, wanted=True)
    Helpful.objects.all().delete()
    SameProblem.objects.all().delete()

    assert counters_repair() == 2
    assert (Topic.objects.get().score, Post.objects.get(pk=post.pk).helpful_count) == (0, 0)


def test_repair_goes_through_all_batches() -> None:
    for _ in range(5):
        TopicFactory()
    Topic.objects.update(post_count=0)

    assert counters_repair(batch=2) == 5
