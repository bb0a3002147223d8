"""How strangers meet categories, topics and posts."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from community.activity.contracts import CaseFacts, Facts, RemoteChange
from community.activity.subjects import Card, Follower, ReviewContext, SearchDocument, Subject, TextChange
from community.core.addresses import path_plain
from community.core.markup import excerpt, plain_text
from community.members.writing import members_mentioned
from forums.audience import category_audience, post_audience, topic_audience
from forums.models import Category, Post, Topic, Visibility
from forums.selectors import topic_followers
from forums.selectors.review import hidden_imports, post_change_texts, post_review_contexts
from forums.selectors.rows import post_path
from forums.services import (
    answer_thank,
    case_apply,
    held_edit_apply,
    held_edit_revert,
    post_revise,
    post_visibility_set,
    question_hand_over,
)
from forums.states import Kind, State

DESCRIPTION_LENGTH = 4_000
REPLIES_READ = 50
"""Replies by which a topic is found when things like a text are looked for."""


def topic_path(topic: Topic) -> str:
    """Return the path of a topic without language prefix."""
    return path_plain("forums:topic", topic.pk, topic.slug)


class CategorySubject(Subject):
    """`forums.category`."""

    kind = "forums.category"

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per category. Queries: 1."""
        return {
            category.pk: Card(
                title=category.name, url=path_plain("forums:category", category.slug), excerpt=category.description
            )
            for category in Category.objects.filter(pk__in=set(ids))
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the tokens per category. Queries: 1."""
        return {category.pk: category_audience(category) for category in Category.objects.filter(pk__in=set(ids))}

    def choices(self) -> dict[int, str]:
        """Return the categories by name. Queries: 1."""
        return dict(Category.objects.order_by("name", "pk").values_list("pk", "name"))

    def search_dependents(self, ids: Iterable[int]) -> dict[str, list[int]]:
        """Return the topics and replies inside: who may read the category may find them. Queries: 2."""
        wanted = set(ids)
        return {
            TopicSubject.kind: list(Topic.objects.filter(category_id__in=wanted).values_list("pk", flat=True)),
            PostSubject.kind: list(
                Post.objects.filter(topic__category_id__in=wanted, number__gt=1).values_list("pk", flat=True)
            ),
        }


class TopicSubject(Subject):
    """`forums.topic`: a question that may become a case, or a discussion."""

    kind = "forums.topic"
    flaggable = True

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per topic, with the start of its text. Queries: 2."""
        texts = _first_posts(ids)
        return {
            topic.pk: Card(
                title=topic.title,
                url=topic_path(topic),
                excerpt=excerpt(texts[topic.pk].cooked) if topic.pk in texts else "",
                author_id=topic.author_id,
                at=topic.asked_at,
                state=topic.state,
                site_id=topic.site_id,
            )
            for topic in Topic.objects.filter(pk__in=set(ids))
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the tokens per topic. Queries: 1."""
        return {topic.pk: topic_audience(topic) for topic in _topics(ids)}

    def shown(self, ids: Iterable[int]) -> set[int]:
        """Return the visible topics. Queries: 1."""
        return set(Topic.objects.filter(pk__in=set(ids), visibility=Visibility.VISIBLE).values_list("pk", flat=True))

    def followers(self, ids: Iterable[int]) -> dict[int, list[Follower]]:
        """Return who mutes, tracks or watches each topic. Queries: 1."""
        return topic_followers(ids)

    def search_documents(self, ids: Iterable[int], *, texts: bool = True) -> dict[int, SearchDocument]:
        """Return title, first text and replies of each visible topic. Queries: 3; 1 without texts."""
        firsts, replies = (_first_posts(ids), _replies(ids)) if texts else ({}, {})
        return {
            topic.pk: SearchDocument(
                kind=self.kind,
                id=topic.pk,
                language=topic.language,
                title=topic.title,
                body=plain_text(firsts[topic.pk].cooked) if topic.pk in firsts else "",
                replies=replies.get(topic.pk, ""),
                audience=topic_audience(topic),
                type=topic.kind,
                site_id=topic.site_id,
                author_id=topic.author_id,
                category=f"{CategorySubject.kind}:{topic.category_id}",
                at=topic.asked_at,
                tags=tuple(slug for slug, _name in topic.tag_names),
                state=topic.state,
                solved=topic.state == State.SOLVED if topic.kind == Kind.QUESTION else None,
                signals={"votes": topic.score, "recency": topic.bumped_at.timestamp()},
            )
            for topic in _topics(ids)
            if topic.visibility == Visibility.VISIBLE
        }

    def search_ids(self, *, after: int, limit: int) -> list[int]:
        """Return ids of visible topics. Queries: 1."""
        topics = Topic.objects.filter(pk__gt=after, visibility=Visibility.VISIBLE).order_by("pk")
        return list(topics.values_list("pk", flat=True)[:limit])

    def search_dependents(self, ids: Iterable[int]) -> dict[str, list[int]]:
        """Return the replies: they carry the title, tags and audience of their topic. Queries: 1."""
        replies = Post.objects.filter(topic_id__in=set(ids), number__gt=1)
        return {PostSubject.kind: list(replies.values_list("pk", flat=True))}

    def facts(self, ids: Iterable[int]) -> dict[int, Facts]:
        """Return the case of each question that support was asked to take over, ever. Queries: 2."""
        topics = Topic.objects.filter(pk__in=set(ids), escalated_at__isnull=False).exclude(
            visibility=Visibility.DELETED
        )
        texts = _first_posts([topic.pk for topic in topics])
        return {topic.pk: _case_facts(topic, texts.get(topic.pk)) for topic in topics}

    def waiting(self, *, asked_after: datetime, asked_before: datetime) -> list[int]:
        """Return visible questions of the period that nobody but their asker has written in; oldest first.

        Queries: 1.
        """
        waiting = Topic.objects.filter(
            kind=Kind.QUESTION,
            state=State.NEW,
            visibility=Visibility.VISIBLE,
            closed_at__isnull=True,
            asked_at__gte=asked_after,
            asked_at__lt=asked_before,
        )
        return list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True))

    def reviewed_as(self, subject_id: int) -> tuple[str, int]:
        """Return its first post: hiding that hides the topic. Raises: LookupError when it is gone. Queries: 1."""
        return PostSubject.kind, _first_post_id(subject_id)

    def publish(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make a held topic visible. Raises: LookupError when it is gone."""
        _topic_move(subject_id, Visibility.VISIBLE, actor_id)

    def hide(self, subject_id: int, *, actor_id: int | None) -> None:
        """Hide a topic. Raises: LookupError when it is gone."""
        _topic_move(subject_id, Visibility.HIDDEN, actor_id)

    def restore(self, subject_id: int, *, actor_id: int | None) -> None:
        """Bring a topic back. Raises: LookupError when it is gone."""
        _topic_move(subject_id, Visibility.VISIBLE, actor_id)

    def thank(self, subject_id: int, *, actor_id: int) -> None:
        """Say that the accepted answer of a topic helped; nothing to thank for where there is none."""
        try:
            answer_thank(member_id=actor_id, topic_id=subject_id)
        except Topic.DoesNotExist as gone:
            raise LookupError(f"topic {subject_id} is gone") from gone

    def escalate(self, subject_id: int, *, actor_id: int | None, origin: str = "system") -> bool:
        """Hand a question to support; False when there is nothing to hand over. Raises: LookupError when it is gone."""
        try:
            return question_hand_over(topic_id=subject_id, actor_id=actor_id, origin=origin)
        except Topic.DoesNotExist as gone:
            raise LookupError(f"topic {subject_id} is gone") from gone

    def apply_remote(self, change: RemoteChange) -> None:
        """Store what a CRM says about the case."""
        case_apply(change)


class PostSubject(Subject):
    """`forums.post`."""

    kind = "forums.post"
    commands = frozenset({"publish", "hide", "restore", "hold", "revise", "change_apply"})
    flaggable = True

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per post. Queries: 1."""
        return {
            post.pk: Card(
                title=post.topic.title,
                url=post_path(topic_path(post.topic), post.number),
                excerpt=excerpt(post.cooked),
                author_id=post.author_id,
                at=post.created_at,
                state="accepted" if post.topic.accepted_post_id == post.pk else "",
                site_id=post.topic.site_id,
            )
            for post in _posts(ids)
        }

    def shown(self, ids: Iterable[int]) -> set[int]:
        """Return the visible posts of visible topics. Queries: 1."""
        visible = Post.objects.filter(pk__in=set(ids), visibility=Visibility.VISIBLE)
        return set(visible.filter(topic__visibility=Visibility.VISIBLE).values_list("pk", flat=True))

    def mentioned(self, ids: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the members each post names, at most MENTIONS of them. Queries: 2."""
        return members_mentioned(dict(Post.objects.filter(pk__in=set(ids)).values_list("pk", "cooked")))

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the tokens per post. Queries: 1."""
        return {post.pk: post_audience(post) for post in _posts(ids)}

    def search_documents(self, ids: Iterable[int], *, texts: bool = True) -> dict[int, SearchDocument]:
        """Return the text of each visible reply; a first post is found as its topic. Queries: 1."""
        return {
            post.pk: SearchDocument(
                kind=self.kind,
                id=post.pk,
                language=post.language,
                title=post.topic.title,
                body=plain_text(post.cooked) if texts else "",
                audience=post_audience(post),
                titled=False,
                type="answer" if post.topic.kind == Kind.QUESTION else "reply",
                site_id=post.topic.site_id,
                author_id=post.author_id,
                category=f"{CategorySubject.kind}:{post.topic.category_id}",
                at=post.created_at,
                tags=tuple(slug for slug, _name in post.topic.tag_names),
                state="accepted" if post.topic.accepted_post_id == post.pk else "",
                solved=post.topic.accepted_post_id == post.pk if post.topic.kind == Kind.QUESTION else None,
                signals={"votes": post.helpful_total, "recency": post.created_at.timestamp()},
            )
            for post in _posts(ids)
            if post.number > 1 and post.visibility == post.topic.visibility == Visibility.VISIBLE
        }

    def search_ids(self, *, after: int, limit: int) -> list[int]:
        """Return ids of visible replies in visible topics. Queries: 1."""
        posts = Post.objects.public().filter(pk__gt=after, number__gt=1, topic__visibility=Visibility.VISIBLE)
        return list(posts.order_by("pk").values_list("pk", flat=True)[:limit])

    def publish(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make a held post visible. Raises: LookupError when it is gone."""
        _post_move(subject_id, Visibility.VISIBLE, actor_id)

    def hide(self, subject_id: int, *, actor_id: int | None) -> None:
        """Hide a post. Raises: LookupError when it is gone."""
        _post_move(subject_id, Visibility.HIDDEN, actor_id)

    def restore(self, subject_id: int, *, actor_id: int | None) -> None:
        """Bring a post back. Raises: LookupError when it is gone."""
        _post_move(subject_id, Visibility.VISIBLE, actor_id)

    def review_contexts(self, ids: Iterable[int]) -> dict[int, ReviewContext]:
        """Return each post with what was said around it. Queries: 2."""
        return post_review_contexts(list(ids), path_of=topic_path)

    def hidden_by_import(self, *, site_id: int, before_id: int | None, limit: int) -> list[int]:
        """Return posts that came along hidden, newest first. Queries: 1."""
        return hidden_imports(site_id=site_id, before_id=before_id, limit=limit)

    def hold(self, subject_id: int, *, actor_id: int | None) -> None:
        """Let a post wait for review again. Raises: LookupError when it is gone."""
        _post_move(subject_id, Visibility.HELD, actor_id)

    def revise(self, subject_id: int, *, actor: Any, text: str) -> None:
        """Replace the text, as a moderator. Raises: LookupError when it is gone; Denied, Invalid."""
        with _gone_is_lookup_error(subject_id):
            post_revise(actor=actor, post_id=subject_id, body=text)

    def change_texts(self, changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
        """Return title, tags and text as they are and as they would be. Queries: 1."""
        return post_change_texts(changes)

    def change_apply(self, subject_id: int, change: Mapping[str, Any], *, author_id: int) -> Mapping[str, Any]:
        """Make a change that waited. Raises: LookupError when the post is gone; Conflict, Invalid."""
        with _gone_is_lookup_error(subject_id):
            return held_edit_apply(post_id=subject_id, change=change, author_id=author_id)

    def change_revert(self, subject_id: int, previous: Mapping[str, Any], *, author_id: int) -> None:
        """Undo that. Raises: LookupError when the post is gone; Conflict."""
        with _gone_is_lookup_error(subject_id):
            held_edit_revert(post_id=subject_id, previous=previous)


def _topics(ids: Iterable[int]) -> Iterable[Topic]:
    return Topic.objects.filter(pk__in=set(ids)).select_related("category")


def _posts(ids: Iterable[int]) -> Iterable[Post]:
    return Post.objects.filter(pk__in=set(ids)).select_related("topic__category").defer("raw")


def _first_posts(topic_ids: Iterable[int]) -> dict[int, Post]:
    posts = Post.objects.filter(topic_id__in=set(topic_ids), number=1).only("topic_id", "cooked")
    return {post.topic_id: post for post in posts}


def _replies(topic_ids: Iterable[int]) -> dict[int, str]:
    """Return the text of what everybody who sees the topic may read below it; of long threads the beginning."""
    posts = Post.objects.public().filter(topic_id__in=set(topic_ids), number__range=(2, REPLIES_READ + 1))
    found: dict[int, list[str]] = {}
    for topic_id, cooked in posts.order_by("topic_id", "number").values_list("topic_id", "cooked"):
        found.setdefault(topic_id, []).append(plain_text(cooked))
    return {topic_id: "\n".join(texts) for topic_id, texts in found.items()}


def _case_facts(topic: Topic, first: Post | None) -> CaseFacts:
    return CaseFacts(
        contact_id=topic.author_id,
        subject=topic.title,
        description=plain_text(first.cooked)[:DESCRIPTION_LENGTH] if first else "",
        state="solved" if topic.state == State.SOLVED else "escalated",
        url=topic_path(topic),
        site_id=topic.site_id,
        asked_at=topic.asked_at,
        solved_at=topic.accepted_at,
        answers=topic.answer_count,
        same_problem=topic.same_problem_total,
        tags=tuple(slug for slug, _name in topic.tag_names),
    )


def _first_post_id(topic_id: int) -> int:
    first: int | None = Post.objects.filter(topic_id=topic_id, number=1).values_list("pk", flat=True).first()
    if first is None:
        raise LookupError(f"topic {topic_id} is gone")
    return first


def _topic_move(topic_id: int, visibility: Visibility, actor_id: int | None) -> None:
    _post_move(_first_post_id(topic_id), visibility, actor_id)


def _post_move(post_id: int, visibility: Visibility, actor_id: int | None) -> None:
    with _gone_is_lookup_error(post_id):
        post_visibility_set(post_id=post_id, visibility=visibility, actor_id=actor_id)


@contextmanager
def _gone_is_lookup_error(post_id: int) -> Iterator[None]:
    try:
        yield
    except Post.DoesNotExist as gone:
        raise LookupError(f"post {post_id} is gone") from gone
