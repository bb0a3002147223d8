"""What is found while one types."""

from dataclasses import dataclass
from typing import Any

from search.selectors import suggest
from search.selectors_found import Group, found_rows, groups_of

SHOWN_EACH = 4
SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Instant:
    """What begins like the words so far."""

    groups: tuple[Group, ...]
    is_available: bool


def instant(text: str, *, viewer: Any, site: Any, language: str) -> Instant:
    """Return a few things of each type whose title has the words typed so far. Queries: a few for each kind."""
    found = suggest(prefix=text, viewer=viewer, site=site, language=language, limit=SHOWN_EACH)
    results = [result for group in found.groups.values() for result in group][:SHOWN]
    rows = found_rows(results, viewer=viewer, site_id=site.pk, language=language)
    return Instant(groups=tuple(groups_of(rows)), is_available=found.available)
