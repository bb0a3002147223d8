"""Subjects: how apps that are strangers meet each other's objects.

One class per kind of thing (`forums.topic`, `forums.post`, `members.member`), written in the owning app's
`subjects.py` and registered in its `apps.py`. Reads are batched: ids in, mapping out, a missing id means deleted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from community.activity.contracts import Facts, RemoteChange, Voter


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


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """Something said just before or after a thing under review."""

    author: str
    author_id: int | None
    excerpt: str
    url: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TextChange:
    """One text of a thing, as it is and as it would be."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReviewContext:
    """What a moderator needs to judge a thing; for their eyes only, whatever its audience."""

    title: str
    """What it is and where, in the reader's language."""
    url: str
    """Path without host or language prefix."""
    author_id: int | None
    at: datetime | None
    state: str
    """`visible`, `held`, `hidden` or `deleted`."""
    html: str = ""
    """Clean HTML."""
    raw: str = ""
    """As typed, where a moderator may change it."""
    language: str = ""
    site_id: int | None = None
    before: tuple[Neighbour, ...] = ()
    after: tuple[Neighbour, ...] = ()
    changes: tuple[TextChange, ...] = ()
    """For a change that waits: what it would do."""


class Subject:
    """Base of every subject. A command a kind does not know raises NotImplementedError."""

    kind: str
    commands: frozenset[str] = frozenset()
    """The commands of moderation it knows: `publish`, `hide`, `restore`, `hold`, `revise`, `change_apply`."""
    flaggable: bool = False
    """Whether members may report one."""

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

    def search_documents(self, ids: Iterable[int], *, texts: bool = True) -> dict[int, SearchDocument]:
        """Return a document per findable id; `texts=False` may leave body and replies empty. Queries: constant."""
        return {}

    def search_ids(self, *, after: int, limit: int) -> list[int]:
        """Return ids above `after` that may be findable, ascending: how all of a kind are walked. Queries: 1."""
        return []

    def search_dependents(self, ids: Iterable[int]) -> dict[str, list[int]]:
        """Return, by kind, the things whose documents change when these do. Queries: constant."""
        return {}

    def linked(self, html: str) -> set[int]:
        """Return the ids of its things that cooked HTML of another app leads to. Queries: 0."""
        return set()

    def choices(self) -> dict[int, str]:
        """Return id and name of every thing of a kind that there are few of, to choose among, in order. Queries: 1."""
        return {}

    def facts(self, ids: Iterable[int]) -> dict[int, Facts]:
        """Return the canonical CRM facts per id that the CRM should hold. Queries: constant."""
        return {}

    def voters(self, ids: Iterable[int]) -> dict[int, list[Voter]]:
        """Return who votes for each thing now; an id nobody votes for may be left out. Queries: constant."""
        return {}

    def voted_by(self, member_ids: Iterable[int]) -> set[int]:
        """Return the things these members vote for now. Queries: 1."""
        return set()

    def waiting(self, *, asked_after: datetime, asked_before: datetime) -> list[int]:
        """Return ids of things that wait for an answer, asked in the period; oldest first."""
        return []

    def review_contexts(self, ids: Iterable[int]) -> dict[int, ReviewContext]:
        """Return what a moderator needs per existing id. Queries: constant."""
        return {}

    def reviewed_as(self, subject_id: int) -> tuple[str, int]:
        """Return kind and id of what is judged when this is reported. Raises: LookupError when it is gone."""
        return self.kind, subject_id

    def hidden_by_import(self, *, site_id: int, before_id: int | None, limit: int) -> list[int]:
        """Return ids of what an import brought along hidden, newest first: nobody decided that here."""
        return []

    def publish(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make a held thing visible."""
        raise NotImplementedError

    def hold(self, subject_id: int, *, actor_id: int | None) -> None:
        """Take a thing back out of sight until somebody has looked at it: undoes `publish`."""
        raise NotImplementedError

    def revise(self, subject_id: int, *, actor: Any, text: str) -> None:
        """Replace the text of a thing, as a moderator does. Raises: Invalid, Denied."""
        raise NotImplementedError

    def change_texts(self, changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
        """Return what held changes would do, by the id of what they change. Queries: constant."""
        return {}

    def change_apply(self, subject_id: int, change: Mapping[str, Any], *, author_id: int) -> Mapping[str, Any]:
        """Make a held change, as its author; return what `change_revert` needs, ready for JSON.

        Raises: LookupError when the thing is gone; Conflict, Invalid.
        """
        raise NotImplementedError

    def change_revert(self, subject_id: int, previous: Mapping[str, Any], *, author_id: int) -> None:
        """Undo `change_apply`, leaving no trace of the change that others could read. Raises: LookupError, Conflict."""
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
