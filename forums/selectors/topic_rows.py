"""The rows of a topic page: the topic with its place, one window of posts with their authors."""

from typing import Any

from django.db.models import BooleanField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from wagtail.models import Site

from community.core.db.prepared import Columns, Prepared
from community.members.models import Member
from community.members.people import AUTHOR_COLUMNS
from forums.models import Category, Helpful, Post, SameProblem, Topic
from forums.selectors.rows import WINDOW

_TOPIC = Columns(
    Topic,
    *("site_id", "category_id", "author_id", "title", "slug", "kind", "state", "language", "visibility", "tag_names"),
    *("asked_at", "escalated_at", "closed_at", "accepted_post_id", "accepted_at", "highest_number", "post_count"),
    *("last_post_number", "same_problem_count", "imported_same_problem"),
)
_CATEGORY = Columns(Category, "slug", "name", "audience")
_AUTHOR = Columns(Member, *AUTHOR_COLUMNS)
_POST = Columns(
    Post,
    *("topic_id", "number", "author_id", "cooked", "language", "visibility", "helpful_count", "imported_helpful"),
    *("edit_number", "edited_at", "created_at"),
)
_MINE = ("my_last_read", "my_level", "my_reason", "joined")


def _topics(topic: int, site: int) -> QuerySet[Topic, Any]:
    columns = (*_TOPIC.names, *_CATEGORY.of("category"), *_AUTHOR.of("author"))
    return Topic.objects.filter(pk=topic, site_id=site).values_list(*columns)


def _topics_of(topic: int, site: int, viewer: int) -> QuerySet[Topic, Any]:
    return (
        Topic.objects.annotate(
            mine=FilteredRelation("members", condition=Q(members__member=viewer)),
            my_last_read=F("mine__last_read"),
            my_level=F("mine__level"),
            my_reason=F("mine__reason"),
            joined=Exists(SameProblem.objects.filter(topic=OuterRef("pk"), member=viewer)),
        )
        .filter(pk=topic, site_id=site)
        .values_list(*_TOPIC.names, *_CATEGORY.of("category"), *_AUTHOR.of("author"), *_MINE)
    )


def _posts(topic: int, first: int, until: int, accepted: int, helped: Any = None) -> QuerySet[Post, Any]:
    wanted = Q(number=1) | Q(number__gte=first, number__lt=until) | Q(pk=accepted)
    posts = Post.objects.filter(wanted, topic=topic)
    posts = posts.annotate(helped=helped or Value(False, output_field=BooleanField()))
    return posts.values_list(*_POST.names, *_AUTHOR.of("author"), "helped")


def _posts_of(viewer: int, **numbers: int) -> QuerySet[Post, Any]:
    return _posts(**numbers, helped=Exists(Helpful.objects.filter(post=OuterRef("pk"), member=viewer)))


_read_topic = Prepared(_topics, "topic", "site")
_read_topic_of = Prepared(_topics_of, "topic", "site", "viewer")
_read_posts = Prepared(_posts, "topic", "first", "until", "accepted")
_read_posts_of = Prepared(_posts_of, "topic", "first", "until", "accepted", "viewer")


def topic_read(topic_id: int, *, site: Site, viewer: Any) -> Topic | None:
    """Return a topic with category, author and, for a member, `my_last_read` and the like. Queries: 1."""
    if getattr(viewer, "is_authenticated", False):
        rows = _read_topic_of(topic=topic_id, site=site.pk, viewer=viewer.pk)
    else:
        rows = _read_topic(topic=topic_id, site=site.pk)
    for row in rows:
        above = row[len(_TOPIC) :]
        author = _AUTHOR.loaded(above[len(_CATEGORY) :])
        topic: Topic = _TOPIC.loaded(row, category=_CATEGORY.loaded(above), author=author)
        for name, value in zip(_MINE, above[len(_CATEGORY) + len(_AUTHOR) :], strict=False):
            setattr(topic, name, value)
        return topic
    return None


def posts_read(topic: Topic, first: int, viewer: Any) -> list[Post]:
    """Return the question, the accepted answer and the window, with `author` and `helped`. Queries: 1."""
    numbers = {"topic": topic.pk, "first": first, "until": first + WINDOW, "accepted": topic.accepted_post_id or 0}
    if getattr(viewer, "is_authenticated", False):
        rows = _read_posts_of(viewer=viewer.pk, **numbers)
    else:
        rows = _read_posts(**numbers)
    authors: dict[int, Member] = {}
    return [_post(row, topic, authors) for row in rows]


def _post(row: tuple[Any, ...], topic: Topic, authors: dict[int, Member]) -> Post:
    author_id = row[len(_POST)]
    if author_id not in authors:
        authors[author_id] = _AUTHOR.loaded(row[len(_POST) : -1])
    post: Post = _POST.loaded(row, topic=topic, author=authors[author_id])
    post.helped = row[-1]  # type: ignore[attr-defined]
    return post
