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
    """Path on the host of its site."""
    site_id: int | None
    asked_at: datetime
    solved_at: datetime | None = None
    answers: int = 0
    same_problem: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IdeaFacts:
    """An idea, as a CRM's record of what customers ask for. Who wrote it, and its text, stay with us."""

    kind = "idea"
    title: str
    """Empty for an idea that is no longer shown."""
    board: str
    status: str
    """Its name in the language of the idea."""
    url: str
    """Path on the host of its site."""
    site_id: int | None
    response: str
    """The official response as plain text, at most 4,000 characters."""
    submitted_at: datetime
    votes: int
    comments: int
    merged_into: int | None = None
    """The idea it became part of."""


@dataclass(frozen=True, kw_only=True)
class Voter:
    """One member who votes for an idea now."""

    member_id: int
    account_id: int | None
    """Of `community.members`: the customer the member belongs to, as a CRM says."""
    since: datetime


@dataclass(frozen=True, kw_only=True)
class VoteFacts:
    """An account that asks for an idea: how many of its people vote, and since when. Names nobody."""

    kind = "vote"
    idea_id: int
    title: str
    """Of the idea."""
    url: str
    """Path on the host of its site."""
    site_id: int | None
    account: str
    account_key: str
    """`crm:<connection>:<remote id>`: who knows the account, and as what."""
    voters: int
    """0: nobody does any more."""
    since: datetime | None


Facts = ContactFacts | CaseFacts | IdeaFacts | VoteFacts


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
