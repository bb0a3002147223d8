"""From canonical facts to the flat values of a record, and their hashes.

Everything is absolute: rendering the same facts twice gives the same values, so a replay changes nothing.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from community.activity.contracts import CaseFacts, ContactFacts, Facts, IdeaFacts, VoteFacts
from community.core.addresses import site_address
from crm_sync.connectors.base import IDEA, Value
from crm_sync.identity import external_key

COMES_BACK: dict[str, tuple[str, ...]] = {"contact": ("name", "email"), "case": ("case_state", "case_reference")}
"""Fields a poll compares; of the others the CRM's values are only looked at by the audit."""
UNNAMED_QUESTION, HIDDEN_IDEA = "A question in the community", "An idea that is no longer shown"
"""Titles that say nothing of anybody. In English, like all we write into a CRM of our own words."""


@dataclass(frozen=True)
class Rendered:
    """One record, ready to be compared and sent."""

    values: Mapping[str, Value]
    contact_id: int | None
    """The member it hangs on, for a case."""
    erase: bool = False

    def without(self, names: Collection[str]) -> "Rendered":
        """Return it without these fields: they are the CRM's to say."""
        if not names:
            return self
        return replace(self, values={name: value for name, value in self.values.items() if name not in names})


def render(facts: Facts, *, personal: bool = True) -> Rendered:
    """Return the values of a record of any kind; `personal` as in `case_render`."""
    if isinstance(facts, ContactFacts):
        return contact_render(facts)
    if isinstance(facts, CaseFacts):
        return case_render(facts, personal=personal)
    return idea_render(facts) if isinstance(facts, IdeaFacts) else vote_render(facts)


def contact_render(facts: ContactFacts) -> Rendered:
    """Return the values of a contact; of an erased one nothing is left to send."""
    if facts.erased:
        return Rendered({}, None, erase=True)
    values: dict[str, Value] = {
        "name": facts.name,
        "email": facts.email or "",
        "email_verified": facts.email_verified,
        "language": facts.language,
        "handle": facts.handle,
        "points": facts.points,
        "topics": facts.topics,
        "posts": facts.posts,
        "accepted_answers": facts.accepted_answers,
        "joined_at": _moment(facts.joined_at),
        "last_seen_at": _moment(facts.last_seen_at),
    }
    return Rendered(values, None)


def case_render(facts: CaseFacts, *, personal: bool) -> Rendered:
    """Return the values of a case.

    Args:
        personal: False when the asker may not be sent: then neither who asked nor a word of the text goes, only what
            support needs to find the question.
    """
    values: dict[str, Value] = {
        "subject": facts.subject if personal else UNNAMED_QUESTION,
        "description": facts.description if personal else "",
        "state": facts.state,
        "url": f"{site_address(facts.site_id)}{facts.url}",
        "asked_at": _moment(facts.asked_at),
        "solved_at": _moment(facts.solved_at),
        "answers": facts.answers,
        "same_problem": facts.same_problem,
        "tags": ",".join(sorted(facts.tags)),
    }
    return Rendered(values, facts.contact_id if personal else None)


def idea_render(facts: IdeaFacts) -> Rendered:
    """Return the values of an idea; of one that is no longer shown, only that."""
    is_shown = bool(facts.title)
    values: dict[str, Value] = {
        "title": facts.title or HIDDEN_IDEA,
        "board": facts.board,
        "status": facts.status if is_shown else "",
        "response": facts.response if is_shown else "",
        "url": f"{site_address(facts.site_id)}{facts.url}",
        "submitted_at": _moment(facts.submitted_at),
        "votes": facts.votes,
        "comments": facts.comments,
        "merged_into": external_key(IDEA, facts.merged_into) if facts.merged_into else "",
    }
    return Rendered(values, None)


def vote_render(facts: VoteFacts) -> Rendered:
    """Return the values of an account that asks for an idea; people are counted, never named."""
    values: dict[str, Value] = {
        "account": facts.account,
        "title": facts.title or HIDDEN_IDEA,
        "url": f"{site_address(facts.site_id)}{facts.url}",
        "voters": facts.voters,
        "since": _moment(facts.since),
    }
    return Rendered(values, None)


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else ""


def value_hash(value: Value) -> str:
    """Return a short hash of one value, typed: 1 and "1" differ."""
    return sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:12]


def hashes_of(rendered: Rendered, parent_id: str | None) -> dict[str, str]:
    """Return the hash of every field, the parent among them."""
    hashes = {name: value_hash(value) for name, value in rendered.values.items()}
    if parent_id is not None:
        hashes["parent"] = value_hash(parent_id)
    return hashes


def changed_fields(hashes: Mapping[str, str], pushed: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the fields whose hash differs from the last push."""
    return frozenset(name for name, digest in hashes.items() if pushed.get(name) != digest)
