"""Subjects: how apps that are strangers meet each other's objects.

One class per kind of thing (`forums.topic`, `forums.post`, `members.member`), written in the owning app's
`subjects.py` and registered in its `apps.py`. Reads are batched: ids in, mapping out, a missing id means deleted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from community.activity.contracts import Facts, RemoteChange


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a stranger may print of a thing, for a viewer its audience allows."""

    title: str
    url: str
    """Path without host or language prefix."""
    excerpt: str = ""
    author_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """What search indexes of a thing."""

    kind: str
    id: int
    language: str
    title: str
    body: str
    audience: frozenset[str]
    tags: tuple[str, ...] = ()
    state: str = ""
    signals: Mapping[str, float] = field(default_factory=dict)


class Subject:
    """Base of every subject. A command a kind does not know raises NotImplementedError."""

    kind: str

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per existing id. Queries: constant."""
        raise NotImplementedError

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the audience tokens per existing id. Queries: constant."""
        raise NotImplementedError

    def search_documents(self, ids: Iterable[int]) -> dict[int, SearchDocument]:
        """Return a document per findable id. Queries: constant."""
        return {}

    def facts(self, ids: Iterable[int]) -> dict[int, Facts]:
        """Return the canonical CRM facts per id that the CRM should hold. Queries: constant."""
        return {}

    def waiting(self, *, asked_after: datetime, asked_before: datetime) -> list[int]:
        """Return ids of things that wait for an answer, asked in the period; oldest first."""
        return []

    def publish(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make a held thing visible."""
        raise NotImplementedError

    def hide(self, subject_id: int, *, actor_id: int | None) -> None:
        """Take a thing out of sight."""
        raise NotImplementedError

    def restore(self, subject_id: int, *, actor_id: int | None) -> None:
        """Bring a hidden thing back."""
        raise NotImplementedError

    def escalate(self, subject_id: int, *, actor_id: int | None, origin: str = "system") -> bool:
        """Hand a waiting thing to support: a case is wanted. Returns False when it already was. Idempotent: yes."""
        raise NotImplementedError

    def apply_remote(self, change: RemoteChange) -> None:
        """Apply a change that comes from a CRM. Idempotent: yes. Raises: LookupError when the thing is gone."""
        raise NotImplementedError


subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    """Make `subject` known under its kind."""
    subjects[subject.kind] = subject


def subject_of(kind: str) -> Subject:
    """Return the subject of `kind`. Raises: LookupError for an unknown kind."""
    return subjects[kind]
