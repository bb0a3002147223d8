"""Topics worth a look beside this one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Site

from community.core.addresses import path_to
from community.core.db.prepared import Prepared
from community.core.likeness import ids_like
from community.members.audience import tokens_of
from forums.models import PostReference, Topic, Visibility
from forums.querysets import may_list
from forums.selectors.rows import TopicRow, topic_rows, with_viewer
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
    """Return topics like this one, as search tells. Where it tells nothing: those that share tags, with most in common
    and solved ones first; without tags, neighbours in the category.

    Queries: 1; 1 more when nothing that search tells is the viewer's to see.
    """
    return _alike(topic, site=site, viewer=viewer) or _tagged(topic, site=site, viewer=viewer)


def open_topics_about(kind: str, subject_id: int, *, site: Site, viewer: Any, size: int = RELATED) -> list[TopicRow]:
    """Return questions without a solution in which somebody points to a thing of another app, the liveliest first.

    Queries: 1.
    """
    posts = PostReference.objects.filter(kind=kind, subject_id=subject_id, post__visibility=Visibility.VISIBLE)
    topics = Topic.objects.listed_for(viewer).filter(
        site=site, kind=Kind.QUESTION, pk__in=posts.values("post__topic_id")
    )
    waiting = with_viewer(topics.exclude(state=State.SOLVED), viewer).order_by("-bumped_at", "-pk")
    return topic_rows(waiting[:size], viewer)


def _alike(topic: Topic, *, site: Site, viewer: Any) -> list[RelatedTopic]:
    ids = ids_like(
        "forums.topic",
        title=topic.title,
        text=" ".join(name for _slug, name in topic.tag_names),
        tokens=tokens_of(viewer),
        site_id=site.pk,
        language=topic.language,
        exclude=topic.pk,
        limit=RELATED,
    )
    if not ids:
        return []
    found = {row[0]: row for row in _read_listed(site=site.pk, ids=ids) if may_list(viewer, row[-1])}
    return [_related(dict(zip(_RELATED_COLUMNS, found[pk], strict=False))) for pk in ids if pk in found]


def _listed(site: int, ids: list[int]) -> QuerySet[Topic, Any]:
    topics = Topic.objects.filter(site_id=site, visibility="visible", pk__in=ids)
    return topics.values_list(*_RELATED_COLUMNS, "category__audience")


_read_listed = Prepared(_listed, "site", many="ids")


def _tagged(topic: Topic, *, site: Site, viewer: Any) -> list[RelatedTopic]:
    slugs = [slug for slug, _name in topic.tag_names]
    topics = Topic.objects.listed_for(viewer).exclude(pk=topic.pk)
    if slugs:
        topics = topics.filter(site=site, tags__site=site, tags__slug__in=slugs).distinct().order_by("-id")
    else:
        topics = topics.filter(category_id=topic.category_id).order_by("-bumped_at", "-id")
    found = list(topics.values(*_RELATED_COLUMNS)[:_RELATED_CANDIDATES])
    found.sort(key=lambda other: _closeness(topic, other), reverse=True)
    return [_related(other) for other in found[:RELATED]]


def _related(other: dict[str, Any]) -> RelatedTopic:
    return RelatedTopic(
        id=other["id"],
        title=other["title"],
        url=path_to("forums:topic", other["id"], other["slug"]),
        kind=other["kind"],
        state=other["state"],
        language=other["language"],
        replies=max(0, other["post_count"] - 1),
    )


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
