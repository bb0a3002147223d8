"""Canonical facts: what a CRM may hear of us, and what it may tell us. Frozen; absolute values"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ContactFacts:
    """A member, as a CRM contact."""

    kind = "contact"
    name: str
    email: str | None
    email_verified: bool
    language: str
    handle: str
    points: int = 0
    topics: int = 0
    posts: int = 0
    accepted_answers: int = 0
    joined_at: datetime | None = None
    last_seen_at: datetime | None = None
    erased: bool = False
    """True: overwrite names and contacts in the CRM and deactivate the record."""


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """A question that support took over, as a CRM case."""

    kind = "case"
    contact_id: int
    """The asking member."""
    subject: str
    description: str
    """Plain text excerpt, at most 4,000 characters."""
    state: str
    """Ours: `escalated` or `solved`."""
    url: str
    asked_at: datetime
    solved_at: datetime | None = None
    answers: int = 0
    same_problem: int = 0
    tags: tuple[str, ...] = ()


Facts = ContactFacts | CaseFacts


@dataclass(frozen=True, kw_only=True)
class RemoteChange:
    """A change read from a CRM, for `Subject.apply_remote`."""

    connection_id: int
    system: str
    """Name of the CRM as people know it: `Tryton`."""
    subject_kind: str
    subject_id: int
    fields: Mapping[str, str]
    """Canonical names; for a case `case_state` (open, waiting, solved, closed) and `case_reference`."""
    changed_at: datetime
