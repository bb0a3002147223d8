"""Topics and posts as programs read them: one frozen dataclass a thing, which is also its schema in the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from wagtail.models import Site

from community.core.paging import Page
from community.members.records import PersonRecord, person_record
from forums.audience import sees
from forums.models import Post, Topic
from forums.selectors.lists import TopicFilter, categories_of, topics_listed
from forums.selectors.rows import topic_url


@dataclass(frozen=True, kw_only=True)
class CategoryRecord:
    """A category."""

    slug: str
    name: str
    description: str
    kind: str
    language: str
    topics: int


@dataclass(frozen=True, kw_only=True)
class TopicRecord:
    """A topic without its text."""

    id: int
    title: str
    url: str
    kind: str
    state: str
    closed: bool
    visibility: str
    language: str
    category: str
    """Slug of its category."""
    author: PersonRecord
    tags: list[str]
    replies: int
    same_problem: int
    score: int
    asked_at: datetime
    bumped_at: datetime
    accepted_post_id: int | None


@dataclass(frozen=True, kw_only=True)
class TopicText(TopicRecord):
    """A topic with its text."""

    post_id: int
    """Its post number 1, which holds the text."""
    body: str
    html: str
    edit_number: int


@dataclass(frozen=True, kw_only=True)
class PostRecord:
    """A post."""

    id: int
    topic_id: int
    number: int
    url: str
    author: PersonRecord
    body: str
    html: str
    language: str
    visibility: str
    helpful: int
    is_answer: bool
    edit_number: int
    created_at: datetime
    edited_at: datetime | None


def category_records(*, site: Site, viewer: Any) -> list[CategoryRecord]:
    """Return the categories of the site the viewer may see, in order. Queries: 1."""
    return [
        CategoryRecord(
            slug=category.slug,
            name=category.name,
            description=category.description,
            kind=category.kind,
            language=category.language,
            topics=category.topic_count,
        )
        for category in categories_of(site=site, viewer=viewer)
    ]


def topic_records(
    *, site: Site, viewer: Any, wanted: TopicFilter, category: str = "", size: int = 30, after: str = ""
) -> tuple[list[TopicRecord], str]:
    """Return topics as a list shows them, and the cursor of the next page (empty: none).

    Args:
        category: a slug; empty for all the viewer may see.
    Raises: Http404 for a category that is not there for the viewer. Queries: 2.
    """
    ids = [one.id for one in categories_of(site=site, viewer=viewer) if category in ("", one.slug)]
    if category and not ids:
        raise Http404
    page: Page[Topic] = topics_listed(ids, wanted, site=site, viewer=viewer, size=size, after=after)
    return [TopicRecord(**_topic(topic)) for topic in page.rows], page.older


def topic_record(topic_id: int, *, site: Site, viewer: Any) -> TopicText:
    """Return a topic with its text. Raises: Http404 when it is not there for the viewer. Queries: 1."""
    first = _posts().filter(topic_id=topic_id, number=1, topic__site=site).first()
    if first is None or not sees(viewer, first):
        raise Http404
    return _text(first)


def topic_sent(sent: Topic) -> TopicText:
    """Return a topic to who has just sent it, also where it is its moderators' alone from now on. Queries: 1."""
    return _text(_posts().get(topic=sent, number=1))


def post_records(
    topic_id: int, *, site: Site, viewer: Any, size: int = 30, after: int = 0
) -> tuple[list[PostRecord], str]:
    """Return the posts of a topic the viewer may see by number, and the cursor of the next page.

    Args:
        after: the number of the last post that was shown.
    Raises: Http404 when the topic is not there for the viewer. Queries: 2.
    """
    topic = Topic.objects.filter(pk=topic_id, site=site).select_related("category").first()
    if topic is None or not sees(viewer, topic):
        raise Http404
    posts = _posts().visible_to(viewer).filter(topic=topic, number__gt=after).order_by("number")
    found = list(posts[: size + 1])
    following = str(found[size - 1].number) if len(found) > size else ""
    return [_post(post) for post in found[:size]], following


def post_record(post_id: int, *, site: Site, viewer: Any) -> PostRecord:
    """Return a post. Raises: Http404 when it is not there for the viewer. Queries: 1."""
    post = _posts().filter(pk=post_id, topic__site=site).first()
    if post is None or not sees(viewer, post):
        raise Http404
    return _post(post)


def post_sent(sent: Post) -> PostRecord:
    """Return a post to who has just sent it, also where it is its moderators' alone from now on. Queries: 1."""
    return _post(_posts().get(pk=sent.pk))


def _posts() -> Any:
    return Post.objects.select_related("author", "topic__author", "topic__category")


def _text(first: Post) -> TopicText:
    return TopicText(
        **_topic(first.topic), post_id=first.pk, body=first.raw, html=first.cooked, edit_number=first.edit_number
    )


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.pk,
        "title": topic.title,
        "url": topic_url(topic),
        "kind": topic.kind,
        "state": topic.state,
        "closed": topic.closed_at is not None,
        "visibility": topic.visibility,
        "language": topic.language,
        "category": topic.category.slug,
        "author": person_record(topic.author),
        "tags": [name for _slug, name in topic.tag_names],
        "replies": max(0, topic.post_count - 1),
        "same_problem": topic.same_problem_total,
        "score": topic.score,
        "asked_at": topic.asked_at,
        "bumped_at": topic.bumped_at,
        "accepted_post_id": topic.accepted_post_id,
    }


def _post(post: Post) -> PostRecord:
    return PostRecord(
        id=post.pk,
        topic_id=post.topic_id,
        number=post.number,
        url=topic_url(post.topic, post.number),
        author=person_record(post.author),
        body=post.raw,
        html=post.cooked,
        language=post.language,
        visibility=post.visibility,
        helpful=post.helpful_total,
        is_answer=post.topic.accepted_post_id == post.pk,
        edit_number=post.edit_number,
        created_at=post.created_at,
        edited_at=post.edited_at,
    )
