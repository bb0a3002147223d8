"""Redis may be away, down or deaf: it costs a process one short question now and then, and pages nothing more."""

import logging
import time

logger = logging.getLogger(__name__)

TIMEOUT_S = 0.5
"""How long one question may take."""
AWAY_S = 2.0
"""How long nobody asks after one that was not answered."""

_away_until = 0.0


def is_away() -> bool:
    """Tell whether Redis did not answer a moment ago: do without it."""
    return time.monotonic() < _away_until


def noted_away(error: Exception) -> None:
    """Remember that Redis did not answer."""
    global _away_until  # noqa: PLW0603
    _away_until = time.monotonic() + AWAY_S
    logger.warning("Redis does not answer (%s); this process does without for %s s", type(error).__name__, AWAY_S)
