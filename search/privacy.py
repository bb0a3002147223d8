"""Export and erase what search holds about a member."""

from collections.abc import Mapping
from typing import Any

from search.models import SearchEvent, SynonymGroup

_COLUMNS = ("at", "kind", "surface", "words", "total", "subject_kind", "subject_id", "language")


class SearchCollector:
    """Erasing deletes a member's events: a figure may shrink, a person may not be found in it. Words that mean the same
    stay, without who wrote them.
    """

    name = "search"
    models: tuple[str, ...] = ("search.SearchEvent", "search.SynonymGroup")

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return what the member searched for, was shown and opened, and the words they joined. Queries: 2."""
        rows = SearchEvent.objects.filter(member_id=member_id).order_by("pk").values(*_COLUMNS)
        groups = SynonymGroup.objects.filter(changed_by_id=member_id).order_by("pk").values_list("words", flat=True)
        return {"events": [{**row, "at": row["at"].isoformat()} for row in rows], "search_words": list(groups)}

    def erase(self, member_id: int) -> None:
        """Delete the member's events and sign off their words. Idempotent: yes. Queries: 2."""
        SearchEvent.objects.filter(member_id=member_id).delete()
        SynonymGroup.objects.filter(changed_by_id=member_id).update(changed_by=None)
