"""What a topic and a category keep counted: changed by delta with every change, recounted by a job."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Greatest

from forums.models import Category, Helpful, Post, SameProblem, Topic, Visibility
from forums.states import state_of


def topic_state_now(topic: Topic) -> str:
    """Return the state that follows from a locked topic's columns."""
    return state_of(
        kind=topic.kind,
        accepted=topic.accepted_post_id is not None,
        escalated=topic.escalated_at is not None,
        answers=topic.answer_count,
    ).value


def is_answer(topic: Topic, post: Post) -> bool:
    """Tell whether a post counts as an answer: not the asker's own."""
    return post.number > 1 and post.author_id != topic.author_id


def post_added(topic: Topic, post: Post) -> None:
    """Count a new post, the topic's last, on a locked topic; of one that is held only the number. Queries: 1."""
    if post.visibility != Visibility.VISIBLE:
        Topic.objects.filter(pk=topic.pk).update(highest_number=post.number)
        return
    answers = int(is_answer(topic, post))
    topic.answer_count += answers
    topic.state = topic_state_now(topic)
    topic.highest_number = post.number
    if answers and topic.first_answer_at is None:
        topic.first_answer_at = post.created_at
    Topic.objects.filter(pk=topic.pk).update(
        state=topic.state,
        highest_number=post.number,
        post_count=F("post_count") + 1,
        answer_count=F("answer_count") + answers,
        first_answer_at=topic.first_answer_at,
        last_post_number=post.number,
        last_post_at=post.created_at,
        last_post_author_id=post.author_id,
        bumped_at=post.created_at,
    )


def post_shown(topic: Topic, post: Post, *, by: int) -> None:
    """Count a stored post that came into sight (`by` = 1) or went out of it (-1), on a locked topic. Queries: 3."""
    answers = by if is_answer(topic, post) else 0
    topic.answer_count += answers
    topic.state = topic_state_now(topic)
    visible = Post.objects.filter(topic=topic).public()
    last = visible.order_by("-number").only("number", "created_at", "author_id").first()
    Topic.objects.filter(pk=topic.pk).update(
        state=topic.state,
        visibility=topic.visibility,
        post_count=F("post_count") + by,
        answer_count=F("answer_count") + answers,
        first_answer_at=_first_answer_at(topic),
        last_post_number=last.number if last else 0,
        last_post_at=last.created_at if last else None,
        last_post_author_id=last.author_id if last else None,
        bumped_at=last.created_at if last else topic.asked_at,
    )


def _first_answer_at(topic: Topic) -> datetime | None:
    answers = Post.objects.filter(topic=topic, number__gt=1).public().exclude(author_id=topic.author_id)
    first: datetime | None = answers.order_by("number").values_list("created_at", flat=True).first()
    return first


def category_topics_shift(category_id: int, by: int) -> None:
    """Count a topic that came into sight or went out of it. Queries: 1."""
    Category.objects.filter(pk=category_id).update(topic_count=F("topic_count") + by)


def score_shift(topic_id: int, by: int) -> None:
    """Add a vote to, or take it from, what orders Top. Queries: 1."""
    Topic.objects.filter(pk=topic_id).update(score=Greatest(F("score") + by, 0))


def counters_repair(*, batch: int = 50) -> int:
    """Recount every cached figure and write those that differ; return how many rows were wrong. Idempotent: yes.

    Goes through the topics in order of id, one short transaction per batch.
    """
    wrong, last_id = 0, 0
    while True:
        ids = list(Topic.objects.filter(pk__gt=last_id).order_by("pk").values_list("pk", flat=True)[:batch])
        if not ids:
            return wrong + _categories_recount()
        with transaction.atomic():
            wrong += topics_recount(ids)
        last_id = ids[-1]


def topics_recount(ids: list[int]) -> int:
    """Recount these topics and their posts; return how many rows were wrong. Queries: 5, and 1 for each wrong row."""
    topics = list(Topic.objects.filter(pk__in=ids).order_by("pk").select_for_update())
    posts: dict[int, list[Post]] = defaultdict(list)
    columns = ("topic_id", "number", "author_id", "visibility", "created_at", "helpful_count", "imported_helpful")
    for post in Post.objects.filter(topic_id__in=ids).order_by("topic_id", "number").only(*columns).iterator(2000):
        posts[post.topic_id].append(post)
    helpful = dict(Helpful.objects.filter(post__topic_id__in=ids).values_list("post_id").annotate(Count("id")))
    same = dict(SameProblem.objects.filter(topic_id__in=ids).values_list("topic_id").annotate(Count("id")))
    wrong = 0
    for topic in topics:
        for post in posts[topic.pk]:
            wrong += _corrected(post, {"helpful_count": helpful.get(post.pk, 0)})
        wrong += _corrected(topic, _truth(topic, posts[topic.pk], same.get(topic.pk, 0)))
    return wrong


def _truth(topic: Topic, posts: list[Post], same_problem: int) -> dict[str, Any]:
    """Return the cached columns of a topic as its posts (in order of number, right votes) and votes say."""
    visible = [post for post in posts if post.visibility == Visibility.VISIBLE]
    answers = [post for post in visible if is_answer(topic, post)]
    last = visible[-1] if visible else None
    return {
        "state": state_of(
            kind=topic.kind,
            accepted=topic.accepted_post_id is not None,
            escalated=topic.escalated_at is not None,
            answers=len(answers),
        ).value,
        "highest_number": max([topic.highest_number, *(post.number for post in posts)]),
        "post_count": len(visible),
        "answer_count": len(answers),
        "first_answer_at": answers[0].created_at if answers else None,
        "last_post_number": last.number if last else 0,
        "last_post_at": last.created_at if last else None,
        "last_post_author_id": last.author_id if last else None,
        "bumped_at": last.created_at if last else topic.asked_at,
        "same_problem_count": same_problem,
        "score": same_problem + topic.imported_same_problem + sum(post.helpful_total for post in posts),
    }


def _corrected(row: Topic | Post, truth: dict[str, Any]) -> int:
    """Write the columns of `row` that are not as `truth` says; return 1 if any."""
    wrong = {name: value for name, value in truth.items() if getattr(row, name) != value}
    for name, value in wrong.items():
        setattr(row, name, value)
    if wrong:
        type(row)._default_manager.filter(pk=row.pk).update(**wrong)
    return int(bool(wrong))


def _categories_recount() -> int:
    """Recount the visible topics of every category; return how many were wrong."""
    with transaction.atomic():
        categories = Category.objects.select_for_update(of=("self",)).order_by("pk")
        visible = Topic.objects.filter(visibility=Visibility.VISIBLE).values_list("category_id")
        truth = dict(visible.annotate(Count("id")).order_by())
        wrong = [category for category in categories if category.topic_count != truth.get(category.pk, 0)]
        for category in wrong:
            Category.objects.filter(pk=category.pk).update(topic_count=truth.get(category.pk, 0))
    return len(wrong)
