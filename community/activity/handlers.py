"""Handlers: readers of the log. They write only to our database, in one transaction with their deliveries' DELETE."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True)
class ActivityView:
    """One activity as a handler reads it."""

    id: int
    type: str
    version: int
    payload: Any
    """The declared dataclass of the type."""
    subject_kind: str
    subject_id: int
    actor_id: int | None
    origin: str
    occurred_at: datetime
    recorded_at: datetime


class Handler:
    """Base of every handler; register one instance in the app's `apps.py`.

    `handle` gets a batch in id order, reads current state (a missing subject means deleted) and writes effects keyed by
    activity id or recomputed, never `n += 1`: a replay delivers again. It runs inside a transaction that the spine owns
    and must not swallow database errors.
    """

    name: str
    """Unique and stable: `reputation.points`."""
    types: tuple[str, ...]
    """Names of the activity types it wants."""
    skip_origins: tuple[str, ...] = ()
    """Origins it does not want; a trailing colon matches all of that kind (`crm:`)."""
    lane: Literal["subject", "actor"] = "subject"
    """What a poison activity blocks: later activities of the same subject, or of the same actor."""
    at_once: bool = False
    """Somebody looks at a page and waits for this: a line of its own delivers it, beside all that may take longer."""

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Apply the effects of `batch` (1 to a few hundred activities) to our database."""
        raise NotImplementedError


def lane_of(lane: str, subject_kind: str, subject_id: int, actor_id: int | None) -> str:
    """Return the lane of a delivery: `forums.topic:7`, or `member:3`; without an actor the subject's."""
    if lane == "actor" and actor_id is not None:
        return f"member:{actor_id}"
    return f"{subject_kind}:{subject_id}"


handlers: dict[str, Handler] = {}


def register_handler(handler: Handler) -> None:
    """Add `handler` to those that receive deliveries."""
    handlers[handler.name] = handler


def handlers_for(type_name: str, origin: str) -> list[Handler]:
    """Return the handlers interested in an activity of this type and origin."""
    return [
        handler
        for handler in handlers.values()
        if type_name in handler.types
        and not any(
            origin.startswith(skipped) if skipped.endswith(":") else origin == skipped
            for skipped in handler.skip_origins
        )
    ]
