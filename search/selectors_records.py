"""What a search finds, as programs read it: one frozen dataclass a result, which is also its schema in the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.port import Unavailable
from search.selectors import search
from search.selectors_found import found_rows


@dataclass(frozen=True, kw_only=True)
class FoundRecord:
    """One result."""

    kind: str
    """Of the thing, with `id`: `forums.topic`, `forums.post`, `members.member`."""
    id: int
    type: str
    """What readers call it: `question`, `answer`, `member`."""
    title: str
    snippet_html: str
    """The part that fits best, escaped, with `<mark>` round what was asked for."""
    url: str
    category: str
    author: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FoundRecords:
    """A page of results."""

    items: list[FoundRecord]
    total: int
    next: str | None


def found_records(
    text: str, *, site: Any, viewer: Any, language: str, types: tuple[str, ...], sort: str, size: int, cursor: str
) -> FoundRecords:
    """Return a page of what the viewer finds. Raises: Unavailable when the engine does not answer.

    Queries: a few for each kind of thing found, for names of categories and authors, and for synonyms.
    """
    results = search(
        text=text,
        viewer=viewer,
        site=site,
        language=language,
        filters={"type": types} if types else {},
        sort=sort,
        cursor=cursor,
        limit=size,
    )
    if not results.available:
        raise Unavailable
    rows = found_rows(results.results, viewer=viewer, site_id=site.pk, language=language)
    items = [
        FoundRecord(
            kind=row.kind,
            id=row.id,
            type=row.type,
            title=row.title,
            snippet_html=row.snippet_html,
            url=row.url,
            category=row.category,
            author=row.author,
            at=row.at,
        )
        for row in rows
    ]
    return FoundRecords(items=items, total=results.total, next=results.next_cursor or None)
