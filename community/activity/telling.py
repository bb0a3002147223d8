"""Who will hear of an activity: the app that tells registers here, whoever says so beforehand asks here."""

from collections.abc import Collection
from typing import Any, Protocol


class Teller(Protocol):
    """Knows what members chose to hear of."""

    def __call__(self, activity_type: str, members: Collection[Any]) -> set[int]:
        """Return the ids of those who have not switched it off. Queries: constant."""
        ...


_tellers: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Ask `teller` from now on."""
    _tellers[:] = [teller]


def hearers(activity_type: str, members: Collection[Any]) -> set[int]:
    """Return the ids of the members who would hear of an activity that concerns them all; nobody where nobody tells.

    Queries: those of the teller, 1 as a rule.
    """
    return _tellers[0](activity_type, members) if _tellers else set()
