"""Rows of topic lists and cards of people, as every page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone
from django.utils.translation import get_language

from community.core.addresses import path_to
from forums.models import Category, Topic, TopicMember
from forums.querysets import TopicQuerySet

WINDOW = 20
"""Replies on one page of a topic."""
NEW_FOR = timedelta(days=14)
"""How long a topic nobody opened counts as new."""

ROW_COLUMNS = (
    *("title", "slug", "kind", "state", "language", "tag_names", "asked_at", "bumped_at", "closed_at", "visibility"),
    *("post_count", "last_post_number", "last_post_at", "same_problem_count", "imported_same_problem", "score"),
    "accepted_post_id",
    *("category__slug", "category__name", "category__audience", "category__language"),
    *("author__handle", "author__name", "author__state"),
    *("last_post_author__handle", "last_post_author__name", "last_post_author__state"),
)


@dataclass(frozen=True, kw_only=True)
class TagLink:
    """A tag, and the list of topics of the same category that have it."""

    slug: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class TopicRow:
    """A topic in a list."""

    id: int
    title: str
    url: str
    kind: str
    state: str
    closed: bool
    language: str
    lang: str
    """The language again when it is not that of the page, else empty."""
    category: str
    category_url: str
    author: str
    tags: tuple[TagLink, ...]
    replies: int
    same_problem: int
    score: int
    asked_at: datetime
    last_at: datetime
    last_author: str
    last_url: str
    unread: int
    """Posts after the last one the viewer read; 0 for visitors and for topics they have not opened."""
    unread_url: str
    is_new: bool
    """The viewer has not opened this young topic."""


def topic_url(topic: Topic, number: int = 0) -> str:
    """Return where a topic is, or where its post `number` is, in the page's language. Queries: 0."""
    path = path_to("forums:topic", topic.pk, topic.slug)
    return post_path(path, number) if number else path


def post_path(path: str, number: int) -> str:
    """Return where post `number` of the topic at `path` is: of a long topic, in the window that holds it."""
    return f"{path}?post={number}#post-{number}" if number > WINDOW + 1 else f"{path}#post-{number}"


def category_url(category: Category) -> str:
    """Return where a category is, in the page's language. Queries: 0."""
    return path_to("forums:category", category.slug)


def tag_links(topic: Topic, path: str) -> tuple[TagLink, ...]:
    """Return the tags of a topic; `path` is where its category is. Queries: 0."""
    return tuple(TagLink(slug=slug, name=name, url=f"{path}?tag={slug}") for slug, name in topic.tag_names)


def with_viewer(topics: TopicQuerySet, viewer: Any) -> TopicQuerySet:
    """Load with each topic what a row shows, and `my_last_read` and `my_level` of `viewer` (None without a row)."""
    return with_member(topics, viewer.pk) if getattr(viewer, "is_authenticated", False) else with_nobody(topics)


def with_nobody(topics: TopicQuerySet) -> TopicQuerySet:
    """Load with each topic what a row shows visitors."""
    return topics.select_related("category", "author", "last_post_author").only(*ROW_COLUMNS)


def with_member(topics: TopicQuerySet, member_id: int) -> TopicQuerySet:
    """Load with each topic what a row shows a member."""
    topics = topics.select_related("category", "author", "last_post_author")
    mine = FilteredRelation("members", condition=Q(members__member=member_id))
    return topics.annotate(mine=mine, my_last_read=F("mine__last_read"), my_level=F("mine__level")).only(*ROW_COLUMNS)


def unread_of(viewer: Any) -> Q:
    """Return the topics in which `viewer` has read something or follows, and something came since.

    Found from the side of the member: nobody has opened as many topics as there are.
    """
    behind = TopicMember.objects.filter(
        member=viewer, level__gt=TopicMember.Level.MUTED, last_read__lt=F("topic__last_post_number")
    )
    return Q(pk__in=behind.values("topic_id"))


def new_for(viewer: Any) -> Q:
    """Return the young topics `viewer` has not opened; for visitors all young ones."""
    if not getattr(viewer, "is_authenticated", False):
        return Q(asked_at__gte=timezone.now() - NEW_FOR)
    return Q(mine__isnull=True, asked_at__gte=new_since(viewer))


def new_since(viewer: Any) -> datetime:
    """Return from when on topics can be new to `viewer`: not from before they joined."""
    floor = timezone.now() - NEW_FOR
    return max(floor, viewer.joined_at or floor)


def topic_rows(topics: Iterable[Topic], viewer: Any) -> list[TopicRow]:
    """Return a row for each topic loaded by `with_viewer`. Queries: 0."""
    signed_in = getattr(viewer, "is_authenticated", False)
    floor = new_since(viewer) if signed_in else None
    paths: dict[int, str] = {}
    return [_row(topic, paths, floor=floor) for topic in topics]


def _row(topic: Topic, category_paths: dict[int, str], *, floor: datetime | None) -> TopicRow:
    path = topic_url(topic)
    category_path = category_paths.get(topic.category_id) or category_url(topic.category)
    category_paths[topic.category_id] = category_path
    last_read = getattr(topic, "my_last_read", None)
    muted = getattr(topic, "my_level", None) == TopicMember.Level.MUTED
    unread = max(0, topic.last_post_number - last_read) if last_read is not None and not muted else 0
    return TopicRow(
        id=topic.pk,
        title=topic.title,
        url=path,
        kind=topic.kind,
        state=topic.state,
        closed=topic.closed_at is not None,
        language=topic.language,
        lang=topic.language if topic.language != get_language() else "",
        category=topic.category.name,
        category_url=category_path,
        author=topic.author.display_name,
        tags=tag_links(topic, category_path),
        replies=max(0, topic.post_count - 1),
        same_problem=topic.same_problem_total,
        score=topic.score,
        asked_at=topic.asked_at,
        last_at=topic.last_post_at or topic.asked_at,
        last_author=topic.last_post_author.display_name if topic.last_post_author else "",
        last_url=post_path(path, topic.last_post_number),
        unread=unread,
        unread_url=post_path(path, last_read + 1) if unread and last_read is not None else "",
        is_new=bool(floor and last_read is None and topic.asked_at >= floor),
    )
