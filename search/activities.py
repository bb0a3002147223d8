"""What search writes into the log. Ids and kinds only, never words somebody searched for."""

from dataclasses import dataclass

from community.activity.types import activity_type


@activity_type("search.help_answered", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class HelpAnswered:
    """A member who was writing a question said that something suggested answered it: nothing will be sent."""

    source_kind: str
    source_id: int
    help_id: int
    """The key of the asking in the event table."""
