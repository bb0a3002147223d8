"""Export and erase what search holds about a member."""

from collections.abc import Mapping
from typing import Any

from search.models import SearchEvent

_COLUMNS = ("at", "kind", "surface", "words", "total", "subject_kind", "subject_id", "language")


class SearchCollector:
    """The event table. Erasing deletes the rows: a figure may shrink, a person may not be found in it."""

    name = "search"
    models: tuple[str, ...] = ("search.SearchEvent",)

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return what the member searched for, was shown and opened. Queries: 1."""
        rows = SearchEvent.objects.filter(member_id=member_id).order_by("pk").values(*_COLUMNS)
        return {"events": [{**row, "at": row["at"].isoformat()} for row in rows]}

    def erase(self, member_id: int) -> None:
        """Delete the member's rows. Idempotent: yes. Queries: 1."""
        SearchEvent.objects.filter(member_id=member_id).delete()
