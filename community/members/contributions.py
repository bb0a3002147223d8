"""Figures that upper apps know about a member (points, topics, posts, accepted answers), for CRM facts and profiles.

Members stand below forums and reputation, so those register what they can count, in their `apps.py`:

    register_contributions("forums", lambda ids: {7: {"topics": 2, "posts": 9, "accepted_answers": 1}})

Who keeps figures that move without an activity of their own (points are recounted, rules change) also says whose did.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

NAMES = frozenset({"points", "topics", "posts", "accepted_answers"})
Provider = Callable[[Collection[int]], Mapping[int, Mapping[str, int]]]
Moved = Callable[[datetime], Collection[int]]
_providers: dict[str, Provider] = {}
_moved: dict[str, Moved] = {}


def register_contributions(app: str, provider: Provider, *, moved: Moved | None = None) -> None:
    """Let `app` tell figures: `provider` maps member ids to NAMES and counts, in a constant number of queries.

    Args:
        moved: returns the members whose figures moved since a moment, in one query; absent where each move is an
            activity.
    """
    _providers[app] = provider
    if moved is not None:
        _moved[app] = moved


def contributions_moved(since: datetime) -> set[int]:
    """Return the members whose figures moved since then without an activity of their own. Queries: 1 a provider."""
    return {member_id for moved in _moved.values() for member_id in moved(since)}


def contributions_of(member_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return the figures of each member; a figure nobody tells is absent. Queries: those of the providers."""
    found: dict[int, dict[str, int]] = {member_id: {} for member_id in member_ids}
    for provider in _providers.values():
        for member_id, figures in provider(member_ids).items():
            found[member_id].update({name: count for name, count in figures.items() if name in NAMES})
    return found
