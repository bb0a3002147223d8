"""Marking documents dirty."""

from collections.abc import Iterable

from community.work import queue
from search.models import SearchDirty
from search.models.work import NORMAL
from search.port import Key


def documents_mark(keys: Iterable[Key], *, deep: bool = False, priority: int = NORMAL) -> None:
    """Have the documents of things written anew; `deep` also those that hang on them. Queries: 1 per 1,000."""
    rows = [{"kind": kind, "object_id": pk, "deep": deep, "priority": priority} for kind, pk in keys]
    queue.mark(SearchDirty, rows)
