"""What the home page shows of the forums."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from community.core.db.prepared import PreparedObjects
from forums.models import Topic
from forums.querysets import TopicQuerySet
from forums.selectors.lists import CategoryCard, categories_of
from forums.selectors.rows import TopicRow, new_for, topic_rows, unread_of, with_member, with_nobody, with_viewer
from forums.states import Kind, State

FIGURES_FOR = timedelta(days=7)
HELPFUL_FOR = timedelta(days=30)
SINCE_FOR = timedelta(days=30)
"""How far back the block of unread topics looks."""
LATEST_SHOWN = 8
WAITING_SHOWN = 4
CACHED_S = 300
_MOST_ROWS = 5_000


@dataclass(frozen=True, kw_only=True)
class WeekFigures:
    """Questions of the last seven days."""

    asked: int
    answered: int
    solved: int
    first_reply_s: int | None
    """Median seconds from question to first answer, of those that have one."""


@dataclass(frozen=True, kw_only=True)
class HelpfulMember:
    """A customer and how many of their answers were accepted in the last thirty days."""

    id: int
    name: str
    url: str
    avatar: str
    organisation: str
    accepted: int


@dataclass(frozen=True, kw_only=True)
class HomeBlocks:
    """The forums' part of the home page."""

    categories: list[CategoryCard]
    latest: list[TopicRow]
    """For members, what they have not read comes in `since`."""
    since: list[TopicRow]
    """Topics of the last thirty days that hold something unread, and young ones not opened; empty for visitors."""
    waiting: list[TopicRow]
    """Questions nobody has answered, newest first."""
    week: WeekFigures
    most_helpful: list[HelpfulMember]


def _latest(site: int, categories: list[int]) -> TopicQuerySet:
    return with_nobody(Topic.objects.listed_in(site, categories)).order_by("-bumped_at", "-id")[:LATEST_SHOWN]


def _latest_of(site: int, categories: list[int], viewer: int) -> TopicQuerySet:
    return with_member(Topic.objects.listed_in(site, categories), viewer).order_by("-bumped_at", "-id")[:LATEST_SHOWN]


def _waiting(site: int, categories: list[int]) -> TopicQuerySet:
    waiting = Topic.objects.listed_in(site, categories).filter(state=State.NEW)
    return with_nobody(waiting).order_by("-asked_at", "-id")[:WAITING_SHOWN]


_read_latest = PreparedObjects(_latest, "site", many="categories")
_read_latest_of = PreparedObjects(_latest_of, "site", "viewer", many="categories")
_read_waiting = PreparedObjects(_waiting, "site", many="categories")


def home_blocks(*, site: Site, viewer: Any) -> HomeBlocks:
    """Return the blocks of the home page. Queries: 3, members 5; 2 more when the figures are not cached."""
    categories = categories_of(site=site, viewer=viewer)
    ids = [category.id for category in categories]
    place: dict[str, Any] = {"site": site.pk, "categories": ids}
    fresh: dict[int, int] = {}
    since: list[Topic] = []
    if getattr(viewer, "is_authenticated", False):
        latest = _read_latest_of(viewer=viewer.pk, **place)
        fresh, since = _fresh(site.pk, ids, viewer), list(_since(site.pk, ids, viewer))
    else:
        latest = _read_latest(**place)
    return HomeBlocks(
        categories=[replace(category, fresh=fresh.get(category.id, 0)) for category in categories],
        latest=topic_rows(latest, viewer),
        since=topic_rows(since, viewer),
        waiting=topic_rows(_read_waiting(**place), viewer),
        week=_cached("week", site.pk, ids, _week),
        most_helpful=_cached("helpful", site.pk, ids, _most_helpful),
    )


def _since(site_id: int, category_ids: list[int], viewer: Any) -> TopicQuerySet:
    topics = with_viewer(Topic.objects.listed_in(site_id, category_ids), viewer).order_by("-bumped_at", "-id")
    recent = topics.filter(bumped_at__gte=timezone.now() - SINCE_FOR)
    return recent.filter(unread_of(viewer) | new_for(viewer))[:LATEST_SHOWN]


def _fresh(site_id: int, category_ids: list[int], viewer: Any) -> dict[int, int]:
    """Count the young topics of each category that the viewer has not opened. Queries: 1."""
    topics = with_viewer(Topic.objects.listed_in(site_id, category_ids), viewer).filter(new_for(viewer))
    return dict(topics.order_by().values_list("category_id").annotate(Count("id")))


def _cached(name: str, site_id: int, category_ids: Iterable[int], read: Any) -> Any:
    """Return figures over categories, read anew every five minutes: whoever sees the same categories sees the same."""
    key = f"forums:{name}:{'.'.join(map(str, sorted(category_ids)))}"[:200]
    found = cache.get(key)
    if found is None:
        found = read(site_id, list(category_ids))
        cache.set(key, found, CACHED_S)
    return found


def _week(site_id: int, category_ids: list[int]) -> WeekFigures:
    """Count the questions of the last seven days. Queries: 1."""
    asked = Topic.objects.listed_in(site_id, category_ids).filter(
        kind=Kind.QUESTION, asked_at__gte=timezone.now() - FIGURES_FOR
    )
    rows = list(asked.order_by().values_list("state", "answer_count", "asked_at", "first_answer_at")[:_MOST_ROWS])
    waits = [(first - at).total_seconds() for _state, _answers, at, first in rows if first]
    return WeekFigures(
        asked=len(rows),
        answered=sum(1 for state, answers, _at, _first in rows if answers or state == State.SOLVED),
        solved=sum(1 for state, *_rest in rows if state == State.SOLVED),
        first_reply_s=round(median(waits)) if waits else None,
    )


def _most_helpful(site_id: int, category_ids: list[int]) -> list[HelpfulMember]:
    """Return the customers whose answers to others were accepted most often in the last thirty days. Queries: 1."""
    author = "accepted_post__author"
    accepted = (
        Topic.objects.listed_in(site_id, category_ids)
        .filter(accepted_at__gte=timezone.now() - HELPFUL_FOR, **{f"{author}__roles": []})
        .exclude(accepted_post__author_id=F("author_id"))
        .exclude(**{f"{author}__state": "erased"})
        .order_by()
        .values_list(
            f"{author}_id", f"{author}__handle", f"{author}__name", f"{author}__avatar", f"{author}__organisation"
        )
        .annotate(accepted=Count("id"))
        .order_by("-accepted", f"{author}_id")[:5]
    )
    return [
        HelpfulMember(
            id=pk,
            name=name or handle,
            url=reverse("members:profile", args=[handle]),
            avatar=avatar,
            organisation=organisation,
            accepted=count,
        )
        for pk, handle, name, avatar, organisation, count in accepted
    ]
