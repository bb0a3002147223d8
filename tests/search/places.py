"""One site on one engine: write documents, ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from community.activity.subjects import SearchDocument
from search.port import Backend, Hit, Page, Query

PUBLIC = frozenset({"public"})
KIND, OTHER_KIND = "forums.topic", "forums.post"


@dataclass
class Place:
    """Documents of one site; ids of different sites never meet."""

    engine: Backend
    site_id: int
    version: int = 1

    def id(self, number: int) -> int:
        """Return an id only this site has."""
        return self.site_id * 1_000_000 + number

    def document(self, number: int, title: str = "", body: str = "", **values: Any) -> SearchDocument:
        """Return a document of this site, public unless told."""
        values.setdefault("at", datetime(2026, 1, 1, tzinfo=UTC))
        return SearchDocument(
            **{
                "kind": KIND,
                "id": self.id(number),
                "language": "en",
                "title": title,
                "body": body,
                "audience": PUBLIC,
                "site_id": self.site_id,
                "version": self.version,
                "type": "question",
                **values,
            }
        )

    def add(self, number: int, title: str = "", body: str = "", **values: Any) -> SearchDocument:
        """Write one document."""
        made = self.document(number, title, body, **values)
        self.engine.index([made])
        return made

    def fill(self, *titles: str, **values: Any) -> None:
        """Write documents 1, 2, 3… with these titles."""
        self.engine.index([self.document(number, title, **values) for number, title in enumerate(titles, start=1)])

    def page(self, text: str = "", **values: Any) -> Page:
        """Ask for results."""
        return self.engine.query(Query(**{"text": text, "audience": PUBLIC, "site_id": self.site_id, **values}))

    def found(self, text: str = "", **values: Any) -> list[int]:
        """Return the numbers of what is found, in order."""
        return self.numbers(self.page(text, **values).hits)

    def begun(self, prefix: str, **values: Any) -> list[int]:
        """Return the numbers of what is suggested for a beginning, all kinds together."""
        groups = self.engine.suggest(prefix, **{"audience": PUBLIC, "site_id": self.site_id, **values})
        return [number for hits in groups.values() for number in self.numbers(hits)]

    def like(self, title: str, body: str = "", **values: Any) -> list[int]:
        """Return the numbers of what is like a text."""
        hits = self.engine.similar(title, body, **{"audience": PUBLIC, "site_id": self.site_id, **values})
        return self.numbers(hits)

    def numbers(self, hits: Sequence[Hit]) -> list[int]:
        """Return the numbers of hits."""
        return [hit.id - self.site_id * 1_000_000 for hit in hits]
