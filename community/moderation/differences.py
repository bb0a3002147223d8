"""What a change that waits would do, word by word."""

from collections.abc import Iterable
from dataclasses import dataclass

from community.activity.subjects import TextChange
from community.core.differences import Piece, difference


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One text of a thing, before and after in one."""

    label: str
    pieces: list[Piece]


def differences_of(changes: Iterable[TextChange]) -> list[Difference]:
    """Return each text with what would go and what would come."""
    return [Difference(label=one.label, pieces=difference(one.before, one.after)) for one in changes]
