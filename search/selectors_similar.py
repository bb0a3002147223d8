"""What is like a text: while a question is written, and beside a topic."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache

from community.activity.subjects import subjects
from search.backends import backend
from search.port import Key, Unavailable
from search.selectors import similar, synonyms_of
from search.selectors_found import Found, found_rows

SHOWN = 5
LIKE_CACHE_S = 600
"""How long what is like a thing is remembered: who sees it is asked anew each time."""
TITLE_LENGTH = 400
BODY_LENGTH = 4_000
PARTS = frozenset(
    {
        "forums.category",
        "forums.post",
        "knowledge.section",
        "members.member",
        "ideas.board",
        "ideas.comment",
        "ideas.idea",
    }
)
"""Kinds that answer no question by themselves: a reply is met in its topic, an idea asks for what is not there."""
TELLING_LENGTH = 4
"""A text with fewer letters says nothing yet."""


@dataclass(frozen=True, kw_only=True)
class SimilarTopics:
    """What may answer a question already."""

    rows: tuple[Found, ...] = ()
    is_available: bool = True
    """False while the engine does not answer."""
    is_telling: bool = True
    """Whether there was enough text to look for."""

    @property
    def things(self) -> list[Key]:
        """Kind and id of each, in order."""
        return [(row.kind, row.id) for row in self.rows]


def similar_topics(*, title: str, body: str, viewer: Any, site: Any, language: str) -> SimilarTopics:
    """Return up to five things like what somebody writes. Queries: a few for each kind of thing."""
    title, body = (" ".join(text.split()) for text in (title[:TITLE_LENGTH], body[:BODY_LENGTH]))
    if len(title) + len(body) < TELLING_LENGTH:
        return SimilarTopics(is_telling=False)
    found = similar(
        title=title,
        body=body,
        viewer=viewer,
        site=site,
        language=language,
        kinds=tuple(kind for kind in sorted(subjects) if kind not in PARTS),
        limit=SHOWN,
    )
    results = [result for group in found.groups.values() for result in group]
    rows = found_rows(results, viewer=viewer, site_id=site.pk, language=language)
    return SimilarTopics(rows=rows, is_available=found.available)


def ids_like(
    kind: str,
    *,
    title: str,
    text: str,
    tokens: frozenset[str],
    site_id: int,
    language: str,
    exclude: int,
    limit: int,
) -> list[int]:
    """Answer for `community.core.likeness`. Queries: 0; 1 while the synonyms are not in the cache."""
    asked = "\0".join((kind, str(exclude), title, text, str(site_id), language, *sorted(tokens)))
    name = f"search.like:{sha256(asked.encode()).hexdigest()}"
    ids: list[int] | None = cache.get(name)
    if ids is None:
        try:
            hits = backend().similar(
                title,
                text,
                audience=tokens,
                site_id=site_id,
                kinds=(kind,),
                language=language,
                limit=limit,
                exclude=((kind, exclude),),
                synonyms=synonyms_of(site_id),
            )
        except Unavailable:
            return []
        ids = [hit.id for hit in hits]
        cache.set(name, ids, LIKE_CACHE_S)
    return ids
