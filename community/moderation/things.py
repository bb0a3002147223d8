"""Things of all kinds at once, through their subjects."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from community.activity.subjects import Card, ReviewContext, subject_of, subjects
from community.core.audience import may_see
from community.members.audience import tokens_of

Thing = tuple[str, int]
"""Kind and id of a subject."""


def cards_of(things: Iterable[Thing]) -> dict[Thing, Card]:
    """Return the card of each thing that exists, its address in the reader's language. Queries: those of its kinds."""
    return {
        (kind, pk): card for kind, ids in _by_kind(things).items() for pk, card in subject_of(kind).cards(ids).items()
    }


def cards_for(viewer: Any, things: Iterable[Thing]) -> dict[Thing, Card]:
    """Return the cards of those things that `viewer` may see. Queries: those of the kinds, twice."""
    wanted = list(things)
    tokens = tokens_of(viewer)
    open_ones = {
        (kind, pk)
        for kind, ids in _by_kind(wanted).items()
        for pk, audience in subject_of(kind).audience(ids).items()
        if may_see(audience, tokens)
    }
    return cards_of(thing for thing in wanted if thing in open_ones)


def contexts_of(things: Iterable[Thing]) -> dict[Thing, ReviewContext]:
    """Return what a moderator needs of each thing that exists. Queries: those of its kinds."""
    return {
        (kind, pk): context
        for kind, ids in _by_kind(things).items()
        for pk, context in subject_of(kind).review_contexts(ids).items()
    }


def in_language(path: str) -> str:
    """Return a subject's path in the language of the page."""
    language = get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def _by_kind(things: Iterable[Thing]) -> dict[str, set[int]]:
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, subject_id in things:
        if kind in subjects:
            ids[kind].add(subject_id)
    return ids
