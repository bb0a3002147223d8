"""What only ideas know about their titles."""

from community.core.markup import COOKER_VERSION, Cooked
from community.members import writing
from community.members.writing import text_cook

_ACTIONS = frozenset(
    {
        "vote",
        "news",
        "follow",
        "comment",
        "edit",
        "delete",
        "hide",
        "restore",
        "voters",
        "status",
        "merge",
        "unmerge",
        "vote-for",
    }
)
"""What may follow `/i/<id>/` in an address besides a slug."""
NOTHING = Cooked(html="", version=COOKER_VERSION)


def slug_of(title: str) -> str:
    """Return the part of the address that is for people; never empty, never one that means an action."""
    return writing.slug_of(title, noun="idea", actions=_ACTIONS)


def body_cook(raw: str) -> Cooked:
    """Cook the text of an idea, which may be empty. Raises: Invalid. Queries: 1 with mentions, else 0."""
    return text_cook(raw) if raw.strip() else NOTHING
