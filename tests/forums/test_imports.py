"""Bringing in another community by the thousand, again and again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from community.activity.models import Activity
from forums.models import Category, Post, Tag, Topic
from forums.services import (
    AnswerImport,
    PostImport,
    TopicImport,
    answer_import,
    counters_repair,
    post_import,
    post_restore,
    topic_import,
)
from tests.factories.forums import CategoryFactory
from tests.factories.members import ModeratorFactory, UnclaimedFactory
from tests.forums.log import recorded

pytestmark = pytest.mark.django_db
THEN = datetime(2024, 1, 4, 12, tzinfo=UTC)


def topic_row(key: str, **values: Any) -> TopicImport:
    """Return a question of another community."""
    row = {
        "source_key": key,
        "title": f"About {key}",
        "raw": f"Text of **{key}**.",
        "asked_at": THEN,
        "language": "it",
        "category": values.pop("category", None) or CategoryFactory(),
        "author_id": values.pop("author_id", None) or UnclaimedFactory().pk,
    }
    return TopicImport(**{**row, **values})


def post_row(key: str, topic_id: int, hours: int = 1, **values: Any) -> PostImport:
    """Return an answer of another community, `hours` after the question."""
    row = {
        "source_key": key,
        "topic_id": topic_id,
        "raw": f"Answer {key}.",
        "created_at": THEN + timedelta(hours=hours),
    }
    author_id = values.pop("author_id", None) or UnclaimedFactory().pk
    return PostImport(**{**row, "author_id": author_id, **values})


def test_topics_keep_their_dates_tags_votes_and_language() -> None:
    outcome = topic_import([topic_row("s:1", tags=("A", "b c"), same_problem=7), topic_row("s:2", tags=("a",))])

    topic = Topic.objects.get(source_key="s:1")
    assert (outcome.made, outcome.refused, outcome.ids["s:1"]) == (2, [], topic.pk)
    assert topic.asked_at == topic.bumped_at == topic.posts.get().created_at == THEN
    assert (topic.language, topic.state, topic.same_problem_total, topic.score) == ("it", "new", 7, 7)
    assert topic.tag_names == [["a", "A"], ["b-c", "b c"]]
    assert Tag.objects.count() == 2
    assert "<strong>s:1</strong>" in topic.posts.get().cooked
    assert topic.category.__class__.objects.get(pk=topic.category_id).topic_count == 1
    assert counters_repair() == 0


def test_activities_carry_the_origin_and_the_time_of_then() -> None:
    topic_import([topic_row("s:1")])

    told = Activity.objects.order_by("id")
    assert [activity.type for activity in told] == ["forums.topic_asked", "forums.post_published"]
    assert {(activity.origin, activity.occurred_at) for activity in told} == {("import", THEN)}


def test_replies_are_numbered_in_order_and_counted() -> None:
    topic_id = topic_import([topic_row("s:1")]).ids["s:1"]
    asker = Topic.objects.get().author_id

    post_import([post_row("a:1", topic_id, author_id=asker), post_row("a:2", topic_id, hours=2, helpful=3)])
    post_import([post_row("a:3", topic_id, hours=5)])

    topic = Topic.objects.get()
    assert list(topic.posts.order_by("number").values_list("number", "source_key")) == [
        (1, "s:1"),
        (2, "a:1"),
        (3, "a:2"),
        (4, "a:3"),
    ]
    assert (topic.state, topic.post_count, topic.answer_count, topic.score) == ("answered", 4, 2, 3)
    assert topic.first_answer_at == THEN + timedelta(hours=2)
    assert topic.bumped_at == THEN + timedelta(hours=5)
    assert Post.objects.get(source_key="a:2").helpful_total == 3
    assert counters_repair() == 0


def test_running_it_again_changes_nothing() -> None:
    rows = [topic_row("s:1"), topic_row("s:2")]
    first = topic_import(rows)
    replies = [post_row("a:1", first.ids["s:1"])]
    answer = post_import(replies).ids["a:1"]
    answers = [AnswerImport(topic_id=first.ids["s:1"], post_id=answer, accepted_at=THEN)]
    answer_import(answers)
    before = (recorded(), list(Topic.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values()))

    again = topic_import(rows)

    assert (again.made, again.ids) == (0, first.ids)
    assert post_import(replies).made == 0
    assert answer_import(answers) == 0
    assert (
        recorded(),
        list(Topic.objects.order_by("pk").values()),
        list(Post.objects.order_by("pk").values()),
    ) == before


def test_a_row_twice_in_a_batch_is_taken_once() -> None:
    row = topic_row("s:1")

    assert topic_import([row, row]).made == 1


def test_spam_arrives_hidden_and_untold_until_restored() -> None:
    outcome = topic_import([topic_row("s:1", is_hidden=True), topic_row("s:2")])
    post_import([post_row("a:1", outcome.ids["s:2"], is_hidden=True), post_row("a:2", outcome.ids["s:1"])])

    hidden, shown = Topic.objects.order_by("source_key")
    assert (hidden.visibility, hidden.category.topic_count) == ("hidden", 0)
    assert (shown.state, shown.answer_count, shown.highest_number) == ("new", 0, 2)
    assert len(recorded()) == 2
    assert counters_repair() == 0

    post_restore(member=ModeratorFactory(), post_id=Post.objects.get(source_key="a:1").pk)
    shown.refresh_from_db()
    assert shown.state == "answered"


def test_what_cannot_be_taken_is_listed_with_its_reason() -> None:
    topics = topic_import(
        [topic_row("s:1", raw="<!-- -->"), topic_row("s:2", title=" "), topic_row("s:3", raw="x" * 100_001)]
    )
    replies = post_import([post_row("a:1", 999)])

    assert [key for key, _reason in topics.refused] == ["s:1", "s:2", "s:3"]
    assert all(reason for _key, reason in topics.refused)
    assert replies.refused == [("a:1", "Its topic is not here.")]
    assert Topic.objects.count() == 0


def test_long_titles_are_cut_and_mentions_name_nobody() -> None:
    UnclaimedFactory(handle="ana")

    topic_import([topic_row("s:1", title="x" * 500, raw="@ana wrote")])

    topic = Topic.objects.get()
    assert len(topic.title) == 200
    assert "<a" not in topic.posts.get().cooked


def test_accepted_answers_solve_and_are_told_once() -> None:
    outcome = topic_import([topic_row("s:1"), topic_row("s:2")])
    ids = post_import([post_row("a:1", outcome.ids["s:1"]), post_row("a:2", outcome.ids["s:2"], is_hidden=True)]).ids

    made = answer_import(
        [
            AnswerImport(topic_id=outcome.ids["s:1"], post_id=ids["a:1"], accepted_at=THEN),
            AnswerImport(topic_id=outcome.ids["s:2"], post_id=ids["a:2"], accepted_at=THEN),
        ]
    )

    assert made == 1
    assert list(Topic.objects.order_by("source_key").values_list("state", flat=True)) == ["solved", "new"]
    assert recorded("answer_accepted") == [("answer_accepted", ids["a:1"])]
    assert counters_repair() == 0


def test_the_answer_of_another_question_is_left_out() -> None:
    outcome = topic_import([topic_row("s:1"), topic_row("s:2")])
    ids = post_import([post_row("a:1", outcome.ids["s:1"])]).ids

    assert answer_import([AnswerImport(topic_id=outcome.ids["s:2"], post_id=ids["a:1"], accepted_at=THEN)]) == 0


def test_a_batch_costs_the_same_per_row_however_many_categories(django_assert_max_num_queries: Any) -> None:
    category, author = CategoryFactory(), UnclaimedFactory()
    rows = [topic_row(f"s:{n}", category=category, author_id=author.pk, tags=(f"t{n % 7}",)) for n in range(100)]

    with django_assert_max_num_queries(16):
        topic_import(rows)

    assert Category.objects.get().topic_count == 100
