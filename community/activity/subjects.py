"""Subjects: how apps that are strangers meet each other's objects.

One class per kind of thing (`forums.topic`, `forums.post`, `members.member`), written in the owning app's
`subjects.py` and registered in its `apps.py`. Reads are batched: ids in, mapping out, a missing id means deleted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

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
    state: str = ""
    """A word of the kind's own: `solved`, `accepted`; empty for kinds without states."""
    site_id: int | None = None
    """The site it belongs to; None for what all sites share."""


@dataclass(frozen=True, kw_only=True)
class Follower:
    """A member who chose, or was led, to hear more or less of a thing than others do."""

    member_id: int
    level: Literal["muted", "tracking", "watching"]
    reason: str = ""
    """Why, in a word of the kind's own (`author`, `same_problem`); empty for a choice."""


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """What search indexes of a thing."""

    kind: str
    id: int
    language: str
    title: str
    body: str
    audience: frozenset[str]
    replies: str = ""
    """What others wrote below it: things like a text are found by it too, and it is never shown."""
    titled: bool = True
    """Whether the title is its own: a reply carries its topic's, and is not found by it as one types."""
    aliases: tuple[str, ...] = ()
    """What else it is called: a member's handle."""
    type: str = ""
    """What readers call it: `question`, `discussion`, `answer`, `member`."""
    site_id: int | None = None
    """The Wagtail Site it belongs to; None for what every site shows."""
    author_id: int | None = None
    category: str = ""
    """Where it stands, as `<kind>:<id>` of a subject whose card names it: `forums.category:3`."""
    at: datetime | None = None
    """When it was said; `before:` and `after:` ask for it."""
    tags: tuple[str, ...] = ()
    state: str = ""
    solved: bool | None = None
    """Whether it has, or is, an accepted answer; None for what asks nothing."""
    signals: Mapping[str, float] = field(default_factory=dict)
    """`votes`, and `recency` as a POSIX time."""
    version: int = 0
    """Set when it is rendered; of two writes the higher one stays."""


class Subject:
    """Base of every subject. A command a kind does not know raises NotImplementedError."""

    kind: str

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per existing id. Queries: constant."""
        raise NotImplementedError

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the audience tokens per existing id. Queries: constant."""
        raise NotImplementedError

    def shown(self, ids: Iterable[int]) -> set[int]:
        """Return those that their audience sees now: neither held, hidden nor deleted. Queries: constant."""
        return set(self.audience(ids))

    def followers(self, ids: Iterable[int]) -> dict[int, list[Follower]]:
        """Return who hears more or less of each thing than others do; an id nobody follows may be left out."""
        return {}

    def mentioned(self, ids: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the members each text names, by id; a text without names may be left out. Queries: constant."""
        return {}

    def search_documents(self, ids: Iterable[int]) -> dict[int, SearchDocument]:
        """Return a document per findable id. Queries: constant."""
        return {}

    def search_ids(self, *, after: int, limit: int) -> list[int]:
        """Return ids above `after` that may be findable, ascending: how all of a kind are walked. Queries: 1."""
        return []

    def search_dependents(self, ids: Iterable[int]) -> dict[str, list[int]]:
        """Return, by kind, the things whose documents change when these do. Queries: constant."""
        return {}

    def choices(self) -> dict[int, str]:
        """Return id and name of every thing of a kind that there are few of, to choose among, in order. Queries: 1."""
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

    def thank(self, subject_id: int, *, actor_id: int) -> None:
        """Thank whoever wrote what helped here. Idempotent: yes. Raises: LookupError when it is gone, Denied."""
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
