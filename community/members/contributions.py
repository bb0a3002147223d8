"""Figures that upper apps know about a member (points, topics, posts, accepted answers), for CRM facts and profiles.

Members stand below forums and reputation, so those register what they can count, in their `apps.py`:

    register_contributions("forums", lambda ids: {7: {"topics": 2, "posts": 9, "accepted_answers": 1}})
"""

from collections.abc import Callable, Collection, Mapping

NAMES = frozenset({"points", "topics", "posts", "accepted_answers"})
Provider = Callable[[Collection[int]], Mapping[int, Mapping[str, int]]]
_providers: dict[str, Provider] = {}


def register_contributions(app: str, provider: Provider) -> None:
    """Let `app` tell figures: `provider` maps member ids to NAMES and counts, in a constant number of queries."""
    _providers[app] = provider


def contributions_of(member_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return the figures of each member; a figure nobody tells is absent. Queries: those of the providers."""
    found: dict[int, dict[str, int]] = {member_id: {} for member_id in member_ids}
    for provider in _providers.values():
        for member_id, figures in provider(member_ids).items():
            found[member_id].update({name: count for name, count in figures.items() if name in NAMES})
    return found
