"""What a results page was asked for, read from its address and written back into one: the address holds it all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from search.parsing import MAX_LENGTH
from search.port import FACETS, SORTS

SINCE = {"week": 7, "month": 30, "year": 365}
"""Names of periods, in days."""
MOST_VALUES = 10
_VALUE_LENGTH = 80


@dataclass(frozen=True, kw_only=True)
class Params:
    """The words and everything that narrows, orders or continues what they find."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    sort: str = "relevance"
    cursor: str = ""
    start: int = 0
    """How many results the pages before this one showed."""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words is set."""
        return bool(self.filters or self.since or self.cursor or self.sort != "relevance")

    @property
    def engine_text(self) -> str:
        """The words as the engine takes them: with the period as an operator."""
        if not self.since:
            return self.text
        first = (timezone.now() - timedelta(days=SINCE[self.since])).date()
        return f"{self.text} after:{first.isoformat()}"

    def address(self) -> str:
        """Return the query string; the same for the same request."""
        values: list[tuple[str, str]] = [("q", self.text)]
        values += [(facet, value) for facet in FACETS for value in self.filters.get(facet, ())]
        values += [("since", self.since)] if self.since else []
        values += [("sort", self.sort)] if self.sort != "relevance" else []
        values += [("after", self.cursor), ("start", str(self.start))] if self.cursor else []
        return urlencode(values)

    def to_top(self) -> "Params":
        """Return the same without a place in the list."""
        return replace(self, cursor="", start=0)

    def with_value(self, facet: str, value: str) -> "Params":
        """Return the same, also allowing `value`."""
        values = (*self.filters.get(facet, ()), value)
        return replace(self.to_top(), filters={**self.filters, facet: values})

    def without_value(self, facet: str, value: str) -> "Params":
        """Return the same without that filter; a facet without values is gone."""
        values = tuple(other for other in self.filters.get(facet, ()) if other != value)
        filters = {name: kept for name, kept in {**self.filters, facet: values}.items() if kept}
        return replace(self.to_top(), filters=filters)

    def without_facet(self, facet: str) -> "Params":
        """Return the same with nothing said about one facet."""
        return replace(self.to_top(), filters={name: v for name, v in self.filters.items() if name != facet})

    def plain(self) -> "Params":
        """Return the words alone."""
        return Params(text=self.text)


def params_of(query: QueryDict) -> Params:
    """Read an address; whatever means nothing counts as not said."""
    filters = {}
    for facet in FACETS:
        values = tuple(dict.fromkeys(value[:_VALUE_LENGTH] for value in query.getlist(facet) if value.strip()))
        if values:
            filters[facet] = values[:MOST_VALUES]
    since, sort, start = query.get("since", ""), query.get("sort", ""), query.get("start", "")
    return Params(
        text=" ".join(query.get("q", "")[:MAX_LENGTH].replace("\0", " ").split()),
        filters=filters,
        since=since if since in SINCE else "",
        sort=sort if sort in SORTS else "relevance",
        cursor=query.get("after", ""),
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 0,
    )
