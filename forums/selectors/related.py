"""Topics worth a look beside this one."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from wagtail.models import Site

from forums.models import Topic
from forums.states import Kind, State

RELATED = 5
_RELATED_CANDIDATES = 40
_RELATED_COLUMNS = ("id", "title", "slug", "kind", "state", "language", "tag_names", "post_count", "category_id")


@dataclass(frozen=True, kw_only=True)
class RelatedTopic:
    """Another topic worth a look."""

    id: int
    title: str
    url: str
    kind: str
    state: str
    language: str
    replies: int


def related_topics(topic: Topic, *, site: Site, viewer: Any) -> list[RelatedTopic]:
    """Return topics that share tags, those with most in common and solved ones first; without tags, neighbours in the
    category. Queries: 1.
    """
    slugs = [slug for slug, _name in topic.tag_names]
    topics = Topic.objects.listed_for(viewer).exclude(pk=topic.pk)
    if slugs:
        topics = topics.filter(site=site, tags__site=site, tags__slug__in=slugs).distinct().order_by("-id")
    else:
        topics = topics.filter(category_id=topic.category_id).order_by("-bumped_at", "-id")
    found = list(topics.values(*_RELATED_COLUMNS)[:_RELATED_CANDIDATES])
    found.sort(key=lambda other: _closeness(topic, other), reverse=True)
    return [
        RelatedTopic(
            id=other["id"],
            title=other["title"],
            url=reverse("forums:topic", args=[other["id"], other["slug"]]),
            kind=other["kind"],
            state=other["state"],
            language=other["language"],
            replies=max(0, other["post_count"] - 1),
        )
        for other in found[:RELATED]
    ]


def _closeness(topic: Topic, other: dict[str, Any]) -> tuple[int, bool, bool, bool, int]:
    """Order candidates: shared tags first, then category, language, something to learn from, youth."""
    shared = {slug for slug, _name in topic.tag_names} & {slug for slug, _name in other["tag_names"]}
    return (
        len(shared),
        other["category_id"] == topic.category_id,
        other["language"] == topic.language,
        other["state"] == State.SOLVED or other["kind"] == Kind.DISCUSSION,
        other["id"],
    )
