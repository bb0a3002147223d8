"""What pages ask of search: the engine's hits, re-checked against the database before anybody sees them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.core.cache import cache
from wagtail.models import Site

from community.activity.subjects import Card, subjects
from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.models import Member
from search.backends import backend
from search.models import SynonymGroup
from search.parsing import Tree, parse
from search.port import Hit, Key, Page, Query, Synonyms, Unavailable

SYNONYMS_CACHE_S = 60


@dataclass(frozen=True, kw_only=True)
class Result:
    """A hit the viewer may see, with the card that names and addresses it."""

    kind: str
    id: int
    card: Card
    title_html: str
    snippet_html: str
    score: float
    explanation: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of results."""

    available: bool = True
    """False while the engine does not answer: then nothing is known, not even that there is nothing."""
    results: tuple[Result, ...] = ()
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    next_cursor: str = ""
    did_you_mean: str = ""
    misread: tuple[str, ...] = ()
    """Operators whose value means nothing, as typed."""


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """What fits so far, grouped by kind; or what is like a text."""

    available: bool = True
    groups: Mapping[str, tuple[Result, ...]] = field(default_factory=dict)


def search(
    *,
    text: str,
    viewer: Any,
    site: Site,
    language: str = "en",
    kinds: tuple[str, ...] = (),
    filters: Mapping[str, tuple[str, ...]] | None = None,
    sort: str = "relevance",
    cursor: str = "",
    limit: int = 20,
    facets: tuple[str, ...] = (),
) -> Results:
    """Return one page of what `viewer` finds.

    Args:
        limit: 0 only counts.
    Queries: 2 to 4 for each kind among the hits, 0 to 2 for the rest.
    """
    tree = parse(text)
    query = Query(
        text=text,
        audience=tokens_of(viewer),
        site_id=site.pk,
        kinds=kinds,
        language=language,
        filters=dict(filters or {}),
        sort=sort,
        cursor=cursor,
        limit=limit,
        facets=facets,
        synonyms=synonyms_of(site.pk),
        author_ids=_author_ids(tree),
    )
    try:
        page: Page = backend().query(query)
    except Unavailable:
        return Results(available=False, misread=tree.misread)
    return Results(
        results=checked(page.hits, query.audience),
        total=page.total,
        facets=page.facets,
        next_cursor=page.next_cursor,
        did_you_mean=page.did_you_mean,
        misread=tree.misread,
    )


def suggest(
    *, prefix: str, viewer: Any, site: Site, language: str = "en", kinds: tuple[str, ...] = (), limit: int = 5
) -> Suggestions:
    """Return what begins like `prefix`, grouped by kind. Queries: 2 to 3 for each kind."""
    tokens = tokens_of(viewer)
    try:
        groups = backend().suggest(
            prefix, audience=tokens, site_id=site.pk, kinds=kinds, language=language, limit=limit
        )
    except Unavailable:
        return Suggestions(available=False)
    seen = {(result.kind, result.id): result for result in checked(chain(*groups.values()), tokens)}
    shown = {kind: tuple(seen[kind, hit.id] for hit in hits if (kind, hit.id) in seen) for kind, hits in groups.items()}
    return Suggestions(groups={kind: results for kind, results in shown.items() if results})


def similar(
    *,
    title: str,
    body: str = "",
    viewer: Any,
    site: Site,
    language: str = "en",
    kinds: tuple[str, ...] = (),
    limit: int = 5,
    exclude: Sequence[Key] = (),
) -> Suggestions:
    """Return what is like a text, best first, all in one group. Queries: as `suggest`."""
    tokens = tokens_of(viewer)
    try:
        hits = backend().similar(
            title,
            body,
            audience=tokens,
            site_id=site.pk,
            kinds=kinds,
            language=language,
            limit=limit,
            exclude=exclude,
            synonyms=synonyms_of(site.pk),
        )
    except Unavailable:
        return Suggestions(available=False)
    return Suggestions(groups={"similar": checked(hits, tokens)})


def checked(hits: Iterable[Hit], tokens: frozenset[str]) -> tuple[Result, ...]:
    """Return those of `hits` that are still there and that `tokens` may see now, with their cards.

    The index follows changes within moments; this is why a removed permission hides a thing at once.
    """
    hits = tuple(hits)
    cards: dict[Key, Card] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        subject = subjects.get(kind)
        if subject is None:
            continue
        ids = [hit.id for hit in hits if hit.kind == kind]
        allowed = [pk for pk, audience in subject.audience(ids).items() if may_see(audience, tokens)]
        cards |= {(kind, pk): card for pk, card in subject.cards(allowed).items()}
    return tuple(
        Result(
            kind=hit.kind,
            id=hit.id,
            card=cards[hit.kind, hit.id],
            title_html=hit.title_html,
            snippet_html=hit.snippet_html,
            score=hit.score,
            explanation=hit.explanation,
        )
        for hit in hits
        if (hit.kind, hit.id) in cards
    )


def _author_ids(tree: Tree) -> dict[str, int]:
    """Return the ids of the handles asked for. Queries: 0 or 1."""
    handles = {*tree.filters.get("author", ()), *tree.without.get("author", ())}
    return dict(Member.objects.joined().filter(handle__in=handles).values_list("handle", "pk")) if handles else {}


def synonyms_of(site_id: int) -> Synonyms:
    """Return the groups of a site. Queries: 0 when cached, else 1."""
    key = synonyms_cache_key(site_id)
    groups: Synonyms | None = cache.get(key)
    if groups is None:
        rows = SynonymGroup.objects.filter(site_id=site_id).order_by("pk").values_list("words", flat=True)
        groups = tuple(tuple(words) for words in rows)
        cache.set(key, groups, SYNONYMS_CACHE_S)
    return groups


def synonyms_cache_key(site_id: int) -> str:
    """Return where the groups of a site are cached."""
    return f"search:synonyms:{site_id}"
