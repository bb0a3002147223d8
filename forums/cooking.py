"""What only topics know about their titles and imported texts."""

from community.members import writing

_ACTIONS = frozenset({"reply", "same-problem", "follow", "escalate", "close", "news", "replies"})
"""What may follow `/t/<id>/` in an address besides a slug."""
IMPORT_LENGTH = 100_000
"""Characters an imported text may have; members may type fewer."""


def slug_of(title: str) -> str:
    """Return the part of the address that is for people; never empty, never one that means an action."""
    return writing.slug_of(title, noun="topic", actions=_ACTIONS)
