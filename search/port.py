"""The port: what every search engine behind the site must do. One contract suite (`tests/search/`) holds all to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from community.activity.subjects import SearchDocument

FACETS = ("type", "category", "tag", "solved", "language", "author")
"""What results can be narrowed by. `solved` is `yes` or `no`, `author` an id of a member."""
SORTS = ("relevance", "newest", "votes")
WINDOW = 1000
"""How many results of one search can be paged through."""

Key = tuple[str, int]
"""Kind and id of a thing."""
Synonyms = tuple[tuple[str, ...], ...]
"""Groups of words or phrases that mean the same."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """One request for results."""

    text: str = ""
    """As typed: words, "phrases", -without, `tag:` and the like (`search/parsing.py`); empty finds everything."""
    audience: frozenset[str]
    """The tokens the viewer carries."""
    site_id: int
    kinds: tuple[str, ...] = ()
    """Kinds of subject; empty for all."""
    language: str = "en"
    """The reader's."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet -> values: any of them inside one facet, all facets together."""
    sort: str = "relevance"
    cursor: str = ""
    """`Page.next_cursor` of the page before; one that does not parse counts as none."""
    limit: int = 20
    """0 only counts."""
    facets: tuple[str, ...] = ()
    """The facets to count."""
    synonyms: Synonyms = ()
    author_ids: Mapping[str, int] = field(default_factory=dict)
    """Who is meant by the handles that `author:` names in the text."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One result."""

    kind: str
    id: int
    score: float
    title_html: str
    """Escaped, with `<mark>` round what was asked for."""
    snippet_html: str
    """The part of the text that fits best, escaped and marked the same way."""
    explanation: Mapping[str, float] = field(default_factory=dict)
    """What the score is made of: `text`, and the factors it was multiplied by."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some results."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Facet -> value -> how many there are when all other facets' filters hold."""
    next_cursor: str = ""
    did_you_mean: str = ""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What an index holds of one thing, for the check against the database."""

    kind: str
    id: int
    version: int
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Status:
    """How the engine is."""

    engine: str
    available: bool
    documents: int = 0
    index: str = ""
    """The one that answers."""
    building: str = ""
    """The one a rebuild fills; empty when none runs."""
    previous: str = ""
    """The one `rollback` returns to."""
    bytes: int = 0
    fresh: bool = False
    """Nothing has filled the index yet."""
    note: str = ""
    """Why it is not available."""


class Unavailable(Exception):  # noqa: N818 it is a state, not a mistake
    """The engine does not answer (in time)."""


class Busy(Exception):  # noqa: N818
    """Another process writes at the moment; try again soon."""


class Refused(Exception):  # noqa: N818
    """The engine will never take these documents; all others of the call were written."""

    def __init__(self, reasons: Mapping[Key, str]) -> None:
        super().__init__(f"{len(reasons)} documents refused")
        self.reasons = reasons


class Backend:
    """One engine. Reads raise Unavailable; writes Unavailable or Busy. Safe to call from any thread."""

    name: str

    def index(self, documents: Sequence[SearchDocument]) -> int:
        """Write documents, searchable on return; return how many were not older than what is there.

        A document with a lower `version` than the one stored, or deleted, changes nothing. Idempotent: yes.
        Raises: Refused.
        """
        raise NotImplementedError

    def delete(self, keys: Sequence[Key], *, version: int) -> None:
        """Remove things as of `version`: writes with a lower one do not bring them back. Idempotent: yes."""
        raise NotImplementedError

    def query(self, query: Query) -> Page:
        """Return one page of results, whatever was typed."""
        raise NotImplementedError

    def suggest(
        self,
        prefix: str,
        *,
        audience: frozenset[str],
        site_id: int,
        kinds: tuple[str, ...] = (),
        language: str = "en",
        limit: int = 5,
    ) -> dict[str, tuple[Hit, ...]]:
        """Return, by kind, up to `limit` things each whose title has all words typed, the last one begun."""
        raise NotImplementedError

    def similar(
        self,
        title: str,
        body: str = "",
        *,
        audience: frozenset[str],
        site_id: int,
        kinds: tuple[str, ...] = (),
        language: str = "en",
        limit: int = 5,
        exclude: Sequence[Key] = (),
        synonyms: Synonyms = (),
        now: datetime | None = None,
    ) -> tuple[Hit, ...]:
        """Return the things most like a text, best first: by their words and by what was written below them.

        What was written in lately before `now` (else this moment) ranks a little higher.
        """
        raise NotImplementedError

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Fill a new index while the old one answers, then swap; return how many documents it got.

        Writes that arrive meanwhile go to both.
        """
        raise NotImplementedError

    def rollback(self) -> str:
        """Let the index before the last rebuild answer again; return its name. Raises: LookupError without one."""
        raise NotImplementedError

    def filled(self) -> None:
        """Note that a fresh index has been filled."""
        raise NotImplementedError

    def tidy(self) -> None:
        """Forget what was deleted more than an hour ago: no write that old is still on its way."""

    def stored(self) -> Iterator[Stored]:
        """Return what the index holds, in any order."""
        raise NotImplementedError

    def status(self) -> Status:
        """Return how the engine is. Never raises."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of files and connections."""
