"""What changed on a page since it was opened: new replies of a topic, new topics of a category."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from wagtail.models import Site

from forums.audience import sees
from forums.models import Category, Post, Topic
from forums.selectors.rows import TagLink, category_url, tag_links, topic_url
from forums.selectors.topic import CaseView, cases_of

COUNTED_TO = 99
"""News are counted up to here; one more means "more than"."""


@dataclass(frozen=True, kw_only=True)
class TopicNews:
    """What is new in a topic for somebody whose page ends at post `after`."""

    id: int
    after: int
    count: int
    """Visible posts with a higher number, up to COUNTED_TO + 1."""
    url: str
    """Of the first of them; another address than the open page's, or following it would load nothing."""
    replies: int
    """In all."""
    kind: str
    state: str
    asked_at: datetime
    closed_at: datetime | None
    tags: tuple[TagLink, ...]
    cases: list[CaseView]


@dataclass(frozen=True, kw_only=True)
class CategoryNews:
    """What is new in a category since a page of it was made."""

    count: int
    """Visible topics asked since, up to COUNTED_TO + 1."""
    url: str


def topic_news(topic_id: int, *, site: Site, viewer: Any, after: int) -> TopicNews:
    """Return what is new in a topic. Raises: Http404. Queries: 2; 1 more for an escalated question."""
    topic = Topic.objects.select_related("category").filter(pk=topic_id, site=site).first()
    if topic is None or not sees(viewer, topic):
        raise Http404
    posts = Post.objects.public().filter(topic=topic, number__gt=max(after, 1)).order_by("number")
    numbers = list(posts.values_list("number", flat=True)[: COUNTED_TO + 1])
    return TopicNews(
        id=topic.pk,
        after=after,
        count=len(numbers),
        url=f"{topic_url(topic)}?post={numbers[0]}#post-{numbers[0]}" if numbers else "",
        replies=max(0, topic.post_count - 1),
        kind=topic.kind,
        state=topic.state,
        asked_at=topic.asked_at,
        closed_at=topic.closed_at,
        tags=tag_links(topic, category_url(topic.category)),
        cases=cases_of(topic, viewer),
    )


def category_news(category_id: int, *, site: Site, viewer: Any, since: datetime) -> CategoryNews:
    """Return what is new in a category. Raises: Http404. Queries: 2."""
    category = Category.objects.filter(site=site).visible_to(viewer).filter(pk=category_id).first()
    if category is None:
        raise Http404
    topics = Topic.objects.listed_for(viewer).filter(site=site, category=category, asked_at__gt=since)
    count = len(topics.values_list("pk", flat=True)[: COUNTED_TO + 1])
    return CategoryNews(count=count, url=category_url(category))
