"""What is like a text: while a question is written, and beside a topic."""

from dataclasses import dataclass
from typing import Any

from community.activity.subjects import subjects
from search.port import Key
from search.selectors import similar
from search.selectors_found import Found, found_rows

SHOWN = 5
TITLE_LENGTH = 400
BODY_LENGTH = 4_000
PARTS = frozenset({"forums.category", "forums.post", "members.member"})
"""Kinds that answer nothing by themselves: a reply is met in its topic."""
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
