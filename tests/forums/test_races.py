"""What happens when members do the same thing in the same moment. Runs on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from community.core.errors import DomainError, EditConflict
from forums.errors import DraftConflict
from forums.models import Draft, Helpful, Post, PostEdit, Topic, TopicMember
from forums.services import (
    answer_accept,
    counters_repair,
    draft_save,
    helpful_toggle,
    post_edit,
    question_hand_over,
    reply_create,
    same_problem_toggle,
    topic_ask,
    topic_read_to,
)
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.forums.log import recorded

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run `calls` in threads that start together; return their results or domain errors, in order."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            results[index] = call()
        except DomainError as refused:
            results[index] = refused
        except BaseException as failure:  # noqa: BLE001 raised below, in the thread of the test
            results[index] = failure
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, DomainError):
            raise result
    return results


def test_concurrent_replies_never_share_a_number() -> None:
    topic, authors = TopicFactory(), [MemberFactory() for _ in range(6)]

    def reply_thrice(author: Any) -> None:
        for turn in range(3):
            reply_create(member=author, topic_id=topic.pk, body=f"reply {turn}")

    at_once(*(lambda author=author: reply_thrice(author) for author in authors))

    topic.refresh_from_db()
    assert list(Post.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 20))
    assert (topic.post_count, topic.answer_count, topic.highest_number, topic.last_post_number) == (19, 18, 19, 19)
    assert len(recorded("post_published")) == 19
    assert counters_repair() == 0


def test_two_who_accept_at_once_leave_one_answer_and_a_log_that_adds_up() -> None:
    topic = TopicFactory()
    posts = [PostFactory(topic=topic) for _ in range(2)]
    moderator = ModeratorFactory()

    at_once(
        lambda: answer_accept(member=topic.author, post_id=posts[0].pk),
        lambda: answer_accept(member=moderator, post_id=posts[1].pk),
        lambda: answer_accept(member=moderator, post_id=posts[1].pk),
    )

    topic.refresh_from_db()
    balance = {post.pk: 0 for post in posts}
    for name, post_id in recorded("answer_accepted", "answer_unaccepted"):
        balance[post_id] += 1 if name == "answer_accepted" else -1
    assert topic.state == "solved"
    assert balance == {post.pk: int(post.pk == topic.accepted_post_id) for post in posts}


def test_a_reply_sent_twice_at_once_is_one_post() -> None:
    topic, author = TopicFactory(), MemberFactory()

    sent = at_once(
        *(lambda: reply_create(member=author, topic_id=topic.pk, body="x", submission_key="k") for _ in range(4))
    )

    topic.refresh_from_db()
    assert len({post.pk for post in sent}) == 1
    assert (topic.post_count, len(recorded("post_published"))) == (2, 2)


def test_a_question_sent_twice_at_once_is_one_topic() -> None:
    category, author = CategoryFactory(), MemberFactory()

    def ask() -> Topic:
        return topic_ask(member=author, category=category, title="Only once", body="x", tags=["a1"], submission_key="k")

    sent = at_once(ask, ask, ask)

    category.refresh_from_db()
    assert len({topic.pk for topic in sent}) == 1
    assert (Topic.objects.count(), Post.objects.count(), category.topic_count) == (1, 1, 1)
    assert len(recorded()) == 2


def test_votes_at_once_are_counted_exactly() -> None:
    post, voters = PostFactory(), [MemberFactory() for _ in range(6)]

    at_once(
        *(lambda voter=voter: helpful_toggle(member=voter, post_id=post.pk, wanted=True) for voter in voters),
        *(
            lambda voter=voter: same_problem_toggle(member=voter, topic_id=post.topic_id, wanted=True)
            for voter in voters
        ),
        lambda: helpful_toggle(member=voters[0], post_id=post.pk, wanted=True),
    )

    topic = Topic.objects.get()
    assert (Post.objects.get(pk=post.pk).helpful_count, topic.same_problem_count, topic.score) == (6, 6, 12)
    assert Helpful.objects.count() == 6
    assert counters_repair() == 0


def test_of_two_edits_at_once_one_is_told_of_the_other() -> None:
    post, moderators = PostFactory(body="old"), [ModeratorFactory(), ModeratorFactory()]

    results = at_once(
        *(
            lambda moderator=moderator: post_edit(
                member=moderator, post_id=post.pk, body=f"text of {moderator.pk}", edit_number=0
            )
            for moderator in moderators
        )
    )

    conflicts = [result for result in results if isinstance(result, EditConflict)]
    post.refresh_from_db()
    assert len(conflicts) == 1
    assert {conflicts[0].mine, conflicts[0].theirs} == {f"text of {moderator.pk}" for moderator in moderators}
    assert (post.raw, post.edit_number, PostEdit.objects.count()) == (conflicts[0].theirs, 1, 1)


def test_of_two_windows_that_save_a_draft_at_once_one_is_told() -> None:
    member = MemberFactory()

    results = at_once(
        lambda: draft_save(member=member, context="ask", sequence=0, body="here"),
        lambda: draft_save(member=member, context="ask", sequence=0, body="there"),
    )

    conflicts = [result for result in results if isinstance(result, DraftConflict)]
    assert len(conflicts) == 1
    assert conflicts[0].current is not None
    assert Draft.objects.get().body == conflicts[0].current.body


def test_two_workers_hand_a_question_over_once() -> None:
    topic = TopicFactory()

    done = at_once(*(lambda: question_hand_over(topic_id=topic.pk, actor_id=None) for _ in range(3)))

    assert sorted(done) == [False, False, True]
    assert len(recorded("question_escalated")) == 1


def test_read_marks_that_cross_end_at_the_highest() -> None:
    topic, member = TopicFactory(), MemberFactory()
    for _ in range(5):
        PostFactory(topic=topic)
    topic_read_to(member=member, topic_id=topic.pk, number=1)

    at_once(
        *(
            lambda number=number: topic_read_to(member=member, topic_id=topic.pk, number=number)
            for number in (6, 2, 4, 3)
        )
    )

    assert TopicMember.objects.get(member=member).last_read == 6
