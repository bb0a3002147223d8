"""What became of one piece of work; and how long to wait before the next try."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

BACKOFF_BASE_S = 5
BACKOFF_CAP_S = 3600


@dataclass(frozen=True)
class Done:
    """It left: the row goes, unless it was marked again meanwhile."""


@dataclass(frozen=True)
class Later:
    """Not now (throttled, contention, paused): the row waits until then and no attempt is counted."""

    until: datetime
    error: str = ""


@dataclass(frozen=True)
class Failed:
    """It went wrong and may go right: an attempt is counted; after the last one the row is dead."""

    error: str


@dataclass(frozen=True)
class Dead:
    """It cannot go right without a person (invalid data, permission)."""

    error: str


Outcome = Done | Later | Failed | Dead


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after this many failed attempts: doubling from 5 s to an hour, spread by a fifth."""
    seconds = min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2 ** max(0, attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 spread, not secrecy
