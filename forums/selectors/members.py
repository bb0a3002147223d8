"""What a member has asked and answered, for their profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.models import Site

from community.core.markup import excerpt
from community.core.paging import keyset_page
from forums.models import Post, Topic
from forums.selectors.rows import TopicRow, topic_rows, topic_url, with_viewer


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """A reply of a member."""

    id: int
    topic_title: str
    topic_state: str
    topic_kind: str
    url: str
    language: str
    excerpt: str
    category: str
    created_at: datetime
    helpful_total: int
    is_accepted: bool


@dataclass(frozen=True, kw_only=True)
class MemberTopics:
    """A page of topics a member started."""

    rows: list[TopicRow]
    newer: str
    older: str


@dataclass(frozen=True, kw_only=True)
class MemberAnswers:
    """A page of replies a member wrote."""

    rows: list[AnswerRow]
    newer: str
    older: str


def member_topics(
    member_id: int, *, site: Site, viewer: Any, query: Mapping[str, str] | None = None, size: int = 20
) -> MemberTopics:
    """Return topics a member started that the viewer may see, newest first. Queries: 1."""
    topics = Topic.objects.listed_for(viewer).filter(author_id=member_id, site=site)
    page = keyset_page(with_viewer(topics, viewer), by=("id",), size=size, **_place(query))
    return MemberTopics(rows=topic_rows(page.rows, viewer), newer=page.newer, older=page.older)


def member_answers(
    member_id: int, *, site: Site, viewer: Any, query: Mapping[str, str] | None = None, size: int = 20
) -> MemberAnswers:
    """Return replies a member wrote that the viewer may see, newest first. Queries: 1."""
    posts = (
        Post.objects.visible_to(viewer)
        .public()
        .filter(author_id=member_id, number__gt=1, topic__visibility="visible", topic__site=site)
        .select_related("topic__category")
        .defer("raw")
    )
    page = keyset_page(posts, by=("id",), size=size, **_place(query))
    return MemberAnswers(rows=[_answer(post) for post in page.rows], newer=page.newer, older=page.older)


def _place(query: Mapping[str, str] | None) -> dict[str, str]:
    query = query or {}
    return {"after": query.get("after", ""), "before": query.get("before", "")}


def _answer(post: Post) -> AnswerRow:
    return AnswerRow(
        id=post.pk,
        topic_title=post.topic.title,
        topic_state=post.topic.state,
        topic_kind=post.topic.kind,
        url=topic_url(post.topic, post.number),
        language=post.language,
        excerpt=excerpt(post.cooked, length=160),
        category=post.topic.category.name,
        created_at=post.created_at,
        helpful_total=post.helpful_total,
        is_accepted=post.topic.accepted_post_id == post.pk,
    )
