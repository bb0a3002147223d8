"""The page of words that mean the same: the groups, and what another group would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.utils import timezone

from community.members.audience import tokens_of
from search.backends import backend
from search.models import EventKind, SearchEvent, Surface, SynonymGroup
from search.parsing import words_of
from search.port import Query
from search.selectors import synonyms_of

PREVIEWED = 10
LOOKED_BACK = timedelta(days=84)


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """Words that mean the same."""

    id: int
    words: tuple[str, ...]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a lookup that people made finds for a visitor now, and would find."""

    words: str
    searches: int
    before: int
    after: int


def synonym_groups(*, site_id: int) -> list[GroupView]:
    """Return the groups of a site, last changed first. Queries: 1."""
    groups = SynonymGroup.objects.filter(site_id=site_id).select_related("changed_by").order_by("-changed_at", "-id")
    return [
        GroupView(
            id=group.pk,
            words=tuple(group.words),
            changed_at=group.changed_at,
            changed_by=group.changed_by.display_name if group.changed_by else "",
        )
        for group in groups
    ]


def synonyms_preview(words: Sequence[str], *, site_id: int, language: str) -> list[Preview]:
    """Return lookups of the last twelve weeks that hold one of `words`, the most frequent first.

    Raises: Unavailable when the engine does not answer. Queries: 2.
    """
    groups = synonyms_of(site_id)
    wanted = {words_of(word) for word in words} - {()}
    logged = (
        SearchEvent.objects.filter(
            site_id=site_id, kind=EventKind.QUERY, surface=Surface.PAGE, at__gte=timezone.now() - LOOKED_BACK
        )
        .order_by()
        .values_list("words")
        .annotate(count=Count("pk"))
    )
    touched = [(text, count) for text, count in logged if any(_holds(words_of(text), word) for word in wanted)]
    touched.sort(key=lambda one: (-one[1], one[0]))
    more = (*groups, tuple(words))
    return [
        Preview(
            words=text,
            searches=count,
            before=_total(text, site_id=site_id, language=language, synonyms=groups),
            after=_total(text, site_id=site_id, language=language, synonyms=more),
        )
        for text, count in touched[:PREVIEWED]
    ]


def _holds(text: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(text[at : at + len(words)] == words for at in range(len(text)))


def _total(text: str, **how: Any) -> int:
    return backend().query(Query(text=text, audience=tokens_of(AnonymousUser()), limit=0, **how)).total
