"""From tantivy's hits to ours: final scores, order, titles and snippets with marks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tantivy import DocAddress, Query, Searcher

from search.backends.embedded.schema import shown_of
from search.highlighting import html_of, marked, snippet
from search.port import WINDOW, Hit
from search.ranking import freshness

_SORT_FIELDS = {"newest": "at", "votes": "votes"}


@dataclass(frozen=True)
class Row:
    """One hit before its document is read."""

    kind_code: int
    id: int
    score: float
    text: float
    factor: float
    address: DocAddress

    @property
    def key(self) -> tuple[int, int]:
        """What tells things apart."""
        return (self.kind_code, self.id)


@dataclass(frozen=True)
class Found:
    """How many there are, and the first of them."""

    total: int
    rows: list[Row]


class Marking(Protocol):
    """Whatever knows which words were asked for."""

    def marker(self, language: str) -> Callable[[str], bool]:
        """Return what tells whether a word of a text in `language` is to be marked."""
        ...


def best(searcher: Searcher, query: Query, *, sort: str, window: int = WINDOW, now: float | None = None) -> Found:
    """Return the best results in their final order: the score of the text times the document's factor, or by a column.

    With `now`, the score also falls with the time since a thing was last written in.

    Equal ones stand by kind and id, so that the order is the same each time.
    """
    field = _SORT_FIELDS.get(sort)
    result: Any = searcher.search(query, limit=window, order_by_field=field)
    addresses = [address for _score, address in result.hits]
    columns = zip(
        result.hits,
        *(searcher.fast_field_values(name, addresses) for name in ("kind_code", "id", "factor", "recency")),
        strict=True,
    )
    rows = []
    for (text, address), code, pk, lasting, recency in columns:
        factor = float(lasting or 1.0) * (1.0 if now is None else freshness(now - float(recency or 0)))
        score = float(text) if field else float(text) * factor
        rows.append(Row(int(code or 0), int(pk or 0), score, float(text), factor, address))
    rows.sort(key=lambda row: (-row.score, row.kind_code, row.id))
    return Found(int(result.count or 0), rows)


def hit_of(searcher: Searcher, marking: Marking, row: Row) -> Hit:
    """Read a hit's document and show it."""
    shown = shown_of(searcher.doc(row.address))
    if shown is None:
        raise RuntimeError("a tombstone was found, though it has no audience")
    matches = marking.marker(shown.language)
    return Hit(
        kind=shown.kind,
        id=shown.id,
        score=row.score,
        title_html=html_of(marked(shown.title, matches)),
        snippet_html=html_of(snippet(shown.body, matches)),
        explanation={"text": row.text, "factor": row.factor},
    )
